"""Approved files against what stands in a repository: what to write, and is it there. Pure."""

from collections.abc import Callable, Iterable

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.blocks import written
from workflows.targets.edits import NotEditable, edited, values_at
from workflows.targets.places import same
from workflows.targets.rendered import RenderedFile


def text_for(file: RenderedFile, present: str | None) -> str | None:
    """Return the file's whole text as it shall be, given what stands there now.

    Raises:
        Invalid: It is to be edited, and is not there or cannot be.
    """
    if file.fields is None:
        return file.text
    if present is None:
        if all(value is None for value in file.fields.values()):
            return None
        raise Invalid(
            _("There is no file {path} in which values could be set.", path=file.path),
            remedy=_("Put it there, or change the target's setting “path” or “flavour”."),
            field="path",
        )
    try:
        return edited(present, file.fields)
    except NotEditable as refusal:
        raise Invalid(
            _("The file {path} cannot be edited: {why}.", path=file.path, why=refusal.why),
            remedy=_("Mend it, or change the target's setting “path” or “place in the values”."),
            field="path",
        ) from refusal


def texts_after(
    files: Iterable[RenderedFile], before: Callable[[str], str | None]
) -> dict[str, str | None]:
    """Return path and whole text of each file; one that is named twice is changed twice.

    `before` gives what stands at a path now, and is only asked where that matters.

    Raises:
        Invalid: As `text_for`.
    """
    after: dict[str, str | None] = {}
    for file in files:
        reads = file.fields is not None and file.path not in after
        present = before(file.path) if reads else after.get(file.path)
        after[file.path] = text_for(file, present)
    return after


def rest_of(old: RenderedFile, new: RenderedFile | None) -> RenderedFile | None:
    """Return how a file of ours goes, or what of our places in one, where a new one follows it.

    None where nothing is left over.
    """
    if old.fields is None:
        return RenderedFile(old.path, None) if new is None and old.text is not None else None
    if new is not None and new.fields is None:
        return None
    kept = new.fields if new is not None and new.fields is not None else {}
    places = [place for place, v in old.fields.items() if v is not None and place not in kept]
    return RenderedFile(old.path, None, dict.fromkeys(places)) if places else None


def stands(file: RenderedFile, present: str | None) -> bool:
    """Whether what stands there is what was approved."""
    if file.fields is None:
        return present == file.text
    try:
        found = values_at(present or "", file.fields)
    except NotEditable:
        return False
    return all(same(found[place], value) for place, value in file.fields.items())


def listed(file: RenderedFile) -> str | None:
    """Return the file's text, or one line for each value of ours, where no repository is read."""
    if file.fields is None:
        return file.text
    there = sorted((place, v) for place, v in file.fields.items() if v is not None)
    return "".join(f"{place}: {written(value)}\n" for place, value in there)
