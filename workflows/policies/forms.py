"""What people type about a policy besides its wording."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from governance.access.models import Portfolio
from governance.inventory.forms import RefusableForm
from governance.inventory.models import RegisteredModel


class NewPolicyForm(RefusableForm):
    """Narrower rules for a portfolio or one model; they begin as a copy of the tier's."""

    title = forms.CharField(label=_("Title"), max_length=200)
    name = forms.SlugField(
        label=_("Name"), max_length=60, help_text=_("Small letters, digits and hyphens.")
    )
    tier = forms.TypedChoiceField(
        label=_("Risk tier"),
        coerce=int,
        choices=RegisteredModel.Tier.choices,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_("Holds for"))

    def __init__(
        self,
        typed: QueryDict | None = None,
        *,
        portfolios: Iterable[Portfolio],
        models: Iterable[RegisteredModel],
    ) -> None:
        super().__init__(typed)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(_("Portfolio")), [(f"portfolio:{one.name}", one.title) for one in portfolios]),
            (str(_("Model")), [(f"model:{one.name}", one.title) for one in models]),
        ]


class CalendarForm(RefusableForm):
    """The days of a business calendar that are not worked."""

    title = forms.CharField(label=_("Title"), max_length=200)
    weekend = forms.TypedMultipleChoiceField(
        label=_("Not worked"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (0, _("Mondays")),
            (1, _("Tuesdays")),
            (2, _("Wednesdays")),
            (3, _("Thursdays")),
            (4, _("Fridays")),
            (5, _("Saturdays")),
            (6, _("Sundays")),
        ],
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("A line each: 2026-12-25 Christmas Day"),
    )


class FreezeForm(RefusableForm):
    """Why the line is stopped, where, and until when."""

    place = forms.ChoiceField(label=_("Where"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    begins_at = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: at once."),
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: until somebody lifts it."),
    )

    def __init__(
        self,
        typed: QueryDict | None = None,
        *,
        everywhere: bool,
        portfolios: Iterable[Portfolio],
        models: Iterable[RegisteredModel],
    ) -> None:
        super().__init__(typed)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        whole = [("organisation", _("The whole organisation"))] if everywhere else []
        field.choices = [
            ("", _("Choose")),
            *whole,
            (str(_("Portfolio")), [(f"portfolio:{one.pk}", one.title) for one in portfolios]),
            (str(_("Model")), [(f"model:{one.pk}", one.title) for one in models]),
        ]


class LiftForm(RefusableForm):
    """Why a freeze is lifted."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
