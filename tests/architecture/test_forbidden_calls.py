"""Rules of this house that no general linter knows, each with its reason and its own test."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

import pytest

from tests.architecture.source import Module, dotted, product

# Rows with a state of their own, which no machine guards.
OTHER_ROWS = re.compile(r"alert|change|finding|job|promotion|pull|round|task", re.IGNORECASE)
UNSAFE_MODULES = {"dill", "joblib", "marshal", "pickle", "shelve", "yaml"}


@dataclass(frozen=True)
class Rule:
    """What may not stand in the code, why, and the modules (patterns) that it does not bind."""

    name: str
    why: str
    finds: Callable[[ast.AST], bool]
    free: tuple[str, ...] = ()

    def breaches(self, module: Module) -> list[str]:
        """Where a module breaks the rule."""
        if any(fnmatch(module.name, pattern) for pattern in self.free):
            return []
        nodes = (node for node in ast.walk(module.tree) if self.finds(node))
        return [f"{module.path}:{getattr(node, 'lineno', 1)} {self.why}" for node in nodes]


def calls(*names: str) -> Callable[[ast.AST], bool]:
    """A call of something that ends in one of the names."""

    def finds(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and called(node).endswith(names)

    return finds


def called(call: ast.Call) -> str:
    """`.delay` for a method of anything, `eval` for a plain name."""
    function = call.func
    return f".{function.attr}" if isinstance(function, ast.Attribute) else dotted(function)


def keyword(call: ast.AST, name: str) -> ast.expr | None:
    """Value of a call's keyword argument."""
    found = (word.value for word in getattr(call, "keywords", []) if word.arg == name)
    return next(found, None)


def updates_state(node: ast.AST) -> bool:
    """`.update(state=...)` on anything but rows that say they are not versions."""
    if not isinstance(node, ast.Call) or called(node) != ".update" or not keyword(node, "state"):
        return False
    return not OTHER_ROWS.search(source_of(node))


def source_of(node: ast.expr) -> str:
    """Where a chain of calls starts: `case.rounds` of `case.rounds.filter(...).update(...)`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return dotted(node)


def opens_the_log(node: ast.AST) -> bool:
    """`AuditEntry.objects` and its like."""
    return isinstance(node, ast.Attribute) and node.attr == "objects" and is_log(node.value)


def is_log(node: ast.AST) -> bool:
    return dotted(node).rpartition(".")[2].startswith("Audit")


def opens_transaction(node: ast.AST) -> bool:
    """`transaction.atomic`, called or as a decorator."""
    return isinstance(node, ast.Attribute) and dotted(node) == "transaction.atomic"


def listens_to_signals(node: ast.AST) -> bool:
    """`from django.dispatch import receiver` and every import of Django's signals."""
    if not isinstance(node, ast.ImportFrom):
        return False
    names = {alias.name for alias in node.names}
    return node.module == "django.dispatch" or bool(names & {"receiver", "signals", "post_save"})


def is_named(name: str) -> Callable[[ast.AST], bool]:
    """The name itself, wherever it is used."""

    def finds(node: ast.AST) -> bool:
        return isinstance(node, ast.Name | ast.Attribute) and dotted(node).endswith(name)

    return finds


def imports_unsafe(node: ast.AST) -> bool:
    """A library that runs what it reads."""
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    return any(name.partition(".")[0] in UNSAFE_MODULES for name in names)


def runs_text(node: ast.AST) -> bool:
    """`eval`, `exec`, `os.system`, `os.popen`."""
    return isinstance(node, ast.Call) and dotted(node.func) in {
        "eval",
        "exec",
        "os.popen",
        "os.system",
    }


def uses_shell(node: ast.AST) -> bool:
    """`shell=True`."""
    return getattr(keyword(node, "shell"), "value", False) is True


def trusts_anyone(node: ast.AST) -> bool:
    """`verify=False`."""
    return getattr(keyword(node, "verify"), "value", True) is False


def joins_nothing(node: ast.AST) -> bool:
    """`.select_related()` without names joins every foreign key."""
    return (
        isinstance(node, ast.Call)
        and calls(".select_related")(node)
        and not node.args
        and not node.keywords
    )


def takes(prefix: str) -> Callable[[ast.AST], bool]:
    """A function's parameter with this name or prefix."""

    def finds(node: ast.AST) -> bool:
        return isinstance(node, ast.arg) and node.arg.startswith(prefix)

    return finds


RULES = (
    Rule(
        "state by update",
        "moves a version past the machine: use an operation of workflows.lifecycle",
        updates_state,
    ),
    Rule(
        "log outside audit",
        "reaches into the log: use governance.audit.operations.record or .queries",
        opens_the_log,
        ("governance.audit.*",),
    ),
    Rule(
        "celery by hand",
        "sends a task: enqueue an outbox row, governance.outbox.wake does the rest",
        calls(".delay", ".apply_async", ".send_task"),
        # The verifier knows no Celery: it shares its work among processes of its own.
        ("governance.outbox.wake", "governance.trail.verifier.verify", "workflows.delivery.*"),
    ),
    Rule(
        "transaction outside operations",
        "opens a transaction: that is an operation's first line",
        opens_transaction,
        (
            "*.operations",
            "*.operations.*",
            "*.management.commands.*",
            "governance.audit.*",
            "governance.outbox.*",
            "workflows.delivery.*",
            # A promotion is prepared in steps around work on a repository.
            "workflows.gitops.preparation",
            # A forge's turn is taken in the middle of a talk with it, below all operations.
            "workflows.gitops.turns",
            # allauth keeps its operations in its views.
            "governance.access.views.ways_in",
        ),
    ),
    Rule(
        "signals",
        "hides what follows: write it into the operation",
        listens_to_signals,
        ("governance.project.celery",),
    ),
    Rule(
        "no CSRF check",
        "lets other sites act for a person",
        is_named("csrf_exempt"),
        ("*.webhooks", "*.api"),
    ),
    Rule("unsafe library", "runs code that it reads", imports_unsafe),
    Rule("text as code", "runs text", runs_text),
    Rule("shell", "lets the shell read the words: give a list", uses_shell),
    Rule("unverified TLS", "trusts whoever answers", trusts_anyone),
    Rule("join of everything", "joins every foreign key: name them", joins_nothing),
    Rule(
        "refresh of a protected field",
        "switches the protection of the state off for all threads: read again with .get()",
        calls(".refresh_from_db"),
        ("governance.outbox.*", "workflows.delivery.*"),
    ),
    Rule("skip flag", "is a way around a rule: make two operations", takes("skip_")),
    Rule(
        "request below the views",
        "ties a use to the web: take an Actor",
        takes("request"),
        (
            "*.admin",
            "*.api",
            "*.views",
            "*.views.*",
            "*.webhooks",
            "governance.access.adapters",
            "governance.access.requests",
            "governance.access.single_sign_on",
            "governance.client.*",
            "governance.project.*",
            "governance.templatetags.*",
        ),
    ),
)

PLANTED = {
    "state by update": "ModelVersion.objects.filter(pk=1).update(state='deployed')",
    "log outside audit": "models.AuditEntry.objects.create()",
    "celery by hand": "task.delay(1)",
    "transaction outside operations": "@transaction.atomic\ndef view(): ...",
    "signals": "from django.dispatch import receiver",
    "no CSRF check": "@csrf_exempt\ndef view(): ...",
    "unsafe library": "import pickle",
    "text as code": "eval('1')",
    "shell": "subprocess.run('ls', shell=True)",
    "unverified TLS": "session.get(url, verify=False)",
    "join of everything": "rows.select_related()",
    "refresh of a protected field": "version.refresh_from_db()",
    "skip flag": "def approve(*, skip_checks=False): ...",
    "request below the views": "def approve(request): ...",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    """Every breach is listed with its place and what to use instead."""
    breaches = [line for module in product() for line in rule.breaches(module)]
    assert not breaches, "\n" + "\n".join(breaches)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_sees_a_planted_breach(rule: Rule) -> None:
    """A rule that finds nothing anywhere would prove nothing."""
    planted = Module("governance.planted", "planted.py", PLANTED[rule.name])
    assert len(rule.breaches(planted)) == 1
