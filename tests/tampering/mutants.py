"""The verifier with one check broken at a time: each must be noticed by a forgery.

A check is an `if` whose body raises, reports or answers that something does not hold, one operand
of such a condition, or a call that runs a check. A mutant leaves exactly one of them out.
"""

import ast
import copy
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from governance.trail.verifier import verify as original
from tests.tampering.cases import FORGERS
from tests.tampering.forging import Case
from tests.tampering.verdicts import Verdict, holds, verdict

SOURCE = Path(original.__file__)
REPORTS = {"add", "note", "warn", "_refuse"}
ARITHMETIC = {"_sum", "_double", "_point", "root", "append"}  # hot, and held to published figures
RUNS = ("check_", "walk_", "compare", "end")


@dataclass(frozen=True)
class Mutant:
    """What is left out: `line` of the file, and the words that stood there."""

    line: int
    words: str
    code: CodeType
    body: int  # the line that runs only when the check strikes; 0 when there is none

    def __str__(self) -> str:
        return f"{self.line}: {self.words}"

    def module(self) -> ModuleType:
        """The verifier without it."""
        made = ModuleType("mutant")
        made.__file__ = str(SOURCE)
        exec(self.code, made.__dict__)  # noqa: S102  our own file, with one check left out
        return made


def mutants(functions: Iterable[str] | None = None) -> Iterator[Mutant]:
    """Every mutant; of these functions only, where they are named."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    for function in [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]:
        if functions is None or function.name in functions:
            yield from _of_function(tree, function)


def _of_function(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    for node in ast.walk(function):
        if isinstance(node, ast.If) and _is_check(node):
            first = node.body[0].lineno
            yield _mutant(tree, node, "test", ast.Constant(False), first)
            yield from _operands(tree, node.test, first)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.BoolOp):
            yield from _operands(tree, node.value, 0)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BoolOp):
            yield from _operands(tree, node.value, 0)
        if isinstance(node, ast.Expr) and _runs_a_check(node.value):
            yield _mutant(tree, node, "value", ast.Constant(None), 0)


def _operands(tree: ast.Module, condition: ast.expr, body: int) -> Iterator[Mutant]:
    """One operand of `and` counts as true, one of `or` as false."""
    for node in ast.walk(condition):
        if isinstance(node, ast.BoolOp):
            neutral = isinstance(node.op, ast.And)
            for at, _operand in enumerate(node.values):
                yield _mutant(tree, node, ("values", at), ast.Constant(neutral), body)


def _mutant(
    tree: ast.Module, node: Any, place: str | tuple[str, int], put: ast.expr, body: int
) -> Mutant:
    name, at = place if isinstance(place, tuple) else (place, None)
    old = getattr(node, name) if at is None else getattr(node, name)[at]
    words = ast.unparse(old)
    kept = copy.copy(getattr(node, name))
    ast.copy_location(put, old)
    if at is None:
        setattr(node, name, put)
    else:
        getattr(node, name)[at] = put
    try:
        code = compile(ast.fix_missing_locations(tree), str(SOURCE), "exec")
    finally:
        setattr(node, name, kept)
    return Mutant(old.lineno, words, code, body)


def _is_check(node: ast.If) -> bool:
    """Whether something is refused, reported, or answered with no when it strikes."""
    for statement in node.body:
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Raise) or _is_report(inner):
                return True
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Constant):
                return inner.value.value in (False, None)
    return False


def _is_report(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in REPORTS


def _runs_a_check(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith(RUNS)
    )


@cache
def cases() -> tuple[Case, ...]:
    """Every forgery, and every honest export beside them."""
    return tuple(one for forger in FORGERS for one in forger())


def lines_of(one: Case, path: Path) -> tuple[frozenset[int], Verdict]:
    """Which lines of the verifier a case runs through, and what is said to it."""
    seen: set[int] = set()

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_filename != str(SOURCE) or frame.f_code.co_name in ARITHMETIC:
            return None
        if event == "line":
            seen.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        found = verdict(one, path)
    finally:
        sys.settrace(before)
    return frozenset(seen), found


def survivors(
    made: Iterable[Mutant], covered: dict[Case, frozenset[int]], path: Path
) -> Iterator[Mutant]:
    """The mutants that no case notices; those that reach the place are asked first."""
    for mutant in made:
        reaching = [one for one, lines in covered.items() if mutant.line in lines]
        reaching.sort(key=lambda one: mutant.body not in covered[one])
        if not any(_notices(one, mutant.module(), path) for one in reaching):
            yield mutant


def _notices(one: Case, broken: ModuleType, path: Path) -> bool:
    try:
        return not holds(one, verdict(one, path, broken))
    except Exception:  # noqa: BLE001  a verifier that falls over is noticed
        return True
