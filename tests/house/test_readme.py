"""What the README names is there: files, folders, pictures, commands and accounts."""

import re
from pathlib import Path

import pytest

from governance.project.environment import BASE_DIR
from workflows.management.cast import CAST, PASSWORD

README = (BASE_DIR / "README.md").read_text(encoding="utf-8")
FOLDERS = ("governance", "workflows", "templates", "static", "tests", "examples", "docs")
PATHS = sorted(set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*\.(?:py|html|css|svg))`", README)))
LINKS = sorted(set(re.findall(r"\]\(([\w./-]+)\)", README)))


@pytest.fixture(scope="module")
def files() -> list[str]:
    return [
        f"/{path.relative_to(BASE_DIR)}"
        for folder in FOLDERS
        for path in Path(BASE_DIR / folder).rglob("*.*")
    ]


@pytest.mark.parametrize("path", PATHS)
def test_every_file_of_the_story_and_the_recipes_is_there(path: str, files: list[str]) -> None:
    """A newcomer who follows a recipe finds what it names, once the folder is known."""
    assert any(file.endswith(f"/{path}") for file in files)


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_somewhere(link: str) -> None:
    """Pages and pictures of this repository."""
    assert (BASE_DIR / link).exists()


@pytest.mark.parametrize("app", ["governance", "workflows"])
def test_the_map_shows_every_subject(app: str) -> None:
    """What Django looks for by name is none."""
    drawn = re.findall(rf"^{app}/ +(.+)$", README, re.MULTILINE)[0].split()
    folders = {path.parent.name for path in (BASE_DIR / app).glob("*/__init__.py")}
    assert set(drawn) | {"migrations", "templatetags", "management"} >= folders >= set(drawn)


def test_the_accounts_are_those_of_the_demo() -> None:
    """Each with the name to sign in with, and the one password."""
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", README, re.MULTILINE)))
    assert listed == [member.username for member in CAST]
    assert PASSWORD in README


def test_every_benchmark_is_run_and_explained() -> None:
    """`make bench` takes each script of the folder; its README names claim and bar."""
    scripts = {path.name for path in (BASE_DIR / "benchmarks").glob("*.py")}
    explained = (BASE_DIR / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w.]+)` \|", explained, re.MULTILINE)) == scripts
    for name in scripts:
        text = (BASE_DIR / "benchmarks" / name).read_text(encoding="utf-8")
        assert len(re.findall(r"^    print\(json\.dumps\(.*\)\)$", text, re.MULTILINE)) == 1
