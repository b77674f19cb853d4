"""One page holds the whole case, and shows each reader what is theirs to do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from tests.stories import (
    again,
    approved_version,
    deployed_version,
    draft_version,
    registered_model,
    sign,
    signed_in,
    submitted_version,
    validated_version,
)
from tests.workflows.desk.pages import address, case_page
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PromotionAlarm
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
# As long as the panel asks again what has become of the version.
FOLLOWS = "/panel/"


@pytest.fixture(scope="module")
def champion(module_db: None) -> ModelVersion:
    """The first version, live."""
    return deployed_version(1)


@pytest.fixture(scope="module")
def version(champion: ModelVersion) -> ModelVersion:
    """The second version, validated; two risk officers are asked."""
    return validated_version(2, model=champion.model)


def test_one_page_answers_what_changed_and_how_good_it_is(version: ModelVersion) -> None:
    """Verdict in words, measures with intervals, figures with their tables, checks with reasons."""
    page = case_page("rita", version)
    assert "The challenger does better than the champion on 1,000 cases" in page
    assert "against champion 1.0.0" in page
    assert '<span class="fe-was">sha256:c7b6…9a19</span> → sha256:66b5…d09a' in page
    assert "Same 1,000 cases for both. Intervals: 95%, paired." in page
    assert 'data-figure="figure-roc"' in page
    assert "The value misses the threshold. (under 26)" in page
    assert "storageUri" in page


def test_the_first_version_stands_alone(champion: ModelVersion) -> None:
    """Each value with its own interval; no column for a champion that never was."""
    page = case_page("olive", champion)
    table = page[page.index('id="kpi-cap"') :]
    table = table[: table.index("</table>")]
    assert "0.720 to 0.784" in table
    assert "Change" not in table
    assert "champion" not in table


def test_numbers_are_the_same_in_sentence_and_table(version: ModelVersion) -> None:
    """0.7968 is 0.797 everywhere, never cut to 0.796."""
    page = case_page("rita", version)
    assert "AUC 0.797 against 0.754" in page
    assert "0.796<" not in page


def test_who_may_decide_sees_the_choices_and_none_is_preset(version: ModelVersion) -> None:
    """The rules tell who signed and who still can; what follows stands below."""
    page = case_page("rita", version)
    assert "Your decision" in page
    assert "0 of 2 risk officers" in page
    assert "Can still sign: you, Rolf Officer" in page
    assert 'name="decision" value="approve" required>' in page
    assert "required checked" not in page
    assert "1 more signature is needed then" in page


def test_the_last_signer_reads_what_follows(version: ModelVersion) -> None:
    """Quorum, state, and the pull request with its repository."""
    sign(version, "rolf")
    page = case_page("rita", version)
    assert "Quorum is reached: the version becomes approved" in page
    assert "A pull request opens in risk-models, for production" in page
    assert "You have signed this already." in case_page("rolf", version)


@pytest.mark.parametrize(
    ("username", "reason"),
    [
        ("dana", "You are an author of this version."),
        ("victor", "You are the validator of this version."),
        ("ada", "You do not hold a role that decides this here."),
    ],
)
def test_who_cannot_decide_reads_why(version: ModelVersion, username: str, reason: str) -> None:
    """No form, but the reason and what can be done."""
    page = case_page(username, version)
    assert "You cannot decide this" in page
    assert reason in page
    assert 'name="decision"' not in page


def test_a_stranger_finds_nothing(version: ModelVersion) -> None:
    """A case that is not theirs to see does not exist for them."""
    answer = signed_in("sam").get(address(version))
    assert answer.status_code == 404
    assert version.model.title not in answer.content.decode()


def test_too_few_people_is_said_early(version: ModelVersion) -> None:
    """When no quorum can come together, the page says so before anybody waits for it."""
    person = again(version).model.owner.__class__.objects.get(full_name="Rolf Officer")
    person.active = False
    person.save()
    assert "Too few people can still sign, and a role" in case_page("rita", version)


def test_the_timeline_tells_people_and_system_with_their_entries(version: ModelVersion) -> None:
    """Newest first; each line leads to its entry; the product's own lines can be left out."""
    sequence_pending()
    publish_checkpoint()
    page = case_page("ada", version)
    assert page.index("completed the validation") < page.index("submitted the version")
    assert 'class="fe-proof" href="/log/' in page
    assert "8 gates ended: 7 passed, 1 not" in page
    people = case_page("ada", version, show="people")
    assert "8 gates ended" not in people
    assert "submitted the version" in people


def test_the_page_costs_few_queries(version: ModelVersion) -> None:
    """However long the timeline: each list is read once. Warm, as a person's second look."""
    rita = signed_in("rita")
    rita.get(address(version))
    with CaptureQueriesContext(connection) as queries:
        rita.get(address(version))
    assert len(queries) <= 65


def test_a_draft_says_what_it_lacks(module_db: None) -> None:
    """Complete, it offers to submit; to others it says that nobody is asked yet."""
    version = draft_version(1, model=registered_model("cards", "Cards"))
    assert "Everything the policy asks for is there." in case_page("dana", version)
    assert "Nobody is asked yet." in case_page("victor", version)
    version.evidence.filter(kind="document").delete()
    assert "document" in case_page("dana", version)
    assert 'type="submit" disabled>' in case_page("dana", version)


def test_checks_are_followed_while_they_run(module_db: None) -> None:
    """The section asks again until they have ended, then brings all that rests on them."""
    version = submitted_version(1, model=registered_model("cards", "Cards"), checked=False)
    page = case_page("victor", version)
    assert "Nobody can decide yet" in page
    assert f'hx-get="{address(version, "version_checks")}"' in page
    reconcile()
    victor = signed_in("victor")
    part = victor.get(address(version, "version_checks"), headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert "data-poll" not in text
    assert 'id="panel" aria-labelledby="decide" hx-swap-oob="true"' in text
    assert victor.get(address(version, "version_checks")).status_code == 302


def test_parked_checks_are_told_in_words(module_db: None) -> None:
    """Nobody waits for checks that have given up without being told."""
    version = submitted_version(1, model=registered_model("cards", "Cards"), checked=False)
    jobs = OutboxJob.objects.filter(topic="version.evaluate", key=str(version.pk))
    jobs.update(parked_at=version.created_at, last_error="the disk is full")
    page = case_page("victor", version)
    assert "The checks stopped and wait for a person" in page
    assert "the disk is full" in page


def test_an_approved_version_leads_to_its_pull_request(champion: ModelVersion) -> None:
    """State and link while it is on its way; afterwards since when it is champion."""
    version = approved_version(2, model=champion.model, opened=False)
    page = case_page("rita", version)
    assert "Preparing the pull request" in page
    assert FOLLOWS in page
    reconcile()
    page = case_page("rita", version)
    assert '<a href="/forge/risk-models/2/">risk-models#2</a>' in page
    assert FOLLOWS not in page
    assert "Live since" in case_page("rita", champion)


def test_a_merged_version_is_followed_until_it_is_live(champion: ModelVersion) -> None:
    """Nobody has to load the page again between the merge and the report of what runs."""
    version = approved_version(2, model=champion.model)
    merged = {"state": "merged", "merge_commit": "c" * 40, "merged_at": timezone.now()}
    Promotion.objects.filter(version=version).update(**merged)
    page = case_page("rita", version)
    assert "Merged" in page
    assert FOLLOWS in page


def test_the_page_is_the_same_for_an_actor_who_only_reads(version: ModelVersion) -> None:
    """An auditor sees everything and is offered nothing."""
    page = case_page("ada", version)
    for offer in ("Raise a finding", "Withdraw this version", "Write the report", "Retire"):
        assert offer not in page


def test_a_live_version_tells_of_an_open_alarm(champion: ModelVersion) -> None:
    """The repository no longer holds what was approved, and the case says so, too."""
    promotion = Promotion.objects.get(version=champion)
    PromotionAlarm.objects.create(promotion=promotion, kind="drifted", occasion="by hand")
    page = case_page("olive", champion)
    assert "The repository was changed without an approval" in page
    assert f'href="/deployments/{promotion.pk}/"' in page


def test_what_diverged_is_not_on_its_way(champion: ModelVersion) -> None:
    """An approval whose merge was something else reads as what it is."""
    waiting = approved_version(1, model=registered_model("cards", "Credit cards"))
    facts = {"state": "diverged", "state_reason": "Not what was approved: version.yaml"}
    Promotion.objects.filter(version=waiting).update(**facts)
    page = case_page("mo", waiting)
    assert "Approved, but something else was merged" in page
    assert "Not what was approved: version.yaml" in page
    assert "on its way" not in page
