"""Django looks for models here; each subject keeps its own."""

import workflows.cases.models
import workflows.delivery.models
import workflows.gitops.models
import workflows.lifecycle.models
import workflows.notifications.models
import workflows.policies.models
import workflows.targets.models  # noqa: F401
