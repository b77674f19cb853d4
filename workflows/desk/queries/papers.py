"""The validation report and the inventory report, made of the same parts as the evidence."""

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.errors import NotFound, TooLarge
from governance.evaluation.labels import judgement_title
from governance.evaluation.queries import verdicts_of
from governance.reports.papers import Paper, PaperPart
from governance.templatetags.foureyes import day, moment
from governance.templatetags.words import mark_of
from workflows.desk.queries.bundle import VALIDATED
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.inventory import ModelRow, inventory_models, inventory_rows
from workflows.desk.queries.lists import Narrowing
from workflows.desk.queries.performance import name_of, performance_of

MOST_MODELS = 5000


def validation_paper(actor: Actor, name: str, number: int) -> Paper:
    """A version's validation in one document: what the validator wrote, and what it rests on.

    Raises:
        NotFound: no such version for this actor, or nothing was written about it.
    """
    dossier = dossier_of(actor, name, number)
    report = dossier.report
    if report is None:
        raise NotFound(
            _("Version {number} of {name} has no validation report.").format(
                number=number, name=name
            ),
            remedy=_("Its page says who is asked to write one."),
        )
    title = f"{dossier.version.model.title} {name_of(dossier.version)}"
    return Paper(
        title=_("Validation report: {title}").format(title=title),
        lead=_("Report {number}, written by {who}, {at}.").format(
            number=report.number, who=report.written_by.full_name, at=moment(report.written_at)
        ),
        parts=[part(dossier) for part in VALIDATED],
        comparison=performance_of(dossier),
        digest=dossier.comparison.digest if dossier.comparison else "",
    )


def inventory_paper(actor: Actor, narrowing: Narrowing) -> Paper:
    """The models that an actor sees, narrowed as the list is: counted, then one by one.

    Raises:
        TooLarge: more models than a document holds.
    """
    models = list(inventory_models(actor, narrowing)[: MOST_MODELS + 1])
    if len(models) > MOST_MODELS:
        raise TooLarge(
            _("More than {most} models are meant.").format(most=MOST_MODELS),
            remedy=_("Narrow the list by portfolio or tier, and take one report for each."),
        )
    rows = inventory_rows(models, actor)
    return Paper(
        title=_("Model inventory"),
        lead=_("{number} models, as seen by {who}, {at}.").format(
            number=len(rows), who=actor.name, at=moment(timezone.now())
        ),
        parts=[_counted(rows), _listed(rows)],
    )


def _counted(rows: Iterable[ModelRow]) -> PaperPart:
    kinds = Counter((row.model.portfolio.title, row.model.tier) for row in rows)
    live = Counter((r.model.portfolio.title, r.model.tier) for r in rows if r.champion)
    return PaperPart(
        _("Overview"),
        head=(_("Portfolio"), _("Tier"), _("Models"), _("Live")),
        rows=[(*kind, number, live[kind]) for kind, number in sorted(kinds.items())],
    )


def _listed(rows: list[ModelRow]) -> PaperPart:
    verdicts = verdicts_of(row.newest.pk for row in rows if row.newest)
    return PaperPart(
        _("Models"),
        head=(
            _("Model"),
            _("Name"),
            _("Portfolio"),
            _("Tier"),
            _("Owner"),
            _("Purpose"),
            _("Predicts"),
            _("Champion"),
            _("Live since"),
            _("Newest version"),
            _("State"),
            _("Verdict"),
            _("Open alerts"),
            _("Validation due"),
        ),
        rows=[_line(row, verdicts.get(row.newest.pk, "") if row.newest else "") for row in rows],
    )


def _line(row: ModelRow, verdict: str) -> tuple[object, ...]:
    model, champion, newest = row.model, row.champion, row.newest
    due = getattr(model, "asked_by", None)
    return (
        model.title,
        model.name,
        model.portfolio.title,
        model.tier,
        model.owner.full_name,
        model.purpose,
        model.get_kind_display(),
        name_of(champion) if champion else _("not live"),
        day(champion.deployed_at) if champion and champion.deployed_at else "",
        name_of(newest) if newest else "",
        mark_of(newest.state).text if newest else "",
        judgement_title(verdict) if verdict else "",
        row.alerts,
        day(due) if due else "",
    )
