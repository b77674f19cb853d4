"""What a person writes about a threshold or an alert."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.monitoring.models import Threshold


class ThresholdForm(RefusableForm):
    """The bound that one key figure must hold from now on."""

    kpi = forms.SlugField(
        label=_("Key figure"),
        max_length=60,
        help_text=_("As the readings name it, e.g. auc or psi."),
    )
    bound = forms.ChoiceField(
        label=_("Must be"), choices=Threshold.Bound.choices, widget=forms.RadioSelect
    )
    value = forms.CharField(
        label=_("Value"), max_length=40, help_text=_("With a decimal point, e.g. 0.74.")
    )


class CloseAlertForm(RefusableForm):
    """Why an alert can be closed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was found, and what follows from it. It stands in the log."),
        error_messages={"required": _("Say why the alert can be closed.")},
    )
