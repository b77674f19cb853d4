"""What people type on the page of a case. Whether it may be is for the operations to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FoureyesError
from workflows.targets.models import ForgeKind

DECISIONS = ("approve", "validate", "request_changes", "reject")
SEVERITIES = [("", _("Choose")), ("high", _("high")), ("medium", _("medium")), ("low", _("low"))]


class RefusableForm(forms.Form):
    """A form that can show a refusal at the field it names, or above all of them."""

    def refuse(self, refusal: FoureyesError) -> None:
        """Shows what was wrong and what to do about it."""
        words = " ".join(part for part in (refusal.message, refusal.remedy) if part)
        self.add_error(refusal.field if refusal.field in self.fields else None, words)


class SubmissionForm(RefusableForm):
    """What the developer says with a submission."""

    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CommentForm(SubmissionForm):
    """What is said with a decision, and the digest that the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)


class DecisionForm(CommentForm):
    """The choice among the decisions."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(name, name) for name in DECISIONS],
        error_messages={"required": _("Choose one of the decisions.")},
    )


class SignatureForm(RefusableForm):
    """The proof that the signer is there: the leave to sign, and a password or one-time code."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    comment = forms.CharField(widget=forms.HiddenInput, required=False)
    password = forms.CharField(
        label=_("Password, to show it is you"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("One-time code"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, with_code: bool = False, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        if not with_code:
            del self.fields["code"]


class ReasonForm(RefusableForm):
    """Why a version is withdrawn or retired."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class ReportForm(RefusableForm):
    """The validation report."""

    scope = forms.CharField(
        label=_("Scope and tests"),
        help_text=_("What was looked at, on which data, and with which result."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    limits = forms.CharField(
        label=_("Limits"),
        help_text=_("Where it must not be trusted."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    conclusion = forms.CharField(
        label=_("Conclusion"),
        help_text=_("Written for a reader who sees nothing else."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    independent = forms.BooleanField(
        label=_("I took no part in building, choosing or submitting this version."),
        required=False,
    )


class FindingForm(RefusableForm):
    """An objection against a version."""

    title = forms.CharField(label=_("What is wrong"), max_length=300)
    severity = forms.ChoiceField(label=_("Weight"), choices=SEVERITIES)
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(
        label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    required = forms.BooleanField(
        label=_("Must be closed before anybody can go on"), required=False, initial=True
    )


class AnswerForm(RefusableForm):
    """The developer's answer to a finding."""

    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 2}))


class AlarmForm(forms.Form):
    """What was done about an alarm."""

    answer = forms.CharField(
        label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class TokenForm(RefusableForm):
    """A token, never shown again, and the secret that the forge signs its hints with."""

    token = forms.CharField(
        label=_("Token"),
        max_length=4096,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    token_ends_on = forms.DateField(
        label=_("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    webhook_secret = forms.CharField(
        label=_("Secret of its webhook"),
        required=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: hints of this forge are not heard, and it is polled only."),
    )


class ConnectionForm(TokenForm):
    """A way to a forge. Name, kind and address stay for ever."""

    name = forms.CharField(label=_("Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=ForgeKind.choices)
    base_url = forms.CharField(
        label=_("Address"), max_length=300, help_text=_("For example https://github.com")
    )
    username = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=100,
        help_text=_("Only where Git asks for a name beside the token."),
    )
    ca_certificate = forms.CharField(
        label=_("Certificate of your own authority"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = (
        "name",
        "kind",
        "base_url",
        "username",
        "token",
        "token_ends_on",
        "webhook_secret",
        "ca_certificate",
    )
