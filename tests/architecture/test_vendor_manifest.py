"""What we serve from others is exactly what the manifest says, each with its licence."""

import hashlib
import json
from pathlib import Path

from governance.project.environment import BASE_DIR

VENDOR = BASE_DIR / "static" / "vendor"


def manifest() -> dict[str, str]:
    """Path below static/vendor and SHA-256 of every listed file."""
    packages = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]
    return {
        f"{package['name']}-{package['version']}/{name}": digest
        for package in packages
        for name, digest in package["files"].items()
    }


def hashed() -> dict[str, str]:
    """The same, read from the disk."""
    return {
        path.relative_to(VENDOR).as_posix(): digest(path)
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_vendored_file_is_listed_and_unchanged() -> None:
    """Nothing was edited, added or forgotten."""
    assert hashed() == manifest()


def test_every_vendored_package_brings_its_licence() -> None:
    """A folder without a LICENSE may not be passed on."""
    folders = {name.partition("/")[0] for name in manifest()}
    assert {folder for folder in folders if f"{folder}/LICENSE" not in manifest()} == set()
