"""Django looks for its admin here; each subject keeps its own."""

import workflows.cases.admin
import workflows.gitops.admin
import workflows.lifecycle.admin
import workflows.policies.admin
import workflows.targets.admin  # noqa: F401
