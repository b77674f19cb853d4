"""What docs/roles/ says is what the roles that ship permit, and every permission has words."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import Any

from governance.access.labels import PERMISSION_WORDS
from governance.access.permissions import SHIPPED_ROLES, Permission
from governance.project.environment import BASE_DIR

FOLDER = BASE_DIR / "docs" / "roles"


def script() -> Any:
    """scripts/roles as a module; it has no ending that Python knows."""
    loader = SourceFileLoader("roles", str(BASE_DIR / "scripts" / "roles"))
    spec = spec_from_loader("roles", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_every_page_says_what_the_code_permits() -> None:
    """Run scripts/roles after a change of permissions.py, and read what it changed."""
    pages = script().pages()
    stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
    assert not stale, f"scripts/roles writes {stale} anew"


def test_every_shipped_role_has_a_page_that_says_what_it_never_can() -> None:
    """One page a role, and none of a role that is gone."""
    names = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert names == {role.name for role in SHIPPED_ROLES}
    for name in names:
        assert "## What it never can\n\n- " in (FOLDER / f"{name}.md").read_text("utf-8")


def test_a_change_of_a_role_is_noticed() -> None:
    """The comparison sees a permission that is not on the page."""
    module = script()
    page = (FOLDER / "auditor.md").read_text("utf-8")
    other = module.between(page, module.permitted(frozenset({Permission.VERSION_APPROVE})))
    assert other != page


def test_every_permission_has_words() -> None:
    """A new line in `governance/access/labels.py` for each new permission."""
    assert set(PERMISSION_WORDS) == set(Permission)
