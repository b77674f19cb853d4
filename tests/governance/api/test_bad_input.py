"""What bad input gets: what is wrong, what to do, and nothing half-written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from governance.access.models import ApiToken, Person, User
from governance.access.operations import add_portfolio, revoke_token
from governance.access.permissions import Permission
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.api.api import (
    BASE,
    VERSION,
    Pipeline,
    problem,
    program_of,
    traces,
)
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def token(module_db: None) -> str:
    stories.draft_version()
    return stories.pipeline_token()


@pytest.fixture
def pipeline(token: str, db: None) -> Iterator[Pipeline]:
    """The developer's pipeline; whatever is refused leaves nothing behind."""
    before = traces()
    yield Pipeline(token)
    assert traces() == before
    incoming = Path(django_settings.MEDIA_ROOT) / "incoming"
    assert not incoming.exists() or not list(incoming.iterdir())


def body(**parts: Any) -> dict[str, Any]:
    """A model to register, but for what the test says."""
    return {"name": "other", "title": "Other", "portfolio": "retail-credit", "tier": 1} | parts


# The door --------------------------------------------------------------------------------------
@pytest.mark.parametrize("secret", ["", "fe_unknown", "Bearer"])
def test_without_a_known_token_nobody_comes_in(pipeline: Pipeline, secret: str) -> None:
    """The remedy says how a token is sent."""
    said = problem(Pipeline(secret).get(VERSION), 401, "unauthorized")
    assert "Authorization: Bearer fe_" in said["remedy"]


def end_token(_token: ApiToken) -> None:
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke_it(token: ApiToken) -> None:
    revoke_token(token.pk, actor=actor_named("admin1"))


def switch_off_account(_token: ApiToken) -> None:
    User.objects.filter(kind="service").update(is_active=False)


def owner_leaves(_token: ApiToken) -> None:
    Person.objects.filter(full_name="Dana Developer").update(active=False)


@pytest.mark.parametrize("end", [end_token, revoke_it, switch_off_account, owner_leaves])
def test_an_ended_token_is_no_token(token: str, end: Any) -> None:
    """Its time is over, it was revoked, its account or the owner behind it is gone."""
    assert Pipeline(token).get("/models").status_code == 200
    end(ApiToken.objects.get())
    problem(Pipeline(token).get("/models"), 401, "unauthorized")


def test_a_session_is_no_token(pipeline: Pipeline) -> None:
    """A browser that is signed in does not open the API, so no page can misuse it."""
    browser = Client()
    browser.force_login(
        User.objects.get(username="dana"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    problem(browser.get(BASE + VERSION), 401, "unauthorized")


def test_a_token_gives_no_more_than_it_says(token: str) -> None:
    """Dana may submit; a token of hers that only reads may not."""
    reader = program_of("dana", Permission.MODEL_VIEW)
    before = traces()
    said = problem(reader.post(f"{VERSION}/submit"), 403, "not_allowed")
    assert "version:submit" in said["detail"]
    assert said["remedy"]
    assert traces() == before


# Models and versions ----------------------------------------------------------------------------
def test_a_duplicate_model_name_is_named(pipeline: Pipeline) -> None:
    """And the field."""
    said = problem(pipeline.post("/models", body(name=stories.MODEL)), 409, "duplicate")
    assert "credit-default is taken" in said["detail"]
    assert said["field"] == "name"
    assert "add a version" in said["remedy"]


def test_an_unknown_version_is_named(pipeline: Pipeline) -> None:
    """And where to look."""
    said = problem(pipeline.get(f"/models/{stories.MODEL}/versions/99"), 404, "not_found")
    assert "no version 99 of credit-default" in said["detail"]
    assert "inventory" in said["remedy"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": "no spaces, please"}, "name"),
        ({"name": ""}, "name"),
        ({"title": "  "}, "title"),
        ({"tier": 4}, "tier"),
    ],
)
def test_a_model_that_cannot_be_is_refused_at_its_field(
    pipeline: Pipeline, parts: dict[str, Any], field: str
) -> None:
    """Each with its own words."""
    assert problem(pipeline.post("/models", body(**parts)), 422, "invalid")["field"] == field


@pytest.mark.parametrize(
    "parts", [{"name": "x" * 81}, {"title": "x" * 201}, {"tier": "first"}, {"tier": None}]
)
def test_a_body_that_does_not_fit_names_the_place(
    pipeline: Pipeline, parts: dict[str, Any]
) -> None:
    """Too long, or of another type."""
    said = problem(pipeline.post("/models", body(**parts)), 422, "invalid")
    [name] = parts
    assert said["field"] == name
    assert said["detail"].startswith(f"{name}: ")


def test_a_missing_body_and_a_bad_parameter_are_named(pipeline: Pipeline) -> None:
    """As the sender knows them."""
    address = f"/models/{stories.MODEL}/versions/1/withdraw"
    missing = Client().generic(
        "POST", f"/api/v1{address}", "", "application/json", headers=pipeline.headers()
    )
    assert problem(missing, 422, "invalid")["field"] == "body"
    assert problem(pipeline.get("/models?page=0"), 422, "invalid")["field"] == "page"


@pytest.mark.parametrize("portfolio", ["no-such", "corporate"])
def test_a_portfolio_of_others_sounds_like_one_that_is_not_there(
    pipeline: Pipeline, portfolio: str
) -> None:
    """No program can find out which portfolios there are."""
    answer = pipeline.post("/models", body(portfolio=portfolio))
    said = problem(answer, 404, "not_found")
    assert said["detail"] == f"There is no portfolio {portfolio} that you can see."


@pytest.mark.parametrize(
    "path", ["/models/no-such", "/models/no-such/versions/1", f"/models/{stories.MODEL}/versions/9"]
)
def test_an_unknown_name_is_not_found(pipeline: Pipeline, path: str) -> None:
    """With the name that was asked for."""
    assert "that you can see" in problem(pipeline.get(path), 404, "not_found")["detail"]


def test_a_version_of_another_portfolio_is_not_found(token: str) -> None:
    """The same words as for one that is not there, at every door."""
    theirs = add_portfolio(name="corporate", title="Corporate", actor=actor_named("admin1"))
    ModelVersion.objects.get().model.__class__.objects.update(portfolio=theirs)
    pipeline, before = Pipeline(token), traces()
    for answer in (
        pipeline.get(VERSION),
        pipeline.post(f"{VERSION}/submit"),
        pipeline.post(f"{VERSION}/withdraw", {"reason": "x"}),
        pipeline.put(f"{VERSION}/artifacts/a.onnx", b"x"),
        pipeline.put(f"{VERSION}/evidence/a.md?kind=document", b"x"),
        pipeline.post(f"/models/{stories.MODEL}/versions", {}),
        pipeline.post(
            f"/models/{stories.MODEL}/kpis",
            {"version": 1, "kpi": "auc", "value": "0.7", "observed_on": "2026-01-01"},
        ),
    ):
        problem(answer, 404, "not_found")
    assert pipeline.get("/models").json() == {"count": 0, "models": []}
    assert traces() == before


@pytest.fixture
def bare(token: str, db: None) -> str:
    """A draft without scored data."""
    answer = Pipeline(token).post(f"/models/{stories.MODEL}/versions", {"label": "bare"})
    return f"/models/{stories.MODEL}/versions/{answer.json()['number']}"


# Moves ------------------------------------------------------------------------------------------
def test_an_incomplete_draft_cannot_be_submitted(token: str, bare: str) -> None:
    """All that is missing is named at once."""
    said = problem(Pipeline(token).post(f"{bare}/submit"), 422, "invalid")
    assert "Missing:" in said["detail"]


def test_a_move_from_the_wrong_state_says_where_it_starts(token: str) -> None:
    """Submitting twice; uploading after submitting."""
    pipeline = Pipeline(token)
    assert pipeline.post(f"{VERSION}/submit").json()["state"] == "submitted"
    before = traces()
    said = problem(pipeline.post(f"{VERSION}/submit"), 409, "wrong_state")
    assert "To be submitted it must be a draft" in said["detail"]
    answer = pipeline.put(f"{VERSION}/artifacts/late.txt?role=other", b"late")
    assert "only be added to a draft" in problem(answer, 409, "wrong_state")["detail"]
    assert traces() == before


def test_a_withdrawal_without_a_reason_is_refused(pipeline: Pipeline) -> None:
    """At its field."""
    answer = pipeline.post(f"{VERSION}/withdraw", {"reason": " "})
    assert problem(answer, 422, "invalid")["field"] == "reason"


@pytest.mark.parametrize("verb", ["approve", "validate", "reject", "deploy", "retire"])
def test_no_program_decides(pipeline: Pipeline, verb: str) -> None:
    """There is no such door."""
    assert pipeline.post(f"{VERSION}/{verb}").status_code == 404


@pytest.mark.parametrize("who", ["victor", "rita", "ada", "alma"])
def test_a_move_without_permission_is_refused(token: str, who: str) -> None:
    """Also for uploads: the file is not taken first."""
    program = program_of(who)
    before = traces()
    for answer in (
        program.post(f"{VERSION}/submit"),
        program.post(f"{VERSION}/withdraw", {"reason": "x"}),
        program.post(f"/models/{stories.MODEL}/versions", {}),
        program.put(f"{VERSION}/artifacts/a.onnx", b"not taken", "0" * 64),
        program.put(f"{VERSION}/evidence/a.md?kind=document", b"not taken", "0" * 64),
    ):
        assert problem(answer, 403, "not_allowed")["remedy"]
    assert traces() == before


# The wire ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '"text"',
        '{"label": "a", "label": "b"}',
        '{"label": "\\u0000"}',
        '{"parameters": {"cutoff": NaN}}',
        '{"parameters": {"cutoff": Infinity}}',
        '{"parameters": {"seed": 12345678901234567890}}',
        '{"parameters": {"\\ud800": 1}}',
        "\udc80".encode("utf-8", "surrogateescape"),
        "[" * 2000,
    ],
)
def test_a_body_that_is_not_plain_json_is_refused(pipeline: Pipeline, content: Any) -> None:
    """Not cut off, not doubled, no NUL, no number that cannot be signed later."""
    answer = Client().post(
        f"{BASE}/models/{stories.MODEL}/versions",
        content,
        content_type="application/json",
        headers=pipeline.headers(),
    )
    assert problem(answer, answer.status_code, answer.json()["code"])["remedy"]
    assert answer.status_code in {400, 422}


def test_nobody_writes_columns_that_are_not_theirs_to_write(token: str) -> None:
    """A32: state, number and owner in a body are not read."""
    answer = Pipeline(token).post(
        f"/models/{stories.MODEL}/versions",
        {"label": "x", "state": "approved", "number": 99, "submitted_by": "rita", "id": "x"},
    )
    assert (answer.json()["state"], answer.json()["number"]) == ("draft", 2)


@pytest.mark.parametrize("path", ["/models/%00", "/models/a%00b/versions/1", "/models?page=0"])
def test_an_address_that_cannot_be_is_refused(pipeline: Pipeline, path: str) -> None:
    """Never a fault of ours."""
    assert pipeline.get(path).status_code in {404, 422}


def test_another_method_is_refused(pipeline: Pipeline) -> None:
    """And no header or parameter turns one into another."""
    answer = Client().delete(BASE + VERSION, headers=pipeline.headers())
    assert answer.status_code == 405
    overriding = pipeline.headers() | {"X-HTTP-Method-Override": "DELETE"}
    answer = Client().post(f"{BASE}{VERSION}?_method=DELETE", headers=overriding)
    assert answer.status_code == 405
