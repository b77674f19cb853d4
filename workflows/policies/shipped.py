"""The policies in force from the first migration, so that a new site can work. Pure.

Read like a bank's own, after SR 26-2 (materiality decides depth) and MaRisk AT 4.3.5
(independent validation before use): the higher the tier, the more eyes and the harder the gates.
"""

from typing import Any

_DOCUMENTS = ["scored_data", "document"]


def _step(role: str, quorum: int, due: int, *, signature: bool) -> dict[str, Any]:
    return {"role": role, "quorum": quorum, "signature": signature, "due_business_days": due}


def _gate(
    gate: str, threshold: str, *, required: bool = True, **settings: object
) -> dict[str, Any]:
    return {"gate": gate, "threshold": threshold, "required": required, **settings}


def _gates(
    auc: str, ece: str, psi: str, margin: str, sample: tuple[str, str]
) -> list[dict[str, Any]]:
    events, rows = sample
    return [
        _gate("documents_present", "0", documents=_DOCUMENTS),
        _gate("artifact_safe", "0"),
        _gate("minimum_sample", events, rows=rows),
        _gate("auc_at_least", auc),
        _gate("calibration_error_at_most", ece),
        _gate("not_worse_than_champion", margin),
        _gate("psi_at_most", psi, required=False),
        _gate("fairness_ratio_at_least", "0.8", required=False),
    ]


def _definition(  # the five figures that set the tiers apart
    *, signers: int, due: int, valid_days: int, margin: str, gates: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "format": 1,
        "comparison": {"margin": margin},
        "moves": {
            "validate": {
                "steps": [_step("model_validator", 1, due, signature=False)],
                "gates": gates,
                "evidence": _DOCUMENTS,
            },
            "approve": {
                "steps": [_step("risk_officer", signers, due, signature=True)],
                "valid_days": valid_days,
            },
            "retire": {"steps": [_step("model_owner", 1, due, signature=False)]},
        },
    }


SHIPPED: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    (
        "tier-1",
        "Tier 1, material models",
        1,
        _definition(
            signers=2,
            due=5,
            valid_days=90,
            margin="0.01",
            gates=_gates("0.7", "0.1", "0.25", "0.01", ("100", "500")),
        ),
    ),
    (
        "tier-2",
        "Tier 2, models of medium materiality",
        2,
        _definition(
            signers=2,
            due=10,
            valid_days=120,
            margin="0.02",
            gates=_gates("0.65", "0.15", "0.25", "0.02", ("50", "300")),
        ),
    ),
    (
        "tier-3",
        "Tier 3, models of low materiality",
        3,
        _definition(
            signers=1,
            due=15,
            valid_days=180,
            margin="0.03",
            gates=_gates("0.6", "0.2", "0.3", "0.03", ("20", "100")),
        ),
    ),
)
