"""The last parts of an evidence bundle: entries, checkpoint and anchors, retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from governance.audit.queries import anchors_from, checkpoint_at, keys, views_of
from governance.trail.queries.retention import class_rows
from governance.trail.queries.scoping import entries_in
from governance.trail.retention import RECORD
from governance.trail.scopes import Scope
from workflows.desk.bundle_parts import BundlePart, when

if TYPE_CHECKING:
    from governance.trail.models import LogExport


def proofs_of(export: LogExport) -> list[BundlePart]:
    """What proves the rest, and how long it is kept."""
    return [_entries(export), _checkpoint(export), _retention()]


def _entries(export: LogExport) -> BundlePart:
    rows = entries_in(Scope.from_json(export.scope)).filter(leaf__idx__lt=export.size)
    return BundlePart(
        _("Entries of the log"),
        [(_("Proofs"), _("inclusion.jsonl, one for each entry, under the checkpoint below"))],
        (_("Entry"), _("Time"), _("Who"), _("What"), _("Surface")),
        [
            (
                view.index,
                when(view.line.occurred_at),
                view.actor_name or _("erased"),
                view.label,
                view.line.author.surface,
            )
            for view in views_of(rows.order_by("leaf__idx"))
        ],
    )


def _checkpoint(export: LogExport) -> BundlePart:
    checkpoint = checkpoint_at(export.size or 0)
    return BundlePart(
        _("Checkpoint and anchors"),
        [
            (_("Entries covered"), checkpoint.size),
            (_("Root"), bytes(checkpoint.root).hex()),
            (_("Signed"), when(checkpoint.created_at)),
            (_("Signed note"), checkpoint.note),
            (_("Public keys of the log"), "\n".join(keys())),
        ],
        (_("Kept outside"), _("Where"), _("Entries covered"), _("Verified")),
        [
            (one.get_kind_display(), one.ref, one.checkpoint_id, when(one.verified_at))
            for one in anchors_from(
                checkpoint.size, repositories=export.scope["portfolios"] is None
            )
        ],
    )


def _retention() -> BundlePart:
    row = next(one for one in class_rows() if one.kind is RECORD)
    after = _("{n} days").format(n=row.days) if row.days else _("never")
    return BundlePart(
        _("Retention"),
        [
            (_("Class"), str(RECORD.title)),
            (
                _("Meaning"),
                _("Entries, decisions and their evidence are kept for ever: none of it is purged."),
            ),
            (
                _("Names and free text, at least"),
                _("{n} days").format(n=RECORD.floor_days),
            ),
            (_("Names and free text, removed after"), after),
        ],
    )
