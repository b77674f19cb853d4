"""One target's page: every promotion that went there, who approved it, when it went live."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.inventory.models import ModelVersion
from tests.stories import approved_version, house, registered_model, signed_in
from tests.workflows.lifecycle.live import merge_open, sign_all, two_versions
from workflows.desk.views import lists
from workflows.gitops.models import PullRequest
from workflows.lifecycle.operations import roll_back
from workflows.management.cast import actor_named
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import add_target

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<tr role="row" data-row>.*?</tr>', re.DOTALL)


@pytest.fixture(scope="module")
def former(module_db: None) -> ModelVersion:
    """The former champion; version 2 is live."""
    return two_versions()[0]


def address() -> str:
    return f"/targets/{Target.objects.get(name='production').pk}/"


def rows(username: str, **asked: str) -> list[str]:
    """The history as somebody sees it, row by row."""
    answer = signed_in(username).get(address(), asked)
    assert answer.status_code == 200
    return ROW.findall(answer.text)


def test_each_promotion_says_what_whose_and_when(former: ModelVersion) -> None:
    """Newest first: version, state, who approved, pull request, commit, since when, for which."""
    second, first = rows("rita")
    promotion = Promotion.objects.get(version=former)
    pulled = PullRequest.objects.get(promotion=promotion)
    assert f'href="/deployments/{promotion.pk}/"' in first
    assert "Superseded" in first
    assert "Rita Risk, Rolf Officer" in first
    assert f'href="{pulled.url}">{pulled}' in first
    assert promotion.merge_commit[:10] in first
    assert "in place of" not in first
    assert "in place of 1.0.0" in second
    assert "Deployed" in second or "Live" in second


def test_a_roll_back_says_from_where_and_leads_to_the_next(former: ModelVersion) -> None:
    """Whoever may ask for one finds the way beside a former champion, and only there."""
    link = "Roll back to this version</a>"
    assert [link in row for row in rows("mo")] == [False, True]
    assert [link in row for row in rows("rita")] == [False, False]
    sign_all(
        roll_back(former.pk, reason="Version 2 drifts.", actor=actor_named("mo")), "rita", "mo"
    )
    merge_open()
    newest, second, first = rows("mo")
    assert "rolled back from 2.0.0" in newest
    assert "Roll back" in newest
    assert [link in row for row in (newest, second, first)] == [False, True, False]


def test_what_waits_for_its_merge_is_there_too(former: ModelVersion) -> None:
    """With its open pull request, and not live."""
    approved_version(model=registered_model("cards", "Cards"))
    newest = rows("rita")[0]
    assert "Pull request open" in newest
    assert "not yet, or never" in newest


def test_it_is_narrowed_and_paged_in_the_address(
    former: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words find a model; the next page keeps them."""
    assert len(rows("rita", q="credit")) == 2
    assert rows("rita", q="nothing of the kind") == []
    monkeypatch.setattr(lists, "PAGE", 1)
    answer = signed_in("rita").get(address(), {"q": "credit"}).text
    assert "1 to 1 of 2" in answer
    assert 'href="?q=credit&amp;page=2"' in answer
    assert "1.0.0" in rows("rita", q="credit", page="2")[0]


def test_more_promotions_take_no_more_queries(former: ModelVersion) -> None:
    """However long the history."""
    rita = signed_in("rita")
    counts = []
    for words in ("nothing of the kind", "2.0.0", "credit"):
        with CaptureQueriesContext(connection) as queries:
            rita.get(address(), {"q": words})
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_settings_are_for_administrators(former: ModelVersion) -> None:
    """The page is for everybody who sees the target; who changes it, is told where."""
    change = f"{address()}change/"
    assert change in signed_in("alma").get(address()).text
    assert change not in signed_in("rita").get(address()).text
    assert f'href="{address()}"' in signed_in("rita").get("/targets/").text


def test_before_the_first_promotion_the_page_says_so(former: ModelVersion) -> None:
    """An empty list with the way on."""
    new = add_target(
        name="staging",
        environment="staging",
        repository="risk-models",
        portfolio=house(),
        actor=actor_named("admin1"),
    )
    assert "Nothing was promoted yet" in signed_in("rita").get(f"/targets/{new.pk}/").text


def test_a_target_of_another_portfolio_is_not_there(former: ModelVersion) -> None:
    """Nor for a stranger."""
    assert signed_in("sam").get(address()).status_code == 404
