"""What is in the repository of the credit example, without training anything."""

import csv
import json
from collections import Counter

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from examples.credit.applicants import (
    FOLDER,
    INPUTS,
    NUMBERS,
    WITHHELD,
    age_group,
    read_applicants,
)
from examples.credit.cards import card
from examples.credit.measures import auc, measure

VERSIONS = (1, 2)
MARGIN = -0.01


def scored(version: int) -> list[dict[str, str]]:
    with (FOLDER / f"scored_v{version}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(version: int) -> tuple[np.ndarray, np.ndarray]:
    rows = scored(version)
    return (
        np.array([float(row["score"]) for row in rows]),
        np.array([int(row["outcome"]) for row in rows]),
    )


def placements(scores: np.ndarray, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each default the share of non-defaults below it, and the other way round."""
    bad, good = scores[outcomes == 1], scores[outcomes == 0]
    above = (bad[:, None] > good) + 0.5 * (bad[:, None] == good)
    return above.mean(axis=1), above.mean(axis=0)


def test_the_data_set_is_whole() -> None:
    """1,000 applicants, 300 defaults, each with an id of its own and no empty field."""
    applicants = read_applicants()
    assert [one["applicant_id"] for one in applicants] == [str(at) for at in range(1, 1001)]
    assert Counter(one["default"] for one in applicants) == {"0": 700, "1": 300}
    assert all(value for one in applicants for value in one.values())


@pytest.mark.parametrize("version", VERSIONS)
def test_age_and_origin_are_no_inputs(version: int) -> None:
    """What is withheld is in no schema and in no model."""
    schema = json.loads((FOLDER / f"schema_v{version}.json").read_text(encoding="utf-8"))
    model = onnx.load(FOLDER / f"model_v{version}.onnx")
    names = [one["name"] for one in schema]
    assert names == [one.name for one in model.graph.input] == list(INPUTS[version])
    assert not set(WITHHELD) & set(names)


@pytest.mark.parametrize("version", VERSIONS)
def test_scores_belong_to_their_applicants(version: int) -> None:
    """Same order, same outcome, same age group as in the data."""
    for row, one in zip(scored(version), read_applicants(), strict=True):
        assert row["applicant_id"] == one["applicant_id"]
        assert row["outcome"] == one["default"]
        assert row["age_group"] == age_group(one)
        assert 0 < float(row["score"]) < 1


def test_version_2_ranks_better() -> None:
    """The lower end of DeLong's 95 % interval for the difference of both areas is above zero."""
    both = [placements(*numbers(version)) for version in VERSIONS]
    by_default, by_other = (second - first for first, second in zip(*both, strict=True))
    error = (by_default.var(ddof=1) / 300 + by_other.var(ddof=1) / 700) ** 0.5
    assert by_default.mean() - 1.96 * error > 0 > MARGIN


@pytest.mark.parametrize("version", VERSIONS)
def test_the_card_says_what_the_scores_say(version: int) -> None:
    """The card in the repository is the one that its scores and its cutoff give."""
    groups = np.array([row["age_group"] for row in scored(version)])
    parameters = json.loads((FOLDER / f"parameters_v{version}.json").read_text(encoding="utf-8"))
    measured = measure(*numbers(version), groups, cutoff=parameters["cutoff"])
    written = (FOLDER / f"model_card_v{version}.md").read_text(encoding="utf-8")
    assert written == card(version, measured)
    assert f"from {parameters['cutoff']} on" in written


def test_ties_count_one_half() -> None:
    """A score that tells nothing has an area of one half."""
    assert auc(np.array([0.5, 0.5, 0.5]), np.array([0, 1, 0])) == 0.5


def test_the_scorecard_runs_as_onnx() -> None:
    """On the applicants that it was trained on it ranks about as well as out of fold."""
    applicants = read_applicants()
    model = ReferenceEvaluator(str(FOLDER / "model_v1.onnx"))
    columns = {
        name: np.array([[int(one[name]) if name in NUMBERS else one[name]] for one in applicants])
        for name in INPUTS[1]
    }
    _, probabilities = model.run(None, columns)
    outcomes = numbers(1)[1]
    assert 0.75 < auc(probabilities[:, 1], outcomes) < 0.78
