"""Every forgery that an export can show, in groups; each is forged once."""

from collections.abc import Callable, Iterator
from functools import cache

from tests.tampering.forged_entries import entries_changed, forms_changed, logs_rewritten
from tests.tampering.forged_parts import (
    clocks_moved,
    evidence_replaced,
    pages_replaced,
    parts_left_out,
    personal_values_changed,
)
from tests.tampering.forged_proofs import (
    keys_rotated,
    origins_swapped,
    proofs_forged,
    signatures_forged,
)
from tests.tampering.forged_scopes import scopes_overstepped
from tests.tampering.forged_zips import zips_ambiguous, zips_hostile, zips_of_any_size
from tests.tampering.forging import Case

__all__ = ["FORGERS", "Case", "cases", "forged"]

FORGERS = (
    entries_changed,
    logs_rewritten,
    signatures_forged,
    origins_swapped,
    proofs_forged,
    forms_changed,
    clocks_moved,
    evidence_replaced,
    pages_replaced,
    personal_values_changed,
    keys_rotated,
    parts_left_out,
    scopes_overstepped,
    zips_hostile,
    zips_ambiguous,
    zips_of_any_size,
)


@cache
def forged(forger: Callable[[], Iterator[Case]]) -> tuple[Case, ...]:
    """The cases of one group."""
    return tuple(forger())


def cases() -> tuple[Case, ...]:
    """Every forgery, and the honest exports beside them."""
    return tuple(one for forger in FORGERS for one in forged(forger))
