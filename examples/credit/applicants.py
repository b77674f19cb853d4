"""The 1,000 applicants: what is known of each, and which of it a model may use.

Standard library only, so that whoever submits a version needs no scikit-learn.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
DATA_FILE = FOLDER / "german_credit.csv"

NUMBERS = (
    "duration_months",
    "amount_dm",
    "instalment_rate",
    "residence_since",
    "credits_at_this_bank",
    "dependants",
)
CATEGORIES = (
    "checking_account",
    "credit_history",
    "purpose",
    "savings",
    "employed_for",
    "other_debtors",
    "property",
    "other_instalments",
    "housing",
    "job",
    "telephone",
)
# Never inputs. Age is what the scores are checked by; being a foreign worker is protected.
WITHHELD = ("age_years", "foreign_worker")

INPUTS: Mapping[int, tuple[str, ...]] = {
    1: ("checking_account", "credit_history", "duration_months"),
    2: (*CATEGORIES, *NUMBERS),
}


def read_applicants(path: Path = DATA_FILE) -> list[dict[str, str]]:
    """The rows of the data set in their original order, all values as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def age_group(applicant: Mapping[str, str]) -> str:
    """The segment that scores are checked by: under 26, 26 to 40, over 40 years."""
    age = int(applicant["age_years"])
    if age < 26:  # noqa: PLR2004 -- the bound is the segment's name
        return "under 26"
    return "26-40" if age <= 40 else "over 40"  # noqa: PLR2004


def input_schema(version: int) -> list[dict[str, str]]:
    """Name and type of each input of a version, in the order the model expects them."""
    return [
        {"name": name, "type": "integer" if name in NUMBERS else "string"}
        for name in INPUTS[version]
    ]
