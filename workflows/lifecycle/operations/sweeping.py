"""Files that came with nothing are taken away: here, where every row that names a file is known."""

from governance.inventory import operations as inventory
from workflows.lifecycle.queries import all_files_named


def sweep_files() -> int:
    """Removes files older than a day that neither a version nor a report names; how many."""
    return inventory.sweep_files(all_files_named)
