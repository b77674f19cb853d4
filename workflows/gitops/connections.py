"""Which forge stands behind which word: the one list. A new forge is a module and a line here."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from governance.audit.queries import log_signer
from governance.errors import Permanent
from governance.sealing import unseal
from governance.sentences import sentence as _
from workflows.gitops.forges.base import Connection, Forge, MergingForge, TestedForge
from workflows.gitops.forges.gitea import Gitea
from workflows.gitops.forges.github import GitHub
from workflows.gitops.forges.gitlab import GitLab
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.forges.plain_git import PlainGit
from workflows.gitops.turns import take_turn
from workflows.targets.models import ForgeConnection

FORGES: dict[str, Callable[[], Forge]] = {"local": LocalForge}
KINDS: dict[str, Callable[[Connection], TestedForge]] = {
    "gitea": Gitea,
    "github": GitHub,
    "gitlab": GitLab,
    "plain_git": PlainGit,
}
MIRRORS = ".mirrors"


def forge_of(name: str) -> Forge:
    """Return the forge that a target names: the embedded one, or one behind a connection.

    Raises:
        Permanent: There is no such connection, or it is switched off.
    """
    if name in FORGES:
        return FORGES[name]()
    row = ForgeConnection.objects.filter(name=name).first()
    if row is None or not row.active:
        raise Permanent(
            _("There is no active forge connection “{name}”.", name=name),
            remedy=_("Switch it on, or change the target's setting “forge”."),
        )
    return connected(row)


def connected(row: ForgeConnection) -> TestedForge:
    """Return the forge behind a connection.

    Raises:
        Permanent: Its kind is not known to this release, or its token cannot be decrypted.
    """
    if row.kind not in KINDS:
        raise Permanent(
            _(
                "The kind “{kind}” of the connection {name} is not known to this release.",
                kind=row.kind,
                name=row.name,
            ),
            remedy=_("Make a connection of one of: {known}.", known=", ".join(KINDS)),
        )
    return KINDS[row.kind](
        Connection(
            name=row.name,
            base_url=row.base_url,
            username=row.username,
            token=unseal(row.sealed_token, settings.FORGE_KEYS),
            mirrors=Path(settings.FORGE_DIR) / MIRRORS,
            ca_certificate=row.ca_certificate,
            networks=tuple(settings.FORGE_NETWORKS),
            turn=take_turn,
            signing_key=log_signer().key.private_bytes_raw() if row.kind == "plain_git" else b"",
        )
    )


def merging_forge(kind: str) -> MergingForge | None:
    """Return the forge if pull requests are merged on our own screens, else None."""
    return LocalForge() if kind == LocalForge.kind else None
