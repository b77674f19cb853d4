"""Template tags and filters of every screen: formatting only, no queries, no decisions.

A component is a template in `templates/components/` whose first lines name its context.
`{% part "state" state=version.state %}` draws one; `{% component "section" number=1 title=… %}…
{% endcomponent %}` draws one around the enclosed part. Neither sees anything else of the page.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from governance.templatetags.diffs import DiffLine
from governance.templatetags.diffs import diff_lines as read_diff
from governance.templatetags.spans import span
from governance.templatetags.words import MESSAGE_TONES, STATES, TONE_ICONS, Mark, mark_of

register = template.Library()

Number = Decimal | float | int | str
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
SOON_DAYS = 3
# A filter's argument must exist: what a component may leave out, by the name it has there.
OPTIONAL: dict[str, object] = {"kind": "", "digits": None}
DIGEST_SHOWN = 8
HALF_WIDTH = 52.0  # of the interval drawing, left and right of zero
MIDDLE = 60.0
PATTERNS = {
    "en": {"day": "j M Y", "near": "j M", "weekday": "D j M Y"},
    "de": {"day": "d.m.Y", "near": "d.m.", "weekday": "D d.m.Y"},
}
GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}


# Markup ----------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of the sprite; hidden from screen readers unless it stands alone with a label."""
    address = static("icons.svg")
    if label:
        return format_html(
            '<svg class="fe-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            address,
            name,
        )
    return format_html(
        '<svg class="fe-icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        address,
        name,
    )


@register.simple_tag(takes_context=True)
def part(context: Context, component_name: str, /, **values: object) -> SafeString:
    """`templates/components/<name>.html` with these values and nothing else of the page."""
    return _rendered(context, component_name, values)


@register.simple_block_tag(takes_context=True)
def component(
    context: Context, content: str, component_name: str, /, **values: object
) -> SafeString:
    """`templates/components/<name>.html` around the enclosed part, which it sees as `content`."""
    return _rendered(context, component_name, {**values, "content": content})


def _rendered(context: Context, name: str, values: dict[str, object]) -> SafeString:
    shared = {key: context.get(key) for key in ("csrf_token", "request", "user")}
    engine = context.template.engine  # type: ignore[union-attr]
    found = engine.get_template(f"components/{name}.html")
    return found.render(context.new({**OPTIONAL, **shared, **values}))


@register.simple_tag(takes_context=True)
def current(context: Context, section: str, address: str) -> SafeString:
    """`aria-current` for a link of the main navigation, by `section` or by the address."""
    if chosen := context.get("section"):
        return format_html(' aria-current="{}"', "page") if chosen == section else SafeString("")
    path = str(getattr(context.get("request"), "path", ""))
    here = path == address if address in {"", "/"} else path.startswith(address)
    return format_html(' aria-current="{}"', "page") if here else SafeString("")


@register.simple_tag
def control(field: BoundField, **attributes: str) -> SafeString:
    """A form field's input with our classes; `data_draft="x"` becomes `data-draft="x"`."""
    kinds = {"select": "form-select", "checkbox": "form-check-input"}
    classes = kinds.get(field.widget_type, "form-control")
    if field.errors:
        classes += " is-invalid"
    extra: dict[str, str | bool] = {"class": classes}
    extra |= {name.replace("_", "-"): value for name, value in attributes.items()}
    if "placeholder" in field.field.widget.attrs:
        extra.setdefault("placeholder", "")  # the label says it already
    return field.as_widget(attrs=extra)


@register.simple_tag
def choice_control(option: BoundWidget) -> SafeString:
    """One of several choices of a field, as an input with our class."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.filter
def diff_lines(text: str) -> list[DiffLine]:
    """A unified diff of one file as drawn lines, for `components/diff.html`."""
    return list(read_diff(text))


# Outcomes --------------------------------------------------------------------------------------
@register.filter
def state_label(state: str) -> str:
    """A version's state as a word."""
    return str(STATES.get(state, state))


@register.filter
def as_mark(value: object, kind: str = "") -> Mark:
    """Tone, icon and word of an outcome: `{{ gate.outcome|as_mark }}`."""
    return mark_of(str(value), kind)


@register.filter
def message_tone(level: str) -> str:
    """The tone of a Django message level."""
    return MESSAGE_TONES.get(level, "info")


@register.filter
def tone_icon(tone: str) -> str:
    """The icon of a note or a toast of that tone."""
    return TONE_ICONS.get(tone, "comment")


# Digests and names -----------------------------------------------------------------------------
@register.filter
def digest(value: str) -> str:
    """A digest in groups of four with the middle left out: `9f31 d2b8 … 6e5b c07e`."""
    text = str(value).removeprefix("sha256:")
    if len(text) <= 2 * DIGEST_SHOWN:
        return text
    head, tail = text[:DIGEST_SHOWN], text[-DIGEST_SHOWN:]
    return f"{head[:4]} {head[4:]} … {tail[:4]} {tail[4:]}"


@register.filter
def digest_short(value: str) -> str:
    """Where room is scarce: `9f31…c07e`."""
    text = str(value).removeprefix("sha256:")
    return text if len(text) <= DIGEST_SHOWN else f"{text[:4]}…{text[-4:]}"


@register.filter
def digest_whole(value: str) -> str:
    """All of it, in groups of eight, for what a person signs."""
    text = str(value).removeprefix("sha256:")
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


@register.filter
def quoted(words: object) -> str:
    """What somebody wrote, in the quotation marks of the reader's language."""
    return _("“{words}”").format(words=words)


@register.filter
def initials(name: str) -> str:
    """The two letters of a seat: `Rita Risk` is `RR`."""
    parts = [part for part in str(name).replace(".", " ").split() if part[0].isalnum()]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if parts else "?"


# Numbers ---------------------------------------------------------------------------------------
def _exact(value: Number | None) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _written(number: Decimal, digits: int | None) -> str:
    if digits is not None:
        number = round(number, digits)  # number_format would cut
    text = number_format(abs(number), decimal_pos=digits, use_l10n=True, force_grouping=True)
    negative = number < 0 and any(letter in "123456789" for letter in text)
    return f"{MINUS}{text}" if negative else text


@register.filter
def decimal(value: Number | None, digits: int | None = None) -> str:
    """A number in the reader's language; what is not a number stays as it is, nothing is a dash."""
    number = _exact(value)
    if number is None:
        return str(value) if value not in {None, ""} else DASH
    return _written(number, digits)


@register.filter
def signed(value: Number | None, digits: int | None = None) -> str:
    """A change with its sign: `+0.023`, `−0.0007`."""
    text = decimal(value, digits)
    number = _exact(value)
    positive = number is not None and number > 0 and any(letter in "123456789" for letter in text)
    return f"+{text}" if positive else text


@register.filter
def percent(value: Number | None, digits: int = 1) -> str:
    """A share as per cent: 0.031 is `3.1%`, in German `3,1 %`."""
    number = _exact(value)
    if number is None:
        return DASH
    return _("%(number)s%%") % {"number": _written(number * 100, digits)}


@register.filter
def arrow(value: Number | None) -> str:
    """The icon for the direction of a number, which says nothing about good or bad."""
    number = _exact(value) or Decimal(0)
    return "arrow-up" if number > 0 else "arrow-down" if number < 0 else "equal"


@dataclass(frozen=True, slots=True)
class IntervalDrawing:
    """Where the marks of an interval stand in a drawing of 120 by 16 units with zero at 60."""

    low: str
    high: str
    dot: str
    margin: str | None
    comma: str  # between its two numbers


@register.simple_tag
def interval(
    low: Number, high: Number, estimate: Number, margin: Number | None = None
) -> IntervalDrawing | None:
    """Positions of an interval and, if given, of the margin that it is held against."""
    given = [_exact(low), _exact(high), _exact(estimate)]
    if any(number is None for number in given):
        return None
    limit = _exact(margin)
    widest = max(abs(float(number or 0)) for number in (*given, limit)) or 1.0
    low_at, high_at, dot_at = (_position(number, widest) for number in given)
    margin_at = _position(limit, widest) if limit is not None else None
    comma = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    return IntervalDrawing(low_at, high_at, dot_at, margin_at, comma)


def _position(number: Decimal | None, widest: float) -> str:
    return f"{MIDDLE + float(number or 0) / widest * HALF_WIDTH:.1f}"


# Time ------------------------------------------------------------------------------------------
def _pattern(name: str) -> str:
    language = (get_language() or "en")[:2]
    return PATTERNS.get(language, PATTERNS["en"])[name]


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _zone(moment_: datetime) -> str:
    name = moment_.tzname() or ""
    return GERMAN_ZONES.get(name, name) if (get_language() or "").startswith("de") else name


@register.filter
def day(value: date | datetime | None) -> str:
    """`23 Nov 2026`, in German `23.11.2026`."""
    if value is None:
        return DASH
    return format_date(_local(value) if isinstance(value, datetime) else value, _pattern("day"))


@register.filter
def moment(value: datetime | None) -> str:
    """`23 Nov 2026, 09:44 CET`: whole, with its zone."""
    if value is None:
        return DASH
    local = _local(value)
    return f"{format_date(local, _pattern('day'))}, {local:%H:%M} {_zone(local)}".rstrip()


@register.filter
def moment_short(value: datetime | None) -> str:
    """`23 Nov, 09:44`, for columns whose head names zone and year."""
    if value is None:
        return DASH
    local = _local(value)
    return f"{format_date(local, _pattern('near'))}, {local:%H:%M}"


@register.filter
def deadline(value: datetime | None) -> str:
    """`Wed 25 Nov 2026, 17:00 CET`."""
    if value is None:
        return DASH
    local = _local(value)
    return f"{format_date(local, _pattern('weekday'))}, {local:%H:%M} {_zone(local)}".rstrip()


@register.filter
def age(value: datetime | None) -> str:
    """How long ago, in the one unit that matters: `11 days`, `2 hours`, `4 minutes`."""
    return DASH if value is None else span((timezone.now() - value).total_seconds())


@register.filter
def span_of(seconds: float) -> str:
    """A duration in the one unit that matters."""
    return span(seconds)


@register.filter
def due(value: datetime | None) -> str:
    """`Due in 2 days` or `Overdue 3 days`."""
    if value is None:
        return _("No deadline")
    left = (value - timezone.now()).total_seconds()
    return span(left, "due" if left >= 0 else "over")


@register.filter
def due_mark(value: datetime | None) -> Mark:
    """Tone, icon and words of a deadline: red when over, amber in the last three days."""
    if value is None:
        return Mark("none", "clock", due(value))
    left = value - timezone.now()
    if left.total_seconds() < 0:
        return Mark("bad", "overdue", due(value))
    return Mark("warn" if left.days < SOON_DAYS else "none", "clock", due(value))
