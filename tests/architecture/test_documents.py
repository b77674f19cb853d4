"""README and docs name what is there: files, folders, commands, targets of make, and each other."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from governance.project.environment import BASE_DIR
from tests.architecture.test_no_addresses import files

DOCUMENTS = sorted(
    path
    for path in files()
    if path.suffix == ".md" and path.name != "CHANGELOG.md"  # tells of what was
)
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"\w[\w./-]*/[\w.-]+\.(?:py|md|html|css|js|svg|ya?ml|toml|txt|sh)")
COMMAND = re.compile(r"manage\.py ([a-z]\w+)")
TARGET = re.compile(r"`make ([a-z]+)")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@cache
def paths() -> tuple[str, ...]:
    """Every file, from the root of the repository, with a sign before it."""
    return tuple(f"/{path.relative_to(BASE_DIR).as_posix()}" for path in files())


def is_there(name: str) -> bool:
    """Whether a file ends so: a text may leave out the folders that it has just named."""
    return any(path.endswith(f"/{name}") for path in paths())


def missing(document: Path) -> Iterator[str]:
    """What the document names and the repository does not have."""
    text = document.read_text()
    quoted = " ".join(QUOTED.findall(text)).split()
    names = {word.rstrip(",;:") for word in quoted}
    yield from (name for name in names if FILE.fullmatch(name) and not is_there(name))
    yield from (name for name in COMMAND.findall(text) if name not in get_commands())
    makefile = (BASE_DIR / "Makefile").read_text()
    yield from (name for name in TARGET.findall(text) if f"\n{name}:" not in f"\n{makefile}")
    yield from (name for name in LINK.findall(text) if not (document.parent / name).exists())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_what_a_document_names_is_there(document: Path) -> None:
    """Under the name that it has now."""
    assert not sorted(missing(document))


def test_a_name_that_is_gone_is_noticed(tmp_path: Path) -> None:
    """A file, a command, a target of make, a link."""
    document = tmp_path / "old.md"
    document.write_text("`access/gone.py`, `manage.py vanish`, `make gold`, [way](nowhere.md)")
    assert sorted(missing(document)) == ["access/gone.py", "gold", "nowhere.md", "vanish"]
