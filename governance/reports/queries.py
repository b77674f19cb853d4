"""Which comparison a report is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.errors import Invalid, NotFound
from governance.evaluation.labels import counted_words, stage_words
from governance.evaluation.models import AskedComparison, ComparisonReport
from governance.evaluation.queries import (
    asked_comparison,
    asked_of,
    comparison_of,
    measured_among,
    payloads_of,
    progress_of_asked,
)
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.queries import model_named, version_numbered, versions_of
from governance.reports.content import Content, content_of
from governance.reports.side_by_side import MOST, Measured, SideBySide, side_by_side

USUAL = 2
NEWEST = 8
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Report:
    """One kept comparison, and the version that it is about.

    It is that of the version's case, or one that somebody asked for.
    """

    version: ModelVersion
    comparison: ComparisonReport | AskedComparison

    @property
    def asked_by(self) -> str:
        """Who asked for it; empty where it belongs to the version's case."""
        found = self.comparison
        return found.account.get_full_name() if isinstance(found, AskedComparison) else ""

    @property
    def champion(self) -> str:
        """The name of the version compared with; empty for a first version."""
        champion = self.comparison.champion
        return name_of(champion) if champion else ""

    @property
    def challenger(self) -> str:
        """The name of the version itself."""
        return name_of(self.version)

    @property
    def original(self) -> str:
        """The name of the version that was retrained; empty where its author named none."""
        original = self.version.retrained_from
        return name_of(original) if original else ""

    @property
    def descent(self) -> str:
        """Which version was retrained, as its author says, and what inputs came and went."""
        sentences = []
        if original := self.version.retrained_from:
            words = _("Retrained from {original}.")
            if original == self.comparison.champion:
                words = _("Retrained from {original}: this is retrained against original.")
            sentences.append(words.format(original=self.original))
        return " ".join([*sentences, *self._inputs()])

    def _inputs(self) -> Iterator[str]:
        """How its inputs differ from the champion's, where both say what they take."""
        champion = self.comparison.champion
        if champion is None or not (self.version.input_schema and champion.input_schema):
            return
        ours, theirs = ({one["name"] for one in v.input_schema} for v in (self.version, champion))
        if ours == theirs:
            yield _("It takes the same inputs as {champion}.").format(champion=self.champion)
            return
        parts = (
            (_("it also takes {names}"), sorted(ours - theirs)),
            (_("it no longer takes {names}"), sorted(theirs - ours)),
        )
        told = [words.format(names=_some(names)) for words, names in parts if names]
        what = "; ".join(told)
        yield _("Other inputs than {champion}: {what}.").format(champion=self.champion, what=what)

    def content(self, *, only_changed: bool = False) -> Content:
        """All that it says, in the reader's language."""
        return content_of(
            self.comparison.payload or {},
            champion=self.champion,
            challenger=self.challenger,
            original=self.original,
            only_changed=only_changed,
        )


def _some(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def report_numbered(actor: Actor, name: str, number: int) -> Report:
    """The newest comparison of a version.

    Raises:
        NotFound: there is no such version for this actor, or it was not compared yet.
    """
    version = version_numbered(actor, name, number)
    comparison = comparison_of(version.pk)
    if comparison is None:
        raise NotFound(
            _("Version {number} of {name} has not been measured.").format(number=number, name=name),
            remedy=_("The checks of its case say how far they are, or why nothing was measured."),
        )
    return Report(version, comparison)


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that somebody asked for, and how far a worker is with it.

    `state` is waiting, running, parked, cancelled, refused or done; `stage` and `counted` say in
    words what is being done and how far it is.
    """

    report: Report
    row: AskedComparison
    state: str
    stage: str = ""
    counted: str = ""
    done: int = 0
    total: int = 0
    error: str = ""

    @property
    def going(self) -> bool:
        """Whether a page that shows it should look again."""
        return self.state in {"waiting", "running"}


def asked_report(actor: Actor, name: str, comparison_id: UUID) -> Asked:
    """One report that somebody asked for, made or not.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    return _asked(asked_comparison(actor, name, comparison_id))


def asked_report_made(actor: Actor, name: str, comparison_id: UUID) -> Report:
    """The same, to be taken along.

    Raises:
        NotFound: it is not the actor's to see, or it is not made.
    """
    asked = asked_report(actor, name, comparison_id)
    if asked.state != "done":
        raise NotFound(
            _("This comparison has no report yet."), remedy=_("Its page says how far it is.")
        )
    return asked.report


def _asked(row: AskedComparison) -> Asked:
    report = Report(row.version, row)
    if row.ended:
        ending = "cancelled" if row.cancelled_at else "refused" if row.refusal else "done"
        return Asked(report, row, ending)
    progress = progress_of_asked(row)
    if progress is None:
        return Asked(report, row, "waiting")
    return Asked(
        report,
        row,
        progress.state,
        stage=str(stage_words(progress.text)),
        counted=counted_words(progress.text, progress.done, progress.total),
        done=progress.done,
        total=progress.total,
        error=progress.error,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that was measured, and whether it is among those shown."""

    number: int
    name: str
    state: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Several:
    """Measured versions of one model; `table` is None while none is chosen.

    `pair` holds the numbers of the two that a report is first offered of, newer first; `asked` the
    newest reports of two.
    """

    model: RegisteredModel
    choices: Sequence[Choice]
    table: SideBySide | None
    pair: Sequence[int]
    asked: Sequence[Asked]


def several(actor: Actor, name: str, numbers: Sequence[int]) -> Several:
    """Versions of a model beside each other, newest first; without numbers the newest two.

    Raises:
        NotFound: no such model for this actor, or one of the versions was not measured.
        Invalid: more than eight versions.
    """
    model = model_named(actor, name)
    versions = list(versions_of(actor, model))
    measured = measured_among(version.pk for version in versions)
    known = [version for version in versions if version.pk in measured]
    wanted = list(numbers) or [version.number for version in known[:USUAL]]
    _refuse_unmeasured(wanted, {version.number for version in known})
    shown = [version for version in known if version.number in wanted]
    payloads = payloads_of(version.pk for version in shown)
    columns = [Measured(name_of(version), payloads[version.pk]) for version in shown]
    choices = [Choice(v.number, name_of(v), v.state, v.number in wanted) for v in known]
    pair = [choice.number for choice in sorted(choices, key=lambda one: not one.chosen)][:USUAL]
    asked = [_asked(row) for row in asked_of(actor, model.pk, NEWEST)]
    return Several(model, choices, side_by_side(columns) if columns else None, pair, asked)


def _refuse_unmeasured(wanted: Sequence[int], known: set[int]) -> None:
    if len(set(wanted)) > MOST:
        raise Invalid(
            _("{number} versions were chosen.").format(number=len(set(wanted))),
            remedy=_("Choose at most {most}.").format(most=MOST),
            field="v",
        )
    for number in wanted:
        if number not in known:
            raise NotFound(
                _("Version {number} has not been measured, or is not there.").format(number=number),
                remedy=_("Choose from the list of measured versions."),
            )


def name_of(version: ModelVersion) -> str:
    """A version as people call it: its label, else its number."""
    return version.label or str(version.number)
