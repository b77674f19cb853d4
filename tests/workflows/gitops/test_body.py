"""The body of a pull request as blocks, with nobody's markup."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workflows.gitops.body import (
    Block,
    GateLine,
    SignedLine,
    Words,
    gates_in,
    sections,
    signed_in,
)
from workflows.gitops.wording import GateLine as GateFact
from workflows.gitops.wording import PromotionFacts, Signer, body_of

AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)

BODY = """## What

Credit 2.0 goes to production.
It replaces 1.0.

- Digest: `ab12`
- Files: `cd34`

## Why

> Better <b>data</b>.
> And more of it.

## For machines

```json
{"a": 1}

# no heading
```
"""


def text(line: tuple[Words, ...]) -> str:
    return "".join(words.text for words in line)


def test_headings_make_sections() -> None:
    """Each with its blocks in order."""
    found = sections(BODY)
    assert [section.title for section in found] == ["What", "Why", "For machines"]
    assert [block.kind for block in found[0].blocks] == ["text", "list"]
    assert [text(line) for line in found[0].blocks[1].lines] == ["Digest: ab12", "Files: cd34"]


def test_words_between_backticks_are_code() -> None:
    """And nothing else is marked."""
    line = sections("see `a` now")[0].blocks[0].lines[0]
    assert line == (Words("see "), Words("a", code=True), Words(" now"))


def test_a_fence_keeps_what_stands_in_it() -> None:
    """Empty lines and signs too."""
    (block,) = sections(BODY)[2].blocks
    assert block == Block("code", ((Words('{"a": 1}\n\n# no heading', code=True),),))


def test_a_quotation_stays_a_quotation_and_plain_text() -> None:
    """Somebody's tags are letters."""
    (block,) = sections(BODY)[1].blocks
    assert block.kind == "quote"
    assert text(block.lines[0]) == "Better <b>data</b>."


def test_a_fence_that_never_ends_swallows_the_rest() -> None:
    """As on every forge."""
    assert sections("```\na\n## b")[0].blocks[0].lines[0][0].text == "a\n## b"


@given(st.text())
def test_nothing_is_invented_and_nothing_breaks(body: str) -> None:
    """Whatever comes, every word shown stood in the body."""
    for section in sections(body):
        for block in section.blocks:
            for line in block.lines:
                assert all(part in body for word in line for part in word.text.splitlines())


def test_our_headings_are_read_in_the_readers_language() -> None:
    """A heading of somebody else's stays as it is."""
    with translation.override("de"):
        found = [section.heading for section in sections("## Why\n\nx\n\n## Because\n\ny\n")]
    assert found == ["Warum", "Because"]


def test_approvers_and_gates_are_read_as_rows() -> None:
    """What `wording` writes comes back as it went in, names with brackets and colons too."""
    signer = Signer("p", "Rita: Risk (EU)", "risk_officer", "approve", AT)
    gates = (
        GateFact("auc_at_least", "passed", "0.7971234", "0.7", required=True),
        GateFact("own.smoke: all (9)", "failed", "", "", required=False),
    )
    found = {one.title: one for one in sections(body(signers=(signer,), gates=gates))}
    assert signed_in(found["Approvers"]) == [
        SignedLine("Rita: Risk (EU)", "risk_officer", "approve", AT.date())
    ]
    assert gates_in(found["Gates"]) == [
        GateLine("auc_at_least", True, "passed", "0.7971", "0.7"),
        GateLine("own.smoke: all (9)", False, "failed", "", ""),
    ]
    assert gates_in(found["Approvers"]) == signed_in(found["Gates"]) == []


def test_other_lines_stay_a_list() -> None:
    """None at all, and a body that somebody wrote by hand."""
    found = {one.title: one for one in sections(body())}
    assert signed_in(found["Approvers"]) == []
    (by_hand,) = sections("## Gates\n\n- all fine\n- auc (required): passed, value 1")
    assert gates_in(by_hand) == []


def body(**facts: Any) -> str:
    known: dict[str, Any] = {field.name: "" for field in fields(PromotionFacts)}
    known |= {"kind": "deploy", "signers": (), "gates": (), "links": (), "files": ()}
    return body_of(PromotionFacts(**{**known, "log_index": None, **facts}))
