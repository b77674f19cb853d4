"""People and grants from a CSV: shown first, then written, all of it or nothing.

The preview is the import itself, rolled back; so nothing is promised that is refused afterwards,
and every refusal names its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import GrantProposal, Person, Portfolio
from governance.access.operations.grants import grant
from governance.access.operations.people import new_person
from governance.access.permissions import Permission
from governance.access.queries.conflicts import Holder
from governance.access.queries.rights import require, require_anywhere
from governance.access.sheet import Row, read_sheet
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, FoureyesError, Invalid

if TYPE_CHECKING:
    from governance.actors import Actor

COLUMNS = (
    "email",
    "full_name",
    "account",
    "role",
    "portfolio",
    "model",
    "starts_on",
    "ends_on",
    "reason",
    "conflict_reason",
)
REQUIRED = ("email", "role", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an import: what it does, or what is wrong with it and what to do about that."""

    number: int
    cells: dict[str, str]
    adds_person: bool = False
    proposed: bool = False
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """All rows of an import, in their order."""

    lines: tuple[Line, ...]

    @property
    def errors(self) -> tuple[Line, ...]:
        """The rows that are refused."""
        return tuple(line for line in self.lines if line.problem)

    @property
    def fit(self) -> bool:
        """Whether the whole of it can be applied."""
        return not self.errors


class _RolledBack(Exception):
    """Takes back what a preview has written."""


def preview_import(text: str, *, actor: Actor) -> Preview:
    """What an import would do, row by row; nothing is written.

    Raises:
        NotAllowed: the actor may grant nowhere. Invalid, TooLarge: no such table.
    """
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    rows = read_sheet(text, known=COLUMNS, required=REQUIRED)
    lines: list[Line] = []
    try:
        with transaction.atomic():
            lines += [_tried(row, actor) for row in rows]
            raise _RolledBack  # noqa: TRY301  this is the point
    except _RolledBack:
        return Preview(tuple(lines))


@transaction.atomic
def apply_import(text: str, *, actor: Actor) -> Preview:
    """Writes every row, or none when one is refused.

    New people get an account without a password: an administrator or single sign-on lets them in.

    Raises:
        NotAllowed: the actor may grant nowhere. Invalid, TooLarge: no such table, or a row is
        refused; the message names each.
    """
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    rows = read_sheet(text, known=COLUMNS, required=REQUIRED)
    done = Preview(tuple(_tried(row, actor) for row in rows))
    if not done.fit:
        raise Invalid(
            " ".join(
                _("Row {n}: {problem}").format(n=line.number, problem=line.problem)
                for line in done.errors
            ),
            remedy=_("Nothing was imported. Correct these rows and import again."),
            field="file",
        )
    record(
        Action.GRANTS_IMPORTED,
        actor=actor,
        subject=("import", uuid4()),
        details={
            "rows": len(done.lines),
            "people": sum(line.adds_person for line in done.lines),
            "proposed": sum(line.proposed for line in done.lines),
        },
    )
    return done


def _tried(row: Row, actor: Actor) -> Line:
    try:
        with transaction.atomic():
            return _applied(row, actor)
    except FoureyesError as refusal:
        return Line(row.number, row.cells, problem=refusal.message, remedy=refusal.remedy)


def _applied(row: Row, actor: Actor) -> Line:
    cells = row.cells
    person = Person.objects.filter(email__iexact=cells["email"]).first()
    added = person is None
    if person is None:
        person = _add(cells, actor)
    elif cells.get("full_name") and cells["full_name"] != person.full_name:
        raise Duplicate(
            _("{email} belongs to {name}.").format(email=person.email, name=person.full_name),
            remedy=_("Correct the e-mail or the name."),
        )
    given = grant(
        cells["role"],
        Holder(person=person),
        portfolio=_named(Portfolio, cells.get("portfolio", ""), _("portfolio")),
        model=_named(_models(), cells.get("model", ""), _("model")),
        reason=cells["reason"],
        conflict_reason=cells.get("conflict_reason", ""),
        starts_at=_day(cells.get("starts_on", ""), "starts_on"),
        ends_at=_after(_day(cells.get("ends_on", ""), "ends_on")),
        actor=actor,
    )
    return Line(row.number, cells, added, isinstance(given, GrantProposal))


def _add(cells: dict[str, str], actor: Actor) -> Person:
    require(actor, Permission.PERSON_ADD)
    if not (cells.get("full_name") and cells.get("account")):
        raise Invalid(
            _("Nobody here has the e-mail {email}.").format(email=cells["email"]),
            remedy=_("Correct it, or fill in full_name and account to add somebody new."),
            field="email",
        )
    person = new_person(cells["full_name"], cells["email"], cells["account"], None)
    record(
        Action.PERSON_ADDED,
        actor=actor,
        subject=("person", person.pk),
        personal={
            "full_name": person.full_name,
            "email": person.email,
            "username": cells["account"],
        },
    )
    return person


def _named(kind: Any, name: str, what: str) -> Any:  # noqa: ANN401  a portfolio or a model
    if not name:
        return None
    if (found := kind.objects.filter(name=name).first()) is None:
        message = _("There is no {what} {name}.").format(what=what, name=name)
        raise Invalid(message, remedy=_("Use its short name."), field="place")
    return found


def _models() -> Any:  # noqa: ANN401  lives above us, known by name only
    return apps.get_model("governance", "RegisteredModel")


def _day(text: str, field: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        message = _("{text} is no day.").format(text=text)
        raise Invalid(message, remedy=_("Write it as 2030-12-31."), field=field) from error
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(day: datetime | None) -> datetime | None:
    """The last day counts to its end; no day comes after the very last."""
    return day + timedelta(days=1) if day and day.date() < date.max else day
