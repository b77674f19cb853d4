"""What people type about access; what it means is decided by the operations."""

from collections.abc import Iterable, Sequence
from typing import Any

from allauth.account.forms import ResetPasswordForm as ForgottenForm
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from governance.errors import FoureyesError

Choices = Sequence[tuple[str, Any]]
SHORT = forms.Textarea(attrs={"rows": 2})
ITSELF = "person"  # no account can be called that
CHECK = {"class": "form-check-input"}
LANGUAGES = [
    (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
]


def day() -> forms.DateInput:
    """A field for a day as browsers show one."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RefusableForm(forms.Form):
    """A form that also shows what an operation refused, beside what was typed."""

    refused_with = 422

    def refuse(self, refusal: FoureyesError) -> None:
        """Writes a refusal under the field it names, or above the form."""
        self.refused_with = refusal.status
        words = f"{refusal.message} {refusal.remedy}".strip()
        self.add_error(refusal.field if refusal.field in self.fields else None, words)

    @property
    def status(self) -> int:
        """What the page answers with: that of the refusal when anything is wrong."""
        return self.refused_with if self.is_bound and self.errors else 200


class PersonForm(RefusableForm):
    """Somebody new, with the account they sign in with."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    username = forms.SlugField(
        label=_("Account"), max_length=150, help_text=_("The name to sign in with.")
    )
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Give it to the person on another way; they change it after signing in."),
    )


class PortfolioForm(RefusableForm):
    """A new scope for models and roles."""

    title = forms.CharField(label=_("Title"), max_length=200)
    name = forms.SlugField(
        label=_("Short name"), max_length=80, help_text=_("Stands in addresses; never changes.")
    )


class ServiceAccountForm(RefusableForm):
    """An account for a program, which a person answers for."""

    username = forms.SlugField(label=_("Account"), max_length=150)


class ReasonForm(RefusableForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=SHORT)


class GrantForm(RefusableForm):
    """A role for a person, or for a service account that they answer for, in one place."""

    role = forms.ChoiceField(label=_("Role"))
    place = forms.ChoiceField(label=_("Where"))
    holder = forms.ChoiceField(label=_("For"))
    model = forms.SlugField(
        label=_("Only one model"),
        required=False,
        max_length=80,
        help_text=_("Its short name. Empty: for every model there."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=SHORT)
    conflict_reason = forms.CharField(
        label=_("Why, although it does not go with another role"),
        required=False,
        max_length=500,
        widget=SHORT,
    )
    starts_on = forms.DateField(
        label=_("First day"),
        required=False,
        widget=day(),
        help_text=_("Empty: at once."),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day(),
        help_text=_("Empty: until it is taken back."),
    )

    def __init__(
        self,
        typed: QueryDict | None,
        *,
        roles: Choices,
        places: Choices,
        holders: Choices,
        auto_id: str,
    ) -> None:
        super().__init__(typed, auto_id=auto_id)
        unset = ("", _("Choose…"))  # nobody gives more than they mean to by leaving a field alone
        offered = {"role": [unset, *roles], "place": [unset, *places], "holder": holders}
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()
        self.fields["holder"].initial = holders[0][0]


class TokenForm(RefusableForm):
    """A key for a program, for no more than its roles give."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What uses it: a pipeline, a notebook.")
    )
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=365, initial=90)
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple(attrs=CHECK)
    )

    def __init__(
        self, typed: QueryDict | None, *, permissions: Iterable[str], auto_id: str
    ) -> None:
        super().__init__(typed, auto_id=auto_id)
        field = self.fields["permissions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, name) for name in permissions]


class PreferencesForm(RefusableForm):
    """How the site looks to one person."""

    theme = forms.ChoiceField(
        label=_("Appearance"),
        required=False,
        widget=forms.RadioSelect(attrs=CHECK),
        choices=[("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        widget=forms.RadioSelect(attrs=CHECK),
        choices=[("", _("As the browser")), *LANGUAGES],
    )
    single_keys = forms.BooleanField(
        label=_("Use the keys of one letter"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
        help_text=_("J, K, E and the others move and act at once; ? lists them. Ctrl-K stays."),
    )


class ResetPasswordForm(ForgottenForm):  # type: ignore[misc]  # allauth ships no types
    """Forgotten passwords are mended by e-mail, but not for who comes by single sign-on."""

    users: list[Any]

    def clean_email(self) -> str:
        """A provider's account without a password here gets none by the back door."""
        email: str = super().clean_email()
        self.users = [
            user
            for user in self.users
            if user.has_usable_password() or not user.socialaccount_set.exists()
        ]
        return email
