"""What a comparison measured, as the dossier shows it."""

from governance.reports.content import Content, content_of
from governance.reports.queries import name_of
from workflows.desk.queries.dossier import Dossier

__all__ = ["name_of", "performance_of"]


def performance_of(dossier: Dossier) -> Content | None:
    """The newest comparison of a version; None before there is one."""
    if dossier.comparison is None:
        return None
    return content_of(
        dossier.comparison.payload,
        champion=name_of(dossier.champion) if dossier.champion else "",
        challenger=name_of(dossier.version),
        original=name_of(original) if (original := dossier.version.retrained_from) else "",
    )
