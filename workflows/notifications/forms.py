"""When somebody wants mail, by kind of notice."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.access.models import Portfolio
from workflows.notifications.labels import KINDS, KindWords
from workflows.notifications.models import Channel, Kind, When

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_ADDRESS = 2000
LANGUAGES = [
    ("", _("as on the site")),
    *(
        (code, get_language_info(code)["name_local"].capitalize())
        for code, _name in settings.LANGUAGES
    ),
]


class ChannelForm(RefusableForm):
    """Where notices of cases go, and which."""

    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("Small letters, digits and hyphens.")
    )
    kind = forms.ChoiceField(label=_("Receiver"), choices=Channel.Kind.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=MOST_ADDRESS,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("The whole https:// address that the receiver shows. It is never shown again."),
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("For a webhook: at least 32 characters, with which the receiver checks it."),
    )
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"),
        queryset=Portfolio.objects.none(),
        required=False,
        empty_label=_("every portfolio"),
    )
    events = forms.MultipleChoiceField(
        label=_("What is posted"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["task", "overdue", "escalated", "expired", "alert"],
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)

    def __init__(
        self, typed: QueryDict | None = None, *, portfolios: "QuerySet[Portfolio]"
    ) -> None:
        super().__init__(typed)
        field = self.fields["portfolio"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = portfolios


class MailPreferencesForm(forms.Form):
    """One choice a kind, and the language."""

    language = forms.ChoiceField(label=_("Language of mails"), choices=LANGUAGES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(label=kind.label, choices=When.choices)

    @property
    def chosen(self) -> dict[str, str]:
        """The time of each kind."""
        return {kind.value: self.cleaned_data[kind.value] for kind in Kind}

    @property
    def kinds(self) -> list[tuple[forms.BoundField, KindWords]]:
        """The choices in the order of the kinds, each with its words."""
        return [(self[kind], words) for kind, words in KINDS.items()]
