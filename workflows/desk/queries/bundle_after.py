"""The last parts of the evidence of one decision: by when, and what became of it."""

from django.utils.translation import gettext as _

from workflows.desk.bundle_parts import BundlePart, when
from workflows.desk.queries.dossier import Dossier
from workflows.desk.queries.performance import name_of


def deadlines(dossier: Dossier) -> BundlePart:
    """Who was asked what by when."""
    return BundlePart(
        _("Deadlines"),
        head=(_("Task"), _("Role"), _("Asked"), _("Due"), _("Closed")),
        rows=[
            (
                one.get_verb_display(),
                one.role or (one.person.full_name if one.person else ""),
                when(one.opened_at),
                when(one.due_at),
                when(one.closed_at),
            )
            for one in dossier.tasks
        ],
    )


def pull_requests(dossier: Dossier) -> BundlePart:
    """What was proposed to each target."""
    found = [(one, dossier.pull_requests.get(one.pk)) for one in dossier.promotions]
    return BundlePart(
        _("Pull requests"),
        head=(_("Target"), _("Address"), _("Head"), _("Merge commit"), _("Content (SHA-256)")),
        rows=[
            (
                promotion.target.name,
                opened.url if opened else "",
                opened.head_sha if opened else promotion.expected_head,
                (opened.merge_sha if opened else "") or promotion.merge_commit,
                promotion.content_digest,
            )
            for promotion, opened in found
        ],
    )


def delivery(dossier: Dossier) -> BundlePart:
    """How far each target has come."""
    return BundlePart(
        _("Delivery"),
        head=(
            _("Target"),
            _("State"),
            _("Merged"),
            _("Synced"),
            _("Healthy"),
            _("Live"),
            _("Note"),
        ),
        rows=[
            (
                one.target.name,
                one.get_state_display(),
                when(one.merged_at),
                when(one.synced_at),
                when(one.healthy_at),
                when(one.deployed_at),
                one.state_reason,
            )
            for one in dossier.promotions
        ],
    )


def way_back(dossier: Dossier) -> BundlePart:
    """What it would return to, and when it must."""
    former = name_of(dossier.champion) if dossier.champion else _("none: it is the first version")
    return BundlePart(
        _("Way back"),
        [(_("Version to return to"), former)],
        (_("Condition that demands a roll-back when it is breached"), _("Due")),
        [(one.text, one.due_on) for one in dossier.conditions if one.demands_roll_back],
    )
