"""How the approvals of one artefact or content stand today."""

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import Invalid, NotFound
from workflows.gitops.queries.reading import why_void
from workflows.lifecycle.queries import is_ending
from workflows.targets.models import Promotion

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
FILE = "attestation.dsse.json"
GONE = {"closed": "revoked", "diverged": "revoked", "superseded": "stale"}
ENDED = {"retired", "suspended", "rejected", "withdrawn"}
MOST = 50


def attestations_of(digest: str, actor: Actor) -> list[dict[str, Any]]:
    """Return every approval of a digest that the actor may see, newest first.

    The digest is that of an artefact, of the approved content, of the case or of an approved file.

    Raises:
        Invalid: It is no SHA-256. NotFound: Nothing of that digest was approved.
    """
    if not DIGEST.match(digest):
        raise Invalid(
            _("A digest has 64 hexadecimal digits."), remedy=_("Use SHA-256."), field="digest"
        )
    named = Q(version__artifacts__sha256=digest) | Q(approval_round__digest=digest)
    rows = Promotion.objects.filter(Q(content_digest=digest) | named)
    told = _visible(rows, actor) or _visible(_with_file(digest), actor)
    if not told:
        raise NotFound(_("Nothing with this digest was approved, or not for you."))
    return told


def _visible(rows: QuerySet[Promotion], actor: Actor) -> list[dict[str, Any]]:
    found = visible_to(actor, Promotion.objects.filter(pk__in=rows.values("pk"))).select_related(
        "target", "version__model", "approval_round", "change_set"
    )
    return [_told(promotion) for promotion in found.order_by("-created_at")[:MOST]]


def _with_file(digest: str) -> QuerySet[Promotion]:
    """Those that have a file of this digest; read from the text, as SQLite looks into no list.

    Asked last, since every promotion is read for it.
    """
    rows = Promotion.objects.annotate(written=Cast("approved_content", TextField()))
    return rows.filter(written__contains=f'"{digest}"')


def _told(promotion: Promotion) -> dict[str, Any]:
    standing, reason = standing_of_promotion(promotion)
    return {
        "promotion": str(promotion.pk),
        "kind": promotion.kind,
        "model": promotion.version.model.name,
        "version": promotion.version.number,
        "target": promotion.target.name,
        "state": promotion.state,
        "standing": standing,
        "reason": reason,
        "content_digest": promotion.content_digest,
        "case_digest": promotion.approval_round.digest,
        "envelope": _envelope(promotion),
    }


def standing_of_promotion(promotion: Promotion) -> tuple[str, str]:
    """Return valid, stale or revoked, and why."""
    if promotion.version.state in ENDED:
        return "revoked", _("The version is {state} now.").format(state=promotion.version.state)
    if is_ending(promotion.version_id):
        return "revoked", _("It is signed that it stops; the pull request is on its way.")
    if promotion.state in GONE:
        return GONE[promotion.state], str(promotion.reason)
    if reason := why_void(promotion):
        return "stale", str(reason)
    return "valid", _("The approval stands.")


def fallen_promotions() -> dict[str, dict[str, str]]:
    """Return every approval of the site that no longer holds, by its promotion: ids and states.

    No words of people: the list leaves the house.
    """
    rows = Promotion.objects.select_related("target", "version__model").order_by("pk")
    return {
        str(row.pk): {
            "standing": standing,
            "state": row.state,
            "version_state": row.version.state,
        }
        for row in rows.iterator()
        if (standing := standing_of_promotion(row)[0]) != "valid"
    }


def standings_file() -> Path:
    """Where the newest signed list of them lies, beside the exports that a web process reads."""
    return Path(settings.EXPORT_DIR) / "standings.dsse.json"


def newest_standings() -> bytes:
    """Return the newest list as it was signed.

    Raises:
        NotFound: None was signed yet.
    """
    try:
        return standings_file().read_bytes()
    except FileNotFoundError as error:
        raise NotFound(
            _("No list of standings was signed yet."),
            remedy=_("The clock signs one each hour, where the log's key is."),
        ) from error


def _envelope(promotion: Promotion) -> dict[str, Any] | None:
    change_set = getattr(promotion, "change_set", None)
    texts = [f["text"] for f in change_set.files if f["path"].endswith(FILE)] if change_set else []
    return json.loads(texts[0]) if texts else None
