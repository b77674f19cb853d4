"""Kept reports name the statistics that made them: what they say changes with their name only."""

import json
from hashlib import sha256
from typing import Any

import pytest

from governance.evaluation.comparison import TOOL_VERSION, compare
from tests.governance.evaluation.samples import pair_of
from tests.governance.evaluation.test_compare import metric
from tests.governance.evaluation.test_compare_classes import ratings
from tests.governance.evaluation.test_compare_numbers import losses

PAIRS = {"binary": pair_of, "regression": losses, "multiclass": ratings}
# What payloads consist of, and one figure of each kind with its interval. Whoever has to change a
# line here changes what kept reports would say today: add a line, and raise TOOL_VERSION.
SHAPES = {
    "foureyes-evaluation/3": "87a608314c3c1fcb4d0e5b331a8048e1a7d0ac3ccbc9481fcb58504d61aafcff",
    "foureyes-evaluation/4": "8288cb0d2afb9c10c543be33b5f0c85495a2936bddc8388b8591c49391833ca7",
}
FIGURES: dict[str, dict[str, tuple[float, float, float]]] = {
    "foureyes-evaluation/3": {
        "binary": (0.0890909663998, 0.0641847862836, 0.113997146516),
        "regression": (-82.8903848704, -89.3643195819, -76.416450159),
        "multiclass": (0.118241973394, 0.0989852753061, 0.137498671482),
    },
    "foureyes-evaluation/4": {
        "binary": (0.0890909663998, 0.0641847862836, 0.113997146516),
        "regression": (-82.8903848704, -89.3643195819, -76.416450159),
        "multiclass": (0.118241973394, 0.0989852753061, 0.137498671482),
    },
}
LEADS = {"binary": "auc", "regression": "rmse", "multiclass": "macro_auc"}


def shape(value: Any) -> Any:
    """The names and types of a value, without what it says."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in sorted(value.items())}
    if isinstance(value, list):
        return sorted({json.dumps(shape(part)) for part in value})
    return type(value).__name__


def test_another_payload_has_another_tool_version() -> None:
    """Names and types of all that a payload holds, of each kind of model."""
    payloads = {kind: compare(*pair(), margin=0.01).payload for kind, pair in PAIRS.items()}
    found = sha256(json.dumps(shape(payloads)).encode()).hexdigest()
    assert SHAPES[TOOL_VERSION] == found, "the payload has changed: raise TOOL_VERSION"


@pytest.mark.parametrize("kind", PAIRS)
def test_other_figures_have_another_tool_version(kind: str) -> None:
    """To nine digits: a report that is made again must be the one that was kept."""
    line = metric(compare(*PAIRS[kind](), margin=0.01).payload, LEADS[kind])
    found = tuple(float(line[part]) for part in ("difference", "low", "high"))
    assert FIGURES[TOOL_VERSION][kind] == pytest.approx(found, rel=1e-9)
