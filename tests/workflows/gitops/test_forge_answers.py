"""What a forge may answer, by mistake or on purpose: it hurts nobody and tells no token."""

from collections.abc import Callable
from typing import Any

import pytest
from dulwich.server import ReceivePackHandler

from governance.errors import FoureyesError, Permanent, Temporary
from governance.outbox.backoff import LONGEST_RETRY_AFTER_S, delay_s
from tests.faults.fakes.forge import TOKEN
from tests.workflows.gitops.places import BRANCH, REPOSITORY, Place, everywhere, with_api
from workflows.gitops.forges.base import APPROVED_CONTEXT, RemoteStatus
from workflows.gitops.forges.limits import asked_to_wait


@with_api
@pytest.mark.parametrize("status", [400, 401, 403, 409, 422, 500])
def test_a_token_that_the_answer_repeats_is_told_to_nobody(
    place: Place, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that shows what it was sent: the words are kept with the job, and on pages."""
    told = {"message": f"bad header: Bearer {TOKEN}", "errors": [{"value": TOKEN}]}
    place.branch(models__a="1\n")
    monkeypatch.setattr(place.fake, "dialect", lambda *_asked: (status, {}, told))
    words = {"head": BRANCH, "base": "main", "title": "Deploy", "body": "Why."}
    acts: tuple[Callable[[], object], ...] = (
        lambda: place.ours.open_pull_request(REPOSITORY, **words),
        lambda: place.ours.set_status(
            REPOSITORY, "a" * 40, RemoteStatus(APPROVED_CONTEXT, "success", "Approved")
        ),
    )
    for act in acts:
        with pytest.raises(FoureyesError) as refusal:
            act()
        assert TOKEN not in f"{refusal.value.message} {refusal.value.remedy}"


@everywhere
def test_a_token_that_git_repeats_is_told_to_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of the forge's own that prints what it was called with."""

    def decline(_handler: Any, refs: Any) -> Any:
        yield (b"unpack", b"ok")
        for _old, _new, ref in refs:
            yield (ref, f"declined for {TOKEN}".encode())

    monkeypatch.setattr(ReceivePackHandler, "_apply_pack", decline)
    with pytest.raises(Permanent, match="declined for") as refusal:
        place.branch(models__a="1\n")
    assert TOKEN not in str(refusal.value)


ODD: dict[str, list[Any]] = {
    "number": ["1", 0, -1, 2**40, True, 1.5],
    "iid": ["1", 0, -1, 2**40, True, 1.5],
    "html_url": ["javascript:alert(1)", "https://x/" + "y" * 600, ""],
    "web_url": ["javascript:alert(1)", "https://x/" + "y" * 600, ""],
    "state": ["mine"],
    "title": [["a"]],
}


@with_api
@pytest.mark.parametrize("key", ODD)
def test_a_field_of_another_form_is_told_as_that(
    place: Place, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is a row of ours, or a link that somebody follows."""
    place.opened()
    dialect = place.fake.dialect
    for odd in ODD[key]:

        def spoilt(*asked: Any, odd: Any = odd) -> Any:
            status, headers, body = dialect(*asked)
            return status, headers, body | {key: odd} if key in body else {}

        monkeypatch.setattr(place.fake, "dialect", spoilt)
        with pytest.raises(Temporary) as refusal:
            place.ours.pull_request(REPOSITORY, 1)
        assert "address and the kind" in refusal.value.remedy


@with_api
@pytest.mark.parametrize("sha", ["../main", "z" * 40, "a" * 64, "", None, 7])
def test_a_merge_without_a_commit_is_no_merge_yet(
    place: Place, sha: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no commit's id is asked of no repository; a merge without one is looked at again."""
    opened = place.opened()
    place.fake.merge(opened.number)
    dialect = place.fake.dialect

    def spoilt(*asked: Any) -> Any:
        status, headers, body = dialect(*asked)
        gone = {"squash_commit_sha": None, "sha": None} if "iid" in body else {}
        return status, headers, body | gone | {"merge_commit_sha": sha}

    monkeypatch.setattr(place.fake, "dialect", spoilt)
    with pytest.raises(Temporary):
        place.ours.pull_request(REPOSITORY, opened.number)


@pytest.mark.parametrize(
    "text",
    [
        "99999999999",
        "Mon, 01 Jan 0001 00:00:00 -0000",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 99 Foo",
        "nan",
        "-5",
        "1e9",
        "",
        "١٢",
    ],
)
@pytest.mark.parametrize("header", ["retry-after", "x-ratelimit-reset"])
def test_whatever_a_forge_asks_us_to_wait_a_job_comes_back(header: str, text: str) -> None:
    """Within six hours, and no odd word ends the worker."""
    wait_s = asked_to_wait(429, {"x-ratelimit-remaining": "0", header: text}, "")
    assert 0 <= delay_s(1, wait_s) <= LONGEST_RETRY_AFTER_S + 1
