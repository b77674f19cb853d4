"""Taking away files that came with nothing: refused, or broken off before their row was written."""

import logging
import time

from governance.inventory.queries import files_named
from governance.inventory.storage import Named, old_files, remove_broken_off, remove_unless

# Whoever sends a file has this long to see its row written.
KEPT_S = 24 * 3600

logger = logging.getLogger(__name__)


def sweep_files(named: Named = files_named) -> int:
    """Removes files older than a day that nothing names; how many.

    `named` knows every row that names a file: other subjects have such rows, too. They are asked
    in batches first, and about each file once more when it is to go.
    """
    before, swept = time.time() - KEPT_S, 0
    for batch in old_files(before):
        nameless = set(batch).difference(named(batch))
        swept += sum(remove_unless(sha256, named, before) for sha256 in nameless)
    swept += remove_broken_off(before)
    if swept:
        logger.info("%s files that nothing names were removed.", swept)
    return swept
