"""A file of somebody else's: only our places in it change, whatever it looks like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.targets.edits import NotEditable, edited, values_at

LISTED = {
    "images[name=credit].digest": "sha256:12",
    "images[name=credit].newName": "registry.example/credit",
    "images[name=credit].newTag": None,
    "resources[ours.yaml]": "ours.yaml",
}
NAMED = {"serving.model.stopped": False, "serving.model.version": 2}
SET = LISTED | NAMED
# What others write: no line of it is ours, so each of them stays.
COMMENTS = st.sampled_from(["", "\n", "# theirs: [", "\n# - not a list\n", "  # deep"])
BEHIND = st.sampled_from(["", "  # why: {", "   "])
SECTIONS = {
    "resources": ["../../base", "'quoted file.yaml'", '"b.yaml"', "&a plain.yaml"],
    "images": ["name: other", 'newTag: "1"\n{pad}  name: third', "name: fourth\n{pad}  digest: a"],
    "serving": ["port:   8080", "hosts: [a,b,   c]", "text: |\n{pad}  one\n\n{pad}  two"],
    "patches": ["path: patch.yaml", "target: {{kind: Deployment,name: x}}"],
    "more": [">-\n{pad}    folded\n{pad}    text", "[1, 2,  3]", "? odd\n{pad}  : key"],
}


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file as teams write them, with the names of our places in it or not."""
    parts = [draw(COMMENTS)]
    offset, step = draw(st.sampled_from([0, 2, 4])), draw(st.sampled_from([2, 4]))
    for name in draw(st.permutations(list(SECTIONS))):
        found = draw(st.lists(st.sampled_from(SECTIONS[name]), max_size=3, unique=True))
        pad, dash = (" " * step, "") if name == "serving" else (" " * offset, "- ")
        entries = [f"{pad}{dash}{one.format(pad=pad)}{draw(BEHIND)}" for one in found]
        parts += [f"{name}:{draw(BEHIND)}", *entries, draw(COMMENTS)] if found else []
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    text = "\n".join(parts) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", line_end)


@given(files())
def test_every_line_of_others_stays_and_a_second_time_changes_nothing(text: str) -> None:
    """Comments, order, quotes, blanks and line ends; and what goes again leaves no trace."""
    after = edited(text, SET)
    assert values_at(after, SET) == SET
    there = iter(after.splitlines())
    assert all(line in there for line in text.splitlines())
    assert edited(after, SET) == after
    assert edited(after, dict.fromkeys(LISTED)) == edited(text, dict.fromkeys(LISTED) | NAMED)


FLOW = "a: {x: 1, l: [{name: q, v: 1}, z]}  # theirs\n"
TOOL = "images:\n- digest: sha256:1\n  # theirs\n  newTag: x\n  name: credit\n  other: 1\n"


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("a: {}\n", {"a.b": 1}, "a:\n  b: 1\n"),
        ("a:  # c\nb: 1", {"a.b.c": "x y"}, 'a:  # c\n  b:\n    c: "x y"\nb: 1\n'),
        ("a: ~\n", {"a.l[x]": "x"}, "a:\n  l:\n    - x\n"),
        ("l:\n- a\nm: []\n", {"m[k=b].v": "no"}, 'l:\n- a\nm:\n- k: b\n  v: "no"\n'),
        ("a: 'it'  # c\n", {"a": "it's"}, "a: 'it''s'  # c\n"),
        ('a: "1"\n', {"a": "x"}, 'a: "x"\n'),
        ("a:\n", {"a": "1"}, 'a: "1"\n'),
        ("a: {b: {}}\n", {"a.b.c": 1}, "a: {b: {c: 1}}\n"),
        (FLOW, {"a.x": None, "a.y": 2}, FLOW.replace("{x: 1, ", "{").replace("]}", "], y: 2}")),
        (
            FLOW,
            {"a.l[name=q].v": None, "a.l[n=w].v": 3},
            "a: {x: 1, l: [z, {n: w, v: 3}]}  # theirs\n",
        ),
        (FLOW, {"a.l[z]": None}, "a: {x: 1, l: [{name: q, v: 1}]}  # theirs\n"),
        (
            TOOL,
            {"images[name=credit].digest": None},
            TOOL.replace("- digest: sha256:1\n  # theirs\n  n", "  # theirs\n- n"),
        ),
        (TOOL, {f"images[name=credit].{key}": None for key in ("digest", "newTag", "other")}, ""),
        ("a:\n  b: 1\n  c: 2\n# end\n", {"a.b": None, "a.c": None}, "a: {}\n# end\n"),
        ("", {"a.b": True}, "a:\n  b: true\n"),
        ("# theirs\n{}\n", {"a": 1}, "# theirs\na: 1\n"),
        ("---\n# theirs\n", {"a": 1}, "---\n# theirs\na: 1\n"),
        ("a: 1\r\n# theirs\r\n", {"b": 1}, "a: 1\r\nb: 1\r\n# theirs\r\n"),
        ("x: &x {a: 1}\ny: *x\n", {"z": 1}, "x: &x {a: 1}\ny: *x\nz: 1\n"),
        ("t: |\n  a\n\nb: 1\n", {"t2.c": 1, "b": 2}, "t: |\n  a\n\nb: 2\nt2:\n  c: 1\n"),
    ],
)
def test_ours_is_written_as_the_file_is(text: str, fields: dict[str, Any], expected: str) -> None:
    """Within brackets or in lines, in the quotes and at the depth that is usual there."""
    assert edited(text, fields) == expected
    assert edited(expected, fields) == expected


@pytest.mark.parametrize(
    ("text", "fields", "words"),
    [
        ("a: [", {"a": 1}, "not YAML"),
        ("- a\n", {"a": 1}, "a list or a single value"),
        ("a: 1\n---\nb: 2\n", {"a": 2}, "not YAML"),
        ("a: 1\na: 2\n", {"a": 3}, "not YAML"),
        ("a: 7\n", {"a.b": 1}, "“a” is something else"),
        ("a: {b: 1}\n", {"a[x]": "x"}, "“a” is something else"),
        ("a: [1]\n", {"a": 1}, "“a” holds more"),
        ("a: |\n  x\n", {"a": 1}, "“a” holds more"),
        ("a: &x {b: 1}\nc: *x\n", {"a.b": 2}, "“a” is shared"),
        ("a: &x {b: 1}\nc: *x\n", {"c.b": 2}, "“c” is shared"),
        ("a: &x 1\nc: *x\n", {"c": 2}, "“c” holds more"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", {"c.b": None}, "something else"),
        ("l: [{n: a}, {n: a, v: 1}]\n", {"l[n=a].v": 2}, "two entries"),
        ("a: {b}\n", {"a.b": 1}, "something else"),
        ("? a\n", {"a.b": 1}, "something else"),
        ("a: !!null\n", {"a.b": 1}, "shared"),
        (f"a: {'[' * 1200}", {"b": 1}, "not YAML"),
        ("a: &a [*a]\n", {"a[x]": "x"}, "shared"),
    ],
)
def test_what_cannot_be_edited_is_told_and_left(
    text: str, fields: dict[str, Any], words: str
) -> None:
    """Bad YAML, another shape, or a change that would reach further than ours."""
    with pytest.raises(NotEditable, match=words):
        edited(text, fields)


def test_a_document_that_unfolds_without_end_costs_nothing() -> None:
    """Nine aliases, each ten of the one before: a thousand million things, and none unfolded."""
    lines = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)
    ]
    text = "\n".join(lines) + "\n"
    assert edited(text, {"b": 1}) == f"{text}b: 1\n"
