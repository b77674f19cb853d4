"""What the clock does to access: windows open and close, and groups follow."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from governance.access.membership import follow, of_person
from governance.access.models import Delegation, RoleAssignment

LOOK_BACK = timedelta(days=2)


def follow_windows() -> int:
    """Settles the groups of assignments and delegations that began or ended of late.

    Rights themselves end to the second, because they are read with the database's clock; this
    keeps the groups beside them true. Returns how many were looked at; calling again is harmless.
    """
    now = timezone.now()
    lately = (now - LOOK_BACK, now)
    turned = Q(ends_at__range=lately) | (Q(starts_at__range=lately) & Q(ends_at__isnull=False))
    later = Q(starts_at__range=lately, granted_at__lt=F("starts_at"))
    rows = RoleAssignment.objects.filter(turned | later, revoked_at__isnull=True)
    givers = Delegation.objects.filter(
        Q(ends_at__range=lately) | Q(starts_at__range=lately), revoked_at__isnull=True
    )
    found = {row.pk: row for row in rows.select_related("role", "team", "model", "portfolio")}
    for giver in set(givers.values_list("giver", flat=True)):
        found |= {row.pk: row for row in of_person(giver)}
    with transaction.atomic():
        follow(found.values())
    return len(found)
