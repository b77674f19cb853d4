"""Every word of the interface exists in German, and what is compiled is what was written."""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.project.environment import BASE_DIR
from tests.architecture.source import Module, dotted, product
from tests.servers import require_programs

LOCALE = BASE_DIR / "locale"
CATALOGUE = Path("de", "LC_MESSAGES", "django.po")
SOURCES = ("governance", "workflows", "templates")


@pytest.fixture(scope="session")
def _gettext_tools() -> None:
    require_programs(["gettext"])


def run(*words: str | Path, cwd: Path = BASE_DIR) -> str:
    """Run a program; return what it prints on both streams."""
    env = os.environ | {"LC_ALL": "C.UTF-8"}
    ran = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return ran.stdout + ran.stderr


@pytest.mark.usefixtures("_gettext_tools")
def test_every_string_is_translated(tmp_path: Path) -> None:
    """Collected again from code and templates, the catalogue has no gap and no guess."""
    for name in SOURCES:
        # A copy: makemessages writes a file beside each template while it reads it.
        shutil.copytree(BASE_DIR / name, tmp_path / name)
    shutil.copytree(LOCALE, tmp_path / "locale")
    django_admin = [sys.executable, "-m", "django", "makemessages", "-l", "de"]
    run(*django_admin, "--no-location", "-v", "0", cwd=tmp_path)
    file = tmp_path / "locale" / CATALOGUE
    gaps = strings(run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", file))
    gaps += strings(run("msgattrib", "--only-fuzzy", "--no-obsolete", "--no-wrap", file))
    message = f"scripts/words collects {len(gaps)} strings without German, such as {gaps[:20]}"
    assert not gaps, message


@pytest.mark.usefixtures("_gettext_tools")
def test_the_compiled_catalogue_is_the_written_one(tmp_path: Path) -> None:
    """The compiled file is in the repository, because the product needs no gettext tools."""
    fresh = tmp_path / "django.mo"
    run("msgfmt", "--check-format", "-o", fresh, LOCALE / CATALOGUE)
    kept = LOCALE / CATALOGUE.with_suffix(".mo")
    assert catalogue(fresh) == catalogue(kept)


def strings(entries: str) -> list[str]:
    """English originals in a catalogue file, without its header."""
    return re.findall(r'^msgid "(.+)"$', entries, re.MULTILINE)


def catalogue(path: Path) -> dict[object, str]:
    """All messages of a compiled catalogue, without its header."""
    with path.open("rb") as file:
        messages = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    return {key: text for key, text in messages.items() if key}


def test_words_beside_the_functions_wait_for_their_reader() -> None:
    """What is translated when a module is imported stays in nobody's language."""
    assert not [found for module in product() for found in translated_at_once(module)]


def translated_at_once(module: Module) -> Iterator[str]:
    """Where a module translates while it is imported."""
    known = module.imported_as("django.utils.translation")
    eager = {name for name, word in known.items() if word in {"gettext", "ngettext", "pgettext"}}
    for node in read_with_the_module(module.tree) if eager else ():
        if isinstance(node, ast.Call) and dotted(node.func) in eager:
            yield f"{module.path}:{node.lineno}"


def test_words_are_collected_under_the_name_that_is_looked_for() -> None:
    """`scripts/words` knows `_`: what `sentence` is given under another name has no German."""
    assert not [found for module in product() for found in passed_over(module)]


def passed_over(module: Module) -> Iterator[str]:
    """Where a sentence with words of its own, not gaps alone, is collected by nobody."""
    known = module.imported_as("governance.sentences")
    unseen = {name for name, word in known.items() if word in {"sentence", "Sentence"}} - {"_"}
    for node in ast.walk(module.tree) if unseen else ():
        if isinstance(node, ast.Call) and dotted(node.func) in unseen and has_words(node.args[0]):
            yield f"{module.path}:{node.lineno}"


def has_words(node: ast.AST) -> bool:
    """Whether a literal says something beside its gaps."""
    text = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(text, str) and re.search(r"[^\W\d_]", re.sub(r"{\w*}", "", text)) is not None


def read_with_the_module(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: everything but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from read_with_the_module(child)
