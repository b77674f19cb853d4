"""A model of numbers or of classes goes the same way as one of an event."""

from pathlib import Path

import numpy as np
import pytest

from governance.evaluation.operations import upload_evidence
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import Evidence, ModelVersion, RegisteredModel
from governance.inventory.operations import (
    VersionFacts,
    add_artifact,
    create_version,
    register_model,
)
from tests import stories
from tests.stories import kept
from workflows.management.cast import PORTFOLIO, actor_named

pytestmark = pytest.mark.django_db

NUMBERS = {"score": "loss_said", "outcome": "loss", "key": "case", "segment": "region"}
CLASSES = {"score": "p_", "outcome": "rating"}


def model_of(kind: str) -> RegisteredModel:
    stories.house()
    return register_model(
        name=f"model-of-{kind}",
        title=f"Model of {kind}",
        portfolio=PORTFOLIO,
        tier=3,
        kind=kind,
        actor=actor_named("dana"),
    )


def numbers() -> bytes:
    random = np.random.default_rng(2)
    truth = random.gamma(2, 300, 400)
    said = truth + random.normal(0, 100, 400)
    lines = [
        f"{place},{said[place]:.2f},{truth[place]:.2f},{'north' if place % 2 else 'south'}"
        for place in range(400)
    ]
    return "\n".join(["case,loss_said,loss,region", *lines, ""]).encode()


def classes() -> bytes:
    random = np.random.default_rng(3)
    actual = random.integers(0, 3, 400)
    shares = random.dirichlet((2, 2, 2), 400)
    shares[np.arange(400), actual] += 1
    shares = shares / 2
    lines = [
        ",".join([*(f"{share:.6f}" for share in shares[place]), "abc"[actual[place]]])
        for place in range(400)
    ]
    return "\n".join(["p_a,p_b,p_c,rating", *lines, ""]).encode()


def sent(model: RegisteredModel, content: bytes, columns: dict[str, str]) -> ModelVersion:
    """A draft with a model file and a scored table."""
    dana = actor_named("dana")
    version = create_version(model, VersionFacts(label="1.0.0"), actor=dana)
    onnx = kept(Path(stories.EXAMPLE / "model_v1.onnx").read_bytes())
    add_artifact(version.pk, name="model.onnx", role="model", stored=onnx, actor=dana)
    upload_evidence(
        version.pk,
        name="scored.csv",
        kind="scored_data",
        stored=kept(content),
        columns=columns,
        actor=dana,
    )
    upload_evidence(
        version.pk, name="card.md", kind="document", stored=kept(b"# Card"), columns={}, actor=dana
    )
    return version


def test_a_model_of_numbers_is_measured_and_shown() -> None:
    """Its errors, segments and figures; gates of events say that they do not fit."""
    version = stories.submitted(sent(model_of("regression"), numbers(), NUMBERS))
    comparison = comparison_of(version.pk)
    assert comparison.payload["kind"] == "regression"
    outcomes = {gate.gate: gate.outcome for gate in gates_of(version.pk)}
    assert outcomes["auc_at_least"] == "error"
    assert outcomes["psi_at_most"] == "passed"
    page = stories.signed_in("victor").get("/models/model-of-regression/versions/1/").text
    for words in (
        "RMSE",
        "Predicted and observed",
        "Errors by prediction",
        "RMSE, north",
        "_RASE_",
    ):
        assert words in page
    assert "AUC," not in page


def test_a_model_of_classes_is_measured_and_shown() -> None:
    """Each class against all others."""
    version = stories.submitted(sent(model_of("multiclass"), classes(), CLASSES))
    assert comparison_of(version.pk).payload["sample"]["classes"] == ["a", "b", "c"]
    page = stories.signed_in("victor").get("/models/model-of-multiclass/versions/1/").text
    for words in ("AUC, mean of the classes", "Each class against all others.", "AUC, a"):
        assert words in page


def test_columns_are_remembered_for_the_models_next_version() -> None:
    """Where nothing is named, those of the newest table are meant; what is named wins."""
    model = model_of("regression")
    sent(model, numbers(), NUMBERS)
    sent(model, numbers(), {})
    sent(model, numbers(), {"score": "loss_said", "outcome": "loss"})
    columns = list(
        Evidence.objects.filter(kind="scored_data")
        .order_by("version__number")
        .values_list("columns", flat=True)
    )
    assert columns[0] == columns[1] == NUMBERS | {"kind": "regression"}
    assert columns[2] == {"score": "loss_said", "outcome": "loss", "kind": "regression"}
