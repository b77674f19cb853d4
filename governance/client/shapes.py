"""What the server answers, as plain frozen values. No network here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any, Self

JSON = Mapping[str, Any]

ENDED = frozenset({"passed", "failed", "waived", "error"})
MEETS = frozenset({"passed", "waived"})


def _text(value: object) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model as the inventory lists it."""

    name: str
    title: str
    portfolio: str
    tier: int
    champion: int | None

    @classmethod
    def from_json(cls, answer: JSON) -> Self:
        """Read one model; `champion` is the number of the version that is live, if any."""
        champion = answer.get("champion")
        return cls(
            name=answer["name"],
            title=_text(answer.get("title")),
            portfolio=_text(answer.get("portfolio")),
            tier=int(answer["tier"]),
            champion=champion["number"] if champion else None,
        )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that the server holds, known by its SHA-256 (64 hex digits)."""

    name: str
    sha256: str
    size: int
    role: str = ""
    kind: str = ""

    @classmethod
    def from_json(cls, answer: JSON) -> Self:
        """Read one artefact (with `role`) or one piece of evidence (with `kind`)."""
        return cls(
            name=answer["name"],
            sha256=answer["sha256"],
            size=int(answer["size"]),
            role=_text(answer.get("role")),
            kind=_text(answer.get("kind")),
        )


@dataclass(frozen=True, slots=True)
class ScoredColumns:
    """Which columns of a scored file hold what; only score and outcome are required.

    Where a model predicts one of several classes, `score` is what the names of the classes'
    columns begin with. `champion` names the champion's scores of the same rows. Costs are what
    decisions cost, in any unit: wrong ones above 0, right ones 0 or, where they gain, below 0.
    """

    score: str = "score"
    outcome: str = "outcome"
    segment: str = ""
    key: str = ""
    weight: str = ""
    date: str = ""
    champion: str = ""
    cost_false_negative: float = 0
    cost_false_positive: float = 0
    cost_true_negative: float = 0
    cost_true_positive: float = 0

    def as_parameters(self) -> dict[str, str]:
        """The names that are set, as query parameters."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Gate:
    """An acceptance test of a version; `value` and `threshold` are decimals as text."""

    name: str
    outcome: str
    value: str
    threshold: str
    required: bool
    reason: str

    @property
    def ended(self) -> bool:
        """Whether the outcome is there."""
        return self.outcome in ENDED

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the gate ended, is required, and was neither passed nor waived."""
        return self.ended and self.required and self.outcome not in MEETS

    @classmethod
    def from_json(cls, answer: JSON) -> Self:
        """Read one gate."""
        return cls(
            name=answer["name"],
            outcome=_text(answer.get("outcome")),
            value=_text(answer.get("value")),
            threshold=_text(answer.get("threshold")),
            required=bool(answer.get("required", True)),
            reason=_text(answer.get("reason")),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a version compares with the champion, and the digest of the full report."""

    verdict: str
    reason: str
    digest: str

    @classmethod
    def from_json(cls, answer: JSON) -> Self:
        """Read one comparison."""
        return cls(
            verdict=_text(answer.get("verdict")),
            reason=_text(answer.get("reason")),
            digest=_text(answer.get("digest")),
        )


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable submission of a model, as the server last told.

    `checks` is none, waiting, running, parked (they gave up), cancelled or done.
    """

    id: str
    model: str
    number: int
    label: str
    state: str
    url: str
    artifacts: tuple[StoredFile, ...] = ()
    evidence: tuple[StoredFile, ...] = ()
    gates: tuple[Gate, ...] = ()
    comparison: Comparison | None = None
    retrained_from: int | None = None
    checks: str = ""
    raw: JSON = field(default_factory=dict, repr=False, compare=False)

    @property
    def checks_ended(self) -> bool:
        """Whether there are gates and each of them has its outcome."""
        return bool(self.gates) and all(gate.ended for gate in self.gates)

    @property
    def obstacles(self) -> tuple[Gate, ...]:
        """The required gates that were neither passed nor waived."""
        return tuple(gate for gate in self.gates if gate.stands_in_the_way)

    @classmethod
    def from_json(cls, answer: JSON) -> Self:
        """Read one version; keys that this client does not know stay in `raw`."""
        comparison = answer.get("comparison")
        return cls(
            id=str(answer["id"]),
            model=answer["model"],
            number=int(answer["number"]),
            label=_text(answer.get("label")),
            state=answer["state"],
            url=_text(answer.get("url")),
            artifacts=tuple(map(StoredFile.from_json, answer.get("artifacts") or ())),
            evidence=tuple(map(StoredFile.from_json, answer.get("evidence") or ())),
            gates=tuple(map(Gate.from_json, answer.get("gates") or ())),
            comparison=Comparison.from_json(comparison) if comparison else None,
            retrained_from=answer.get("retrained_from"),
            checks=_text(answer.get("checks")),
            raw=answer,
        )

    def _repr_html_(self) -> str:
        """A card for notebooks. Everything the server sent is escaped."""
        gates = "".join(
            f"<tr><td>{escape(gate.name)}</td><td>{escape(gate.outcome)}</td>"
            f"<td>{escape(gate.value)}</td><td>{escape(gate.threshold)}</td>"
            f"<td>{escape(gate.reason)}</td></tr>"
            for gate in self.gates
        )
        table = (
            "<table><thead><tr><th>Gate</th><th>Outcome</th><th>Value</th><th>Threshold</th>"
            f"<th>Reason</th></tr></thead><tbody>{gates}</tbody></table>"
            if gates
            else ""
        )
        return (
            f"<article><strong>{escape(self.model)} version {self.number}</strong> "
            f"{escape(self.label)} · {escape(self.state)}"
            f"{_comparison_html(self.comparison)}{table}{_link_html(self.url)}</article>"
        )


def _comparison_html(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    return f"<p>{escape(comparison.verdict)}: {escape(comparison.reason)}</p>"


def _link_html(url: str) -> str:
    """A link, unless the address could run something in the notebook."""
    if not url.startswith(("https://", "http://")):
        return ""
    return f'<p><a href="{escape(url)}" rel="noopener">Open in Foureyes</a></p>'
