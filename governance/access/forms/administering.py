"""What administrators type about teams, roles, proposals and rules."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from governance.access.forms import CHECK, SHORT, Choices, RefusableForm, day
from governance.access.labels import PERMISSION_WORDS
from governance.access.queries import HistoryFilter

UNSET = ("", _("Choose…"))
PERMISSION_CHOICES = [
    (one.value, format_lazy("{} ({})", words, one.value)) for one, words in PERMISSION_WORDS.items()
]


class ChoosingForm(RefusableForm):
    """A form whose choices are rows; nothing is preset."""

    def __init__(
        self, typed: QueryDict | None = None, *, auto_id: str = "id_%s", **choices: Choices
    ) -> None:
        super().__init__(typed, auto_id=auto_id)
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [UNSET, *offered]


class TeamForm(RefusableForm):
    """A team without members."""

    title = forms.CharField(label=_("Title"), max_length=200)
    name = forms.SlugField(
        label=_("Short name"), max_length=80, help_text=_("Stands in imports; never changes.")
    )


class MemberForm(ChoosingForm):
    """Somebody who joins a team, and why."""

    person = forms.ChoiceField(label=_("Person"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=SHORT)
    conflict_reason = forms.CharField(
        label=_("Why, although a role does not go with another one"),
        required=False,
        max_length=500,
        widget=SHORT,
    )


class SecondFactorForm(RefusableForm):
    """What can be changed about a role that ships."""

    mfa_required = forms.BooleanField(
        label=_("Who holds it signs in with a second factor"), required=False
    )


class RoleChangeForm(RefusableForm):
    """What can be changed about a role of one's own."""

    title = forms.CharField(label=_("Title"), max_length=200)
    permissions = forms.MultipleChoiceField(
        label=_("What it permits"),
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        choices=PERMISSION_CHOICES,
    )
    mfa_required = forms.BooleanField(
        label=_("Who holds it signs in with a second factor"), required=False
    )


class RoleForm(RoleChangeForm):
    """A role of the site's own."""

    name = forms.SlugField(
        label=_("Short name"), max_length=80, help_text=_("Stands in imports; never changes.")
    )
    sensitive = forms.BooleanField(
        label=_("Sensitive: giving it takes two administrators"), required=False
    )
    field_order = ("title", "name", "permissions", "sensitive", "mfa_required")


class RuleForm(RefusableForm):
    """Two parts in one version, or two roles in one scope, that one person does not have both."""

    name = forms.SlugField(label=_("Short name"), max_length=80)
    kind = forms.ChoiceField(
        label=_("About"),
        choices=[UNSET, ("part", _("parts in one version")), ("role", _("roles in one scope"))],
    )
    first = forms.CharField(
        label=_("First"),
        max_length=80,
        help_text=_("A part, a role's short name, or a permission."),
        widget=forms.TextInput(attrs={"list": "sides"}),
    )
    second = forms.CharField(
        label=_("Second"), max_length=80, widget=forms.TextInput(attrs={"list": "sides"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=SHORT)


class WhyForm(ChoosingForm):
    """A question about one person, one permission and one thing."""

    person = forms.ChoiceField(label=_("Person"))
    permission = forms.ChoiceField(label=_("To do"))
    model = forms.SlugField(
        label=_("Model"),
        required=False,
        max_length=80,
        help_text=_("Its short name. Empty: in the whole organisation."),
    )
    number = forms.IntegerField(label=_("Version"), required=False, min_value=1)


class MappingForm(ChoosingForm):
    """A group of the identity provider, and the role that it gives."""

    group = forms.CharField(
        label=_("Group"), max_length=200, help_text=_("Spelled as the provider spells it.")
    )
    role = forms.ChoiceField(label=_("Role"))
    place = forms.ChoiceField(label=_("Where"))


class HistoryForm(forms.Form):
    """How the history of grants is narrowed; the filter lives in the address."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    kind = forms.ChoiceField(
        label=_("Change"),
        required=False,
        choices=[
            ("", _("Any change")),
            ("granted", _("Granted")),
            ("revoked", _("Taken back")),
            ("ended", _("Ran out")),
            ("declined", _("Declined")),
            ("emergency", _("Emergencies")),
            ("short", _("Gone within three days")),
        ],
    )
    since = forms.DateField(label=_("From"), required=False, widget=day())
    until = forms.DateField(label=_("To"), required=False, widget=day())

    def __init__(self, asked: QueryDict, **choices: Choices) -> None:
        super().__init__(asked)
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def asked(self) -> HistoryFilter:
        """What was asked for; call it only when the form is valid."""
        typed = self.cleaned_data
        person = UUID(typed["person"]) if typed["person"] else None
        return HistoryFilter(**(typed | {"person": person}))
