"""What people type on the page of a case. Whether it may be is for the operations to say."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from governance.errors import Invalid
from workflows.lifecycle.conditions import MOST, ConditionFacts, from_text

DECISIONS = (
    "approve",
    "approve_with_conditions",
    "validate",
    "validate_with_findings",
    "request_changes",
    "reject",
    "abstain",
    "delegate",
    "recuse",
)
People = Sequence[tuple[str, str]]


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


class DelegateForm(CommentForm):
    """To whom a decision is handed, and why."""

    delegate = forms.TypedChoiceField(label=_("To whom"), coerce=UUID)
    comment = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("delegate", "comment", "digest")

    def __init__(self, *args: Any, people: People = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["delegate"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]


class HandOverForm(RefusableForm):
    """To whom the decisions of several cases are handed, and why."""

    delegate = forms.TypedChoiceField(label=_("To whom"), coerce=UUID)
    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: People = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["delegate"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]


class FilterForm(RefusableForm):
    """What a view of the inbox is called."""

    name = forms.CharField(label=_("Name"), max_length=60)


class ConditionForm(RefusableForm):
    """One thing that an approval demands."""

    text = forms.CharField(
        label=_("What must be done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=_("Who owes it"), coerce=UUID)
    due_on = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    roll_back = forms.BooleanField(label=_("Late: a roll back is asked for"), required=False)

    def __init__(self, *args: Any, people: People = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]

    def facts(self) -> ConditionFacts:
        """What was typed, as the operation takes it."""
        typed = self.cleaned_data
        return ConditionFacts(typed["text"], typed["owner"], typed["due_on"], typed["roll_back"])


class BaseConditions(forms.BaseFormSet):  # type: ignore[type-arg]  # no class getter
    """The conditions of one decision: at least one, empty rows are left out."""

    def facts(self) -> list[ConditionFacts]:
        """Those that were filled in."""
        return [form.facts() for form in self.forms if form.has_changed()]

    def clean(self) -> None:
        """An approval with conditions has one."""
        if not any(self.errors) and not any(form.has_changed() for form in self.forms):
            raise ValidationError(_("Write at least one condition, or approve without."))


ConditionFormSet = forms.formset_factory(
    ConditionForm, formset=BaseConditions, extra=0, max_num=MOST, absolute_max=MOST
)


class EvidenceForm(RefusableForm):
    """How a condition was met."""

    evidence = forms.CharField(
        label=_("How it was met, and where that can be seen"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SignatureForm(RefusableForm):
    """The proof that the signer is there: the leave to sign, and a password or one-time code."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    comment = forms.CharField(widget=forms.HiddenInput, required=False)
    conditions = forms.CharField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        widget=forms.HiddenInput,
        required=False,
        choices=[("", ""), *((name, name) for name in DECISIONS)],
    )
    assertion = forms.JSONField(widget=forms.HiddenInput, required=False)
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

    def __init__(self, *args: Any, ways: Collection[str], **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        for way, field in (("password", "password"), ("totp", "code")):
            if way not in ways:
                del self.fields[field]

    def clean_conditions(self) -> tuple[ConditionFacts, ...]:
        """The conditions that were typed on the page before."""
        try:
            return from_text(self.cleaned_data["conditions"])
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


class ReasonForm(RefusableForm):
    """Why a version is withdrawn or retired."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class SuspendForm(ReasonForm):
    """Why a version is suspended, and which former champion takes its place."""

    instead = forms.TypedChoiceField(
        label=_("In its place"), coerce=UUID, empty_value=None, required=False
    )

    def __init__(self, *args: Any, formers: People = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        nobody = ("", _("nothing: it takes no request any more"))
        self.fields["instead"].choices = [nobody, *formers]  # type: ignore[attr-defined]


class AgreeForm(CommentForm):
    """A word with a decision on a change of what is live."""


class ReviewForm(RefusableForm):
    """What somebody finds who looks at an emergency afterwards."""

    text = forms.CharField(
        label=_("What you looked at, and what you found"), widget=forms.Textarea(attrs={"rows": 4})
    )
    justified = forms.TypedChoiceField(
        label=_("Was it right?"),
        choices=[("yes", _("It was justified")), ("no", _("It was not justified"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class RequestPromotionForm(forms.Form):
    """Why a closed pull request is asked for again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AlarmForm(forms.Form):
    """What was done about an alarm."""

    answer = forms.CharField(
        label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
