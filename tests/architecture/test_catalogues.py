"""What is listed in one place is used in the others: actions, permissions, topics, addresses."""

import ast
import re
from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

from governance.access.permissions import Permission
from governance.audit.actions import Action
from governance.evaluation.comparison import KINDS as MODEL_KINDS
from governance.evaluation.gate_rules import RULES
from governance.inventory.models import RegisteredModel
from governance.project.environment import BASE_DIR
from governance.reports.figures import DRAWINGS
from governance.trail.queries.subjects import KINDS
from tests.architecture.source import Module, dotted, product, templates
from workflows.gitops.connections import KINDS as FORGE_KINDS
from workflows.targets.models import ForgeKind

URL_TAG = re.compile(r"""{%-?\s*url\s+['"]([\w:.-]+)['"]""")
SHELLS = {"admin", "api", "forms", "labels", "queries", "templatetags", "urls", "views"}


def members_used(name: str, modules: list[Module]) -> set[str]:
    """Members of an enumeration that modules mention: `Action.X`, also under `import ... as`."""
    used = set()
    for module in modules:
        aliases = {name, *assigned_aliases(module, name)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and dotted(node.value) in aliases:
                used.add(node.attr)
    return used


def assigned_aliases(module: Module, name: str) -> Iterator[str]:
    """`_P` of `_P = Permission`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and dotted(node.value) == name:
            yield from (dotted(target) for target in node.targets)


def modules_but(*names: str) -> list[Module]:
    """The product without the modules that only list."""
    return [module for module in product() if module.name not in names]


def test_every_action_is_recorded() -> None:
    """An action in the catalogue that no operation writes misleads whoever reads the log."""
    writers = [m for m in modules_but("governance.audit.actions") if not SHELLS & set(m.parts)]
    missing = set(Action.__members__) - members_used("Action", writers)
    assert not missing, sorted(missing)


def test_every_permission_is_required() -> None:
    """A permission that nothing asks for gives its holder nothing."""
    askers = modules_but("governance.access.permissions")
    missing = set(Permission.__members__) - members_used("Permission", askers)
    assert not missing, sorted(missing)


def test_every_kind_of_subject_has_a_word() -> None:
    """The log says what an entry is about in the reader's language, not in the column's."""
    nameless = {f"{place}: {kind}" for place, kind in subject_kinds() if kind not in KINDS}
    assert not nameless, sorted(nameless)


def subject_kinds() -> Iterator[tuple[str, str]]:
    """The kinds that our Python writes out: `subject=("version", ...)`."""
    for module in product():
        for node in ast.walk(module.tree):
            match node:
                case ast.keyword(arg="subject", value=ast.Tuple(elts=[ast.Constant(value), *_])):
                    yield module.name, str(value)


def test_every_named_page_exists() -> None:
    """Governance links upward by name only, so a name that does not resolve is a broken page."""
    known = set(url_names())
    broken = [
        f"{path.name}: {name}"
        for path in templates()
        if path.suffix in {".html", ".txt"}
        for name in URL_TAG.findall(path.read_text(encoding="utf-8"))
        if name not in known
    ]
    broken += [f"{place}: {name}" for place, name in reversed_names() if name not in known]
    assert not broken, "\n".join(sorted(set(broken)))


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every name of the site, with its namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def reversed_names() -> Iterator[tuple[str, str]]:
    """Names that our Python reverses or redirects to, where they are written out."""
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func) in {"redirect", "reverse"}:
                name = constant(node.args[0], module) if node.args else None
                if name and "/" not in name:
                    yield f"{module.path}:{node.lineno}", name


def constant(node: ast.expr, module: Module) -> str | None:
    """Text of an argument: written out, or a constant of this module or of the one it is from."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    name = dotted(node).rpartition(".")[2]
    return next((value for value in texts_named(name, module)), None) if name else None


def texts_named(name: str, module: Module) -> Iterator[str]:
    """Values of a constant, looked up here and then wherever it is defined."""
    for place in (module, *product()):
        for node in place.tree.body:
            value = getattr(node, "value", None)
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            named = name in {dotted(target) for target in targets if target}
            if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def topics_enqueued() -> dict[str, str]:
    """Topic and the place that enqueues it."""
    topics = {}
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func).endswith("enqueue") and node.args:
                place = f"{module.path}:{node.lineno}"
                topics[constant(node.args[0], module) or f"unreadable at {place}"] = place
    return topics


def test_every_topic_has_a_handler_and_every_handler_a_topic() -> None:
    """A job nobody answers would wait for ever; an answer nobody asks for is dead code."""
    from workflows.delivery.handlers import HANDLERS  # noqa: PLC0415  needs the settings

    assert set(topics_enqueued()) == set(HANDLERS), topics_enqueued()


def test_a_forge_that_can_be_chosen_is_one_that_is_there() -> None:
    """The choices of a connection are the forges behind them."""
    assert set(ForgeKind.values) == set(FORGE_KINDS)


def test_a_kind_of_model_that_can_be_chosen_is_compared_and_drawn() -> None:
    """Each has its comparison and its figures."""
    assert set(RegisteredModel.Kind.values) == set(MODEL_KINDS) == set(DRAWINGS)


def test_every_gate_stands_in_the_page_of_policies() -> None:
    """Whoever writes a policy finds there what it can ask."""
    told = (BASE_DIR / "docs" / "policies.md").read_text(encoding="utf-8")
    assert not [name for name in RULES if f"`{name}`" not in told]
