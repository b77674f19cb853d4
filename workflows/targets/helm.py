"""Values of a Helm chart: a file of somebody else's in which a few values are ours. Pure.

The edit keeps comments, order and quotes of everything else (ruamel.yaml's round trip). What is
approved is not the file but the value of each place that we manage.
"""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from governance.errors import Invalid
from governance.sentences import Sentence
from governance.sentences import sentence as _
from workflows.targets.kustomize import annotations
from workflows.targets.rendered import Fields, RenderedFile, TargetFacts, VersionFacts

LARGEST = 1024 * 1024  # characters of a values file
WIDE = 10_000  # never break a long line that was one before
FILE = "values.yaml"
_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*(?:#[^\n]*)?\n( *)- ", re.MULTILINE)


def helm_values(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """The version's facts below the target's place in `values.yaml` of its folder."""
    facts: dict[str, str | int | bool | None] = {
        "image": version.image or "",
        "modelFormat": version.model_format,
        "storageUri": version.storage_uri,
        "stopped": target.stopped,
        "version": version.number,
        **{_camel(key): value for key, value in annotations(version)},
    }
    fields = {f"{target.values_key}.{key}": value for key, value in sorted(facts.items())}
    return (RenderedFile(f"{folder}/{FILE}", None, fields),)


def edited(text: str, fields: Fields) -> str:
    """Return the file with each place set to its value; a place of None is taken away.

    Raises:
        Invalid: It is no YAML, or no mapping where one of the places needs it.
    """
    document = _loaded(text)
    for place, value in fields.items():
        *above, last = place.split(".")
        parent = _parent(document, above, make=value is not None)
        if value is not None and parent is not None:
            parent[last] = value
        elif parent is not None:
            parent.pop(last, None)
    return _dumped(document, _dash_offset(text))


def values_at(text: str, fields: Fields) -> dict[str, Any]:
    """Return what stands in a file at each of the places; None where nothing does.

    Raises:
        Invalid: As `edited`.
    """
    document = _loaded(text)
    found = {}
    for place in fields:
        *above, last = place.split(".")
        parent = _parent(document, above, make=False)
        found[place] = None if parent is None else _plain(parent.get(last))
    return found


def _parent(document: CommentedMap, above: list[str], *, make: bool) -> CommentedMap | None:
    at = document
    for step in above:
        if step not in at:
            if not make:
                return None
            at[step] = CommentedMap()
        at = at[step]
        if not isinstance(at, CommentedMap):
            raise _unusable(
                _("“{step}” is a single value there, and ours would stand below it", step=step)
            )
    return at


def _loaded(text: str) -> CommentedMap:
    if len(text) > LARGEST:
        raise _unusable(_("it is larger than a megabyte"))
    try:
        document = _round_trip().load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise _unusable(_("it is not YAML that can be edited")) from error
    if document is None:
        document = CommentedMap()
    if not isinstance(document, CommentedMap):
        raise _unusable(_("it holds a list or a single value instead of named values"))
    return document


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDE
    return yaml


def _dash_offset(text: str) -> int:
    """How far the file's first list stands to the right of its key; both ways are common."""
    first = _LIST.search(text)
    return max(0, len(first[2]) - len(first[1])) if first else 2


def _dumped(document: CommentedMap, offset: int) -> str:
    yaml = _round_trip()
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _plain(value: object) -> str | int | bool | None:
    """The value as JSON has it; a list or mapping in our place is no value of ours."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return str(value)


def _camel(key: str) -> str:
    first, *rest = key.split("-")
    return first + "".join(word.title() for word in rest)


def _unusable(why: Sentence) -> Invalid:
    return Invalid(
        _("The values file of the target cannot be edited: {why}.", why=why),
        remedy=_("Change the target's setting “path” or “place in the values”, or mend the file."),
        field="path",
    )
