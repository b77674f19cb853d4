"""Sentences for people, from modules that know no web framework. Pure.

A pure module writes `_("There is no branch {branch}.", branch=name)`, where `_` is `sentence`: the
catalogue collects it like every other string, and the words are chosen when somebody reads them.
`governance.apps` says how sentences are translated; without it they are English.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import ClassVar, Union

Words = Union[str, "Sentence"]
_MARK = '{"sentence": '


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence with named gaps and what fills them; `str` gives the reader's language.

    Values may be sentences again. A brace that is meant is written twice, as in `str.format`.
    """

    text: str
    values: Mapping[str, int | Words] = field(default_factory=dict)

    translate: ClassVar[Callable[[str], str]] = str

    def __str__(self) -> str:
        words = {name: str(value) for name, value in self.values.items()}
        return Sentence.translate(self.text).format(**words)

    def filled(self, **values: int | Words) -> "Sentence":
        """The same sentence with these in its gaps."""
        return replace(self, values=values)


def sentence(text: str, /, **values: int | Words) -> Sentence:
    """A sentence to be read later; bound to `_` it is collected by `scripts/words`."""
    return Sentence(text, values)


def either(words: Sequence[Words]) -> Words:
    """Words as alternatives: `deployed, superseded or suspended`."""
    *first, last = words
    if not first:
        return last
    return _("{first} or {last}", first=_listed(first), last=last)


def kept(said: Words) -> str:
    """What is said, as text that a row can hold; `recalled` reads it."""
    return json.dumps(_plain(said), ensure_ascii=False) if isinstance(said, Sentence) else said


def recalled(text: str) -> Words:
    """What `kept` wrote; any other text is itself, also one that only looks like it.

    People may have typed it: its gaps are names that are filled, and nothing is looked up in them.
    """
    if not text.startswith(_MARK):
        return text
    try:
        return _sentence_of(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError):
        return text


def _listed(words: Sequence[Words]) -> Words:
    first, *rest = words
    return Sentence("{first}, {rest}", {"first": first, "rest": _listed(rest)}) if rest else first


def _plain(said: Sentence) -> dict[str, object]:
    values = {
        name: _plain(value) if isinstance(value, Sentence) else value
        for name, value in said.values.items()
    }
    return {"sentence": said.text, "values": values}


def _sentence_of(plain: Mapping[str, object]) -> Sentence:
    text, values = plain["sentence"], plain["values"]
    if not isinstance(text, str) or not isinstance(values, dict):
        message = "a sentence is a text and what fills its gaps"
        raise TypeError(message)
    # Name, format and conversion of each gap; text behind the last one has none.
    gaps = {part[1:] for part in Formatter().parse(text) if part[1] is not None}
    if not gaps <= {(name, "", None) for name in values}:
        message = "a gap is a name alone, and filled"
        raise ValueError(message)
    return Sentence(
        text,
        {
            name: _sentence_of(value) if isinstance(value, dict) else value
            for name, value in values.items()
        },
    )


_ = sentence
