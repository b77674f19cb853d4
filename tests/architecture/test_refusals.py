"""Every refusal is read in the reader's language: its words come from the catalogue."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from governance import errors
from tests.architecture.source import Module, product

KINDS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.FoureyesError)
)
# Read by whoever runs a command or sets up a site, never on a page.
ELSEWHERE = ("governance.client", "governance.project.identity", "*.management")


def bare_words(module: Module) -> Iterator[str]:
    """The refusals whose message or remedy is written as plain English."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node) in KINDS:
            words = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "remedy")]
            if any(is_plain(word) for word in words):
                yield f"{module.path}:{node.lineno} {called(node)}"


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and bool(node.value))


def test_no_refusal_speaks_english_only() -> None:
    """A pure module says `_("…", name=value)` with `governance.sentences.sentence` as `_`."""
    breaches = [
        line
        for module in product()
        if not any(fnmatch(module.name, f"{place}*") for place in ELSEWHERE)
        for line in bare_words(module)
    ]
    assert not breaches, "\n" + "\n".join(breaches)


@pytest.mark.parametrize(
    "planted",
    ["raise Invalid('No.')", "raise Stale(_('No.'), remedy=f'Ask {name}.')", "Permanent(f'{x}')"],
)
def test_a_planted_breach_is_seen(planted: str) -> None:
    """A rule that finds nothing anywhere would prove nothing."""
    assert list(bare_words(Module("governance.planted", "planted.py", planted)))
