"""A stricter policy may be applied to a case that is open; what it would do is told before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.errors import Conflict, Invalid, NotAllowed
from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.workflows.policies.wordings import approving, own_policy, step, tier_policy
from workflows.cases.models import Case, Task
from workflows.delivery.operations import reconcile
from workflows.lifecycle.operations import apply_policy
from workflows.lifecycle.queries import simulated_cases, simulated_decisions
from workflows.management.cast import actor_named
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.simulation import Effect

pytestmark = pytest.mark.django_db
OFFICER, HEAD = "risk_officer", "head_of_model_risk"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated, and signed by Rita."""
    version = stories.validated_version()
    stories.sign(version, "rita")
    return version


def asked(version: ModelVersion) -> set[tuple[str, str | None]]:
    rows = Task.objects.filter(case__version=version, verb="approve", state="open")
    return set(rows.values_list("step", "role"))


def apply(version: ModelVersion, who: str = "alma", reason: str = "After the audit") -> Case:
    return apply_policy(version.pk, reason=reason, actor=actor_named(who))


def test_a_stricter_wording_asks_everybody_anew(version: ModelVersion) -> None:
    """The head besides; Rita signs again, since what she signed names the policy."""
    own_policy(version.model, approving([step(OFFICER, 2)], [step(HEAD)]))
    assert Case.objects.get(version=version).policy_version.policy.name == "tier-1"
    case = apply(version)
    assert case.policy_version.policy.name == "own"
    assert asked(version) == {(OFFICER, OFFICER)}
    reconcile()
    for signer in ("rita", "rolf"):
        stories.sign(version, signer)
    assert asked(version) == {(HEAD, HEAD)}
    stories.sign(version, "hanna")
    assert stories.again(version).state == "approved"


def test_a_looser_one_is_refused(version: ModelVersion) -> None:
    """In words; the case stays under its own."""
    before = Case.objects.get(version=version).policy_version
    tier_policy(approving([step(OFFICER)]))
    with pytest.raises(Conflict, match="asks less than the case's own"):
        apply(version)
    assert Case.objects.get(version=version).policy_version == before


def test_it_takes_a_reason_and_the_right(version: ModelVersion) -> None:
    """Neither a signer nor the developer does it, and nobody without saying why."""
    own_policy(version.model, approving([step(OFFICER, 2)], [step(HEAD)]))
    for who in ("rita", "dana", "mo"):
        with pytest.raises(NotAllowed):
            apply(version, who)
    with pytest.raises(Invalid):
        apply(version, reason=" ")


def test_what_is_in_force_already_is_not_applied(version: ModelVersion) -> None:
    """Nothing would change."""
    with pytest.raises(Conflict, match="wording that is in force"):
        apply(version)


def draft(model: RegisteredModel, *stages: list[dict[str, object]]) -> PolicyVersion:
    policy, made = Policy.objects.get_or_create(
        tier=1, model=model, defaults={"name": "own", "title": "Own"}
    )
    policy.versions.all().delete()
    assert made or policy.name == "own"
    return policy.versions.create(number=1, definition=approving(*stages))


def test_the_effect_on_open_cases_is_told_before(version: ModelVersion) -> None:
    """One more person, nobody at all, or nothing."""
    ada, model = actor_named("ada"), version.model
    expected = {
        Effect.MORE: [[step(OFFICER, 2)], [step(HEAD)]],
        Effect.NOBODY: [[step(OFFICER, 3)]],
        Effect.FEWER: [[step(OFFICER)]],
        Effect.SAME: [[step(OFFICER, 2)]],
    }
    for effect, stages in expected.items():
        (found,) = simulated_cases(ada, draft(model, *stages)).rows
        assert found.outcome.effect is effect
        assert found.case.version == version
    assert simulated_cases(actor_named("sam"), draft(model, [step(OFFICER)])).of == 0


def test_many_cases_are_simulated_in_batches_and_none_is_left_out_in_silence(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them with a constant number of queries a batch; a page says what it left out."""
    for number in range(2):
        stories.submitted_version(model=stories.registered_model(f"more-{number}", f"M {number}"))
    ada, said = actor_named("ada"), []
    rows = PolicyVersion.objects.select_related("policy")
    wording = rows.get(policy__name="tier-1", state="in_force")
    with CaptureQueriesContext(connection) as at_once:
        whole = simulated_cases(ada, wording)
    assert (len(whole.rows), whole.done, whole.of, whole.whole) == (3, 3, 3, True)
    with CaptureQueriesContext(connection) as of_one:
        part = simulated_cases(ada, wording, most=1)
    assert (len(part.rows), part.done, part.of, part.whole) == (1, 1, 3, False)
    assert len(of_one) == len(at_once)
    monkeypatch.setattr("workflows.lifecycle.queries.simulating.BATCH", 2)
    found = simulated_cases(ada, wording, said=lambda done, of: said.append((done, of)))
    assert (said, found) == ([(2, 3), (3, 3)], whole)


def test_past_decisions_are_held_against_it(version: ModelVersion) -> None:
    """Two officers had signed: with a head besides it would not have stood."""
    stories.sign(version, "rolf")
    ada, tier_1 = actor_named("ada"), Policy.objects.get(name="tier-1")
    wording = tier_1.versions.create(number=2, definition=approving([step(OFFICER, 2)]))
    assert [row.reasons for row in simulated_decisions(ada, wording).rows] == [()]
    wording.definition = approving([step(OFFICER, 2)], [step(HEAD)])
    (row,) = simulated_decisions(ada, wording).rows
    assert row.reasons == ("too few for “Head of model risk”",)
