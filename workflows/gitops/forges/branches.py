"""Names of branches that cannot stand beside each other. Pure."""

from collections.abc import Iterable

from governance.errors import Permanent
from governance.sentences import sentence as _


def refuse_nested(branch: str, present: Iterable[str], repository: str) -> None:
    """Refuse a branch below another one, or above: Git keeps names as folders and files.

    Raises:
        Permanent: A branch of the repository stands in the way; it is named.
    """
    for other in present:
        if branch.startswith(f"{other}/") or other.startswith(f"{branch}/"):
            raise Permanent(
                _(
                    "The branch {branch} cannot be made in {repository} beside the branch {other}.",
                    branch=branch,
                    repository=repository,
                    other=other,
                ),
                remedy=_("Delete or rename {other} there, then retry this job.", other=other),
            )
