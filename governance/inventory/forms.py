"""What a person writes about a model."""

from typing import TYPE_CHECKING

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.access.models import Portfolio
from governance.inventory.models import RegisteredModel

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict


class RegisterModelForm(RefusableForm):
    """A new model; the operation has the last word and may write under any field."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As people say it, e.g. Credit default.")
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[validate_slug],
        help_text=_("For addresses and pipelines: letters, digits and hyphens. It never changes."),
    )
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"), queryset=Portfolio.objects.none(), to_field_name="name"
    )
    tier = forms.TypedChoiceField(
        label=_("Risk tier"),
        coerce=int,
        choices=RegisteredModel.Tier.choices,
        widget=forms.RadioSelect,
        help_text=_("1 is the highest: it decides how many people must agree."),
    )
    kind = forms.ChoiceField(
        label=_("Predicts"),
        choices=RegisteredModel.Kind.choices,
        required=False,
        help_text=_("It decides how versions are measured, and never changes."),
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it decides, and about whom."),
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(
        self, typed: "QueryDict | None" = None, *, portfolios: "QuerySet[Portfolio]"
    ) -> None:
        super().__init__(typed)
        field = self.fields["portfolio"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = portfolios
        field.empty_label = None if portfolios.count() == 1 else _("Choose a portfolio")

    def clean_kind(self) -> str:
        """What most models predict, where nothing is said."""
        return self.cleaned_data["kind"] or str(RegisteredModel.Kind.BINARY)


class TierForm(RefusableForm):
    """The answers that the tier follows from, and another tier with its reason."""

    exposure_millions = forms.IntegerField(
        label=_("Exposure, millions"),
        min_value=0,
        help_text=_("What is decided by it in a year, in millions of the site's currency."),
    )
    use = forms.ChoiceField(
        label=_("Used for"), choices=RegisteredModel.Used.choices, widget=forms.RadioSelect
    )
    complexity = forms.ChoiceField(
        label=_("Complexity"), choices=RegisteredModel.Complex.choices, widget=forms.RadioSelect
    )
    override = forms.TypedChoiceField(
        label=_("Another tier"), coerce=int, empty_value=None, required=False
    )
    reason = forms.CharField(
        label=_("Why another tier"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, typed: "QueryDict | None" = None, *, model: RegisteredModel) -> None:
        answers = ("exposure_millions", "use", "complexity")
        initial = {name: getattr(model, name) for name in answers}
        if model.tier_reason:
            initial |= {"override": model.tier, "reason": model.tier_reason}
        super().__init__(typed, initial=initial)
        field = self.fields["override"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("as the answers come to")), *RegisteredModel.Tier.choices]
