"""Which forge stands behind which word: the one list. A new forge is a module and a line here."""

from collections.abc import Callable

from governance.errors import Permanent
from governance.sentences import sentence as _
from workflows.gitops.forges.base import Forge, MergingForge
from workflows.gitops.forges.local import LocalForge

FORGES: dict[str, Callable[[], Forge]] = {"local": LocalForge}


def forge_of(kind: str) -> Forge:
    """Return the forge that a target names.

    Raises:
        Permanent: This release does not know it.
    """
    if kind not in FORGES:
        raise Permanent(
            _("The forge “{forge}” is not known to this release.", forge=kind),
            remedy=_(
                "Change the target's setting “forge” to one of: {known}.",
                known=", ".join(FORGES),
            ),
        )
    return FORGES[kind]()


def merging_forge(kind: str) -> MergingForge | None:
    """Return the forge if pull requests are merged on our own screens, else None."""
    return LocalForge() if kind == LocalForge.kind else None
