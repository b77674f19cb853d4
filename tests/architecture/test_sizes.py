"""Functions and files stay small, or say here why not."""

import statistics

from tests.architecture.source import product, read

FUNCTION_LINES, FILE_LINES, MEDIAN_LINES = 40, 350, 10

# path or path::function: why it is better long.
EXPLAINED: dict[str, str] = {
    "governance/trail/verifier/verify.py": "one file that an auditor takes along",
    "workflows/gitops/forges/bare.py": "reading and writing share one lock and one way to a tree",
}


def function_lengths() -> dict[str, int]:
    """Lines of each function of the product, its decorators and docstring left out."""
    lengths = {}
    for module in product():
        for function in module.functions():
            first = function.body[0]
            documented = first.end_lineno if is_text(first) else None
            start = documented or function.lineno
            lengths[f"{module.path}::{function.name}"] = (function.end_lineno or start) - start
    return lengths


def is_text(statement: object) -> bool:
    """Whether a statement is a docstring."""
    value = getattr(getattr(statement, "value", None), "value", None)
    return isinstance(value, str)


def file_lengths() -> dict[str, int]:
    """Lines of each file of the product and of the tests."""
    return {module.path: module.text.count("\n") for module in (*product(), *read("tests"))}


def too_long() -> dict[str, int]:
    """Everything beyond the limits."""
    functions = {k: n for k, n in function_lengths().items() if n > FUNCTION_LINES}
    return functions | {k: n for k, n in file_lengths().items() if n > FILE_LINES}


def test_what_is_long_is_explained() -> None:
    """A reason stands in the list for each function over 40 lines and each file over 350."""
    unexplained = {name: n for name, n in too_long().items() if name not in EXPLAINED}
    assert not unexplained, unexplained


def test_every_explanation_is_still_needed() -> None:
    """The list holds nothing that has become short."""
    assert set(EXPLAINED) <= set(too_long())


def test_the_usual_function_fits_in_a_glance() -> None:
    """The median says how the house reads as a whole."""
    assert statistics.median(function_lengths().values()) < MEDIAN_LINES
