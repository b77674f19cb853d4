"""Which comparison a report is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.errors import Invalid, NotFound
from governance.evaluation.models import ComparisonReport
from governance.evaluation.queries import comparison_of, measured_among, payloads_of
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.queries import model_named, version_numbered, versions_of
from governance.reports.content import Content, content_of
from governance.reports.side_by_side import MOST, Measured, SideBySide, side_by_side

USUAL = 2


@dataclass(frozen=True, slots=True)
class Report:
    """One kept comparison, and the version that it is about."""

    version: ModelVersion
    comparison: ComparisonReport

    @property
    def champion(self) -> str:
        """The name of the version compared with; empty for a first version."""
        champion = self.comparison.champion
        return name_of(champion) if champion else ""

    @property
    def challenger(self) -> str:
        """The name of the version itself."""
        return name_of(self.version)

    def content(self, *, only_changed: bool = False) -> Content:
        """All that it says, in the reader's language."""
        return content_of(
            self.comparison.payload,
            champion=self.champion,
            challenger=self.challenger,
            only_changed=only_changed,
        )


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
class Choice:
    """A version that was measured, and whether it is among those shown."""

    number: int
    name: str
    state: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Several:
    """Measured versions of one model; `table` is None while none is chosen."""

    model: RegisteredModel
    choices: Sequence[Choice]
    table: SideBySide | None


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
    return Several(model, choices, side_by_side(columns) if columns else None)


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
