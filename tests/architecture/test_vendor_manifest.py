"""What we carry from others is exactly what the manifest says, each with its licence."""

import hashlib
import json
from pathlib import Path

import pytest

from governance.project.environment import BASE_DIR

SERVED = BASE_DIR / "static" / "vendor"
ONLY_TESTS = BASE_DIR / "tests" / "vendor"

pytestmark = pytest.mark.parametrize("folder", [SERVED, ONLY_TESTS], ids=["served", "tests"])


def manifest(folder: Path) -> dict[str, str]:
    """Path below the folder and SHA-256 of every listed file."""
    packages = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]
    return {
        f"{package['name']}-{package['version']}/{name}": digest
        for package in packages
        for name, digest in package["files"].items()
    }


def hashed(folder: Path) -> dict[str, str]:
    """The same, read from the disk."""
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_vendored_file_is_listed_and_unchanged(folder: Path) -> None:
    """Nothing was edited, added or forgotten."""
    assert hashed(folder) == manifest(folder)


def test_every_vendored_package_brings_its_licence(folder: Path) -> None:
    """A folder without a LICENSE may not be passed on."""
    listed = manifest(folder)
    packages = {name.partition("/")[0] for name in listed}
    assert {package for package in packages if f"{package}/LICENSE" not in listed} == set()
