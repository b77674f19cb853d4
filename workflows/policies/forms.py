"""What people type about a policy besides its wording."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.inventory.models import RegisteredModel

# Moments that a clock in any zone can tell: databases keep them as those of one zone.
IN_EVERY_ZONE = (
    MinValueValidator(datetime(1, 1, 3, tzinfo=UTC)),
    MaxValueValidator(datetime(9999, 12, 29, tzinfo=UTC)),
)


class PlacedForm(RefusableForm):
    """Something that holds in one place: everywhere, in a portfolio, or for one model there."""

    place = forms.ChoiceField(label=_("Where"))
    model = forms.SlugField(
        label=_("Only one model"),
        required=False,
        max_length=80,
        help_text=_("Its short name. Empty: for every model there."),
    )

    def __init__(
        self, typed: QueryDict | None = None, *, places: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(typed)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *places]


class NewPolicyForm(PlacedForm):
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

    field_order = ("title", "name", "tier", "place", "model")


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


class FreezeForm(PlacedForm):
    """Why the line is stopped, where, and until when."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    begins_at = forms.DateTimeField(
        label=_("From"),
        required=False,
        validators=IN_EVERY_ZONE,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: at once."),
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        validators=IN_EVERY_ZONE,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: until somebody lifts it."),
    )

    field_order = ("place", "model", "reason", "begins_at", "ends_at")


class LiftForm(RefusableForm):
    """Why a freeze is lifted."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
