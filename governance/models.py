"""Django looks for models here; each subject keeps its own."""

import governance.access.models
import governance.audit.models
import governance.evaluation.models
import governance.inventory.models
import governance.monitoring.models
import governance.outbox.models
import governance.trail.models  # noqa: F401
