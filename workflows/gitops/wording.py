"""What a pull request says, and what it is called. Pure: equal facts give equal words.

Everything here is written once into the change set, so it may tell what was true at that moment.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from workflows.targets.rendered import Fields

TITLE_LIMIT = 255
GATE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Signer:
    """One decision of the round; the name stands in the body, the id in the repository."""

    person_id: str
    name: str
    role: str
    kind: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as it stood when the version was approved."""

    name: str
    outcome: str
    value: str
    threshold: str
    required: bool


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """Everything that the words of a pull request are made of."""

    promotion_id: str
    approval_round: str
    case_digest: str
    content_digest: str
    model: str
    title: str
    number: int
    label: str
    version_id: str
    target: str
    environment: str
    summary: str
    change_note: str
    champion: str
    verdict: str
    signers: tuple[Signer, ...]
    gates: tuple[GateLine, ...]
    log_index: int | None
    checkpoint: str
    kind: str = "deploy"
    policy: str = ""
    approved_at: datetime | None = None
    valid_until: datetime | None = None
    links: tuple[tuple[str, str], ...] = ()
    # Path, digest, and where only some values in it are ours, these by their places.
    files: tuple[tuple[str, str, Fields | None], ...] = ()


def key_of(facts: PromotionFacts) -> str:
    """Return 64 hexadecimal digits that name this promotion by what was approved for where.

    And by its own id: one that is asked for again does not meet the branch of the closed one.
    """
    approved = (facts.approval_round, facts.case_digest, facts.content_digest, facts.target)
    words = "\n".join((*approved, facts.promotion_id))
    return hashlib.sha256(words.encode()).hexdigest()


def branch_of(facts: PromotionFacts) -> str:
    """Return `foureyes/<model>/v<n>-<target>-<key12>`."""
    return f"foureyes/{facts.model}/v{facts.number}-{facts.target}-{key_of(facts)[:12]}"


def title_of(facts: PromotionFacts) -> str:
    """Return one line: what goes where."""
    version = f"{_one_line(facts.title)} {_one_line(facts.label or str(facts.number))}"
    return TITLES[facts.kind].format(version=version, target=facts.target)[:TITLE_LIMIT]


TITLES = {
    "deploy": "Deploy {version} to {target}",
    "resume": "Resume {version} on {target}",
    "retire": "Retire {version} from {target}",
    "roll_back": "Roll back to {version} on {target}",
    "suspend": "Suspend {version} on {target}",
}


def commit_message_of(facts: PromotionFacts) -> str:
    """Return the title, and trailers that Git itself can list (`git log --format=%(trailers)`)."""
    trailers = [
        f"Foureyes-Promotion: {facts.promotion_id}",
        f"Foureyes-Approval: {facts.approval_round}",
        f"Foureyes-Digest: {facts.case_digest or 'none'}",
        f"Foureyes-Content: {facts.content_digest}",
        f"Foureyes-Checkpoint: {_checkpoint_line(facts.checkpoint)}",
    ]
    return "\n".join([title_of(facts), "", *trailers]) + "\n"


def body_of(facts: PromotionFacts) -> str:
    """Return the body in Markdown: what, why, verdict, approvers, gates, and the facts as JSON."""
    parts = [
        _section("What", _what(facts)),
        _section("Why", [_quoted(facts.change_note or facts.summary or "No reason was given.")]),
        _section("Verdict", [facts.verdict or "There was no champion to compare with."]),
        _section("Approvers", [_signer(signer) for signer in facts.signers] or ["- none"]),
        _section("Gates", [_gate(gate) for gate in facts.gates] or ["- none"]),
        _section("Roll back", _roll_back(facts)),
        _section("Links", [f"- {name}: {url}" for name, url in facts.links] or ["- none"]),
        _section("For machines", ["```json", json.dumps(approval_json(facts), indent=2), "```"]),
    ]
    if facts.checkpoint:
        parts.append(_section("Checkpoint of the log", ["```", facts.checkpoint.rstrip(), "```"]))
    return "\n".join(parts)


def approval_json(facts: PromotionFacts) -> dict[str, Any]:
    """Return what the repository keeps about the approval: ids and digests, no names."""
    return {
        "format": 1,
        "kind": facts.kind,
        "promotion": facts.promotion_id,
        "approval_round": facts.approval_round,
        "case_digest": facts.case_digest,
        "content_digest": facts.content_digest,
        "model": facts.model,
        "version": {"id": facts.version_id, "number": facts.number, "label": facts.label},
        "target": facts.target,
        "decisions": [
            {
                "person": signer.person_id,
                "role": signer.role,
                "decision": signer.kind,
                "at": signer.decided_at.isoformat(timespec="seconds"),
            }
            for signer in facts.signers
        ],
        "gates": {gate.name: gate.outcome for gate in facts.gates},
        "log_index": facts.log_index,
    }


def folder_of(facts: PromotionFacts) -> str:
    """Return the folder of what travels with the approved content."""
    return f".foureyes/{facts.promotion_id}"


def predicate_of(facts: PromotionFacts, removed: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the attestation says about the subjects: ids, digests and times, no names.

    `removed`: paths of an older version's files that go with this change.
    """
    return {
        **approval_json(facts),
        "files": [
            {"path": path, "sha256": sha256, "fields": None if fields is None else dict(fields)}
            for path, sha256, fields in facts.files
        ],
        "removed": list(removed),
        "environment": facts.environment,
        "policy": facts.policy,
        "approved_at": _moment(facts.approved_at),
        "valid_until": _moment(facts.valid_until),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _what(facts: PromotionFacts) -> Sequence[str]:
    version = f"{_one_line(facts.title)} {_one_line(facts.label)} (version {facts.number})"
    instead = f" It replaces {_one_line(facts.champion)}." if facts.champion else ""
    return [
        f"{version} goes to {facts.target} ({facts.environment}).{instead}",
        "",
        f"- Digest of the case: `{facts.case_digest or 'none'}`",
        f"- Digest of the files: `{facts.content_digest}`",
    ]


def _roll_back(facts: PromotionFacts) -> Sequence[str]:
    """What to do when it goes wrong, before anybody needs it."""
    back = f"to {_one_line(facts.champion)} " if facts.champion else ""
    return [
        f"Ask for a roll back {back}in Foureyes: it opens one pull request with approved files.",
        "A `git revert` of the merge does the same at once; Foureyes sees it and raises an alarm.",
    ]


def _checkpoint_line(checkpoint: str) -> str:
    """Size and root of the checkpoint, on one line; `none` without one."""
    lines = checkpoint.splitlines()
    return f"{lines[1]} {lines[2]}" if len(lines) > 2 else "none"  # noqa: PLR2004


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"## {title}", "", *lines, ""])


def _signer(signer: Signer) -> str:
    day = signer.decided_at.date().isoformat()
    return f"- {_one_line(signer.name)} ({signer.role}): {signer.kind}, {day}"


def _gate(gate: GateLine) -> str:
    needed = "required" if gate.required else "optional"
    limit = f", threshold {gate.threshold}" if gate.threshold else ""
    value = _shown(gate.value) if gate.value else "-"
    return f"- {gate.name} ({needed}): {gate.outcome}, value {value}{limit}"


def _shown(value: str) -> str:
    """As the page of the case shows it; the digest holds all of its digits."""
    return f"{round(Decimal(value), GATE_DIGITS).normalize() + 0:f}"


def _quoted(text: str) -> str:
    """Somebody's own words stay a quotation, so that they cannot pose as a section of ours."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
