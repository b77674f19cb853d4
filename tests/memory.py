"""A story that was told once is remembered: told again from the same start, it comes back.

Telling takes seconds, remembering milliseconds, and many modules begin with the same story. The
first teller runs the real operations; what they did to the database, to the forge, to the stored
files and to the log's key is kept in `var/remembered/`, for both workers of a run and for the next
run. It comes back only where telling would do the same: the product and the tests' helpers are the
same, byte by byte, the database holds exactly the rows that it held then (a hash of every row of
every table), the forge the same files, the settings are the same, nobody travels in time, and the
test has not replaced a part of the product (`monkeypatch`). Otherwise the story is told. A story's
people act today: it comes back on the day it was told only, and two hours after the first one all
are forgotten.
"""

import fcntl
import hashlib
import inspect
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import pytest
import time_machine
from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.db import models
from django.utils import timezone

from governance.audit.keys import create_signer
from governance.inventory.storage import path_of
from governance.project.environment import BASE_DIR
from tests.snapshots import Snapshots, snapshots

P = ParamSpec("P")
T = TypeVar("T")

SHELF = BASE_DIR / "var" / "remembered"
FORGETS_AFTER = 2 * 3600
KEY, BORN = "audit.key", "born"
# What a test may replace without changing how a story goes: what lies there counts, not the place.
# Links in what is remembered lead to the site of its first teller.
PLACES = {"AUDIT_KEY_FILE", "FORGE_DIR", "MEDIA_ROOT", "SITE_URL"}
REPLACES_PARTS = {"monkeypatch"}
# All that a story is told with.
SOURCES = ("governance", "workflows", "templates", "examples/credit", "requirements/base.txt")
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass
class Memory:
    """Whether the running test takes part, and goes on doing so; where all of it is remembered."""

    closed: bool = False
    replaces: bool = False
    held: IO[str] | None = None

    @property
    def folder(self) -> Path:
        """One folder for one state of the code."""
        return SHELF / code_digest()

    def knows(self, start: str) -> bool:
        """Whether stories from this start are remembered: nobody is there, or a story ended so."""
        return bool(start) and (self.folder / "starts" / start).exists()

    def learn(self, start: str) -> None:
        """Remember from now on what is told from here."""
        (self.folder / "starts" / start).touch()


MEMORY = Memory()


def remembered(tell: Callable[P, T]) -> Callable[P, T]:
    """Decorate a teller whose result is a row, some rows, words, or None."""

    @wraps(tell)
    def remember(*args: P.args, **kwargs: P.kwargs) -> T:
        start = standing()
        if not MEMORY.knows(start):
            return tell(*args, **kwargs)
        story = MEMORY.folder / digest(start, name_of(tell), words_of(args), words_of(kwargs))
        with turn(story):
            if story.exists():
                return restore(story)
            return keep(story, lambda: tell(*args, **kwargs))

    return remember


@contextmanager
def turn(story: Path) -> Iterator[None]:
    """Two workers do not tell the same story at once: the second one remembers the first's."""
    with story.with_suffix(".turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(story: Path, tell: Callable[[], T]) -> T:
    """Tell, and see what came of it."""
    database = snapshots_here()
    database.begin()
    result = tell()
    unfinished = story.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    words = database.keep(unfinished)
    keep_files(unfinished, set(SHA256.findall(words)))
    ends_at = standing()
    MEMORY.learn(ends_at)
    (unfinished / "result.json").write_text(json.dumps(in_words(result)))
    unfinished.rename(story)
    return result


def restore(story: Path) -> Any:
    """Make database, forge and files what they were when the story had been told."""
    snapshots_here().restore(story)
    restore_files(story)
    return out_of_words(json.loads((story / "result.json").read_text()))


def keep_files(story: Path, digests: set[str]) -> None:
    """The forge as it is, the log's key, and each stored file that a row names."""
    copy_tree(Path(settings.FORGE_DIR), story / "forge")
    copy_file(Path(settings.AUDIT_KEY_FILE), story / KEY)
    for name in digests:
        copy_file(path_of(name), story / "files" / name)


def restore_files(story: Path) -> None:
    """What `keep_files` kept, at the places of the moment."""
    copy_tree(story / "forge", Path(settings.FORGE_DIR))
    copy_file(story / KEY, Path(settings.AUDIT_KEY_FILE))
    for kept in (story / "files").glob("*"):
        copy_file(kept, path_of(kept.name))


def copy_tree(source: Path, target: Path) -> None:
    """Make one folder hold what the other does; a forge that nobody wrote to has no folder."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


def copy_file(source: Path, target: Path) -> None:
    """A file that is there already is the same: by its name, or as part of the story's start."""
    if source.exists() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def standing() -> str:
    """Digest of all that a story starts from; empty where nothing may be remembered."""
    if MEMORY.closed or time_machine.escape_hatch.is_travelling():
        return ""
    database = snapshots()
    if database is None:
        return ""
    found = database.hashes()
    start = digest(days(), found, forge_files(), key_content(), overridden())
    if not any(count for table, count, _ in found if table == "governance_user"):
        MEMORY.learn(start)  # nobody is there: where every story begins
    return start


def days() -> tuple[str, str]:
    """Today as the site's people count, and as programs do: midnight comes twice."""
    now = timezone.now()
    return timezone.localtime(now).date().isoformat(), now.date().isoformat()


def snapshots_here() -> Snapshots:
    """The same, where `standing` found them."""
    found = snapshots()
    assert found
    return found


def forge_files() -> list[tuple[str, str]]:
    """Every file of the forge, and what it holds."""
    forge = Path(settings.FORGE_DIR)
    files = sorted(path for path in forge.rglob("*") if path.is_file())
    return [(str(path.relative_to(forge)), digest(path.read_bytes())) for path in files]


def key_content() -> str:
    """Digest of the log's key; a new log has none yet."""
    file = Path(settings.AUDIT_KEY_FILE)
    return digest(file.read_bytes()) if file.exists() else ""


def overridden() -> list[tuple[str, str]]:
    """The settings that a test has changed."""
    found: dict[str, str] = {}
    layer = settings._wrapped
    while isinstance(layer, UserSettingsHolder):
        changed = {name: repr(value) for name, value in vars(layer).items() if name.isupper()}
        found = changed | found
        layer = layer.default_settings
    return sorted((name, value) for name, value in found.items() if name not in PLACES)


def name_of(tell: Callable[..., Any]) -> tuple[str, str]:
    """Which story, in which words: its file may be a test's."""
    file = Path(inspect.getsourcefile(tell) or "")
    return tell.__qualname__, digest(file.read_bytes())


def words_of(value: Any) -> Any:
    """Arguments of a teller as words that are the same for the same row."""
    if isinstance(value, models.Model):
        return [value._meta.label, str(value.pk)]
    if isinstance(value, dict):
        return [(name, words_of(one)) for name, one in sorted(value.items())]
    return [words_of(one) for one in value] if isinstance(value, tuple) else repr(value)


def in_words(result: Any) -> Any:
    """A row as its model, its key, and the rows that were read with it; words as they are."""
    if isinstance(result, list) and result and isinstance(result[0], models.Model):
        return {"rows": [in_words(row) for row in result]}
    if not isinstance(result, models.Model):
        return {"words": result}
    return {"model": result._meta.label, "pk": str(result.pk), "with": sorted(read_with(result))}


def read_with(row: models.Model) -> Iterator[str]:
    """The paths of `select_related` that lead to what a row carries along."""
    for name, other in row._state.fields_cache.items():
        if isinstance(other, models.Model):
            yield name
            yield from (f"{name}__{rest}" for rest in read_with(other))


def out_of_words(words: Any) -> Any:
    """The row, read again, or the words."""
    if "words" in words:
        return words["words"]
    if "rows" in words:
        return [out_of_words(row) for row in words["rows"]]
    found = apps.get_model(words["model"])._base_manager
    if words["with"]:
        return found.select_related(*words["with"]).get(pk=words["pk"])
    return found.get(pk=words["pk"])


def digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def code_digest() -> str:
    """Short digest of the product, its libraries, and all of the tests that is no test."""
    found = hashlib.sha256()
    for path in sorted(sources()):
        found.update(f"{path.relative_to(BASE_DIR)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def sources() -> Iterator[Path]:
    """The files that decide how a story goes."""
    for name in SOURCES:
        place = BASE_DIR / name
        files = place.rglob("*") if place.is_dir() else [place]
        yield from (file for file in files if file.is_file() and file.suffix != ".pyc")
    for file in (BASE_DIR / "tests").rglob("*.py"):
        if not file.name.startswith("test_"):
            yield file


def pytest_configure(config: pytest.Config) -> None:
    """Take the folder in use, so that no other run forgets it; the first process tidies up."""
    if not hasattr(config, "workerinput"):
        forget_old()
    (MEMORY.folder / "starts").mkdir(parents=True, exist_ok=True)
    (MEMORY.folder / BORN).open("a").close()
    MEMORY.held = in_use(MEMORY.folder).open("w")
    fcntl.flock(MEMORY.held, fcntl.LOCK_SH)


@pytest.fixture(scope="session")
def audit_key() -> Path:
    """This worker's copy of the one key that all stories are signed with."""
    shared, own = MEMORY.folder / KEY, Path(settings.VAR_DIR) / KEY
    if not shared.exists():
        create_signer(shared, settings.AUDIT_ORIGIN)
    copy_file(shared, own)
    return own


def in_use(folder: Path) -> Path:
    """The file that is locked while a run uses a folder."""
    return folder.with_suffix(".in-use")


def forget_old() -> None:
    """Remove what was told by other code, or too long ago, unless another run uses it."""
    for folder in [path for path in SHELF.glob("*") if path.is_dir()]:
        if folder != MEMORY.folder or age(folder) > FORGETS_AFTER:
            forget(folder)


def age(folder: Path) -> float:
    """Seconds since the first story."""
    born = folder / BORN
    return time.time() - born.stat().st_mtime if born.exists() else 0.0


def forget(folder: Path) -> None:
    """Remove one folder that nobody uses."""
    with in_use(folder).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder)
        in_use(folder).unlink()


def pytest_unconfigure() -> None:
    """Another run may tidy up."""
    if MEMORY.held:
        MEMORY.held.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test may replace parts of the product, itself or in a fixture; none is replaced yet."""
    asked: Any = item._fixtureinfo  # type: ignore[attr-defined]
    names = set(asked.argnames)
    for fixture in (one for found in asked.name2fixturedefs.values() for one in found):
        if fixture.baseid:  # ours; pytest's own and its plugins' have none
            names |= set(fixture.argnames)
    MEMORY.replaces, MEMORY.closed = bool(REPLACES_PARTS & names), False


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> None:
    """From here on it has its stories told; a module's story comes before."""
    if fixturedef.argname in REPLACES_PARTS and MEMORY.replaces:
        MEMORY.closed = True
