"""Changing a target: what may change, what stays, and what is refused by name."""

from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Invalid, NotAllowed, NotFound
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import add_target, change_target

PLACE = {"environment": "production", "repository": "risk-models/prod"}


@pytest.fixture
def axel(bank: Any) -> Any:
    """Who looks after the portfolio."""
    return bank.person("axel", "portfolio_administrator")


@pytest.fixture
def target(bank: Any, axel: Any) -> Target:
    """Where versions of the portfolio go."""
    return add_target(name="eu", portfolio=bank.portfolio, **PLACE, actor=axel)


def test_what_is_given_changes_and_stands_in_the_log(target: Target, axel: Any) -> None:
    """Before and after; names of people stand in the row only."""
    wishes = {"labels": [" model ", "model", ""], "reviewers": ["rita"], "draft": True}
    change_target(target.pk, soak_s=7200, position=2, wishes=wishes, actor=axel)
    target.refresh_from_db()
    assert (target.soak_s, target.position, target.path) == (7200, 2, "models/{model}")
    assert target.wishes == {"labels": ["model"], "reviewers": ["rita"], "draft": True}
    entry = AuditEntry.objects.get(action="target.changed", subject_id=target.pk)
    assert "rita" not in bytes(entry.line).decode()
    assert '"soak_s":7200' in bytes(entry.line).decode()


def test_a_place_where_something_stands_is_not_left(bank: Any, target: Target, axel: Any) -> None:
    """Else nobody would look at the old one any more; the rest may change."""
    bank.approved()
    with pytest.raises(Invalid, match="Versions stand") as refusal:
        change_target(target.pk, repository="risk-models/other", actor=axel)
    assert refusal.value.field == "repository"
    assert "switch this one off" in refusal.value.remedy
    assert change_target(target.pk, wishes={"milestone": "Q4"}, actor=axel).wishes
    Promotion.objects.update(state="closed")
    moved = change_target(target.pk, repository="risk-models/other", actor=axel)
    assert moved.repository == "risk-models/other"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("application", "{model.__class__}"),
        ("application", "{0}"),
        ("base_branch", "a b"),
        ("environment", "moon"),
        ("flavour", "helm"),
        ("forge", "nowhere"),
        ("path", "../{model}"),
        ("position", 0),
        ("repository", "/etc"),
        ("soak_s", -1),
        ("values_key", "a..b"),
        ("values_key", "a[b]"),
        ("values_key", "a[b=]"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(
    target: Target, axel: Any, field: str, value: Any
) -> None:
    """And nothing is changed."""
    with pytest.raises(Invalid) as refusal:
        change_target(target.pk, **{field: value}, actor=axel)
    assert refusal.value.field == field
    assert getattr(Target.objects.get(), field) != value
    assert not AuditEntry.objects.filter(action="target.changed").exists()


@pytest.mark.parametrize(
    ("flavour", "file"),
    [
        ("kserve", "inferenceservice.yaml"),
        ("overlay_kserve", "foureyes.yaml"),
        ("helm_values", "values.yaml"),
    ],
)
def test_two_targets_never_write_into_one_file(
    bank: Any, target: Target, axel: Any, flavour: str, file: str
) -> None:
    """Each would undo the other's version; a folder or a branch of its own is enough."""
    other = bank.target("staging", environment="staging", flavour=flavour)
    with pytest.raises(Invalid, match=f"{other.name} writes into the same {file}") as refusal:
        change_target(target.pk, flavour=flavour, actor=axel)
    assert refusal.value.field == "path"
    change_target(target.pk, flavour=flavour, path="{environment}/{model}", actor=axel)
    change_target(target.pk, path="models/{model}", base_branch="production", actor=axel)


def test_what_two_targets_write_alike_or_beside_each_other_they_share(
    bank: Any, target: Target, axel: Any
) -> None:
    """A base with overlays of their own; two places of one values file."""
    other = bank.target("staging", environment="staging", portfolio=bank.portfolio)
    change_target(target.pk, position=2, actor=axel)
    change_target(other.pk, flavour="helm_values", values_key="staging", actor=axel)
    change_target(target.pk, flavour="helm_values", values_key="models[name=live]", actor=axel)


def test_two_targets_are_not_one_application(bank: Any, target: Target, axel: Any) -> None:
    """Else what one cluster reports would make the version healthy at the other."""
    bank.target("staging", environment="staging", application="{model}-eu")
    with pytest.raises(Invalid, match="staging") as refusal:
        change_target(target.pk, application="{model}-{target}", actor=axel)
    assert refusal.value.field == "application"
    change_target(target.pk, application="{model}-live", actor=axel)
    Target.objects.filter(name="staging").update(active=False)
    change_target(target.pk, application="{model}-{target}", actor=axel)


def test_health_needs_somebody_who_reports_it(target: Target, axel: Any) -> None:
    """Without a name in the cluster no version would ever be live."""
    with pytest.raises(Invalid) as refusal:
        change_target(target.pk, health_required=True, actor=axel)
    assert refusal.value.field == "application"
    change_target(target.pk, health_required=True, application="{model}-{target}", actor=axel)


def test_names_have_a_limit(target: Target, axel: Any) -> None:
    """A pull request is no mailing list."""
    with pytest.raises(Invalid) as refusal:
        change_target(target.pk, wishes={"reviewers": [f"r{n}" for n in range(21)]}, actor=axel)
    assert refusal.value.field == "reviewers"


def test_only_who_looks_after_it_changes_a_target(bank: Any, target: Target) -> None:
    """MLOps reads it, another portfolio does not know it."""
    with pytest.raises(NotAllowed):
        change_target(target.pk, position=2, actor=bank.people["mo"])
    bank.portfolio = type(bank.portfolio).objects.create(name="cards", title="Cards")
    with pytest.raises(NotFound):
        change_target(target.pk, position=2, actor=bank.person("cleo", "portfolio_administrator"))
