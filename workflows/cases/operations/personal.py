"""What one person keeps for themselves: nothing of it is an entry of the log."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import person_of
from governance.actors import Actor
from governance.errors import Conflict, Duplicate, Invalid, NotFound
from governance.inventory.models import RegisteredModel
from workflows.cases.models import Case, Follow, SavedFilter, Snooze, Task

# In how many days somebody can come back to a case; 0: at once.
SNOOZES = ("0", "1", "3", "7")
MOST_FILTERS = 30
LONGEST_NAME, LONGEST_QUERY = 60, 400


@transaction.atomic
def follow_model(model: RegisteredModel, *, wanted: bool, actor: Actor) -> None:
    """Follows a model, or no longer."""
    person = person_of(actor)
    if wanted:
        Follow.objects.get_or_create(person_id=person, model=model)
    else:
        Follow.objects.filter(person=person, model=model).delete()


@transaction.atomic
def snooze_case(case: Case, *, days: int, actor: Actor) -> None:
    """Puts a case off in the person's own inbox; nobody else's, and no deadline moves."""
    _put_off(case, actor, until=timezone.now() + timedelta(days=days))


@transaction.atomic
def acknowledge_case(case: Case, *, actor: Actor) -> None:
    """Is done with a case for now: out of the person's own inbox until something new happens.

    Raises:
        Conflict: something in it is overdue, which nobody hides from themselves.
    """
    now = timezone.now()
    if case.tasks.filter(state=Task.State.OPEN, due_at__lt=now).exists():
        raise Conflict(
            _("It is overdue, so it stays in the inbox."),
            remedy=_("Act on it, hand it over, or put it off until a day."),
        )
    _put_off(case, actor, until=None)


def _put_off(case: Case, actor: Actor, **until: object) -> None:
    kept = {**until, "since": timezone.now()}
    Snooze.objects.update_or_create(person_id=person_of(actor), case=case, defaults=kept)


@transaction.atomic
def save_filter(*, name: str, query: str, actor: Actor) -> SavedFilter:
    """Keeps a view of the inbox under a name.

    Raises:
        Invalid: no name, or one or a view that is too long. Duplicate: the person has one of that
        name. Conflict: they have as many as there may be.
    """
    person, name = person_of(actor), " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(
            _("A name has between 1 and {most} characters.").format(most=LONGEST_NAME),
            field="name",
        )
    if not 0 < len(query) <= LONGEST_QUERY:
        raise Invalid(_("Choose at least one filter first."), field="name")
    mine = SavedFilter.objects.filter(person=person)
    if mine.filter(name=name).exists():
        raise Duplicate(
            _("You have a filter of this name."),
            remedy=_("Delete it first, or choose another name."),
            field="name",
        )
    if mine.count() >= MOST_FILTERS:
        raise Conflict(
            _("You have {most} filters, and more are not kept.").format(most=MOST_FILTERS),
            remedy=_("Delete one that you no longer need."),
            field="name",
        )
    return SavedFilter.objects.create(person_id=person, name=name, query=query)


@transaction.atomic
def delete_filter(filter_id: UUID, *, actor: Actor) -> SavedFilter:
    """Deletes a filter of the person's own; returns what it was.

    Raises:
        NotFound: there is none, or it is another's.
    """
    found = SavedFilter.objects.filter(pk=filter_id, person=person_of(actor)).first()
    if found is None:
        raise NotFound(_("You have no such filter."))
    SavedFilter.objects.filter(pk=found.pk).delete()
    return found
