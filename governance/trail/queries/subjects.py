"""What an entry is about, in words and with a way there. One query a kind of subject."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.access.models import ApiToken, Person, Portfolio, RoleAssignment, User
from governance.audit.queries import first_entries
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.monitoring.models import Alert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from governance.audit.lines import Line

    Key = tuple[str, UUID]

KINDS = {
    "access_review": gettext_lazy("access review"),
    "account": gettext_lazy("account"),
    "alert": gettext_lazy("alert"),
    "assignment": gettext_lazy("assignment"),
    "calendar": gettext_lazy("calendar"),
    "case": gettext_lazy("case"),
    "channel": gettext_lazy("channel"),
    "comparison": gettext_lazy("comparison"),
    "conflict_rule": gettext_lazy("conflict rule"),
    "delegation": gettext_lazy("delegation"),
    "erasure": gettext_lazy("erasure"),
    "export": gettext_lazy("export"),
    "feed": gettext_lazy("feed"),
    "forge_connection": gettext_lazy("forge connection"),
    "freeze": gettext_lazy("stop of the line"),
    "group_mapping": gettext_lazy("group mapping"),
    "hold": gettext_lazy("legal hold"),
    "import": gettext_lazy("import"),
    "job": gettext_lazy("job"),
    "log": gettext_lazy("log"),
    "model": gettext_lazy("model"),
    "person": gettext_lazy("person"),
    "policy": gettext_lazy("policy"),
    "portfolio": gettext_lazy("portfolio"),
    "promotion": gettext_lazy("promotion"),
    "proposal": gettext_lazy("proposed grant"),
    "retention": gettext_lazy("retention"),
    "role": gettext_lazy("role"),
    "site": gettext_lazy("site"),
    "target": gettext_lazy("target"),
    "team": gettext_lazy("team"),
    "token": gettext_lazy("token"),
    "verification": gettext_lazy("verification"),
    "version": gettext_lazy("version"),
}
SHORT = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: the kind of thing, its name, its page (empty if it has none)."""

    kind: str
    name: str
    url: str = ""


def kind_label(subject_type: str) -> str:
    """The kind of a subject as a word."""
    return str(KINDS.get(subject_type, subject_type))


def subjects_of(lines: Iterable[Line]) -> dict[Key, Subject]:
    """The subjects of these entries by type and id; what is not found is named by its id."""
    keys = {(line.subject_type, line.subject_id) for line in lines}
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for subject_type, subject_id in keys:
        by_type[subject_type].add(subject_id)
    found: dict[Key, Subject] = {}
    for subject_type, ids in by_type.items():
        read = READERS.get(subject_type, _begun)
        named = read(subject_type, ids)
        found |= {(subject_type, key): subject for key, subject in named.items()}
    return {key: found.get(key) or _nameless(key) for key in keys}


def version_told(line: Line) -> UUID | None:
    """The version that the first entry of a case or a promotion names."""
    told = line.details.get("version") or line.after.get("version")
    return UUID(told) if isinstance(told, str) else None


def _nameless(key: Key) -> Subject:
    return Subject(kind_label(key[0]), str(key[1])[:SHORT])


def _address(name: str, *words: object) -> str:
    """The page of that name; empty where this site has none."""
    try:
        return reverse(name, args=words)
    except NoReverseMatch:
        return ""


def _version_url(version: ModelVersion) -> str:
    return _address("version", version.model.name, version.number)


# Readers ---------------------------------------------------------------------------------------
def _versions(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = ModelVersion.objects.filter(pk__in=ids).select_related("model")
    return {row.pk: Subject(kind_label(kind), str(row), _version_url(row)) for row in rows}


def _models(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = RegisteredModel.objects.filter(pk__in=ids)
    return {
        row.pk: Subject(kind_label(kind), row.title, _address("model", row.name)) for row in rows
    }


def _people(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = Person.objects.filter(pk__in=ids)
    return {
        row.pk: Subject(kind_label(kind), row.full_name, _address("person", row.pk)) for row in rows
    }


def _accounts(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = User.objects.filter(pk__in=ids)
    return {
        row.pk: Subject(kind_label(kind), row.username, _address("person", row.person_id))
        for row in rows
    }


def _tokens(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = ApiToken.objects.filter(pk__in=ids).select_related("account")
    return {
        row.pk: Subject(
            kind_label(kind),
            f"{row.name} ({row.account.username})",
            _address("person", row.account.person_id),
        )
        for row in rows
    }


def _assignments(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = RoleAssignment.objects.filter(pk__in=ids)
    rows = rows.select_related("role", "person", "account__person", "team")
    found = {}
    for row in rows:
        owner = row.account.person if row.account else row.person
        name = _("{role} for {holder}").format(
            role=row.role, holder=row.person or row.account or row.team
        )
        url = _address("person", owner.pk) if owner else ""
        found[row.pk] = Subject(kind_label(kind), name, url)
    return found


def _portfolios(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = Portfolio.objects.filter(pk__in=ids)
    return {row.pk: Subject(kind_label(kind), row.title) for row in rows}


def _alerts(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    rows = Alert.objects.filter(pk__in=ids).select_related("version__model")
    return {
        row.pk: Subject(kind_label(kind), f"{row.kpi}, {row.version}", _version_url(row.version))
        for row in rows
    }


def _site(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    return {key: Subject(kind_label(kind), _("this site")) for key in ids}


def _begun(kind: str, ids: set[UUID]) -> dict[UUID, Subject]:
    """What other parts of the product keep: named by what their first entries tell."""
    lines = first_entries((kind, key) for key in ids)
    told = {line.subject_id: version_told(line) for line in lines}
    versions = _versions("version", {key for key in told.values() if key})
    return {
        line.subject_id: _of_beginning(kind, line, told[line.subject_id], versions)
        for line in lines
    }


def _of_beginning(
    kind: str, line: Line, version_id: UUID | None, versions: Mapping[UUID, Subject]
) -> Subject:
    version = versions.get(version_id) if version_id else None
    if version is None:
        name = line.after.get("name") or line.details.get("topic") or str(line.subject_id)[:SHORT]
        return Subject(kind_label(kind), str(name))
    target = line.details.get("target")
    name = (
        _("{version} to {target}").format(version=version.name, target=target)
        if target
        else version.name
    )
    return Subject(kind_label(kind), name, version.url)


READERS: Mapping[str, Callable[[str, set[UUID]], dict[UUID, Subject]]] = {
    "account": _accounts,
    "alert": _alerts,
    "assignment": _assignments,
    "model": _models,
    "person": _people,
    "portfolio": _portfolios,
    "site": _site,
    "token": _tokens,
    "version": _versions,
}
