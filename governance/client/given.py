"""What a person gave at the command line, read from the files that it names."""

import argparse
import json
from pathlib import Path
from typing import Any

from governance.client.shapes import ScoredColumns
from governance.client.submission import ArtifactFile, EvidenceFile, Submission

COLUMNS = {
    "score": "the score, or what the classes' columns begin with",
    "outcome": "what happened",
    "segment": "the segment",
    "key": "what tells rows apart",
    "weight": "how many cases a row stands for",
    "date": "the day of the score",
    "champion": "the champion's score of the same rows",
}


WEEK_S = 7 * 24 * 60 * 60.0


class UsageError(Exception):
    """An argument that only its content shows to be wrong."""


def seconds(text: str) -> float:
    """For the command line: how long to wait, more than nothing and less than a week.

    Raises:
        argparse.ArgumentTypeError: it is no such number.
    """
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < WEEK_S:  # NaN is neither
        msg = f"{text!r} is no number of seconds"
        raise argparse.ArgumentTypeError(msg)
    return found


def patience(text: str) -> float:
    """For the command line: how long to wait for the checks; 0 for not at all."""
    return 0.0 if text == "0" else seconds(text)


def submission(chosen: argparse.Namespace) -> Submission:
    """What shall be submitted.

    Raises:
        UsageError: a file cannot be read, or does not hold what it must.
    """
    return Submission(
        model=chosen.model,
        label=chosen.label,
        artifacts=[
            ArtifactFile(path, role)
            for role in ("model", "code", "requirements", "other")
            for path in getattr(chosen, f"{role}_files")
        ],
        evidence=_evidence(chosen),
        summary=chosen.summary,
        change_note=chosen.change_note,
        parameters=_parameters(chosen.parameters),
        input_schema=_schema(chosen.schema),
        image=chosen.image,
        comment=chosen.comment,
        retrained_from=chosen.retrained_from,
        draft=chosen.draft,
    )


def _evidence(chosen: argparse.Namespace) -> list[EvidenceFile]:
    columns = ScoredColumns(
        **{column: getattr(chosen, column) for column in COLUMNS},
        cost_false_negative=chosen.cost_false_negative,
        cost_false_positive=chosen.cost_false_positive,
        cost_true_negative=chosen.cost_true_negative,
        cost_true_positive=chosen.cost_true_positive,
    )
    scored = [EvidenceFile(chosen.scored, columns=columns)] if chosen.scored else []
    documents = [EvidenceFile(path, "document") for path in chosen.document]
    results = [EvidenceFile(path, "test_results") for path in chosen.test_results]
    return scored + documents + results


def _parameters(path: Path | None) -> dict[str, Any]:
    content = _json_of(path) if path else {}
    if not isinstance(content, dict):
        msg = f"{path} must hold one JSON object."
        raise UsageError(msg)
    return content


def _schema(path: Path | None) -> list[dict[str, str]]:
    content = _json_of(path) if path else []
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        msg = f'{path} must hold a list of objects, {{"name": ..., "type": ...}}.'
        raise UsageError(msg)
    return content


def _json_of(path: Path) -> object:
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        msg = f"{path} is not JSON: {error}."
        raise UsageError(msg) from error


def text_of(path: Path) -> str:
    """What a file of text holds.

    Raises:
        UsageError: it cannot be read as text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as text: {error}."
        raise UsageError(msg) from error
