"""The page of a report that somebody asked for: from the choice of two versions to the files."""

import json

import pytest
from django.test import Client

from governance.evaluation.models import AskedComparison
from governance.evaluation.queries import COMPARE
from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from tests import stories
from workflows.delivery.operations import run_due

pytestmark = pytest.mark.django_db
CHOICE = "/models/credit-default/compare/"
ASK = "/models/credit-default/comparisons/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    stories.deployed_version(1)
    return stories.submitted_version(2)


@pytest.fixture
def victor(version: ModelVersion) -> Client:
    return stories.signed_in("victor")


def asked(client: Client, challenger: str = "1", champion: str = "2") -> str:
    answer = client.post(ASK, {"challenger": challenger, "champion": champion})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_two_are_chosen_where_several_stand_beside_each_other(victor: Client) -> None:
    """Those shown are offered first; the newest reports stand below with how far they are."""
    page = victor.get(CHOICE).text
    assert 'name="challenger"' in page
    assert '<option value="2" selected>2.0.0 (#2)</option>' in page
    assert '<option value="1" selected>1.0.0 (#1)</option>' in page
    address = asked(victor)
    page = victor.get(CHOICE).text
    assert f'href="{address}"' in page
    assert "1.0.0 against 2.0.0" in page
    assert "Waiting for a worker" in page


def test_the_page_says_how_far_it_is(victor: Client) -> None:
    """It asks again every two seconds, and a worker's words stand on it."""
    address = asked(victor)
    assert f'hx-get="{address}state/"' in victor.get(address).text
    taken = claim(OutboxJob.objects.get(topic=COMPARE).pk)
    assert taken
    taken.progress("reading", 1200, 3500)
    part = victor.get(f"{address}state/", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Reading the version&#x27;s rows" in part
    assert 'value="1200" max="3500"' in part
    assert "1,200 of 3,500 rows read" in part


def test_once_made_it_is_the_whole_report(victor: Client) -> None:
    """Verdict, measures, figures, who asked; the part that polls leads there."""
    address = asked(victor)
    run_due("slow")
    assert victor.get(f"{address}state/")["Location"] == address
    page = victor.get(address).text
    assert "The challenger does worse" in page
    assert "Asked for by Victor Validator; no decision rests on it." in page
    assert page.count("data-canvas") == 7
    assert f'href="{address}xlsx/"' in page
    changed = victor.get(address, {"show": "changed"}).text
    assert f'href="{address}xlsx/?show=changed"' in changed
    assert "Worse" in victor.get(CHOICE).text


def test_it_can_be_taken_along(victor: Client) -> None:
    """In every form of the case's own report, under a name that says which two."""
    address = asked(victor)
    assert victor.get(f"{address}json/").status_code == 404
    run_due("slow")
    answer = victor.get(f"{address}json/")
    assert 'filename="credit-default-1-against-2.json"' in answer["Content-Disposition"]
    told = json.loads(answer.content)
    assert (told["version"], told["champion"]) == ("1.0.0", "2.0.0")
    for form in ("html", "xlsx"):
        assert victor.get(f"{address}{form}/").status_code == 200
    assert victor.get(f"{address}docx/").status_code == 404


def test_it_can_be_cancelled_and_asked_for_again(victor: Client) -> None:
    """The page says that nothing was kept, and offers to ask again."""
    address = asked(victor)
    assert victor.post(f"{address}cancel/")["Location"] == address
    page = victor.get(address).text
    assert "This comparison was cancelled." in page
    assert "Ask again" in page
    assert victor.post(f"{address}cancel/").status_code == 409
    assert asked(victor) != address


def test_a_refusal_stands_there_with_what_to_do(victor: Client) -> None:
    """As the reading process gave it."""
    address = asked(victor)
    AskedComparison.objects.update(refusal="Row 4 is bad.", remedy="Write it anew.")
    page = victor.get(address).text
    assert "Row 4 is bad." in page
    assert "Write it anew." in page


def test_a_worker_that_gave_up_is_told(victor: Client, version: ModelVersion) -> None:
    """With its last error; asking again starts it anew."""
    address = asked(victor)
    jobs = OutboxJob.objects.filter(topic=COMPARE)
    jobs.update(parked_at=version.created_at, last_error="the disk is full")
    page = victor.get(address).text
    assert "The worker gave up" in page
    assert "the disk is full" in page
    assert asked(victor) == address
    assert not jobs.filter(parked_at__isnull=False).exists()


@pytest.mark.parametrize("sent", [{}, {"challenger": "1"}, {"challenger": "x", "champion": "1"}])
def test_half_a_pair_is_refused(victor: Client, sent: dict[str, str]) -> None:
    """With what to do."""
    answer = victor.post(ASK, sent)
    assert answer.status_code == 422
    assert "Choose one in each list." in answer.text


def test_strangers_do_not_learn_of_it(victor: Client) -> None:
    """No page, no state, no file, no cancelling."""
    address, sam = asked(victor), stories.signed_in("sam")
    for place in ("", "state/", "json/"):
        assert sam.get(f"{address}{place}").status_code == 404
    assert sam.post(f"{address}cancel/").status_code == 404
    assert sam.post(ASK, {"challenger": "1", "champion": "2"}).status_code == 404
