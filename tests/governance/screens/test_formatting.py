"""Numbers, digests, deadlines and outcomes as a reader sees them, in both languages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from governance.templatetags import foureyes
from governance.templatetags.diffs import diff_lines

DIGEST = "9f31d2b86a0c15e7f3b09d4482ce71015be6a90dc4178f2e0d9344a16e5bc07e"


def draw(source: str, **context: object) -> str:
    """What a template shows for these values."""
    return Template("{% load foureyes %}" + source).render(Context(context)).strip()


def test_a_digest_is_shown_in_groups_of_four_with_its_middle_left_out() -> None:
    """The long form stays for what a person signs."""
    assert foureyes.digest(DIGEST) == "9f31 d2b8 … 6e5b c07e"
    assert foureyes.digest_short(DIGEST) == "9f31…c07e"
    assert foureyes.digest_whole(DIGEST).replace(" ", "") == DIGEST


@pytest.mark.parametrize(
    ("value", "digits", "english", "german"),
    [
        (Decimal("0.0230"), 3, "+0.023", "+0,023"),
        ("-0.0007", 4, "−0.0007", "−0,0007"),
        ("-0.00001", 3, "0.000", "0,000"),
        (48212, None, "+48,212", "+48.212"),
        (None, 3, "–", "–"),
    ],
)
def test_a_change_carries_its_sign_in_the_readers_language(
    value: object, digits: int | None, english: str, german: str
) -> None:
    """A change that rounds to nothing has no sign."""
    with override("en"):
        assert foureyes.signed(value, digits) == english
    with override("de"):
        assert foureyes.signed(value, digits) == german


def test_what_is_no_number_stays_as_it_was_measured() -> None:
    """Gates may report "3 of 3"."""
    assert foureyes.decimal("3 of 3") == "3 of 3"


@pytest.mark.parametrize(
    ("ahead", "english", "german", "tone"),
    [
        (timedelta(days=2, hours=1), "Due in 2 days", "Fällig in 2 Tagen", "warn"),
        (timedelta(days=9, hours=1), "Due in 9 days", "Fällig in 9 Tagen", "none"),
        (-timedelta(days=3, hours=1), "Overdue 3 days", "3 Tage überfällig", "bad"),
        (-timedelta(minutes=61), "Overdue 1 hour", "1 Stunde überfällig", "bad"),
    ],
)
def test_a_deadline_says_in_words_how_late_it_is(
    ahead: timedelta, english: str, german: str, tone: str
) -> None:
    """Colour only repeats what the words say."""
    at = timezone.now() + ahead
    with override("en"):
        assert foureyes.due(at) == english
    with override("de"):
        assert foureyes.due(at) == german
    assert foureyes.due_mark(at).tone == tone


def test_a_moment_names_its_zone() -> None:
    """Two readers in two zones must not read two deadlines."""
    at = datetime(2026, 11, 23, 8, 44, tzinfo=UTC)
    with timezone.override("Europe/Berlin"), override("en"):
        assert foureyes.moment(at) == "23 Nov 2026, 09:44 CET"
    with timezone.override("Europe/Berlin"), override("de"):
        assert foureyes.moment(at) == "23.11.2026, 09:44 MEZ"


def test_the_same_word_may_mean_two_things() -> None:
    """A closed finding is good news, a closed pull request is no news."""
    assert foureyes.as_mark("closed", "finding").tone == "good"
    assert foureyes.as_mark("closed").tone == "none"
    assert foureyes.as_mark("never_heard_of").text == "Never heard of"


def test_a_component_sees_nothing_of_the_page_but_its_values() -> None:
    """So a page may name its variables as it likes."""
    shown = draw('{% part "tag" text="Tier" %}', strong=True)
    assert shown == '<span class="fe-tag">Tier</span>'


def test_what_people_type_is_escaped_inside_components() -> None:
    """A comment is text, whatever it holds."""
    source = '{% component "note" title=words %}<p>{{ words }}</p>{% endcomponent %}'
    assert "<script>" not in draw(source, words="<script>alert(1)</script>")


def test_a_unified_diff_becomes_numbered_lines() -> None:
    """Removed lines count in the old file, added ones in the new; between hunks is a gap."""
    text = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n@@ -9,1 +9,1 @@\n-p\n+q\n"
    drawn = [(line.kind, line.number, line.text) for line in diff_lines(text)]
    assert drawn[:3] == [("same", "1", "x"), ("del", "2", "y"), ("add", "2", "z")]
    assert drawn[3:] == [("gap", "…", ""), ("del", "9", "p"), ("add", "9", "q")]


def test_what_somebody_wrote_stands_in_the_readers_quotation_marks() -> None:
    """German ones are low and high; markup in it stays text."""
    assert draw("{{ said|quoted }}", said="<b>No") == "“&lt;b&gt;No”"
    with override("de"):
        assert draw("{{ said|quoted }}", said="Nein") == "„Nein“"
