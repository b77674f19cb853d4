"""The policies in force from the first migration, so that a new site can work. Pure.

Read like a bank's own, after SR 26-2 (materiality decides depth), PRA SS1/23 (independent
validation, approval in proportion), OSFI E-23 (monitoring, review by risk) and MaRisk AT 4.3.5
(validation before use): the higher the tier, the more eyes, the harder the gates, the sooner the
review. `docs/policies.md` says line by line what answers to what. Texts are in the catalogue by
`labels.SHIPPED_WORDS`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.policies.calendars import target_holidays

_DOCUMENTS = ["scored_data", "document"]
TARGET_YEARS = range(2026, 2036)

# name, title, days of the week that are not worked, holidays
SHIPPED_CALENDARS: tuple[tuple[str, str, list[int], dict[date, str]], ...] = (
    ("weekdays", "Mondays to Fridays", [5, 6], {}),
    ("target", "TARGET, the euro's settlement days", [5, 6], target_holidays(TARGET_YEARS)),
)

VALIDATION_CHECKLIST = (
    ("soundness", "Purpose, theory and method fit the use that is asked for"),
    ("data", "Origin, quality and period of the data were checked"),
    ("outcomes", "Results were compared with what happened, and with the champion"),
    ("limits", "Limits and assumptions are written down, and are acceptable"),
)
APPROVAL_CHECKLIST = (
    ("report", "I have read the validation report and its limits"),
    ("findings", "Open findings and waived checks are acceptable for this use"),
)


@dataclass(frozen=True, slots=True)
class _Tier:
    """What sets the tiers apart."""

    signers: int
    due: int
    valid_days: int
    review_days: int
    margin: str
    gates: list[dict[str, Any]]
    escalate: bool = True


def _step(
    role: str, quorum: int, due: int, *, signature: bool = False, **more: object
) -> dict[str, Any]:
    plain = {"name": more.pop("name", role), "role": role, "quorum": quorum}
    return {**plain, "due_business_days": due} | ({"signature": True} if signature else {}) | more


def _checklist(lines: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"name": name, "text": text, "required": False} for name, text in lines]


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
        _gate("not_worse_than_champion", f"-{margin}"),
        _gate("psi_at_most", psi, required=False),
        _gate("fairness_ratio_at_least", "0.8", required=False),
    ]


def _definition(tier: _Tier) -> dict[str, Any]:
    higher = {"role": "head_of_model_risk", "after_business_days": 2}
    late: dict[str, Any] = {"reminders": [-2, 0]}
    if tier.escalate:
        late["escalation"] = higher
    validate = _step(
        "model_validator", 1, tier.due, checklist=_checklist(VALIDATION_CHECKLIST), **late
    )
    approve = _step(
        "risk_officer",
        tier.signers,
        tier.due,
        signature=True,
        checklist=_checklist(APPROVAL_CHECKLIST),
        **late,
    )
    return {
        "format": 2,
        "calendar": "target",
        "comparison": {"margin": tier.margin},
        "moves": {
            "validate": {"stages": [[validate]], "gates": tier.gates, "evidence": _DOCUMENTS},
            "approve": {
                "stages": [[approve]],
                "validity": {
                    "days": tier.valid_days,
                    "review_after_days": tier.review_days,
                    "review_on": ["change", "breach", "tier", "time"],
                },
            },
            "deploy": {"stages": [[_step("mlops_engineer", 1, 3, reminders=[0])]]},
            "retire": {"stages": [[_step("model_owner", 1, tier.due)]]},
            "emergency": _emergency(),
        },
    }


def _emergency() -> dict[str, Any]:
    signers = [_step(role, 1, 0, signature=True) for role in ("risk_officer", "mlops_engineer")]
    review = _step("model_validator", 1, 5, name="review", title="Review after the fact")
    return {"stages": [signers], "review": review}


TIERS = (
    _Tier(
        signers=2,
        due=5,
        valid_days=90,
        review_days=365,
        margin="0.01",
        gates=_gates("0.7", "0.1", "0.25", "0.01", ("100", "500")),
    ),
    _Tier(
        signers=2,
        due=10,
        valid_days=120,
        review_days=730,
        margin="0.02",
        gates=_gates("0.65", "0.15", "0.25", "0.02", ("50", "300")),
    ),
    _Tier(
        signers=1,
        due=15,
        valid_days=180,
        review_days=1095,
        margin="0.03",
        gates=_gates("0.6", "0.2", "0.3", "0.03", ("20", "100")),
        escalate=False,
    ),
)
TITLES = (
    "Tier 1, material models",
    "Tier 2, models of medium materiality",
    "Tier 3, models of low materiality",
)

SHIPPED: tuple[tuple[str, str, int, dict[str, Any]], ...] = tuple(
    (f"tier-{number}", title, number, _definition(tier))
    for number, (title, tier) in enumerate(zip(TITLES, TIERS, strict=True), start=1)
)
