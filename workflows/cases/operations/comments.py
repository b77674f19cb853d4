"""Saying something about a version, and telling those who are called in it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, NotFound
from governance.inventory.models import ModelVersion
from governance.inventory.operations.versions import lock_version
from workflows.cases.mentions import mentions_in
from workflows.cases.models import Comment
from workflows.cases.operations.threads import tell_people
from workflows.cases.queries import callable_about

LONGEST_COMMENT = 4000


@transaction.atomic
def comment_version(
    version_id: UUID, *, text: str, replaces: UUID | None = None, actor: Actor
) -> Comment:
    """Says something about a version; who is called by `@account` is told.

    With `replaces` it takes the place of an own comment, which stays in the log as it was, and
    only those who were not called before are told.

    Raises:
        NotAllowed: the actor may not comment here. Invalid: nothing is said, too much, or nobody
        who sees the version has that account name. NotFound: the comment to replace is not theirs.
        Duplicate: it has been replaced already.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_COMMENT, version)
    text = _said(text)
    earlier = _earlier(version, replaces, actor) if replaces else None
    called = _called(version, text)
    author = person_of(actor)
    comment = Comment.objects.create(version=version, author_id=author, replaces=earlier)
    comment.mentioned.set(called)
    _record_comment(comment, called, text, actor)
    tell_people("mention", str(comment.pk))
    return comment


def _said(text: str) -> str:
    said = text.strip()
    if not 0 < len(said) <= LONGEST_COMMENT:
        raise Invalid(
            _("A comment has between 1 and {most} characters.").format(most=LONGEST_COMMENT),
            field="text",
        )
    return said


def _record_comment(comment: Comment, called: Iterable[Person], text: str, actor: Actor) -> None:
    record(
        Action.VERSION_COMMENTED,
        actor=actor,
        subject=("version", comment.version_id),
        portfolio_id=comment.version.model.portfolio_id,
        after={
            "comment": str(comment.pk),
            "replaces": str(comment.replaces_id or ""),
            "mentioned": sorted(str(one.pk) for one in called),
        },
        personal={"text": text},
    )


def _earlier(version: ModelVersion, replaces: UUID, actor: Actor) -> Comment:
    rows = Comment.objects.filter(version=version, author=person_of(actor))
    if (found := rows.filter(pk=replaces).first()) is None:
        raise NotFound(_("There is no such comment of yours."))
    if Comment.objects.filter(replaces=found).exists():
        raise Duplicate(
            _("This comment was changed already."), remedy=_("Change its newest wording.")
        )
    return found


def _called(version: ModelVersion, text: str) -> list[Person]:
    """Those who are called; a name that calls nobody is told, or the writer waits in vain."""
    names = mentions_in(text)
    if not names:
        return []
    people = callable_about(version)
    unknown = [f"@{name}" for name in names if name not in people]
    if unknown:
        raise Invalid(
            _("Nobody who sees this version is called {names}.").format(names=", ".join(unknown)),
            remedy=_("Choose an account name from the list, or leave out the @."),
            field="text",
        )
    return list(dict.fromkeys(people[name] for name in names))
