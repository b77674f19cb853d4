"""Writes of evaluation: scored data taken in, comparisons and gate results kept."""

from governance.evaluation.operations.asking import (
    Pulse,
    cancel_comparison,
    request_comparison,
    run_comparison,
)
from governance.evaluation.operations.comparing import (
    compare_versions,
    keep_comparison,
    original_beside,
    rebuild_comparison,
)
from governance.evaluation.operations.gate_results import gate_outcomes, keep_gates
from governance.evaluation.operations.scored_tables import add_scored_data, upload_evidence

__all__ = [
    "Pulse",
    "add_scored_data",
    "cancel_comparison",
    "compare_versions",
    "gate_outcomes",
    "keep_comparison",
    "keep_gates",
    "original_beside",
    "rebuild_comparison",
    "request_comparison",
    "run_comparison",
    "upload_evidence",
]
