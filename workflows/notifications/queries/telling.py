"""Who is told of an event, and in which words. An event is a name and the row that it is about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import override

from governance.access.models import AccessReview, BreakGlass, Person, Role, User
from governance.access.permissions import Permission
from governance.access.queries import holders_of, open_delegations, person_actor, roles_giving
from governance.access.scopes import ORGANISATION, Scope
from governance.inventory.models import ModelVersion
from governance.inventory.states import IN_WORDS, State
from governance.monitoring.labels import kpi_title
from governance.sentences import Sentence, Words
from governance.sentences import sentence as _
from workflows.cases.models import LIVE, Case, Comment, Task, TimerEvent
from workflows.cases.naming import address_of, address_of_case, name_of
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.notifications.models import Kind


@dataclass(frozen=True, slots=True)
class Telling:
    """What an event says to whom. `reason` is why these people are told."""

    kind: Kind
    title: Words
    link: str
    people: tuple[Person, ...] = ()
    text: Words = ""
    reason: Words = ""
    due_at: datetime | None = None
    portfolio_id: UUID | None = None


ASKS: dict[str, Sentence] = {
    Task.Verb.VALIDATE: _("{version} waits for validation"),
    Task.Verb.APPROVE: _("{version} waits for your signature"),
    Task.Verb.MERGE: _("{version} is approved and waits for the merge"),
    Task.Verb.ANSWER: _("A finding on {version} waits for an answer"),
    Task.Verb.REVISE: _("Changes were asked for in {version}"),
    Task.Verb.LOOK: _("{version} left its bounds"),
    Task.Verb.MEET: _("A condition of the approval of {version} is yours to meet"),
    Task.Verb.CHECK: _("Evidence for a condition of {version} waits for your judgement"),
    Task.Verb.ESCALATE: _("A condition of {version} was not met in time"),
    Task.Verb.ROLL_BACK: _("A roll back of {version} is asked for"),
    Task.Verb.EMERGENCY: _("Emergency: {version} waits for your signature"),
    Task.Verb.RETIRE: _("{version} shall be retired and waits for your word"),
    Task.Verb.REVALIDATE: _("{version} is used and waits for validation"),
    Task.Verb.REVIEW: _("What was signed about {version} in an emergency waits for your review"),
}
SAID_ANEW: dict[str, Sentence] = {
    Task.Verb.ESCALATE: _("{version} is used by an exception that has ended without validation"),
    Task.Verb.ROLL_BACK: _("{version} was not validated again: a roll back is asked for"),
}
SIGNED_MERGE = _("A change of {version} is signed and waits for the merge")
ROLE_ASKED = _("you hold the role that is asked")
BY_NAME = _("you are asked by name")
SUBMITTED = _("you submitted it")
LATE: dict[str, Sentence] = {
    Kind.REMINDER: _("Due soon: {what}"),
    Kind.OVERDUE: _("Overdue: {what}"),
    Kind.ESCALATED: _("Escalated: {what}"),
}


BROKEN: dict[str, Sentence] = {
    "at_least": _("{kpi} is {value}, below the threshold {threshold}"),
    "at_most": _("{kpi} is {value}, above the threshold {threshold}"),
}


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The organisation as a place."""

    def access_scope(self) -> Scope:
        """Where a permission in it is looked up."""
        return ORGANISATION


def telling_of(event: str, about: str) -> list[Telling]:
    """What to say now; nothing when the row has moved on and nobody need be told any more."""
    return list(EVENTS[event](about))


def _task(about: str) -> Iterable[Telling]:
    """A task was opened; for the role that a late step escalates to it says so."""
    task = _task_by(about)
    if task is None:
        return
    escalated = TimerEvent.objects.filter(opened=task).exists()
    title = asked_of(task)
    kind = Kind.ALERT if task.verb == Task.Verb.LOOK else Kind.TASK
    if escalated:
        kind, title = Kind.ESCALATED, LATE[Kind.ESCALATED].filled(what=title)
    yield _about_task(task, kind, title, _alert_words(task))


def _timer(about: str) -> Iterable[Telling]:
    """A deadline came near, passed, or was passed on."""
    event = TimerEvent.objects.select_related("opened__role").get(pk=about)
    task = _task_by(str(event.task_id))
    if task is None:
        return
    kind = Kind(event.kind if event.kind != TimerEvent.Kind.ESCALATION else Kind.ESCALATED)
    text: Words = ""
    if event.opened and event.opened.role:
        text = _("It is late, so the role {role} is asked as well.", role=_role(event.opened.role))
    yield _about_task(task, kind, LATE[kind].filled(what=asked_of(task)), text)


def _task_by(about: str) -> Task | None:
    """A task that is still open."""
    rows = Task.objects.select_related(
        "role", "person", "case__alert", "case__version__model__portfolio", "case__policy_version"
    )
    return rows.filter(pk=about, state=Task.State.OPEN).first()


def _about_task(task: Task, kind: Kind, title: Words, text: Words) -> Telling:
    link = address_of_case(task.case)
    reason = BY_NAME if task.person_id else ROLE_ASKED
    portfolio = task.case.version.model.portfolio_id
    people = people_asked(task)
    return Telling(kind, title, link, people, text, reason, task.due_at, portfolio)


def asked_of(task: Task) -> Sentence:
    """What a task asks, in a few words."""
    version = name_of(task.case.version)
    if task.verb == Task.Verb.MERGE and task.case.kind in LIVE:
        return SIGNED_MERGE.filled(version=version)
    if task.case.kind == Case.Kind.REVALIDATION and task.verb in SAID_ANEW:
        return SAID_ANEW[task.verb].filled(version=version)
    return ASKS[task.verb].filled(version=version)


def _alert_words(task: Task) -> Words:
    alert = task.case.alert
    if alert is None:
        return ""
    return BROKEN[alert.bound].filled(
        kpi=Sentence(kpi_name(alert.kpi)),
        value=f"{alert.value.normalize():f}",
        threshold=f"{alert.threshold.normalize():f}",
    )


def people_asked(task: Task) -> tuple[Person, ...]:
    """Those in whose inbox a task stands: who hold the role or stand in, may act, and have not."""
    if task.person:
        return (task.person,)
    if task.role_id is None:
        return ()
    holders = holders_of([task.role_id], task.case)
    deputies = open_delegations().filter(giver__in=holders).values("deputy")
    people = (holders | Person.objects.filter(pk__in=deputies, active=True)).order_by("full_name")
    return tuple(person for person in people if _stands_in_inbox(task, person))


def _stands_in_inbox(task: Task, person: Person) -> bool:
    accounts = User.objects.filter(person=person, kind=User.Kind.PERSON, is_active=True)
    found = accounts.select_related("person").first()
    return bool(found and tasks_waiting_for(person_actor(found)).filter(pk=task.pk).exists())


def _moved(about: str) -> Iterable[Telling]:
    """A version took an edge: its submitter, and the owner of the model once it is live."""
    version_id, _sign, state = about.partition(":")
    state = state.partition(":")[0]
    version = ModelVersion.objects.select_related("model__owner", "submitted_by").get(pk=version_id)
    if state == "reopened":
        title: Words = _("The approval of {version} no longer holds", version=name_of(version))
        text: Words = _("It is asked for again; nothing went live.")
        kind = Kind.EXPIRED
    elif state == "admitted":
        title = _("{version} may be used before its validation", version=name_of(version))
        text = _("Within limits and until a day; those who approve are asked now.")
        kind = Kind.MOVED
    else:
        words = IN_WORDS[State(state)]
        title = _("{version} is {state} now", version=name_of(version), state=words)
        text, kind = "", Kind.MOVED
    people = [version.submitted_by] if version.submitted_by else []
    yield Telling(
        kind,
        title,
        address_of(version),
        tuple(people),
        text,
        SUBMITTED,
        portfolio_id=version.model.portfolio_id,
    )


def _review(about: str) -> Iterable[Telling]:
    """An access review was opened, or its end comes near: each reviewer with something open."""
    review_id = about.partition(":")[0]
    review = AccessReview.objects.get(pk=review_id, closed_at=None)
    people = Person.objects.filter(
        review_items__review=review, review_items__verdict="open", active=True
    ).distinct()
    yield Telling(
        Kind.REVIEW,
        _("The access review “{title}” waits for you", title=review.title),
        reverse("access_review", args=[review.pk]),
        tuple(people),
        _("Keep or remove each role; what nobody decides is removed at the deadline."),
        _("you were asked to review roles"),
        review.due_at,
    )


def _emergency(about: str) -> Iterable[Telling]:
    """Somebody broke the glass: everybody who may review it, but for themselves."""
    rows = BreakGlass.objects.select_related("person", "assignment__role")
    broken = rows.get(pk=about)
    able = roles_giving(Permission.GLASS_REVIEW).values_list("pk", flat=True)
    place = broken.assignment.model or broken.assignment.portfolio
    people = holders_of(list(able), place or Everywhere()).exclude(pk=broken.person_id)
    yield Telling(
        Kind.EMERGENCY,
        _(
            "{name} took the role {role} in an emergency",
            name=broken.person.full_name,
            role=_role(broken.assignment.role),
        ),
        reverse("emergencies"),
        tuple(people),
        _("When it is over, somebody else reviews what came of it."),
        _("you may review emergency access"),
    )


def _mention(about: str) -> Iterable[Telling]:
    """Somebody was called in a comment: not again when it was changed, and never who wrote it."""
    rows = Comment.objects.select_related("version__model", "author")
    comment = rows.get(pk=about)
    called = comment.mentioned.filter(active=True).exclude(pk=comment.author_id)
    if comment.replaces:
        called = called.exclude(pk__in=comment.replaces.mentioned.values("pk"))
    yield Telling(
        Kind.MENTION,
        _(
            "{name} mentions you in a comment on {version}",
            name=comment.author.full_name,
            version=name_of(comment.version),
        ),
        f"{address_of(comment.version)}#comment-{comment.pk}",
        tuple(called),
        reason=_("you are called by your account name"),
        portfolio_id=comment.version.model.portfolio_id,
    )


def kpi_name(kpi: str) -> str:
    """A key figure in English, as the catalogue knows it."""
    with override("en"):
        return kpi_title(kpi).replace("{", "{{").replace("}", "}}")


def _role(role: Role) -> Sentence:
    """A role's title, which is translated when it is read."""
    return Sentence(role.title.replace("{", "{{").replace("}", "}}"))


EVENTS: dict[str, Callable[[str], Iterable[Telling]]] = {
    "access_review": _review,
    "emergency": _emergency,
    "mention": _mention,
    "moved": _moved,
    "task": _task,
    "timer": _timer,
}
