"""How a reader narrows the log."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.audit.actions import Action
from governance.audit.labels import label_of
from governance.trail.queries.exports import formats
from governance.trail.queries.log import Narrowing
from governance.trail.queries.subjects import kind_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict


DAY = {"type": "date"}
SUBJECT = re.compile(r"([a-z_]{1,40}):([0-9a-f-]{36})")


def action_choices() -> list[tuple[str, Any]]:
    """Every action, in groups; the first of each group stands for all of it."""
    groups = groupby(Action, key=lambda action: action.value.partition(".")[0])
    return [
        ("", _("Any action")),
        *(
            (
                kind_label(kind).capitalize(),
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


class FilterForm(forms.Form):
    """The filters; they live in the address."""

    q = forms.CharField(label=_("Entry"), required=False, max_length=60)
    action = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    model = forms.ChoiceField(label=_("Model"), required=False)
    portfolio = forms.ChoiceField(label=_("Portfolio"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=DAY))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=DAY))
    subject = forms.RegexField(SUBJECT, required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        asked: QueryDict,
        *,
        people: Mapping[str, str],
        models: Mapping[str, str],
        portfolios: Mapping[str, str],
    ) -> None:
        super().__init__(asked)
        offered = {
            "action": action_choices(),
            "person": [("", _("Anyone")), *people.items()],
            "model": [("", _("Any model")), *models.items()],
            "portfolio": [("", _("Any portfolio")), *portfolios.items()],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def narrowing(self) -> Narrowing:
        """What was asked for; call it only when the form is valid."""
        asked = self.cleaned_data
        subject = SUBJECT.fullmatch(asked["subject"])
        return Narrowing(
            action=asked["action"],
            person=UUID(asked["person"]) if asked["person"] else None,
            model=asked["model"],
            portfolio=asked["portfolio"],
            subject=(subject[1], UUID(subject[2])) if subject else None,
            since=asked["since"],
            until=asked["until"],
        )
