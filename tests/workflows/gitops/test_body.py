"""The body of a pull request as blocks, with nobody's markup."""

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workflows.gitops.body import Block, Words, sections

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
