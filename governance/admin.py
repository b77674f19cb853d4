"""Django looks for its admin here; each subject keeps its own."""

import governance.access.admin
import governance.audit.admin
import governance.evaluation.admin
import governance.inventory.admin
import governance.monitoring.admin
import governance.outbox.admin
import governance.trail.admin  # noqa: F401
