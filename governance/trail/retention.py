"""How long what is kept: classes of entries, each with a floor below which nothing goes. Pure.

Entries, leaves and checkpoints are never removed. What can go are the personal values beside them:
names, free text, addresses. Regulation (EU) 2024/1689: documentation ten years (Article 18), logs
at least six months (Articles 19 and 26).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

LONGEST_DAYS: Final = 36_525


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """Entries that are kept alike: those whose action begins with one of `prefixes`.

    A class without prefixes is all the others. Nothing of it goes before `floor_days`.
    """

    name: str
    title: Promise
    about: Promise
    floor_days: int
    prefixes: tuple[str, ...] = ()


USE: Final = RetentionClass(
    "use",
    _("Use of the site"),
    _("sign-ins, tokens, exports, feeds, jobs and checks of the log"),
    floor_days=184,
    prefixes=("account.", "export.", "feed.", "job.", "token.", "verification."),
)
RECORD: Final = RetentionClass(
    "record",
    _("Record of decisions"),
    _("everything else: models, versions, decisions, roles, policies, deployments"),
    floor_days=3653,
)
CLASSES: Final[Mapping[str, RetentionClass]] = MappingProxyType({"use": USE, "record": RECORD})
