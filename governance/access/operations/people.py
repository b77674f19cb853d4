"""Adding people and accounts, portfolios, and the part that somebody plays in a version."""

from itertools import count
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import Involvement, Person, Portfolio, User
from governance.access.permissions import Permission
from governance.access.queries import require
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid


@transaction.atomic
def add_person(*, full_name: str, email: str, username: str, password: str, actor: Actor) -> Person:
    """Adds a person with a first account to sign in with.

    Raises:
        NotAllowed: the actor may not add people. Duplicate: e-mail or account name is taken.
        Invalid: the password is too weak.
    """
    require(actor, Permission.PERSON_ADD)
    person = new_person(full_name, email, username, password)
    record(
        Action.PERSON_ADDED,
        actor=actor,
        subject=("person", person.pk),
        personal={"full_name": full_name, "email": email, "username": username},
    )
    return person


def new_person(full_name: str, email: str, username: str, password: str | None) -> Person:
    """Writes a person with a first account, inside the caller's transaction.

    Without a password nobody signs in until one is set, or by single sign-on.
    """
    if Person.objects.filter(email__iexact=email).exists():
        message = _("Somebody with the e-mail {email} is there already.")
        raise Duplicate(message.format(email=email))
    person = Person.objects.create(full_name=full_name, email=email)
    account = new_account(person, username, User.Kind.PERSON)
    if password is None:
        return person
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    account.set_password(password)
    account.save(update_fields=["password"])
    return person


def new_account(person: Person, username: str, kind: User.Kind) -> User:
    """Writes an account without a password, inside the caller's transaction."""
    if User.objects.filter(username__iexact=username).exists():
        raise Duplicate(_("The account name {name} is taken.").format(name=username))
    email = person.email if kind == User.Kind.PERSON else ""
    account = User(person=person, username=username, email=email, kind=kind)
    account.set_unusable_password()
    account.save()
    return account


def free_username(wanted: str) -> str:
    """The wanted account name, or with the first number behind it that nobody has."""
    base = wanted[:140] or "person"
    tried = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in tried if not User.objects.filter(username__iexact=name).exists())


@transaction.atomic
def add_service_account(*, username: str, owner: Person, actor: Actor) -> User:
    """Adds an account for a program; `owner` answers for what it does.

    Raises:
        NotAllowed: the actor may not add accounts. Duplicate: the name is taken.
    """
    require(actor, Permission.PERSON_ADD)
    account = new_account(owner, username, User.Kind.SERVICE)
    record(
        Action.ACCOUNT_ADDED,
        actor=actor,
        subject=("account", account.pk),
        after={"kind": account.kind, "owner": str(owner.pk)},
        personal={"username": username},
    )
    return account


@transaction.atomic
def add_portfolio(*, name: str, title: str, actor: Actor) -> Portfolio:
    """Adds a scope that roles can be given in.

    Raises:
        NotAllowed: the actor may not. Duplicate: the name is taken.
    """
    require(actor, Permission.PORTFOLIO_ADD)
    if Portfolio.objects.filter(name=name).exists():
        raise Duplicate(_("The portfolio {name} is there already.").format(name=name))
    portfolio = Portfolio.objects.create(name=name, title=title)
    record(
        Action.PORTFOLIO_ADDED,
        actor=actor,
        subject=("portfolio", portfolio.pk),
        portfolio_id=portfolio.pk,
        after={"name": name, "title": title},
    )
    return portfolio


def involve(person_id: UUID, part: Part, version_id: UUID) -> None:
    """Notes a person's part in a version, inside the caller's transaction. Twice is once."""
    Involvement.objects.get_or_create(person_id=person_id, part=part, version_id=version_id)
