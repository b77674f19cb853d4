"""A YAML file of somebody else's in which a few places are ours: read, set, taken away. Pure.

ruamel.yaml says where each thing stands in the text; only what we set or take away is written, so
that every other line stays as it is to its last blank. What came out is read again: our places
hold what they shall, and the rest of the document says what it said.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from governance.sentences import Sentence
from governance.sentences import sentence as _
from workflows.targets.blocks import (
    INDENT,
    Value,
    Wanted,
    as_block,
    as_flow,
    dash_offset,
    entries_of,
    flow_members,
    is_list,
    made_of,
    tree_of,
    written,
)
from workflows.targets.nodes import Node, document_of
from workflows.targets.places import Entry, same, value_at
from workflows.targets.rendered import Fields
from workflows.targets.splices import Splices

LARGEST = 1024 * 1024  # characters of a file


class NotEditable(Exception):
    """A file that cannot be read or edited; `why` is for people."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


def edited(text: str, fields: Fields) -> str:
    """Return the file with each place set to its value; a place of None is taken away.

    A file in which all of them stand comes back as it is.

    Raises:
        NotEditable: It is no YAML, or not of the shape that one of the places needs.
    """
    found = values_at(text, fields)
    wanted = tree_of({place: v for place, v in fields.items() if not same(found[place], v)})
    if not wanted:
        return text
    root = _read(document_of, text)
    try:
        after = _written_into(text, root, wanted)
        if _is_right(after, fields, wanted, _others(root, wanted)):
            return after
    except (ValueError, RecursionError):
        pass  # of a shape that YAML allows and hardly anybody writes
    raise NotEditable(_("something else in it would change with our values"))


def values_at(text: str, fields: Iterable[str]) -> dict[str, Any]:
    """Return what stands in a file at each of the places; None where nothing does.

    Raises:
        NotEditable: It is no YAML, or holds no named values.
    """
    if len(text) > LARGEST:
        raise NotEditable(_("it is larger than a megabyte"))
    document = _read(YAML(typ="safe", pure=True).load, text)
    if not isinstance(document, dict | None):
        raise NotEditable(_("it holds a list or a single value instead of named values"))
    return {place: value_at(document, place) for place in fields}


def _read(reader: Callable[[str], Any], text: str) -> Any:  # noqa: ANN401  as ruamel.yaml gives it
    try:
        return reader(text)
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        raise NotEditable(_("it is not YAML that can be edited")) from error


def _written_into(text: str, root: Node | None, wanted: Wanted) -> str:
    splices = Splices(text if text.endswith("\n") or not text else f"{text}\n")
    _edit_root(splices, root, wanted)
    return splices.changed()


def _is_right(after: str, fields: Fields, wanted: Wanted, others: object) -> bool:
    """Whether our places hold what they shall, and the rest says what it said."""
    try:
        found = values_at(after, fields)
        rest = _others(_read(document_of, after), wanted)
    except NotEditable:
        return False
    return rest == others and all(same(found[place], value) for place, value in fields.items())


def _edit_root(splices: Splices, root: Node | None, wanted: Wanted) -> None:
    if root is not None and root.kind == "mapping" and root.inner:
        _edit_mapping(splices, root, wanted)
        return
    if root is not None:
        splices.clear(root)
    splices.append(as_block(made_of(wanted), 0, dash_offset(splices.text)))


def _edit_mapping(splices: Splices, node: Node, wanted: Wanted) -> bool:
    """Set, take away, and add below names; says whether anything is left."""
    new = dict(wanted)
    ours = [(key, value, new.pop(key.name)) for key, value in node.pairs if key.name in new]
    gone = [key.start for key, value, inner in ours if _vanishes(value, inner)]
    for key, value, inner in ours:
        if key.start not in gone:
            _edit_value(splices, node, key, value, inner)
    splices.take_away(node, [(key, value) for key, value in node.pairs], gone)
    made, empty = made_of(new), len(gone) == len(node.pairs)
    if made and node.flow:
        splices.add_members(node, flow_members(made), first=empty)
    elif made:
        column = splices.column(node.inner[0].start)
        splices.add_lines(node, as_block(made, column, dash_offset(splices.text)))
    return bool(made) or not empty


def _edit_value(splices: Splices, node: Node, key: Node, value: Node, inner: Any) -> None:  # noqa: ANN401
    if not isinstance(inner, dict):
        _replace(splices, key, value, inner)
    elif value.hollow:
        _fill(splices, node, key, value, made_of(inner))
    elif value.shared:
        raise NotEditable(_("“{step}” is shared by an anchor with other places", step=key.text))
    elif is_list(inner) and value.kind == "sequence":
        _edit_sequence(splices, value, inner)
    elif not is_list(inner) and value.kind == "mapping":
        if not _edit_mapping(splices, value, inner) and not value.flow:
            splices.put(splices.colon(key), splices.colon(key), " {}")
    else:
        raise NotEditable(
            _("“{step}” is something else there than ours would stand in", step=key.text)
        )


def _edit_sequence(splices: Splices, node: Node, wanted: Wanted) -> None:
    """Set, take away, and add entries."""
    new, gone = dict(wanted), []
    for entry, inner in entries_of(wanted):
        items = [item for item in node.inner if _answers(item, entry)]
        if len(items) > 1:
            raise NotEditable(_("two entries answer to “{step}”", step=str(entry)))
        for item in items:
            del new[entry]
            if _vanishes(item, inner, entry):
                gone.append(item.start)
            else:
                _edit_item(splices, item, entry, inner)
    splices.take_away(node, [(item, item) for item in node.inner], gone)
    made, empty = made_of(new), len(gone) == len(node.inner)
    if made and node.flow:
        splices.add_members(node, flow_members(made), first=empty)
    elif made:
        column = splices.column(splices.dash(node.inner[-1]))
        splices.add_lines(node, as_block(made, column, dash_offset(splices.text)))


def _edit_item(splices: Splices, item: Node, entry: Entry, inner: Any) -> None:  # noqa: ANN401
    if not isinstance(inner, dict):
        _replace(splices, item, item, inner)
    elif item.shared or is_list(inner):
        raise NotEditable(_("“{step}” is shared by an anchor with other places", step=str(entry)))
    else:
        _edit_mapping(splices, item, inner)


def _replace(splices: Splices, key: Node, value: Node, new: Value) -> None:
    single = value.kind == "scalar" and value.style not in {"|", ">"} and not value.shared
    if not single and not value.hollow:
        raise NotEditable(_("“{step}” holds more than a single value there", step=key.text))
    blank = " " if value.start == value.end else ""
    splices.put(value.start, value.end, blank + written(new, value.style.replace("{", "")))


def _fill(splices: Splices, node: Node, key: Node, value: Node, made: Wanted) -> None:
    """Below a name where nothing stands, or an empty pair of brackets."""
    if node.flow:
        splices.put(value.start, value.end, (" " * (value.start == value.end)) + as_flow(made))
        return
    splices.put(splices.colon(key), value.end, "")
    offset = dash_offset(splices.text)
    column = splices.column(key.start) + (offset if is_list(made) else INDENT)
    splices.add_lines(value, as_block(made, column, offset))


def _vanishes(node: Node, inner: Any, entry: Entry | None = None) -> bool:  # noqa: ANN401
    """Whether nothing is left of it: a list without entries, an entry that has only its name."""
    if not isinstance(inner, dict):
        return inner is None
    if made_of(inner) or node.shared:
        return False
    if entry is not None:
        return all(
            key.name == entry.key or (key.name in inner and _vanishes(value, inner[key.name]))
            for key, value in node.pairs
        )
    return node.kind == "sequence" and all(_goes(item, inner) for item in node.inner)


def _goes(item: Node, wanted: Wanted) -> bool:
    """Whether an entry of a list is ours, and nothing is left of it."""
    answering = [(entry, inner) for entry, inner in entries_of(wanted) if _answers(item, entry)]
    return any(_vanishes(item, inner, entry) for entry, inner in answering)


def _answers(item: Node, entry: Entry) -> bool:
    if not entry.key:
        return item.kind == "scalar" and item.text == entry.value
    named = [value for key, value in item.pairs if key.name == entry.key]
    return item.kind == "mapping" and [value.text for value in named] == [entry.value]


def _others(node: Node | None, ours: Wanted) -> object:
    """What a document says beside our places, to be compared; () where there is nothing."""
    if node is None or node.hollow:
        return ()
    if node.kind == "mapping":
        return tuple(_other_pairs(node, ours))
    if node.kind == "sequence":
        return tuple(_other_items(node, ours))
    return (node.kind, node.text, bool(node.style), node.mark)


def _other_pairs(node: Node, ours: Wanted) -> Iterator[object]:
    for key, value in node.pairs:
        inner = ours.get(key.name, {})
        rest = _others(value, inner) if isinstance(inner, dict) else ()
        if rest or key.name not in ours:
            yield _others(key, {}), rest
    yield from [node.mark] if node.mark else []


def _other_items(node: Node, ours: Wanted) -> Iterator[object]:
    for item in node.inner:
        found = [inner for entry, inner in entries_of(ours) if _answers(item, entry)]
        if not found:
            yield _others(item, {})
        elif isinstance(inner := found[0], dict):
            said = tuple(_other_pairs(item, inner))
            yield from [said] if len(said) > 1 else []  # more than its name
