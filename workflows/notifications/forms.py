"""When somebody wants mail, by kind of notice."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from workflows.notifications.labels import KINDS, KindWords
from workflows.notifications.models import Kind, When

LANGUAGES = [
    ("", _("as on the site")),
    *(
        (code, get_language_info(code)["name_local"].capitalize())
        for code, _name in settings.LANGUAGES
    ),
]


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
