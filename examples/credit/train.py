"""Train both versions of the credit model and write all that a submission needs.

    python -m examples.credit.train                          # write both versions
    python -m examples.credit.train --submit URL --version 2 # ... and submit one

Needs scikit-learn and skl2onnx (requirements/dev.txt). The same inputs give the same bytes: folds
and trees are seeded, and the solver is run until further steps no longer change six decimals.
"""

import argparse
import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skl2onnx import to_onnx
from skl2onnx.common.data_types import Int64TensorType, StringTensorType
from sklearn.base import TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

from examples.credit.applicants import (
    INPUTS,
    NUMBERS,
    age_group,
    input_schema,
    read_applicants,
)
from examples.credit.cards import write_card
from examples.credit.measures import measure
from examples.credit.submit import add_submission_arguments, submit_from
from governance.client.commands import add_connection_arguments

Scores = NDArray[np.float64]
Outcomes = NDArray[np.int64]

SEED = 20261123
FOLDS = 10
OPSET = {"": 17, "ai.onnx.ml": 3}
# The data set's own cost matrix: a loan that defaults costs five times a good one refused,
# so refusing pays from a probability of 1 / (1 + 5).
CUTOFF = 0.166667

PARAMETERS: Mapping[int, dict[str, str | float]] = {
    1: {
        "algorithm": "logistic regression on binned and one-hot inputs",
        "regularisation_c": 1,
        "duration_bins": 4,
    },
    2: {
        "algorithm": "mean of logistic regression and gradient boosted trees",
        "regularisation_c": 0.3,
        "trees": 150,
        "tree_depth": 3,
        "learning_rate": 0.05,
        "rows_per_leaf": 20,
    },
}


def parameters_of(version: int) -> dict[str, str | float]:
    """What a version was trained with and how its score is to be used."""
    common: dict[str, str | float] = {
        "cutoff": CUTOFF,
        "folds": FOLDS,
        "seed": SEED,
        "score": "probability of default",
    }
    return {**PARAMETERS[version], **common}


def logistic(c: float) -> LogisticRegression:
    # Newton steps end at machine precision: another processor finds the same six decimals.
    return LogisticRegression(C=c, solver="newton-cholesky", tol=1e-10, max_iter=200)


def prepared(version: int, numbers: TransformerMixin) -> ColumnTransformer:
    """One-hot categories, and numbers through the given step."""
    names = INPUTS[version]
    return ColumnTransformer(
        [
            (
                "categories",
                OneHotEncoder(handle_unknown="ignore"),
                [at for at, name in enumerate(names) if name not in NUMBERS],
            ),
            ("numbers", numbers, [at for at, name in enumerate(names) if name in NUMBERS]),
        ]
    )


def scorecard() -> Pipeline:
    """Version 1: three inputs, each a short list of bands with a weight."""
    bins = KBinsDiscretizer(
        n_bins=4,
        encode="onehot-dense",
        strategy="quantile",
        quantile_method="averaged_inverted_cdf",
    )
    return Pipeline([("inputs", prepared(1, bins)), ("model", logistic(1.0))])


def ensemble() -> Pipeline:
    """Version 2: all permitted inputs; the mean of a linear model and of small trees."""
    trees = GradientBoostingClassifier(
        n_estimators=150, max_depth=3, learning_rate=0.05, min_samples_leaf=20, random_state=SEED
    )
    both = VotingClassifier(
        [("linear", logistic(0.3)), ("trees", trees)], voting="soft", flatten_transform=False
    )
    return Pipeline([("inputs", prepared(2, StandardScaler())), ("model", both)])


MODELS: Mapping[int, Callable[[], Pipeline]] = {1: scorecard, 2: ensemble}


def matrix(applicants: Sequence[Mapping[str, str]], version: int) -> NDArray[np.object_]:
    """The inputs of a version, one row an applicant: integers and text side by side."""
    rows = [
        [int(one[name]) if name in NUMBERS else one[name] for name in INPUTS[version]]
        for one in applicants
    ]
    return np.array(rows, dtype=object)


def outcomes_of(applicants: Sequence[Mapping[str, str]]) -> Outcomes:
    return np.array([int(one["default"]) for one in applicants], dtype=np.int64)


def out_of_fold_scores(version: int, applicants: Sequence[Mapping[str, str]]) -> Scores:
    """A probability of default for each applicant, from a model that never saw that applicant.

    Both versions use the same folds, so their scores can be compared in pairs.
    """
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    both_classes = cross_val_predict(
        MODELS[version](),
        matrix(applicants, version),
        outcomes_of(applicants),
        cv=folds,
        method="predict_proba",
    )
    return np.round(np.asarray(both_classes, dtype=np.float64)[:, 1], 6)


def fitted(version: int, applicants: Sequence[Mapping[str, str]]) -> Pipeline:
    """The model that would go live: the same recipe on all applicants."""
    return MODELS[version]().fit(matrix(applicants, version), outcomes_of(applicants))


def onnx_bytes(version: int, model: Pipeline) -> bytes:
    """The fitted model as ONNX: one named input a column, outputs label and probabilities."""
    inputs = [
        (name, (Int64TensorType if name in NUMBERS else StringTensorType)([None, 1]))
        for name in INPUTS[version]
    ]
    converted = to_onnx(
        model,
        initial_types=inputs,
        name=f"credit-default-{version}",
        options={"zipmap": False},
        target_opset=OPSET,
    )
    # skl2onnx lists the opsets in the order of a set, which differs from process to process.
    converted.opset_import.sort(key=lambda opset: opset.domain)
    return bytes(converted.SerializeToString(deterministic=True))


def write_scores(path: Path, applicants: Sequence[Mapping[str, str]], scores: Scores) -> None:
    """The scored file: who, score, what happened, and the segments to check it by."""
    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target, lineterminator="\n")
        rows.writerow(["applicant_id", "score", "outcome", "age_group", "housing"])
        for one, score in zip(applicants, scores, strict=True):
            rows.writerow(
                [
                    one["applicant_id"],
                    f"{score:.6f}",
                    one["default"],
                    age_group(one),
                    one["housing"],
                ]
            )


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def write_version(version: int, folder: Path) -> None:
    """Train one version and write its model, scores, card, schema and parameters."""
    applicants = read_applicants()
    scores = out_of_fold_scores(version, applicants)
    model = onnx_bytes(version, fitted(version, applicants))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"model_v{version}.onnx").write_bytes(model)
    write_scores(folder / f"scored_v{version}.csv", applicants, scores)
    write_json(folder / f"schema_v{version}.json", input_schema(version))
    write_json(folder / f"parameters_v{version}.json", parameters_of(version))
    groups = np.array([age_group(one) for one in applicants])
    measured = measure(scores, outcomes_of(applicants), groups, cutoff=CUTOFF)
    write_card(folder / f"model_card_v{version}.md", version, measured)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the versions asked for; with --submit, send one through the public client."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.credit.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--submit", metavar="URL", help="where to submit the version")
    add_connection_arguments(parser)
    add_submission_arguments(parser)
    chosen = parser.parse_args(arguments)
    if chosen.submit and not chosen.version:
        parser.error("--submit needs --version 1 or --version 2")
    for version in [chosen.version] if chosen.version else sorted(MODELS):
        write_version(version, chosen.folder)
    if not chosen.submit:
        return 0
    chosen.url = chosen.submit
    return submit_from(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
