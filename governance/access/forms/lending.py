"""What people type about deputies, emergencies, reviews and imports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.access.forms import CHECK, SHORT, RefusableForm, day
from governance.access.forms.administering import ChoosingForm

MOST_BYTES = 2_000_000


class DelegationForm(ChoosingForm):
    """Who stands in, where and how long."""

    deputy = forms.ChoiceField(label=_("Deputy"))
    place = forms.ChoiceField(label=_("Where"))
    starts_on = forms.DateField(label=_("First day"), widget=day())
    ends_on = forms.DateField(label=_("Last day"), widget=day())
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=SHORT)


class GlassForm(ChoosingForm):
    """A role for oneself, now, for hours."""

    role = forms.ChoiceField(label=_("Role"))
    place = forms.ChoiceField(label=_("Where"))
    hours = forms.IntegerField(label=_("Hours until it ends"), min_value=1, max_value=4)
    reason = forms.CharField(label=_("What the emergency is"), max_length=500, widget=SHORT)
    understood = forms.BooleanField(
        label=_("I know that this is recorded and reviewed by somebody else.")
    )


class NoteForm(RefusableForm):
    """What came of an emergency."""

    note = forms.CharField(label=_("What came of it"), max_length=500, widget=SHORT)


class ReviewForm(ChoosingForm):
    """A campaign over all grants of a place."""

    title = forms.CharField(label=_("Title"), max_length=200)
    place = forms.ChoiceField(label=_("Where"))
    due_on = forms.DateField(
        label=_("Last day"),
        widget=day(),
        help_text=_("What nobody decided by then is removed."),
    )


class VerdictForm(RefusableForm):
    """Keep or remove one grant, and why. Nothing is preset."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("keep", _("Keep")), ("remove", _("Remove"))],
        widget=forms.RadioSelect(attrs=CHECK),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)


class SheetForm(RefusableForm):
    """A table of people and grants, as a file or as text."""

    # Nothing was there before that could be taken back, which Django would offer.
    file = forms.FileField(label=_("CSV file"), required=False, widget=forms.FileInput)
    text = forms.CharField(label=_("Or its lines"), required=False, widget=forms.Textarea)

    def clean(self) -> dict[str, str]:
        """The text of whichever was given."""
        typed = super().clean() or {}
        given = typed.get("file")
        if given is not None:
            if given.size > MOST_BYTES:
                raise forms.ValidationError(_("The file is larger than 2 MB."))
            try:
                typed["text"] = given.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("The file is no UTF-8 text.")) from error
        if not typed.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file or paste its lines."))
        return typed
