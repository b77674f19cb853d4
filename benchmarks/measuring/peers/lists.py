"""What guardian shows to an account."""

from copy import copy
from typing import Any

from django.db.models import Model, QuerySet
from guardian.shortcuts import get_objects_for_user

from governance.access.models import User
from governance.access.permissions import Permission


def by_title(model: Any) -> QuerySet[Model]:  # noqa: ANN401  our table or a peer's
    """All rows in the order of the inventory."""
    rows: QuerySet[Model] = model.objects.order_by("title", "pk")
    return rows


def seen_by_guardian(user: User, peer: type[Model]) -> QuerySet[Model]:
    """A fresh copy of the account each time, as in a request: guardian keeps answers on it."""
    permission = Permission.MODEL_VIEW.value
    rows: QuerySet[Model] = get_objects_for_user(copy(user), permission, by_title(peer))
    return rows
