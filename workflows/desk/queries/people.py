"""Whom a form of a case offers: people who could do what it asks for."""

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import who_could
from governance.actors import Actor
from governance.inventory.models import ModelVersion
from workflows.desk.queries.dossier import Dossier
from workflows.lifecycle.queries import returnable, who_could_decide

People = list[tuple[str, str]]


def who_could_answer(dossier: Dossier) -> People:
    """Those who could answer a finding."""
    able = who_could(Permission.FINDING_ANSWER, dossier.version).able
    return [(str(one.person.pk), one.person.full_name) for one in able]


def who_could_meet(dossier: Dossier) -> People:
    """Those who could owe a condition."""
    able = who_could(Permission.CONDITION_MEET, dossier.version).able
    return [(str(one.person.pk), one.person.full_name) for one in able]


def who_could_take_over(actor: Actor, dossier: Dossier) -> People:
    """Those who could decide in the actor's place."""
    if dossier.case is None or dossier.move is None:
        return []
    able = who_could_decide(dossier.version, dossier.case, dossier.move).able
    others = (one.person for one in able if one.person.pk != actor.person_id)
    return [(str(person.pk), person.full_name) for person in others]


def former_champions(version: ModelVersion) -> People:
    """The versions that could take a version's place, the last champion first."""
    rows = returnable(version.model_id).exclude(pk=version.pk)
    return [(str(row.pk), _("{version}, as approved").format(version=row)) for row in rows]
