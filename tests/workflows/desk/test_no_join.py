"""Two versions that were scored on cases of different names."""

import re

import pytest

from governance.evaluation.operations import add_scored_data
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.operations import VersionFacts, add_artifact, add_evidence, create_version
from tests import stories
from tests.workflows.desk.pages import case_page
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


def renamed(table: bytes) -> bytes:
    """The same cases under other names."""
    return re.sub(rb"(?m)^(?=\d)", b"77777", table)


def test_the_page_says_that_no_case_is_common_and_what_to_look_at() -> None:
    """Through upload, checks and comparison to the words that a validator reads."""
    champion = stories.deployed_version(1)
    dana = actor_named("dana")
    draft = create_version(champion.model, VersionFacts(label="2.0.0"), actor=dana)
    onnx, card, scored = (
        stories.kept(change((stories.EXAMPLE / name).read_bytes()))
        for name, change in (
            ("model_v2.onnx", bytes),
            ("model_card_v2.md", bytes),
            ("scored_v2.csv", renamed),
        )
    )
    add_artifact(draft.pk, name="model.onnx", role="model", stored=onnx, actor=dana)
    add_evidence(draft.pk, name="card.md", kind="document", stored=card, columns={}, actor=dana)
    columns = ScoredColumns(segment="age_group", key="applicant_id")
    add_scored_data(draft.pk, name="scored.csv", stored=scored, columns=columns, actor=dana)
    page = case_page("victor", stories.submitted(draft))
    assert "check that both name cases alike" in page
