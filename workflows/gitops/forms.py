"""What people type at a pull request."""

from django import forms
from django.utils.translation import gettext_lazy as _

SHORT = forms.Textarea(attrs={"rows": 3})


class CloseForm(forms.Form):
    """Why a pull request is closed without merging."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=SHORT)
