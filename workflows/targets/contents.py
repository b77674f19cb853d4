"""Approved files against what stands in a repository: what to write, and is it there. Pure."""

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.helm import edited, values_at
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
            remedy=_("Put the chart's values file there, or change the target's setting “path”."),
            field="path",
        )
    return edited(present, file.fields)


def stands(file: RenderedFile, present: str | None) -> bool:
    """Whether what stands there is what was approved."""
    if file.fields is None:
        return present == file.text
    wanted = dict(file.fields)
    if present is None:
        return all(value is None for value in wanted.values())
    try:
        return values_at(present, wanted) == wanted
    except Invalid:
        return False


def listed(file: RenderedFile) -> str | None:
    """Return the file's text, or one line for each value of ours, where no repository is read."""
    if file.fields is None:
        return file.text
    return "".join(f"{place}: {value}\n" for place, value in file.fields.items())
