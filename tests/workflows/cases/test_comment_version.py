"""A comment on a version: in the timeline and the log for good, and whoever is called is told."""

import pytest
from django.http import HttpResponse

from governance.audit.queries import entries_of, views_of
from governance.errors import Invalid, NotAllowed, NotFound
from governance.inventory.models import ModelVersion
from tests.stories import signed_in, submitted_version
from tests.workflows.notifications.told import newest, told
from workflows.cases.models import Comment
from workflows.cases.operations import comment_version
from workflows.delivery.operations import reconcile
from workflows.lifecycle.queries import case_of, digest_of
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/versions/1/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Dana has submitted; Victor is asked to validate."""
    found = submitted_version()
    reconcile()
    return found


def say(username: str, text: str, address: str = f"{PAGE}comment/") -> HttpResponse:
    return signed_in(username).post(address, {"text": text})


def page(username: str, address: str = PAGE) -> str:
    return signed_in(username).get(address).content.decode()


def test_it_stands_in_the_timeline_and_in_the_log(version: ModelVersion) -> None:
    """With who said it; the words themselves are a personal value, which can be erased."""
    answer = say("victor", "The last quarter looks thin.\n\n<b>Really</b>?")
    comment = Comment.objects.get()
    assert answer.headers["Location"] == f"{PAGE}#comment-{comment.pk}"
    shown = page("rita")
    assert f'id="comment-{comment.pk}"' in shown
    assert "<p>The last quarter looks thin.</p>" in shown
    assert "&lt;b&gt;Really" in shown
    view = views_of(entries_of("version", version.pk).filter(action="version.commented"))[0]
    assert view.actor_name == "Victor Validator"
    assert view.line.after["comment"] == str(comment.pk)
    assert "thin" not in str(view.line.after)


def test_who_is_called_is_told_once_and_the_writer_is_not(version: ModelVersion) -> None:
    """The notice leads to the words; a change tells only those who were not called before."""
    say("victor", "@dana @Victor @rita please look, @dana.")
    reconcile()
    words = "Victor Validator mentions you in a comment on Credit default 1.0.0"
    assert ("mention", words) in told("dana")
    assert ("mention", words) in told("rita")
    assert not [one for one in told("victor") if one[0] == "mention"]
    comment = Comment.objects.get()
    assert newest("dana").link == f"{PAGE}#comment-{comment.pk}"
    say("victor", "@dana @rolf please look.", f"{PAGE}comment/{comment.pk}/")
    reconcile()
    assert len([one for one in told("dana") if one[0] == "mention"]) == 1
    assert ("mention", words) in told("rolf")


def test_a_change_is_another_wording_and_the_first_one_stays(version: ModelVersion) -> None:
    """Its writer finds the words in the form; only the newest one can be changed, by them."""
    say("victor", "Frist wording.")
    first = Comment.objects.get()
    change = f"{PAGE}comment/{first.pk}/"
    assert change in page("victor")
    assert change not in page("rita")
    assert "Frist wording." in page("victor", change)
    assert signed_in("rita").get(change).status_code == 404
    assert say("rita", "Mine now.", change).status_code == 404
    assert say("victor", "First wording.", change).status_code == 302
    shown = page("victor")
    assert "Frist wording." in shown
    assert "First wording." in shown
    assert change not in shown
    assert say("victor", "Again.", change).status_code == 404


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "This field is required."),
        ("@nobody and @sam look", "Nobody who sees this version is called @nobody, @sam."),
        ("x" * 4001, "has at most 4000 characters"),
    ],
)
def test_what_cannot_be_said_is_told_and_nothing_is_lost(
    version: ModelVersion, text: str, words: str
) -> None:
    """A stranger cannot be called: they do not see the version. Those who can stand beside."""
    answer = say("victor", text)
    assert answer.status_code == 422
    told_back = answer.content.decode()
    assert words in told_back
    assert text.strip() in told_back
    assert "@dana</code> Dana Developer" in told_back
    assert "@sam</code>" not in told_back
    assert not Comment.objects.exists()


def test_who_only_reads_does_not_comment(version: ModelVersion) -> None:
    """Auditors change nothing, not even a timeline; to strangers there is none."""
    assert "comment-text" in page("victor")
    assert "comment-text" not in page("ada")
    assert say("ada", "Hm.").status_code == 403
    assert say("sam", "Hm.").status_code == 404
    with pytest.raises(NotAllowed):
        comment_version(version.pk, text="Hm.", actor=actor_named("alma"))
    with pytest.raises(NotFound):
        comment_version(version.pk, text="Hm.", actor=actor_named("sam"))
    with pytest.raises(Invalid):
        comment_version(version.pk, text=" ", actor=actor_named("victor"))
    assert not Comment.objects.exists()


def test_what_is_said_makes_no_decision_stale(version: ModelVersion) -> None:
    """The digest that people sign knows no comments."""
    case = case_of(version)
    assert case
    before = digest_of(version, case, Move.VALIDATE)
    say("rita", "Looks fine to me.")
    assert digest_of(version, case, Move.VALIDATE) == before


def test_a_comment_brings_back_what_somebody_was_done_with(version: ModelVersion) -> None:
    """Something new has happened in the case."""
    case = case_of(version)
    assert case
    assert signed_in("victor").post(f"/cases/{case.pk}/acknowledge/").status_code == 302
    assert "Credit default" not in page("victor", "/").partition("<main")[2]
    say("rita", "One more thing.")
    assert "Credit default" in page("victor", "/").partition("<main")[2]
