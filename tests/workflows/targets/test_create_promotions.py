"""From an approval to what shall stand where."""

import hashlib
from typing import Any

import pytest

from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, WrongState
from governance.outbox.models import OutboxJob
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import add_target, create_promotions, move_promotion
from workflows.targets.queries import approved_content, promotions, route_facts, route_for


def test_the_content_is_written_down_at_the_approval(bank: Any) -> None:
    """Path, bytes and digest; a later change of the target does not touch it."""
    target = bank.target()
    promotion = bank.approved()[0]
    expected = approved_content(promotion.version, target)
    assert [(f["path"], f["text"]) for f in promotion.approved_content] == [
        (file.path, file.text) for file in expected
    ]
    for file in promotion.approved_content:
        assert file["sha256"] == hashlib.sha256(file["text"].encode()).hexdigest()


def test_only_the_first_of_the_route_is_asked_for(bank: Any) -> None:
    """Later targets wait; the same position goes at the same time."""
    for name, position in (("staging", 1), ("eu", 2), ("at", 2)):
        bank.target(name, position=position)
    found = bank.approved()
    assert [p.target.name for p in found] == ["staging", "at", "eu"]
    assert OutboxJob.objects.filter(topic="promotion.open").count() == 1


def test_asking_twice_gives_the_same_promotions(bank: Any) -> None:
    """One promotion for each round and target."""
    bank.target()
    (first,) = bank.approved()
    again = create_promotions(first.approval_round, first.version, actor=bank.people["rita"])
    assert again == [first]


def test_without_a_target_an_approval_is_refused_in_words(bank: Any) -> None:
    """Somebody must add one first."""
    with pytest.raises(Conflict, match="No target") as refusal:
        bank.approved()
    assert refusal.value.remedy


def test_the_route_is_what_a_decision_binds_to(bank: Any) -> None:
    """A changed setting or artefact changes the facts; nothing else does."""
    target = bank.target()
    version = bank.approved()[0].version
    before = route_facts(version)
    assert before == route_facts(version)
    target.soak_s = 60
    target.save()
    assert route_facts(version)[0]["revision"] != before[0]["revision"]
    assert route_facts(version)[0]["content_sha256"] == before[0]["content_sha256"]


def test_a_target_of_another_portfolio_is_not_on_the_route(bank: Any) -> None:
    """Nor is one that is not active."""
    other = type(bank.portfolio).objects.create(name="cards", title="Cards")
    bank.target("cards", portfolio=other)
    bank.target("old", active=False)
    mine = bank.target("mine", portfolio=bank.portfolio)
    assert route_for(bank.model) == [mine]


def test_a_promotion_moves_only_along_its_table(bank: Any) -> None:
    """What has not merged cannot be deployed."""
    bank.target()
    promotion = bank.approved()[0]
    with pytest.raises(WrongState):
        move_promotion(promotion.pk, "deployed")


def test_promotions_are_seen_within_the_scope_only(bank: Any) -> None:
    """A list shows what the reader may see."""
    bank.target()
    bank.approved()
    assert promotions(bank.people["sam"]).count() == Promotion.objects.count() == 1
    bank.portfolio = type(bank.portfolio).objects.create(name="cards", title="Cards")
    assert not promotions(bank.person("sue", "auditor")).exists()


def test_an_administrator_adds_a_target(bank: Any) -> None:
    """It is on the route of its portfolio, and in the log."""
    admin = bank.person("axel", "portfolio_administrator")
    target = add_target(
        name="production-eu",
        environment="production",
        repository="risk-models/prod",
        portfolio=bank.portfolio,
        actor=admin,
    )
    assert route_for(bank.model) == [target]
    with pytest.raises(Duplicate):
        add_target(
            name="production-eu",
            environment="production",
            repository="x",
            portfolio=bank.portfolio,
            actor=admin,
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Prod EU"),
        ("repository", "../../etc"),
        ("base_branch", "foureyes/x"),
        ("path", "models"),
        ("environment", "moon"),
        ("flavour", "helm"),
        ("forge", "sourceforge"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(bank: Any, field: str, value: str) -> None:
    """Nothing half-written."""
    good = {"name": "eu", "environment": "production", "repository": "risk/prod"}
    admin = bank.person("axel", "portfolio_administrator")
    with pytest.raises(Invalid) as refusal:
        add_target(**good | {field: value}, portfolio=bank.portfolio, actor=admin)
    assert refusal.value.field == field
    assert not Target.objects.exists()


def test_without_the_permission_no_target_is_added(bank: Any) -> None:
    """MLOps merges; it does not decide where to."""
    with pytest.raises(NotAllowed):
        add_target(name="eu", environment="production", repository="x", actor=bank.people["mo"])
