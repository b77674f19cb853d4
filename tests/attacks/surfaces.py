"""Which doors offer which action, read from the code behind each door.

An operation is offered where a view, an API route, the Django admin or a command calls it. What
stands here is the most that each may be offered by; `test_surfaces` proves the rest absent, and
attacks run on those that exist.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from inspect import signature
from types import ModuleType

import governance.access.operations as access
import governance.inventory.operations as inventory
import workflows.gitops.operations as gitops
import workflows.lifecycle.operations as lifecycle
import workflows.policies.operations as policies
from tests.architecture.source import Module, dotted, product


class Surface(StrEnum):
    """A door."""

    FORM = "form"
    API = "api"
    ADMIN = "admin"
    COMMAND = "command"
    BULK = "bulk"


FORM, API, ADMIN, COMMAND, BULK = Surface

SUBJECTS = (access, inventory, gitops, lifecycle, policies)
FOLDERS = {"views": FORM, "api": API, "admin": ADMIN, "commands": COMMAND, "adapters": FORM}

# Programs submit, stop checks and withdraw; people decide, with a signature that only a screen can
# take.
PROGRAMS = {
    "add_artifact",
    "add_evidence",
    "cancel_checks",
    "create_version",
    "raise_finding",
    "refuse_upload",
    "register_model",
    "restart_checks",
    "submit_version",
    "withdraw_version",
}
# Handing over decides nothing, so several go at once, each for itself.
IN_BULK = {"delegate_decision"}
AT_THE_SERVER = {"bootstrap", "name_administrator"}
# A file becomes a draft there; another administrator puts it in force, on the screen.
FROM_FILES = {"draft_policy"}


def operations() -> dict[str, str]:
    """Every act of somebody in these subjects: name, and the subject it belongs to."""
    return {
        name: module.__name__
        for module in SUBJECTS
        for name in module.__all__
        if "actor" in _parameters(module, name)
    }


def _parameters(module: ModuleType, name: str) -> set[str]:
    value = getattr(module, name)
    return set(signature(value).parameters) if callable(value) else set()


def allowed(operation: str) -> set[Surface]:
    """The most that an action may be offered by."""
    if operation in AT_THE_SERVER:
        return {COMMAND}
    if operation in IN_BULK:
        return {FORM, BULK}
    if operation in FROM_FILES:
        return {FORM, COMMAND}
    return {FORM, API} if operation in PROGRAMS else {FORM}


def offered() -> dict[str, set[Surface]]:
    """Where each action is offered now."""
    found: dict[str, set[Surface]] = defaultdict(set)
    known = operations()
    for module in product():
        for surface in {FOLDERS[part] for part in module.parts if part in FOLDERS}:
            for name in called(module) & set(known):
                found[name].add(BULK if "bulk" in module.name else surface)
    return found


def called(module: Module) -> set[str]:
    """Operations that a module uses: imported from a module of operations, or through it."""
    doors = {alias for alias, name in _imports(module) if name.endswith(".operations")}
    through = {
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node.value) in doors
    }
    return through | {
        name.rpartition(".")[2] for _alias, name in _imports(module) if ".operations." in name
    }


def _imports(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
