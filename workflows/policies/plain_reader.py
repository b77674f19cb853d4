"""Reading untrusted plain data into values: every problem is kept with its place. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from governance.errors import Invalid

Place = tuple[str | int, ...]
Chosen = TypeVar("Chosen", bound=StrEnum)
Item = TypeVar("Item")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
TEXT_LENGTH = 300
# Controls, halves of characters, and what breaks a line or turns the words around unseen: a text
# would not read as it stands.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place, and what to do; `line` of the text that it was read from."""

    place: Place
    message: str
    remedy: str = ""
    line: int = 0

    @property
    def field(self) -> str:
        """The place as one word: moves.approve.stages.0.1.quorum."""
        return ".".join(str(part) for part in self.place)

    def __str__(self) -> str:
        where = _("Line {line}: ").format(line=self.line) if self.line else ""
        return f"{where}{self.message} {self.remedy}".strip()


class BadWording(Invalid):
    """A policy's text cannot be read; `problems` has all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        message = replace(first, remedy="")
        super().__init__(str(message), remedy=first.remedy, field=first.field)
        self.problems = tuple(problems)


@dataclass(slots=True)
class PlainReader:
    """Reads keys of mappings; where one is wrong, it says so and goes on with a stand-in."""

    problems: list[Problem] = field(default_factory=list)

    def say(self, place: Place, message: str, remedy: str = "") -> None:
        """Keeps a problem."""
        self.problems.append(Problem(place, message, remedy))

    def mapping(self, plain: object, place: Place, known: Collection[str]) -> Mapping[str, Any]:
        """A mapping with no other keys than the known ones."""
        if not isinstance(plain, Mapping):
            self.say(place, _("Here belong names with values."))
            return {}
        for key in plain:
            if key not in known:
                self.say(
                    (*place, str(key)),
                    _("There is no setting “{key}” here.").format(key=str(key)[:60]),
                    _("Known are {known}.").format(known=", ".join(sorted(known))),
                )
        return plain

    def items(
        self,
        plain: Mapping[str, Any],
        key: str,
        place: Place,
        read: Callable[[object, Place], Item],
        most: int,
    ) -> tuple[Item, ...]:
        """A list, each of its items read; empty where the key is absent."""
        given = given_or(plain, key, ())
        place = (*place, key)
        if not isinstance(given, Sequence) or isinstance(given, str):
            self.say(place, _("Here belongs a list."))
            return ()
        if len(given) > most:
            self.say(place, _("At most {most} fit here.").format(most=most))
        return tuple(read(item, (*place, at)) for at, item in enumerate(given[:most]))

    def whole(
        self,
        plain: Mapping[str, Any],
        key: str,
        place: Place,
        bounds: tuple[int, int],
        default: int | None = None,
    ) -> int:
        """A whole number within bounds, both included; required where there is no default."""
        given = plain.get(key, default)
        least, most = bounds
        if given is None:
            self.say((*place, key), _("{key} is missing.").format(key=key), _("Write a number."))
            return least
        return self.number(given, (*place, key), least, most)

    def number(self, given: object, place: Place, least: int, most: int) -> int:
        """A whole number within bounds."""
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            self.say(
                place, _("A whole number from {least} to {most}.").format(least=least, most=most)
            )
            return least
        return given

    def truth(
        self, plain: Mapping[str, Any], key: str, place: Place, *, default: bool = False
    ) -> bool:
        """True or false."""
        given = plain.get(key, default)
        if not isinstance(given, bool):
            self.say((*place, key), _("Write true or false."))
            return default
        return given

    def text(
        self,
        plain: Mapping[str, Any],
        key: str,
        place: Place,
        *,
        required: bool = False,
        most: int = TEXT_LENGTH,
    ) -> str:
        """One line of words."""
        given = plain.get(key, "")
        if not isinstance(given, str):
            self.say((*place, key), _("Write words here."))
            return ""
        if required and not given.strip():
            self.say((*place, key), _("{key} is missing.").format(key=key))
        return self.line(given, (*place, key), most)

    def line(self, given: object, place: Place, most: int = TEXT_LENGTH) -> str:
        """Words without line breaks, not too long."""
        if not isinstance(given, str) or UNSEEN.search(given):
            self.say(place, _("Write one line of words here."))
            return ""
        if len(given) > most:
            self.say(place, _("At most {most} characters.").format(most=most))
        return given[:most].strip()

    def name(self, given: object, place: Place) -> str:
        """A short name for programs: small letters, digits, hyphens."""
        if not isinstance(given, str) or not NAME.fullmatch(given):
            self.say(
                place,
                _("“{name}” is not a name.").format(name=str(given)[:60]),
                _("Use small letters, digits, hyphens and underscores; begin with a letter."),
            )
            return "unnamed"
        return given

    def choice(self, given: object, place: Place, kind: type[Chosen], default: Chosen) -> Chosen:
        """One of the values of an enumeration."""
        try:
            return kind(str(given))
        except ValueError:
            known = ", ".join(kind)
            self.say(place, _("Choose one of {known}.").format(known=known))
            return default


def given_or(plain: Mapping[str, Any], key: str, absent: Item) -> Any:  # noqa: ANN401  untrusted
    """What was given under a key; nothing is nothing, but 0 or false is something, and wrong."""
    given = plain.get(key)
    return absent if given is None else given
