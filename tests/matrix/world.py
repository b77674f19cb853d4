"""Two portfolios that tell the same story, and everybody who asks.

What one portfolio must never hear of the other is read from the rows themselves: the ids of all
that hangs on it, and every word of theirs that the other one does not use too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import override_settings

from governance.access.models import Portfolio, User
from governance.access.operations import Holder, add_member, add_portfolio, add_role, add_team
from governance.audit.models import AuditEntry
from governance.trail.operations import (
    add_feed,
    request_erasure,
    request_verification,
    set_hold,
)
from governance.trail.queries.log import Narrowing
from tests import stories
from tests.governance.access.people import person
from tests.matrix.people import Caller, join, others, people_with_roles, username
from tests.matrix.story import challenged, exported, rights_in, told_in
from tests.memory import remembered
from workflows.gitops.operations import add_connection
from workflows.management.cast import CAST, PORTFOLIO, actor_named, give
from workflows.notifications.operations import add_channel
from workflows.targets.operations import add_target

FOREIGN = "card-issuing"
EXAMPLES = {"risk-models"}  # what the help beside a form says anyway
# One plain word may stand anywhere; with a space, a hyphen, a stroke or a digit it is somebody's.
TELLING = re.compile(r"(?=.{6}).*[\s/0-9-].*")
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b")


@dataclass(frozen=True, slots=True)
class Traces:
    """What gives a portfolio away: ids and digests, and words."""

    ids: frozenset[str]
    words: frozenset[str]

    def found_in(self, answer: str, *, said: str) -> set[str]:
        """What an answer tells beyond what the request itself said."""
        found = (self.ids & set(IDS.findall(answer))) | {w for w in self.words if w in answer}
        return {trace for trace in found if trace not in said}


@dataclass(slots=True)
class World:
    """Callers by their labels, what stands in addresses and forms, and both portfolios' traces."""

    callers: dict[str, Caller]
    samples: dict[str, Any]
    own: Traces
    foreign: Traces
    forge: Path  # where the story's repositories are


def tell() -> World:
    """Everything, through the real operations."""
    told = _told()
    portfolios = {one.name: one for one in Portfolio.objects.all()}
    here, there = _known(portfolios[PORTFOLIO]), _known(portfolios[FOREIGN])
    shared = _known(None).words | EXAMPLES  # what the whole organisation has is nobody's own
    return World(
        {label: Caller(label, **carries) for label, carries in told["callers"].items()},
        told["samples"],
        own=_only(here, there, shared),
        foreign=_only(there, here, shared),
        forge=settings.FORGE_DIR,
    )


@remembered
def _told() -> dict[str, dict[str, Any]]:
    """The story of both portfolios: the samples, and what each caller carries, in words."""
    own, foreign = stories.house(), _foreign_portfolio()
    callers = people_with_roles(own, "") | people_with_roles(foreign, "foreign:")
    samples = told_in(own, "retail-scoring", "Retail scoring") | challenged("retail-scoring")
    told_in(foreign, "terminal-fraud", "Terminal fraud")
    samples |= rights_in(own, "hanna") | _site()
    rights_in(foreign, "admin2")
    samples["export_id"] = exported(username("auditor"))
    callers |= others(own)
    return {
        "samples": {name: str(value) for name, value in samples.items()},
        "callers": {
            label: {"session": one.session, "token": one.token} for label, one in callers.items()
        },
    }


def _foreign_portfolio() -> Portfolio:
    """The cast tells its story there, too: those who ask are others."""
    alma = actor_named("alma")
    foreign = add_portfolio(name=FOREIGN, title="Card issuing", actor=alma)
    place = {"environment": "production", "repository": "card-models", "portfolio": foreign}
    add_target(name="card-terminals", **place, actor=actor_named("admin1"))
    for member in CAST:
        if member.role and not member.everywhere:
            give(
                member.role,
                Holder(person=person(member.username)),
                portfolio=foreign,
                reason="Also there",
                conflict_reason="Also there",
            )
    return foreign


def _site() -> dict[str, Any]:
    """What belongs to no portfolio."""
    alma = actor_named("alma")
    member = join("Mia Member", "member")
    team = add_team(name="scoring", title="Scoring", actor=alma)
    add_member(team.pk, member, reason="New", actor=alma)
    add_role(name="reader", title="Reader", permissions=["model:view"], actor=alma)
    forge = add_connection(
        name="forge",
        kind="gitea",
        base_url="https://192.0.2.1",
        token="a-token-for-the-matrix",
        actor=alma,
    )
    # A public address, or it would be refused; no worker runs here, so nothing is sent.
    feed = add_feed(name="siem", address="tls://1.1.1.1", narrowing=Narrowing(), actor=alma)
    hold = set_hold("Case", reason="Asked for", narrowing=Narrowing(), actor=alma)
    erasure = request_erasure(person_id=member.pk, reason="Asked for", actor=alma)
    return {
        "feed_id": feed.pk,
        "hold_id": hold.pk,
        "erasure_id": erasure.pk,
        "verification_id": request_verification(actor=actor_named("ada")).pk,
        "connection_id": forge.pk,
        "channel_id": _channel(),
        "team_id": team.pk,
        "member_id": member.pk,
        "outsider_id": join("Otto Outside", "outsider").pk,
        "account_name": User.objects.get(person=member).username,
    }


def _channel() -> object:
    """Notices of cases go out here, too; nothing listens at an address that nobody has."""
    with override_settings(CHANNEL_NETWORKS=["192.0.2.0/24"]):
        return add_channel(
            name="matrix",
            kind="webhook",
            address="https://192.0.2.7/matrix",
            secret="a-secret-of-the-matrix-with-enough-signs",
            events=["review"],
            actor=actor_named("admin1"),
        ).pk


def _only(here: Traces, there: Traces, shared: frozenset[str]) -> Traces:
    return Traces(here.ids - there.ids, here.words - there.words - shared)


def _known(portfolio: Portfolio | None) -> Traces:
    """The ids and words of all rows that hang on a portfolio, or on none."""
    ids, words = set(), set()
    if portfolio:
        ids, words = {str(portfolio.pk)}, {portfolio.name, portfolio.title}
    for row in _rows(portfolio):
        ids.add(str(row.pk))
        for text in _texts(row):
            (ids if IDS.fullmatch(text) else words).add(text)
    return Traces(frozenset(ids), frozenset(filter(TELLING.fullmatch, words)))


def _rows(portfolio: Portfolio | None) -> Iterator[models.Model]:
    for model in apps.get_models():
        if model._meta.app_label not in {"governance", "workflows"} or model._meta.proxy:
            continue
        if path := _way_to_portfolio(model):
            yield from model._default_manager.filter(**{path: portfolio and portfolio.pk})
    yield from AuditEntry.objects.filter(portfolio_id=portfolio and portfolio.pk).defer("line")


def _way_to_portfolio(model: type[models.Model]) -> str:
    """How a row hangs on a portfolio, as `visible_to` reads it, or by a field of that name."""
    whole, part = getattr(model, "scope_portfolio", ""), getattr(model, "scope", "")
    if whole or (part and isinstance(part, str)):  # a column may be called so, too
        return str(whole) or f"{part}__portfolio"
    return "portfolio" if any(one.name == "portfolio" for one in model._meta.fields) else ""


def _texts(row: models.Model) -> Iterator[str]:
    for column in row._meta.concrete_fields:
        if isinstance(column, models.CharField) and not column.choices:
            yield str(getattr(row, column.attname) or "")
