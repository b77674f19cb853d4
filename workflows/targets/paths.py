"""Names that become folders, and what a team calls its things: a target's settings. Pure.

All are checked before anything is made of them, so that nothing is ever written outside the
place it belongs to.
"""

import re
from collections.abc import Mapping

from governance.errors import Invalid
from governance.sentences import Sentence
from governance.sentences import sentence as _
from workflows.targets.places import can_hold
from workflows.targets.rendered import TargetFacts, VersionFacts
from workflows.targets.scalars import kubernetes_name

WORDS = ("model", "target", "environment", "portfolio")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# A dot stands alone and between others: Git has no branch with two, Windows no folder that ends so.
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\Z")
_TARGET = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\Z")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*\Z")
_APPLICATION = re.compile(r"([A-Za-z0-9._/-]|\{model\}|\{target\})*\Z")
# What may be left out; an image is a path without a tag, with a port where it has a host.
NAMES_THERE = {
    "deployment": re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?\Z"),
    "image_there": re.compile(r"([a-z0-9]+([.:_-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?\Z"),
}
_RESERVED = frozenset({".foureyes", ".git"})


def folder_of(template: str, words: Mapping[str, str]) -> str:
    """Return the folder that a path template gives; `words` has a value for each of WORDS.

    Raises:
        Invalid: The template knows other words than ours, gives nothing, or leaves its place.
    """
    check_target_name(words["target"])
    check_template(template)
    folder = _PLACEHOLDER.sub(lambda match: words[match[1]], template)
    _check_folder(folder, template)
    return folder


def check_template(template: str) -> None:
    """Refuse a path template that could not give each model a folder of its own.

    Raises:
        Invalid: With what is wrong and which setting to change.
    """
    unknown = [word for word in _PLACEHOLDER.findall(template) if word not in WORDS]
    if unknown:
        raise _bad_path(template, _("it uses the unknown word {word}", word=f"{{{unknown[0]}}}"))
    if not template.strip():
        raise _bad_path(template, _("it is empty, so no file would be written"))
    if "{model}" not in template:
        raise _bad_path(template, _("without {{model}} two models would share one folder"))
    _check_folder(_PLACEHOLDER.sub("x", template), template)


def check_target_name(name: str) -> None:
    """Refuse a target's name that is no plain folder, branch and Kubernetes name.

    Raises:
        Invalid: With the form that is allowed.
    """
    if not _TARGET.match(name):
        raise Invalid(
            _(
                "“{name}” cannot be the name of a target: "
                "it becomes a folder and part of a branch.",
                name=name,
            ),
            remedy=_("Use at most 40 small letters, digits and dashes: production-eu."),
            field="name",
        )


def check_repository(name: str) -> None:
    """Refuse a repository name that could leave the folder of repositories.

    Raises:
        Invalid: With the form that is allowed.
    """
    within = any(part.lower().endswith((".git", ".lock")) for part in name.split("/"))
    if not _REPOSITORY.match(name) or ".." in name or within:
        raise Invalid(
            _("“{name}” cannot be the name of a repository.", name=name),
            remedy=_(
                "Use letters, digits, dots and dashes, and / between folders: risk-models/prod."
            ),
            field="repository",
        )


def check_branch(name: str) -> None:
    """Refuse a branch name that Git or a forge could read in two ways.

    Raises:
        Invalid: With the form that is allowed.
    """
    if not _BRANCH.match(name) or name.startswith("foureyes/"):
        raise Invalid(
            _("“{name}” cannot be the base branch.", name=name),
            remedy=_("Use letters, digits and dashes, and / between parts: main."),
            field="base_branch",
        )


def check_application(template: str) -> None:
    """Refuse a name of an application that knows other words than ours.

    Raises:
        Invalid: With the form that is allowed.
    """
    if not _APPLICATION.match(template):
        raise Invalid(
            _("“{template}” cannot be the name of an application.", template=template),
            remedy=_("Use letters, digits and dashes, {{model}} and {{target}}: {{model}}-prod."),
            field="application",
        )


def name_there(template: str, version: VersionFacts, target: TargetFacts, field: str) -> str:
    """Return what a team calls a thing of a model's; without a template the model's own name.

    Raises:
        Invalid: It could be no name there.
    """
    check_name_there(template, field)
    model = kubernetes_name(version.model)
    return template.format(model=model, target=target.name) if template else model


def check_name_there(template: str, field: str) -> None:
    """Refuse what could name no Deployment, or no image, of a team's.

    Raises:
        Invalid: With the form that is allowed.
    """
    if not NAMES_THERE[field].match(template.replace("{model}", "m").replace("{target}", "t")):
        raise Invalid(
            _("“{name}” cannot be the name of it in a team's overlay.", name=template),
            remedy=_("Write it as it stands there, without a tag: {{model}}-scorer."),
            field=field,
        )


def check_values_key(place: str) -> None:
    """Refuse a place in a values file that is no way of names and entries of lists.

    Raises:
        Invalid: With the form that is allowed.
    """
    if not can_hold(place):
        raise Invalid(
            _("“{place}” cannot be a place in a values file.", place=place),
            remedy=_("Use names with dots between them: serving.model, or models[name=credit]."),
            field="values_key",
        )


def _check_folder(folder: str, template: str) -> None:
    if folder.startswith("/"):
        raise _bad_path(template, _("it starts at the root of the machine, not of the repository"))
    for segment in folder.split("/"):
        if segment in {".", ".."}:
            raise _bad_path(
                template, _("“{segment}” would leave the folder it stands in", segment=segment)
            )
        if segment.lower() in _RESERVED:
            raise _bad_path(template, _("the folder {segment} is reserved", segment=segment))
        if not _SEGMENT.match(segment) or segment.lower().endswith((".git", ".lock")):
            raise _bad_path(template, _("“{segment}” is no plain folder name", segment=segment))


def _bad_path(template: str, why: Sentence) -> Invalid:
    return Invalid(
        _("The path “{path}” of the target cannot be used: {why}.", path=template, why=why),
        remedy=_("Change the target's setting “path”, for example to models/{{model}}."),
        field="path",
    )
