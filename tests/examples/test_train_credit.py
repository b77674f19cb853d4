from pathlib import Path

import pytest

from examples.credit.applicants import FOLDER
from examples.credit.train import main

WRITTEN = ("model_v{}.onnx", "scored_v{}.csv", "model_card_v{}.md", "schema_v{}.json")


@pytest.mark.parametrize("version", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_training_again_gives_the_same_bytes(tmp_path: Path, version: int) -> None:
    """Model, scores, card, schema and parameters are those of the repository."""
    assert main(["--version", str(version), "--folder", str(tmp_path)]) == 0
    for pattern in (*WRITTEN, "parameters_v{}.json"):
        name = pattern.format(version)
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_submitting_needs_a_version() -> None:
    """Wrong usage is told before anything is trained."""
    with pytest.raises(SystemExit) as stopped:
        main(["--submit", "http://127.0.0.1:9"])
    assert stopped.value.code == 2
