"""What a version changed against another one, as lines a reader can follow. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 120  # characters of a value; the whole of it stands in the artefacts


@dataclass(frozen=True, slots=True)
class Content:
    """What a version consists of; `files` maps the names of its artefacts to their SHA-256."""

    parameters: Mapping[str, Any]
    columns: Mapping[str, str]
    files: Mapping[str, str]
    image: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line: `was` is struck out, empty where there was nothing; `mono` for digests."""

    name: str
    was: str
    now: str
    mono: bool = False


def changes_between(before: Content | None, after: Content) -> list[Change]:
    """The differences in parameters, columns, artefacts and image, in this order."""
    old = before or Content({}, {}, {})
    lines = [
        _parameter(name, was, now, new=before is not None)
        for name, was, now in _differences(flat(old.parameters), flat(after.parameters))
    ]
    lines += _columns(old.columns, after.columns)
    lines += [
        Change(name, short(was), short(now) or _("removed"), mono=True)
        for name, was, now in _differences(old.files, after.files)
    ]
    if old.image != after.image:
        lines.append(Change(_("Container"), old.image, after.image or _("none"), mono=True))
    return lines


def unchanged(before: Content | None, after: Content) -> str:
    """How much stayed as it was, in words; empty where nothing did or nothing was before."""
    if before is None:
        return ""
    old, new = flat(before.parameters), flat(after.parameters)
    kept = sum(1 for name in new if name in old and old[name] == new[name])
    columns = sum(1 for name in after.columns if before.columns.get(name) == after.columns[name])
    if not kept and not columns:
        return ""
    parameters = ngettext("%(n)d parameter", "%(n)d parameters", kept) % {"n": kept}
    fields = ngettext("%(n)d column", "%(n)d columns", columns) % {"n": columns}
    return _("Unchanged: {parameters} and {columns}.").format(parameters=parameters, columns=fields)


def flat(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested parameters under dotted names."""
    found: dict[str, Any] = {}
    for name, inner in parameters.items():
        if isinstance(inner, Mapping) and inner:
            found |= flat(inner, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = inner
    return found


def value(given: object) -> str:
    """A parameter in one short line; what was not there is nothing."""
    if given is None:
        return ""
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def short(sha256: str | None) -> str:
    """A digest where room is scarce."""
    return f"sha256:{sha256[:4]}…{sha256[-4:]}" if sha256 else ""


def _parameter(name: str, was: object, now: object, *, new: bool) -> Change:
    told = value(now) or _("removed")
    if new and was is None:
        told = _("{value} (new)").format(value=told)
    return Change(name, value(was), told)


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterable[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _columns(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """One line for what came, one for what went, one for each that changed its type."""
    came = [name for name in after if name not in before]
    went = [name for name in before if name not in after]
    lines = []
    if came and before:
        lines.append(Change(_("Columns added"), "", ", ".join(came)))
    elif came:
        counted = ngettext("%(n)d column", "%(n)d columns", len(came)) % {"n": len(came)}
        lines.append(Change(_("Input"), "", f"{counted}: {', '.join(came)}"))
    if went:
        lines.append(Change(_("Columns dropped"), ", ".join(went), _("removed")))
    lines += [
        Change(name, before[name], after[name])
        for name in after
        if name in before and before[name] != after[name]
    ]
    return lines
