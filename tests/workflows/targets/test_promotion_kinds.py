"""Other promotions than a deployment: stop, remove, bring back."""

from typing import Any

from workflows.targets.models import Promotion
from workflows.targets.operations import create_promotions, deploy_promotion, move_promotion

SHA = "a" * 40


def live(bank: Any) -> list[Promotion]:
    """A version that stands at every target of its route."""
    found = bank.approved()
    for row in found:
        for state in ("preparing", "open"):
            move_promotion(row.pk, state)
        move_promotion(row.pk, "merged", merge_commit=SHA)
        deploy_promotion(row.pk, at=row.created_at, actor=bank.people["mo"])
    return found


def test_retiring_takes_the_files_away_but_for_what_others_read(bank: Any) -> None:
    """The base is shared by two targets: each alone keeps it."""
    bank.target("staging")
    bank.target("production", position=2)
    first, _second = live(bank)
    removed = create_promotions(
        first.approval_round, first.version, kind="retire", actor=bank.people["mo"]
    )
    assert {row.target.name for row in removed} == {"staging", "production"}
    files = {file["path"]: file["text"] for file in removed[0].approved_content}
    assert set(files.values()) == {None}
    assert all("/overlays/" in path for path in files)


def test_suspending_asks_for_every_target_at_once(bank: Any) -> None:
    """Soak and order are for what goes live, not for what must stop."""
    bank.target("staging", soak_s=3600)
    bank.target("production", position=2)
    first, _second = live(bank)
    made = create_promotions(
        first.approval_round, first.version, kind="suspend", actor=bank.people["mo"]
    )
    again = create_promotions(
        first.approval_round, first.version, kind="suspend", actor=bank.people["mo"]
    )
    assert made == again
    assert len({row.content_digest for row in made} | {first.content_digest}) == 3
    assert all('stop: "true"' in row.approved_content[-1]["text"] for row in made)
