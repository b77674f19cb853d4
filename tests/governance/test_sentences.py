"""Sentences of modules that know no web framework, read in the reader's language."""

import subprocess
import sys

import pytest
from django.utils import translation

from governance.errors import Invalid
from governance.inventory.states import IN_WORDS, State
from governance.sentences import Sentence, either, kept, recalled, sentence
from workflows.lifecycle.labels import needs
from workflows.targets.paths import check_template

AWAY = sentence("There is no branch {branch}.", branch="main")


def test_a_sentence_is_read_in_the_language_of_the_moment() -> None:
    """The same refusal is English for one reader and German for the next."""
    refusal = Invalid(AWAY)
    assert refusal.message == "There is no branch main."
    with translation.override("de"):
        assert refusal.message == "Es gibt keinen Branch main."
        assert str(refusal) == refusal.message


def test_a_sentence_inside_a_sentence_is_translated_too() -> None:
    """No English half is left in a German refusal of a path template."""
    with pytest.raises(Invalid) as caught, translation.override("de"):
        check_template("models")
    assert caught.value.message == (
        "The path “models” of the target cannot be used: "
        "without {model} two models would share one folder."
    )
    with translation.override("de"):
        assert caught.value.message == (
            "Der Pfad „models“ des Ziels kann nicht verwendet werden: "
            "Ohne {model} würden sich zwei Modelle einen Ordner teilen."
        )


def test_a_row_keeps_a_sentence_and_not_its_language() -> None:
    """What a worker wrote down is read in the language of whoever looks at the page."""
    nested = sentence("Merged without a standing approval. {reason}", reason=AWAY)
    assert recalled(kept(nested)) == nested
    with translation.override("de"):
        assert "keinen Branch" in str(recalled(kept(nested)))


@pytest.mark.parametrize("text", ["", "Not today.", '{"sentence" is no sentence', "{}"])
def test_other_text_is_kept_as_it_is(text: str) -> None:
    """Rows hold people's own words as well."""
    assert recalled(kept(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"sentence": "cut off',
        '{"sentence": "{who}", "values": {}}',
        '{"sentence": "{0}", "values": {"0x": "a"}}',
        '{"sentence": "{who.__class__}", "values": {"who": "a"}}',
        '{"sentence": "{who[0]}", "values": {"who": "a"}}',
        '{"sentence": "{who!r:>99999999}", "values": {"who": "a"}}',
        '{"sentence": "{", "values": {}}',
        '{"sentence": 1, "values": {}}',
        '{"sentence": "a", "values": ["b"]}',
        '{"sentence": "a"}',
        '{"sentence": "{a}", "values": {"a": ' + '{"sentence": "{a}", "values": {"a": ' * 5000,
    ],
)
def test_what_only_looks_like_a_kept_sentence_is_somebodys_own_words(text: str) -> None:
    """A reason that somebody types neither breaks the page nor looks into what fills gaps."""
    assert str(recalled(text)) == text


def test_braces_in_a_value_are_no_gaps() -> None:
    """What a person typed cannot change the sentence around it."""
    assert str(sentence("“{name}”", name="{x} {0}")) == "“{x} {0}”"


def test_alternatives_are_joined_as_people_say_them() -> None:
    """One, two or more."""
    states = [IN_WORDS[state] for state in (State.DEPLOYED, State.SUPERSEDED, State.SUSPENDED)]
    assert str(either(states[:1])) == "deployed"
    assert str(either(states)) == "deployed, superseded or suspended"
    with translation.override("de"):
        assert str(either(states)) == "produktiv, abgelöst oder ausgesetzt"


def test_a_move_says_what_it_needs_in_german() -> None:
    """States and verbs stand in the reader's language, not as codes."""
    with translation.override("de"):
        assert str(needs("submit")) == "Zum Einreichen muss sie ein Entwurf sein."


def test_without_a_web_framework_a_sentence_is_english() -> None:
    """The client and the scanning process import no Django."""
    code = (
        "from governance.sentences import sentence; import sys;"
        "print(sentence('No {x}.', x=1), 'django' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["No", "1.", "False"]


def test_every_sentence_is_of_one_kind() -> None:
    """`filled` leaves the table's sentence as it was."""
    assert sentence("{a}").filled(a=1) == Sentence("{a}", {"a": 1})
