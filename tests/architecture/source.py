"""The product's own Python, read once as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from governance.project.environment import BASE_DIR

APPS = ("governance", "workflows")


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its path from the root of the repository, and its tree."""

    name: str
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def parts(self) -> list[str]:
        """`workflows.lifecycle.operations.approval` in pieces."""
        return self.name.split(".")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every dotted name imported at run time, with its line; `from a import b` is `a.b`."""
        typing_only = {
            inner
            for node in ast.walk(self.tree)
            if isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING")
            for inner in ast.walk(node)
        }
        for node in ast.walk(self.tree):
            if node in typing_only:
                continue
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    def imported_as(self, source: str) -> dict[str, str]:
        """What is imported from another module: the name it has here, and the name it has there."""
        return {
            alias.asname or alias.name: alias.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module == source
            for alias in node.names
        }


def dotted(node: ast.AST) -> str:
    """`Action.VERSION_APPROVED` from an expression of names and attributes, else what ends it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


@cache
def read(folder: str) -> tuple[Module, ...]:
    """Every Python file below a folder of the repository, but for migrations."""
    return tuple(
        module_of(path)
        for path in sorted((BASE_DIR / folder).rglob("*.py"))
        if "migrations" not in path.parts
    )


def module_of(path: Path) -> Module:
    """Read one file."""
    inside = path.relative_to(BASE_DIR)
    name = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
    return Module(name, str(inside), path.read_text(encoding="utf-8"))


def product() -> tuple[Module, ...]:
    """Both apps."""
    return tuple(module for app in APPS for module in read(app))


def templates() -> list[Path]:
    """Every template of ours."""
    return sorted((BASE_DIR / "templates").rglob("*.*"))
