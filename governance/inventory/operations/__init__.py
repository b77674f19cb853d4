"""Writes of the inventory: models, versions, the files that come with them, and findings.

Screens, API and commands all come through here, so that the same rules hold at every door.
"""

from governance.inventory.operations.files import add_artifact, add_evidence, refuse_upload
from governance.inventory.operations.findings import (
    answer_finding,
    close_finding,
    note_finding,
    raise_finding,
)
from governance.inventory.operations.registration import register_model
from governance.inventory.operations.sweeping import sweep_files
from governance.inventory.operations.tiering import TierFacts, set_tier
from governance.inventory.operations.versions import VersionFacts, create_version

__all__ = [
    "TierFacts",
    "VersionFacts",
    "add_artifact",
    "add_evidence",
    "answer_finding",
    "close_finding",
    "create_version",
    "note_finding",
    "raise_finding",
    "refuse_upload",
    "register_model",
    "set_tier",
    "sweep_files",
]
