"""Which comparison a report is about."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.errors import NotFound
from governance.evaluation.models import ComparisonReport
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import version_numbered
from governance.reports.content import Content, content_of


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


def name_of(version: ModelVersion) -> str:
    """A version as people call it: its label, else its number."""
    return version.label or str(version.number)
