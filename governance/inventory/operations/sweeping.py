"""Taking away files that came with nothing: refused, or broken off before their row was written."""

import logging
import time

from governance.inventory.queries import names_file
from governance.inventory.storage import old_files, remove_broken_off, remove_unless

# Whoever sends a file has this long to see its row written.
KEPT_S = 24 * 3600

logger = logging.getLogger(__name__)


def sweep_files() -> int:
    """Removes files older than a day that neither an artefact nor evidence names; how many."""
    before = time.time() - KEPT_S
    swept = sum(remove_unless(sha256, names_file, before) for sha256 in old_files(before))
    swept += remove_broken_off(before)
    if swept:
        logger.info("%s files that nothing names were removed.", swept)
    return swept
