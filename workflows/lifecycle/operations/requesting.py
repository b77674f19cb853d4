"""Asking for another pull request where one was closed without merging: the same approval."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require, visible_to
from governance.actors import Actor
from governance.errors import Conflict, Invalid, NotFound, WrongState
from workflows.cases.models import Case, Task
from workflows.lifecycle.operations.asking import ask_to_merge
from workflows.lifecycle.operations.moving import lock_version
from workflows.lifecycle.queries import approval_stands
from workflows.policies.queries import definition_of
from workflows.targets.models import Promotion
from workflows.targets.operations import locked, repeat_promotion
from workflows.targets.queries import is_repeatable, newer_than


@transaction.atomic
def request_promotion(promotion_id: UUID, *, reason: str, actor: Actor) -> Promotion:
    """Ask once more for what a closed promotion would have put at its target.

    Whoever may close pull requests may ask for another. Its files are the approved ones, on what
    the repository holds by then; the closed one stays closed.

    Raises:
        NotFound: There is none, or not for this actor. NotAllowed: The permission is missing.
        Invalid: No reason is given. WrongState: It was not closed, or another one followed it.
        Conflict: The approval no longer holds.
    """
    seen = visible_to(actor, Promotion.objects.filter(pk=promotion_id)).first()
    if seen is None:
        raise NotFound(_("There is no such promotion, or not for you."))
    version = lock_version(seen.version_id, actor)
    require(actor, Permission.PROMOTION_CLOSE, version)
    if not reason.strip():
        raise Invalid(_("Say why it is asked for again."), field="reason")
    promotion = locked(promotion_id)
    _refuse_request(promotion)
    made = repeat_promotion(promotion, reason=reason.strip(), actor=actor)
    _ask_mergers(promotion.approval_round.case, actor)
    return made


def _refuse_request(promotion: Promotion) -> None:
    if not is_repeatable(promotion):
        raise WrongState(
            _("Only what was closed is asked for again, and once."),
            remedy=_("Look at the page of deployments: another one may be on its way."),
        )
    if newer_than(promotion).exists():
        raise WrongState(_("A newer version was approved for this target."))
    if fell := approval_stands(promotion.approval_round_id):
        raise Conflict(
            _("The approval no longer holds. {reason}").format(reason=fell),
            remedy=_("A new approval opens a new pull request."),
        )


def _ask_mergers(case: Case, actor: Actor) -> None:
    """With the last pull request nobody was asked any more."""
    if not case.tasks.filter(verb=Task.Verb.MERGE, state=Task.State.OPEN).exists():
        ask_to_merge(case, definition_of(case.policy_version), actor=actor)
