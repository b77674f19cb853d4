"""What changed in a case since somebody signed it: two sets of parts, in lines. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.evaluation.labels import gate_title

Parts = Mapping[str, Any]

# Parts that are told as a whole; the others are told row by row.
WHOLE: Mapping[str, Promise] = {
    "image": gettext_lazy("The container image is another one."),
    "schema": gettext_lazy("The input columns are others."),
    "parameters": gettext_lazy("The parameters are others."),
    "comparison": gettext_lazy("The comparison gives another result."),
    "champion": gettext_lazy("It is compared with another champion."),
    "retrained_from": gettext_lazy("Another version is said to have been retrained."),
    "policy": gettext_lazy("Another wording of the policy holds."),
    "route": gettext_lazy("What goes live, or where to, is different."),
    "exception": gettext_lazy("The exception for its use before validation is another one."),
    "validation": gettext_lazy("The validation is another one."),
}
GATE_VALUE, GATE_WAIVER = 3, 6


def changed_since(before: Parts, now: Parts) -> list[str]:
    """What is different, one line each; nothing when the parts are equal."""
    lines = [*_files(before, now), *_gates(before, now), *_findings(before, now)]
    lines += _conditions(before, now)
    lines += [str(words) for part, words in WHOLE.items() if before.get(part) != now.get(part)]
    return lines


def _rows(parts: Parts, name: str) -> dict[str, Sequence[Any]]:
    """Rows of a part by what names them: the first column."""
    return {str(row[0]): row for row in parts.get(name, ())}


def _files(before: Parts, now: Parts) -> Iterable[str]:
    for part in ("artifacts", "evidence"):
        was, has = _rows(before, part), _rows(now, part)
        yield from (
            _("The file {name} is another one.").format(name=name)
            for name in sorted({*was, *has})
            if was.get(name) != has.get(name)
        )


def _gates(before: Parts, now: Parts) -> Iterable[str]:
    was, has = _rows(before, "gates"), _rows(now, "gates")
    for name in [*has, *(gone for gone in was if gone not in has)]:
        old, new = was.get(name), has.get(name)
        if old != new:
            yield _gate(str(gate_title(name)), old, new)


def _gate(title: str, old: Sequence[Any] | None, new: Sequence[Any] | None) -> str:
    if old is None or new is None:
        return _("The gate “{gate}” came or went.").format(gate=title)
    if old[GATE_WAIVER] != new[GATE_WAIVER]:
        return _("The gate “{gate}” was waived.").format(gate=title)
    if old[GATE_VALUE] != new[GATE_VALUE]:
        return _("The gate “{gate}” measures {new} instead of {old}.").format(
            gate=title, old=old[GATE_VALUE] or "–", new=new[GATE_VALUE] or "–"
        )
    return _("The gate “{gate}” ended differently.").format(gate=title)


def _findings(before: Parts, now: Parts) -> Iterable[str]:
    was, has = _rows(before, "findings"), _rows(now, "findings")
    new = sum(key not in was for key in has)
    moved = sum(key in was and was[key] != has[key] for key in has)
    if new:
        yield _("Findings raised: {number}.").format(number=new)
    if moved:
        yield _("Findings answered or closed: {number}.").format(number=moved)


def _conditions(before: Parts, now: Parts) -> Iterable[str]:
    was, has = before.get("conditions", ()), now.get("conditions", ())
    new = sum(one not in was for one in has)
    gone = sum(one not in has for one in was)
    if new:
        yield _("Conditions set: {number}. See them below.").format(number=new)
    if gone:
        yield _("Conditions taken back: {number}.").format(number=gone)
