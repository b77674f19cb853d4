"""Hints from outside: lost, doubled, out of order, forged, huge, broken. None can do harm."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from governance.sealing import seal
from tests.faults.world import ON_SQLITE, World, assert_exactly_once, continued, merges
from workflows.gitops.models import PipelineRun, WebhookDelivery
from workflows.targets.models import ForgeConnection, Promotion

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]
SECRET, SHOWN = "a-secret-of-sixteen", "shown-by-the-cluster-1"


@pytest.fixture
def world(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """The pull request is open, and every sender has its secret."""
    settings.REPORT_SECRET = SHOWN
    ForgeConnection.objects.update(sealed_secret=seal(SECRET, django_settings.FORGE_KEYS))
    return continued(opened, tmp_path, monkeypatch)


def post(source: str, body: bytes, **headers: str) -> int:
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    answer = Client().post(
        f"/hooks/{source}/", body, content_type="application/json", headers=names
    )
    return int(answer.status_code)


def github(body: dict[str, Any], delivery: str = "d-1", secret: str = SECRET) -> int:
    raw = json.dumps(body).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return post(
        "github-risk",
        raw,
        X_Hub_Signature_256=f"sha256={signature}",
        X_GitHub_Delivery=delivery,
        X_GitHub_Event="pull_request",
    )


def test_a_hint_makes_us_look_at_once(world: World) -> None:
    """Merged there a moment ago; nobody waits for the next poll."""
    world.forge.merge()
    assert github({"action": "closed"}) == 202
    world.work()
    assert_exactly_once(world)


def test_ten_times_the_same_is_once(world: World) -> None:
    """Senders repeat themselves; all are thanked."""
    assert [github({"action": "closed"}) for _time in range(10)] == [202] * 10
    assert WebhookDelivery.objects.count() == 1


def test_a_replay_under_another_id_is_the_same_delivery(world: World) -> None:
    """The id beside a body is signed by nobody: who caught one delivery has one, not thousands."""
    ids = [f"caught-{number}" for number in range(5)]
    assert {github({"action": "closed"}, delivery=one) for one in ids} == {202}
    assert WebhookDelivery.objects.count() == 1


def test_without_any_hint_the_poll_finds_it(world: World) -> None:
    """A lost delivery costs a minute."""
    world.settle(merges)
    assert_exactly_once(world)


def test_a_lie_is_only_a_reason_to_look(world: World) -> None:
    """“Merged”, says the body; the forge says open, and that is what counts."""
    github({"action": "closed", "pull_request": {"merged": True, "merge_commit_sha": "a" * 40}})
    world.work()
    assert world.promotion.state == "open"


@pytest.mark.parametrize("secret", ["", "wrong-secret-of-sixteen", "a-secret-of-sixteeN"])
def test_a_wrong_signature_is_refused(world: World, secret: str) -> None:
    """And nothing is stored."""
    assert github({"action": "closed"}, secret=secret or "x") == 401
    assert not WebhookDelivery.objects.exists()


def test_the_secret_of_another_forge_opens_nothing(world: World) -> None:
    """Each connection has its own."""
    ForgeConnection.objects.create(
        name="other", kind="github", base_url="https://x.example", sealed_token="x"
    )
    assert post("other", b"{}", X_Hub_Signature_256="sha256=00") == 401
    assert post("nobody", b"{}") == 404


BROKEN = [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'"x"', b'{"a": NaN}']


@pytest.mark.parametrize("body", BROKEN)
def test_a_body_that_is_no_object_is_refused(world: World, body: bytes) -> None:
    """Signed or not."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert post("github-risk", body, X_Hub_Signature_256=f"sha256={signature}") == 400


def test_a_huge_body_is_not_read(world: World) -> None:
    """Thirty megabytes, whoever sends them."""
    assert post("github-risk", b"x" * (30 * 1024 * 1024)) == 413


def test_a_secret_inside_a_payload_is_not_stored(world: World) -> None:
    """Gitea sends the webhook's own along."""
    github({"hook": {"secret": SECRET, "config": {"token": "x"}}, "ok": 1})
    stored = str(WebhookDelivery.objects.values().get())
    assert SECRET not in stored
    assert "(removed)" in stored


def test_a_secret_that_its_neighbour_or_an_address_names_is_not_stored(world: World) -> None:
    """A run tells of its parameters as pairs of name and value, and of where it cloned from."""
    clone = {"name": "url", "value": f"https://bot:{SECRET}@git.example/a.git"}
    parameters = [{"name": "git-token", "value": SECRET}, {"name": "branch", "value": "main"}]
    github({"params": [clone, *parameters]})
    stored = str(WebhookDelivery.objects.get().payload)
    assert SECRET not in stored
    assert "https://(removed)@git.example/a.git" in stored
    assert "main" in stored


@pytest.mark.parametrize(
    "said",
    [
        {"apiKey": SECRET},
        {"X-Api-Key": SECRET},
        {"db_passwd": SECRET},
        {"Set-Cookie": SECRET},
        {"credentials": {"user": "bot", "word": SECRET}},
        {"log": f"git clone https://bot:p@{SECRET}@git.example/a.git"},
        {"log": f"GET /a?x=1&private_token={SECRET}&y=2"},
        {"log": f"> Authorization: Bearer {SECRET}"},
        {"log": f"curl -u x -H 'authorization: token {SECRET}'"},
        {"log": f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----"},
        {"log": f"-----BEGIN PRIVATE KEY-----\n{SECRET}"},
    ],
)
def test_however_a_secret_is_said_it_is_not_stored(world: World, said: dict[str, Any]) -> None:
    """By the name of a field, however it is spelled, and by what stands around it in a text."""
    github({"result": said, "author": "Mo passed 3 checks", "ref": "x?page=2"})
    kept = WebhookDelivery.objects.get().payload
    assert SECRET not in str(kept)
    assert (kept["author"], kept["ref"]) == ("Mo passed 3 checks", "x?page=2")


@pytest.mark.parametrize(
    "token", ["ghp_" + "a1" * 18, "github_pat_" + "b2" * 20, "glpat-" + "c" * 20]
)
def test_a_token_is_known_by_its_form(world: World, token: str) -> None:
    """Wherever a log shows one."""
    github({"log": f"remote: {token}!"})
    assert WebhookDelivery.objects.get().payload == {"log": "remote: (removed)!"}


def test_what_no_database_keeps_is_left_out(world: World) -> None:
    """Zeros, halves of characters and infinities are JSON, and no reason to fall over."""
    raw = b'{"a\\u0000": "b\\u0000", "c\\ud800": "\\udfff", "d": 1e999, "e": [-1e999]}'
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert post("github-risk", raw, X_Hub_Signature_256=f"sha256={signature}") == 202
    kept = WebhookDelivery.objects.get().payload
    assert kept == {"a": "b", "c?": "?", "d": None, "e": [None]}


def test_a_held_pull_request_is_looked_at_too(world: World) -> None:
    """Somebody merges past a stop: the hint is not left to the next poll."""
    Promotion.objects.update(state="held")
    github({"action": "closed"})
    world.work()
    assert WebhookDelivery.objects.get().outcome == "1 looked at"


@pytest.mark.parametrize(("number", "looked"), [(1, 1), (2, 0), (10**30, 0), ("1", 0)])
def test_a_closed_one_is_looked_at_when_it_is_spoken_of(
    world: World, number: Any, looked: int
) -> None:
    """Somebody may have opened it again; the others that ever were closed rest."""
    world.forge.close(world.forge.pulls[0])
    world.look()
    assert world.promotion.state == "closed"
    github({"action": "reopened", "pull_request": {"number": number}})
    world.work()
    assert WebhookDelivery.objects.get().outcome == f"{looked} looked at"


def test_gitlab_and_gitea_prove_themselves_in_their_own_ways(world: World) -> None:
    """A token, a signed id with its time, a plain HMAC."""
    body = b'{"object_kind": "merge_request"}'
    ForgeConnection.objects.update(kind="gitlab")
    assert post("github-risk", body, X_Gitlab_Token=SECRET) == 202
    assert post("github-risk", body, X_Gitlab_Token="guess") == 401
    assert post("github-risk", body, **standard(body, datetime.now(UTC))) == 202
    late = datetime.now(UTC) - timedelta(minutes=6)
    assert post("github-risk", body, **standard(body, late)) == 401
    for sent in ("9" * 12, "9" * 40, "-1", "\u0663", ""):
        headers = standard(body, late) | {"webhook_timestamp": sent.encode().decode("latin-1")}
        assert post("github-risk", body, **headers) == 401
    ForgeConnection.objects.update(kind="gitea")
    plain = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert post("github-risk", body, X_Gitea_Signature=plain, X_Gitea_Delivery="g-1") == 202
    assert post("github-risk", body, X_Gitea_Signature="sha256=" + plain) == 401


def standard(body: bytes, at: datetime) -> dict[str, str]:
    """As the Standard Webhooks say."""
    sent = str(int(at.timestamp()))
    signed = f"msg-{sent}.{sent}.".encode() + body
    signature = b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
    return {
        "webhook_id": f"msg-{sent}",
        "webhook_timestamp": sent,
        "webhook_signature": f"v1,{signature}",
    }


def test_nobody_reports_without_the_secret(world: World, settings: Any) -> None:
    """And where none is set, the door is closed."""
    assert post("argo_cd", b"{}") == 401
    assert post("tekton", b"{}", Authorization="Bearer guess") == 401
    settings.REPORT_SECRET = ""
    assert post("tekton", b"{}", Authorization="Bearer ") == 401


def tekton(status: str, uid: str = "run-1", **times: str) -> int:
    """A CloudEvent about a run of the promotion."""
    promotion = Promotion.objects.get()
    condition = {"type": "Succeeded", "status": status, "reason": "Because"}
    run = {
        "metadata": {
            "uid": uid,
            "name": "verify-attestation-x7",
            "namespace": "delivery",
            "creationTimestamp": "2026-11-26T08:00:00Z",
            "labels": {"tekton.dev/pipeline": "verify-attestation", "team": "risk"},
            "annotations": {"foureyes.dev/promotion": str(promotion.pk)},
        },
        "status": {"conditions": [condition], **times},
    }
    kind = "dev.tekton.event.pipelinerun.running.v1"
    raw = json.dumps({"pipelineRun": run}).encode()
    return post("tekton", raw, X_Foureyes_Secret=SHOWN, Ce_Type=kind, Ce_Id=f"{uid}{status}")


def test_a_run_is_shown_by_its_last_word(world: World) -> None:
    """Doubled with new ids, and the first event last: the run has ended all the same."""
    done = {"startTime": "2026-11-26T08:00:01Z", "completionTime": "2026-11-26T08:01:00Z"}
    for status, times in (("True", done), ("True", done), ("Unknown", {})):
        assert tekton(status, **times) == 202
        world.work()
    run = PipelineRun.objects.get()
    assert (run.status, run.pipeline, run.namespace) == (
        "succeeded",
        "verify-attestation",
        "delivery",
    )


def test_a_run_about_nothing_of_ours_is_heard_and_dropped(world: World) -> None:
    """Also one whose names are nonsense."""
    body = {"pipelineRun": {"metadata": {"uid": "x", "labels": {"foureyes.dev/promotion": "x'"}}}}
    assert post("tekton", json.dumps(body).encode(), X_Foureyes_Secret=SHOWN) == 202
    world.work()
    assert not PipelineRun.objects.exists()
    assert WebhookDelivery.objects.get().outcome == "about nothing of ours"
