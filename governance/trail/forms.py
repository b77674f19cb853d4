"""How a reader narrows the log, and what people type about feeds, holds and erasures."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.audit.actions import Action
from governance.audit.labels import label_of
from governance.trail.queries.exports import formats
from governance.trail.queries.log import Narrowing
from governance.trail.queries.subjects import kind_label
from governance.trail.retention import LONGEST_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import QueryDict

    from governance.inventory.models import RegisteredModel


SUBJECT = re.compile(r"([a-z_]{1,40}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
# Days that have a midnight before and after them in every zone.
FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)


def action_choices() -> list[tuple[str, Any]]:
    """Every action, in groups; the first of each group stands for all of it."""
    groups = groupby(Action, key=lambda action: action.value.partition(".")[0])
    return [
        ("", _("Any action")),
        *(
            (
                capfirst(kind_label(kind)),
                [(f"{kind}.", _all_about(kind)), *((one.value, label_of(one)) for one in actions)],
            )
            for kind, actions in groups
        ),
    ]


def _all_about(kind: str) -> str:
    return str(_("Everything about: {kind}")).format(kind=kind_label(kind))


class ExportForm(forms.Form):
    """In which form entries are wanted."""

    format = forms.ChoiceField(
        label=_("Format"), choices=formats, initial="zip", widget=forms.RadioSelect
    )
    since_note = forms.CharField(
        label=_("A checkpoint that you kept"),
        required=False,
        max_length=10_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "The package then proves that the log still holds all that it held at that time. "
            "Paste checkpoint.txt of an earlier export."
        ),
    )

    def clean_since_note(self) -> str:
        """Line feeds as they were signed: browsers send two characters for each."""
        note: str = self.cleaned_data["since_note"]
        text = note.replace("\r\n", "\n")
        return text.rstrip("\n") + "\n" if text.strip() else ""


class DayField(forms.DateField):
    """A day, or none."""

    def __init__(self, *, label: Any) -> None:  # noqa: ANN401  words to be translated
        super().__init__(
            label=label,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}),
            validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        )


class NarrowedForm(forms.Form):
    """A form with some of the filters, and what its reader can choose from.

    A model is typed by its short name: there may be a hundred thousand, so none are offered.
    """

    def __init__(
        self,
        asked: QueryDict | None,
        *,
        people: Mapping[str, str],
        models: QuerySet[RegisteredModel],
        portfolios: Mapping[str, str],
    ) -> None:
        super().__init__(asked)
        self.models = models
        offered = {
            "action": action_choices(),
            "person": [("", _("Anyone")), *people.items()],
            "portfolio": [("", _("Any portfolio")), *portfolios.items()],
        }
        for name, choices in offered.items():
            if isinstance(field := self.fields.get(name), forms.ChoiceField):
                field.choices = choices

    def clean_model(self) -> str:
        """The short name of a model whose log the reader may view, or nothing."""
        name: str = self.cleaned_data["model"]
        if name and not self.models.filter(name=name).exists():
            message = _("There is no model %(name)s whose log you can view.")
            raise forms.ValidationError(message, params={"name": name})
        return name

    def narrowing(self) -> Narrowing:
        """What was asked for; call it only when the form is valid."""
        return _narrowing(self.cleaned_data)


class FilterForm(NarrowedForm):
    """The filters; they live in the address."""

    q = forms.CharField(label=_("Entry"), required=False, max_length=60)
    action = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    model = forms.SlugField(label=_("Model"), required=False, max_length=80)
    portfolio = forms.ChoiceField(label=_("Portfolio"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    subject = forms.RegexField(SUBJECT, required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


def _narrowing(asked: Mapping[str, Any]) -> Narrowing:
    """What a form with some of the filters asks for."""
    subject = SUBJECT.fullmatch(asked.get("subject", ""))
    return Narrowing(
        action=asked.get("action", ""),
        person=UUID(asked["person"]) if asked.get("person") else None,
        model=asked.get("model", ""),
        portfolio=asked.get("portfolio", ""),
        subject=(subject[1], UUID(subject[2])) if subject else None,
        since=asked.get("since"),
        until=asked.get("until"),
    )


class ScopeForm(NarrowedForm, RefusableForm):
    """Something about a part of the log; which filters there are, its heirs say."""

    portfolio = forms.ChoiceField(label=_("Portfolio"), required=False)


class SecretForm(RefusableForm):
    """What proves to a receiver that a batch is ours; never shown again."""

    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "For HTTPS: at least 32 random characters, or whsec_… as Standard Webhooks writes it. "
            "Each batch is signed with it (HMAC-SHA256)."
        ),
    )


class FeedForm(ScopeForm, SecretForm):
    """Another system that gets entries, and which."""

    name = forms.CharField(label=_("Name"), max_length=40)
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("https://siem.example.org/path, tls://host:6514 or tcp://host:601"),
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    discloses = forms.BooleanField(
        label=_("Names and free text may leave, too"),
        required=False,
        help_text=_("Otherwise only ids and salted hashes do. What left cannot be erased there."),
    )
    from_beginning = forms.BooleanField(
        label=_("Begin with the first entry of the log, not with the next one"), required=False
    )
    ca_certificate = forms.CharField(
        label=_("Certificate of your own authority"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    field_order = (
        "name",
        "address",
        "secret",
        "portfolio",
        "action",
        "discloses",
        "from_beginning",
        "ca_certificate",
    )


class ReasonForm(RefusableForm):
    """Why; it stands in the log, and can be erased from it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class HoldForm(ScopeForm, ReasonForm):
    """What must stay, whatever its time."""

    title = forms.CharField(label=_("Title"), max_length=120)
    model = forms.SlugField(
        label=_("Model"),
        required=False,
        max_length=80,
        help_text=_("Its short name. Its versions and cases, also those that come later."),
    )
    person = forms.ChoiceField(label=_("What this person did"), required=False)
    field_order = ("title", "reason", "portfolio", "model", "person")


class ErasureForm(ReasonForm):
    """Whose values, or those of which entry, are to be erased."""

    person = forms.ChoiceField(
        label=_("Person"),
        required=False,
        help_text=_("Their name in every entry of theirs, and what was noted about them."),
    )
    entry = forms.UUIDField(
        label=_("Or the id of one entry"),
        required=False,
        help_text=_("All names and free text of that entry."),
    )
    field_order = ("person", "entry", "reason")

    def __init__(
        self, asked: QueryDict | None, *, people: Mapping[str, str], initial: dict[str, Any]
    ) -> None:
        super().__init__(asked, initial=initial)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Nobody: one entry")), *people.items()]


class PeriodForm(RefusableForm):
    """After how many days personal values of a class go."""

    name = forms.CharField(widget=forms.HiddenInput)
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=_("Empty: they stay for ever."),
    )
