"""The repository names no package registry and no folder of the machine it was written on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.project.environment import BASE_DIR

LEFT_OUT = {
    ".git",
    ".hypothesis",
    ".venv",
    "__pycache__",
    "node_modules",
    "staticfiles",
    "var",
    "vendor",
}
REGISTRIES = re.compile(
    r"https?://[\w.-]*(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|registry\.yarnpkg\.com)"
    r"|--(?:extra-)?index-url|--find-links|trusted-host",
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|file:///(?!\{|var/)")


def files() -> Iterator[Path]:
    """Every file that belongs to the repository, caches and virtual environments left out."""
    pending = [BASE_DIR]
    while pending:
        for path in pending.pop().iterdir():
            if path.name in LEFT_OUT or path.name.endswith(("_cache", ".egg-info")):
                continue
            if path.is_dir() and not path.is_symlink():
                pending.append(path)
            elif path != Path(__file__):
                yield path


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE], ids=["registries", "machine"])
def test_no_address_stands_in_a_file(pattern: re.Pattern[str]) -> None:
    """Where packages come from is the installer's own configuration."""
    found = []
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(BASE_DIR)}: {hit.group()}" for hit in pattern.finditer(text)]
    assert not found, "\n".join(found)
