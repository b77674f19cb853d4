"""Submit one trained version through the public client. Needs no scikit-learn.

    export FOUREYES_TOKEN=fe_...
    python -m examples.credit.submit --url http://127.0.0.1:8000 --version 1 --wait 120

Exit codes as of the client: 0 submitted, 1 refused, 2 wrong usage, 3 no answer or not ended.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from examples.credit.applicants import FOLDER
from governance.client import (
    ArtifactFile,
    Client,
    EvidenceFile,
    Refused,
    ScoredColumns,
    Submission,
    Version,
    send,
)
from governance.client.commands import (
    Exit,
    add_connection_arguments,
    checked,
    client_from,
    exit_code_of,
    print_version,
    run,
)

MODEL = "credit-default"
TITLE = "Credit default"
PURPOSE = "Probability that a consumer loan defaults; decides whether an application is refused."
DESCRIPTION = "Worked example on the Statlog German Credit Data, 1,000 applicants."
NOT_FOUND = 404

COLUMNS = ScoredColumns(score="score", outcome="outcome", segment="age_group", key="applicant_id")
TELLS: Mapping[int, dict[str, str]] = {
    1: {
        "label": "1.0.0",
        "summary": "Plain scorecard: account, credit history and duration, each in a few bands.",
        "change_note": "First version.",
    },
    2: {
        "label": "2.0.0",
        "summary": "Mean of a logistic regression and boosted trees on 17 inputs.",
        "change_note": "Ranks applicants better than the scorecard and uses savings, employment, "
        "purpose and amount as well. Age stays out of the inputs.",
    },
}


def submission(version: int, folder: Path = FOLDER) -> Submission:
    """What training wrote for a version, as one submission."""
    return Submission(
        model=MODEL,
        label=TELLS[version]["label"],
        summary=TELLS[version]["summary"],
        change_note=TELLS[version]["change_note"],
        parameters=_json_of(folder / f"parameters_v{version}.json"),
        input_schema=_json_of(folder / f"schema_v{version}.json"),
        artifacts=[
            ArtifactFile(folder / f"model_v{version}.onnx", "model", "model.onnx"),
            ArtifactFile(FOLDER / "train.py", "code"),
        ],
        evidence=[
            EvidenceFile(folder / f"scored_v{version}.csv", "scored_data", COLUMNS, "scored.csv"),
            EvidenceFile(folder / f"model_card_v{version}.md", "document", name="model_card.md"),
        ],
        comment="Scores are out of fold: no model scored an applicant that it was trained on.",
    )


def submit(client: Client, version: int, folder: Path = FOLDER) -> Version:
    """Send version 1 or 2 of the credit model and submit it."""
    return send(client, submission(version, folder))


def register(client: Client, portfolio: str, tier: int) -> None:
    """Enter the credit model in the inventory unless it is there."""
    try:
        client.model(MODEL)
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        client.register_model(
            MODEL,
            title=TITLE,
            portfolio=portfolio,
            tier=tier,
            purpose=PURPOSE,
            description=DESCRIPTION,
        )


def add_submission_arguments(parser: argparse.ArgumentParser) -> None:
    """What to submit; shared with training."""
    parser.add_argument("--version", type=int, choices=sorted(TELLS))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where training wrote to")
    parser.add_argument("--register", metavar="PORTFOLIO", help="register the model if missing")
    parser.add_argument("--tier", type=int, default=1, choices=(1, 2, 3), help="with --register")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="for the checks")


def submit_from(chosen: argparse.Namespace) -> int:
    """Submit as the parsed arguments say; the result is the exit code."""

    def command() -> Exit:
        client = client_from(chosen)
        if chosen.register:
            register(client, chosen.register, chosen.tier)
        version = checked(client, submit(client, chosen.version, chosen.folder), chosen.wait)
        print_version(version, as_json=chosen.json)
        return exit_code_of(version)

    return run(command)


def _json_of(path: Path) -> Any:  # noqa: ANN401 -- what a JSON file may hold
    return json.loads(path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Submit one version."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.credit.submit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_connection_arguments(parser)
    add_submission_arguments(parser)
    chosen = parser.parse_args(arguments)
    if not chosen.version:
        parser.error("--version is required: 1 or 2")
    return submit_from(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
