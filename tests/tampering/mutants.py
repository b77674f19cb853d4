"""The verifier with one check left out at a time: each must be noticed by a forgery.

A check is an `if` whose body raises, reports or answers that something does not hold, one operand
of such a condition, or a call that runs a check.
"""

import ast
import copy
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from governance.trail.verifier import verify as original
from tests.tampering.cases import cases
from tests.tampering.forging import Case
from tests.tampering.verdicts import holds, verdict

SOURCE = Path(original.__file__)
REPORTS = {"add", "note", "warn", "_refuse"}
# The mathematics are held to published figures instead: a judge of its own knows them.
MATHEMATICS = {"_point", "ed25519_verifies", "included", "continues"}
PATIENCE_S, LIMITS_S = 2.0, 30.0  # a case takes hundredths, the limits a second
# What looks at a zip before anything of it is read.
OPENING = {"_at", "_check_member", "_check_places", "_directory", "_listed", "open", "verify"}
RUNS = ("check_", "walk_", "compare", "end")

# Asked the same thousands of times, and answered by arithmetic alone: their answers are kept.
ARITHMETIC = {name: cache(getattr(original, name)) for name in ("ed25519_verifies", "_is_weak")}

# Says whether a verifier behaves as it must.
Judge = Callable[[ModuleType, Path], bool]


@dataclass(frozen=True)
class Mutant:
    """What is left out: where it stood, its words, and the names of checks that it is for."""

    line: int
    words: str
    function: str
    owner: str
    code: CodeType
    names: frozenset[str]
    whole: bool  # a whole check, not an operand of one
    condition: bool  # and it is the condition of an `if`

    def __str__(self) -> str:
        return f"{self.function}: {'if ' * self.condition}{self.words}"

    def module(self) -> ModuleType:
        """The verifier without it."""
        made = ModuleType("mutant")
        made.__file__ = str(SOURCE)
        exec(_original(), made.__dict__)  # noqa: S102  our own file
        alone: dict[str, Any] = {}
        exec(self.code, made.__dict__, alone)  # noqa: S102  one function of it, with a check left out
        # A method stands in its class only: as a name of the module it would hide `open`.
        place = made.__dict__[self.owner] if self.owner else made
        setattr(place, self.function, alone[self.function])
        exec(_constants(), made.__dict__)  # noqa: S102  they may hold the function
        if self.function not in MATHEMATICS:
            made.__dict__.update(ARITHMETIC)
        return made


@cache
def _original() -> CodeType:
    return compile(SOURCE.read_text(encoding="utf-8"), str(SOURCE), "exec")


@cache
def _constants() -> CodeType:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    tree.body = [one for one in tree.body if isinstance(one, ast.Assign)]
    return compile(tree, str(SOURCE), "exec")


def mutants() -> Iterator[Mutant]:
    """Every mutant."""
    for function, owner in _functions():
        yield from _of_function(function, owner)


def unchanged() -> Iterator[Mutant]:
    """One a function, in which nothing is left out: whoever notices it notices the harness."""
    for function, owner in _functions():
        node = function.body[0]
        yield _mutant(function, owner, function.body, 0, node, frozenset(), whole=True)


def _functions() -> Iterator[tuple[ast.FunctionDef, str]]:
    """Each function and method, with the name of its class."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    for top in tree.body:
        if isinstance(top, ast.FunctionDef):
            yield top, ""
        if isinstance(top, ast.ClassDef):
            yield from ((one, top.name) for one in top.body if isinstance(one, ast.FunctionDef))


def _of_function(function: ast.FunctionDef, owner: str) -> Iterator[Mutant]:
    for node in list(ast.walk(function)):
        if isinstance(node, ast.If) and _is_check(node):
            names = _names(node)
            no = ast.Constant(value=False)
            yield _mutant(function, owner, node, "test", no, names, whole=True)
            yield from _operands(function, owner, node.test, names)
        if isinstance(node, ast.Return | ast.Assign) and isinstance(node.value, ast.BoolOp):
            yield from _operands(function, owner, node.value, frozenset())
        if isinstance(node, ast.Expr) and _runs_a_check(node.value):
            nothing = ast.Constant(value=None)
            yield _mutant(function, owner, node, "value", nothing, frozenset(), whole=True)


def _operands(
    function: ast.FunctionDef, owner: str, condition: ast.expr, names: frozenset[str]
) -> Iterator[Mutant]:
    """One operand of `and` counts as true, one of `or` as false."""
    for node in [one for one in ast.walk(condition) if isinstance(one, ast.BoolOp)]:
        neutral = isinstance(node.op, ast.And)
        for at in range(len(node.values)):
            put = ast.Constant(value=neutral)
            yield _mutant(function, owner, node.values, at, put, names, whole=False)


def _mutant(  # a place in a tree is an attribute of a node, or an item of a list
    function: ast.FunctionDef,
    owner: str,
    holder: Any,
    place: str | int,
    put: ast.AST,
    names: frozenset[str],
    *,
    whole: bool,
) -> Mutant:
    old = holder[place] if isinstance(place, int) else getattr(holder, place)
    _set(holder, place, ast.copy_location(put, old))
    try:
        alone = ast.fix_missing_locations(
            ast.Module(body=[copy.deepcopy(function)], type_ignores=[])
        )
        code = compile(alone, str(SOURCE), "exec")
    finally:
        _set(holder, place, old)
    words = ast.unparse(old)
    condition = isinstance(holder, ast.If)
    return Mutant(old.lineno, words, function.name, owner, code, names, whole, condition)


def _set(holder: Any, place: str | int, value: ast.AST) -> None:
    if isinstance(place, int):
        holder[place] = value
    else:
        setattr(holder, place, value)


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
    return getattr(node.func, "attr", getattr(node.func, "id", "")) in REPORTS


def _runs_a_check(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith(RUNS)
    )


def _names(node: ast.If) -> frozenset[str]:
    """The words in the body: the name of the check is among them."""
    inner = (one for statement in node.body for one in ast.walk(statement))
    return frozenset(
        one.value for one in inner if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


@cache
def struck() -> dict[int, list[Case]]:
    """By the line of a check: the cases in which it strikes; to others it makes no difference."""
    found: dict[int, list[Case]] = {}
    lines: set[int] = set()
    made = ModuleType("observed")
    made.__dict__["observed"] = lines.add
    exec(_observed(), made.__dict__)  # noqa: S102  our own file
    made.__dict__.update(ARITHMETIC)
    with tempfile.TemporaryDirectory() as folder:
        for one in cases():
            lines.clear()
            verdict(one, Path(folder) / "export.zip", made)
            for line in lines:
                found.setdefault(line, []).append(one)
    return found


def _observed() -> CodeType:
    """The verifier, telling the line of each check that strikes."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _is_check(node):
            told = ast.parse(f"observed({node.test.lineno})").body
            node.body = [*told, *node.body]
    return compile(ast.fix_missing_locations(tree), str(SOURCE), "exec")


def survives(mutant: Mutant, judges: Sequence[Judge], path: Path) -> bool:
    """Whether neither a judge nor a case notices; those that are likely to are asked first."""
    made = mutant.module()
    if not all(_right(judge, made, path) for judge in judges):
        return False
    if mutant.function in MATHEMATICS:
        return True
    unsafe = mutant.function in OPENING
    likely = sorted(
        struck().get(mutant.line, ()) if mutant.condition else cases(),
        key=lambda one: (
            one.checks is not None if unsafe else not (one.checks or frozenset()) & mutant.names
        ),
    )
    return not any(_notices(one, made, path) for one in likely)


def _right(judge: Judge, made: ModuleType, path: Path) -> bool:
    patience = LIMITS_S if judge.__name__ == "limits" else PATIENCE_S
    return _in_time(lambda: judge(made, path), patience, otherwise=False)


def _notices(one: Case, made: ModuleType, path: Path) -> bool:
    return _in_time(lambda: not holds(one, verdict(one, path, made)), PATIENCE_S, otherwise=True)


def _in_time(ask: Callable[[], bool], patience_s: float, *, otherwise: bool) -> bool:
    """The answer; a verifier that falls over or does not come to an end is noticed, too."""
    before = signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, patience_s)
    try:
        return ask()
    except (Exception, Late):  # noqa: BLE001  whatever it is
        return otherwise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _late(_signal: int, _frame: object) -> None:
    raise Late


class Late(BaseException):
    """No handler of the verifier catches it."""
