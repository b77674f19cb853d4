"""How the approvals of one artefact or content stand today."""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import Invalid, NotFound
from governance.sentences import Words
from workflows.gitops.queries.reading import why_each_is_void
from workflows.lifecycle.queries import is_ending
from workflows.targets.models import Promotion

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
FILE = "attestation.dsse.json"
GONE = {"closed": "revoked", "diverged": "revoked", "superseded": "stale"}
ENDED = {"retired", "suspended", "rejected", "withdrawn"}
MOST = 50
BATCH = 200


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
    newest = list(found.order_by("-created_at")[:MOST])
    standings = standings_of(newest)
    return [_told(promotion, *standings[promotion.pk]) for promotion in newest]


def _with_file(digest: str) -> QuerySet[Promotion]:
    """Those that have a file of this digest; read from the text, as SQLite looks into no list.

    Asked last, since every promotion is read for it.
    """
    rows = Promotion.objects.annotate(written=Cast("approved_content", TextField()))
    return rows.filter(written__contains=f'"{digest}"')


def _told(promotion: Promotion, standing: str, reason: str) -> dict[str, Any]:
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


def standings_of(promotions: Collection[Promotion]) -> dict[UUID, tuple[str, str]]:
    """Return of each: valid, stale or revoked, and why. Queries do not grow with them."""
    ending = is_ending.of({one.version_id for one in promotions})
    found = {one.pk: _at_once(one, ending=ending[one.version_id]) for one in promotions}
    void = why_each_is_void([one for one in promotions if found[one.pk] is None])
    return {pk: said or _by_reason(void[pk]) for pk, said in found.items()}


def _at_once(promotion: Promotion, *, ending: bool) -> tuple[str, str] | None:
    """What the states say, without a look at what was signed; None where they say nothing."""
    if promotion.version.state in ENDED:
        return "revoked", _("The version is {state} now.").format(state=promotion.version.state)
    if ending:
        return "revoked", _("It is signed that it stops; the pull request is on its way.")
    if promotion.state in GONE:
        return GONE[promotion.state], str(promotion.reason)
    return None


def _by_reason(void: Words) -> tuple[str, str]:
    return ("stale", str(void)) if void else ("valid", _("The approval stands."))


def fallen_promotions() -> Iterator[tuple[int, dict[str, dict[str, str]]]]:
    """Yield, batch by batch, every approval of the site that no longer holds, by its promotion.

    With each batch comes how many were looked at so far. Ids and states and no words of people: the
    list leaves the house.
    """
    rows = Promotion.objects.select_related("version").defer("approved_content").order_by("pk")
    done, batch = 0, list(rows[:BATCH])
    while batch:
        done += len(batch)
        yield done, _fallen_of(batch)
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def _fallen_of(promotions: Collection[Promotion]) -> dict[str, dict[str, str]]:
    standings = standings_of(promotions)
    return {
        str(row.pk): {
            "standing": standing,
            "state": row.state,
            "version_state": row.version.state,
        }
        for row in promotions
        if (standing := standings[row.pk][0]) != "valid"
    }


def promotion_count() -> int:
    """How many approvals of places there are, whatever became of them."""
    return Promotion.objects.count()


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
