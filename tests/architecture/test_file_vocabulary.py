"""The same file names in every subject; whatever has another name is plain Python."""

import pytest

from tests.architecture.source import Module, product

VOCABULARY = {"admin", "api", "forms", "models", "operations", "queries", "tasks", "urls", "views"}
REFUSED = {"common", "helpers", "managers", "services", "signals", "utils"}
# Not subjects: wiring, discovery, and what Django or Celery look for by name.
OTHER_PLACES = {"client", "management", "migrations", "project", "templatetags"}
FRAMEWORKS = {"allauth", "celery", "csp", "django", "guardian", "kombu", "ninja"}
# Words and numbers for people need the reader's language, and touch nothing else.
HARMLESS = ("django.utils.translation", "django.utils.formats", "django.utils.functional")

# module: why it needs a framework under a name of its own.
NOT_PURE: dict[str, str] = {
    "governance.access.adapters": "allauth asks it for the rules of signing in",
    "governance.access.membership": "puts accounts into the groups that assignments reach",
    "governance.access.projection": "the one home of guardian",
    "governance.access.requests": "the one line between a request and its actor",
    "governance.access.single_sign_on": "allauth asks it how to speak to the provider",
    "governance.audit.entry_checks": "a part of verify: reads the entries",
    "governance.audit.placing": "a part of sequence_pending: the rows of queue and leaves",
    "governance.audit.rotation": "an exchange of keys is entry, checkpoint and files in one go",
    "governance.audit.signing": "which key signs: the key file beside the rows",
    "governance.audit.snapshots": "a part of verify: one view of the database for a long reading",
    "governance.audit.tree_checks": "a part of verify: reads leaves and nodes",
    "governance.audit.verify": "recomputes the whole log, and shares nothing with who wrote it",
    "governance.audit.writing": "a part of record: the rows of an entry, in one turn",
    "governance.inventory.storage": "files live under a folder that the settings name",
    "governance.outbox.broker": "describes the broker in Kombu's words, and touches nothing",
    "governance.outbox.circuits": "a circuit breaker is a row, counted on database time",
    "governance.outbox.claims": "a claim is a lease on a row",
    "governance.outbox.statements": "the SQL of a claim, built once from the queries",
    "governance.outbox.transport": "a Kombu transport: whole messages only",
    "governance.outbox.wake": "the one place that sends a Celery task",
    "governance.reports.bodies": "renders a part of a page, and keeps it",
    "governance.reports.standalone": "renders one file from templates and the static files",
    "workflows.cases.naming": "knows pages by the names of their routes",
    "workflows.delivery.heartbeat": "renews a lease from a thread with its own connection",
    "workflows.gitops.connections": "the one list of forges: rows of connections made into forges",
    "workflows.gitops.forges.local": "the embedded forge keeps its pull requests as rows",
    "workflows.gitops.turns": "the row of a host where all workers take turns",
    "workflows.gitops.webhooks": "the one door for other programs' hints: answers and stores",
    "workflows.gitops.preparation": "gathers what a promotion will be, around a repository",
    "workflows.notifications.rendering": "makes mails of templates, with the site's addresses",
}


def own_modules() -> list[Module]:
    """Modules of subjects whose names are not of the vocabulary."""
    return [
        module
        for module in product()
        if len(module.parts) > 2
        and module.parts[1] not in OTHER_PLACES
        and not VOCABULARY & set(module.parts[2:])
    ]


def frameworks_of(module: Module) -> set[str]:
    """Framework modules that a module imports, but for harmless ones."""
    names = {name for name, _line in module.imports() if not name.startswith(HARMLESS)}
    return {name for name in names if name.partition(".")[0] in FRAMEWORKS}


def test_no_file_has_a_name_that_says_nothing() -> None:
    """Such a file collects what has no home: find the home."""
    assert not [module.path for module in product() if REFUSED & set(module.parts)]


def test_a_module_with_a_name_of_its_own_is_pure() -> None:
    """It can be read and tested without Django, or the reason stands in the list."""
    unclean = {
        module.name: sorted(frameworks)
        for module in own_modules()
        if module.name not in NOT_PURE and (frameworks := frameworks_of(module))
    }
    assert not unclean, unclean


def test_every_reason_is_still_needed() -> None:
    """The list names modules that exist and are not pure."""
    needed = {module.name for module in own_modules() if frameworks_of(module)}
    assert set(NOT_PURE) <= needed, set(NOT_PURE) - needed


@pytest.mark.parametrize(
    "app", ["governance.admin", "governance.models", "workflows.admin", "workflows.models"]
)
def test_discovery_modules_only_re_export(app: str) -> None:
    """Django looks there; readers look into the subjects."""
    module = next(module for module in product() if module.name == app)
    assert not list(module.functions())
    assert "class " not in module.text
