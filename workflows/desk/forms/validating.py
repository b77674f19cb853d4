"""What validators type: reports, findings, waivers, and what they found of what is used."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from workflows.desk.forms.deciding import People

SEVERITIES = [("", _("Choose")), ("high", _("high")), ("medium", _("medium")), ("low", _("low"))]


class WaiverForm(RefusableForm):
    """Why a failed gate is accepted, and until when."""

    gate = forms.SlugField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    expires_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Last day.")
    )


class AdmissionForm(RefusableForm):
    """Leave to use a version before it is validated."""

    limits = forms.CharField(
        label=_("Limits of the use"),
        help_text=_("For what it may be used until then, and for what not."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why it cannot wait for its validation."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    expires_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Last day.")
    )


class RevalidationForm(RefusableForm):
    """What a validator found of a version that is used."""

    scope = forms.CharField(
        label=_("Scope"),
        help_text=_("What was looked at, and what was not."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tests = forms.CharField(
        label=_("Tests done"),
        help_text=_("Each with its data and result."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    limits = forms.CharField(
        label=_("Limits"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    conclusion = forms.CharField(label=_("Conclusion"), widget=forms.Textarea(attrs={"rows": 3}))
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[
            ("validated", _("Validated")),
            ("with_findings", _("Validated with findings")),
            ("not_validated", _("Not validated")),
        ],
        widget=forms.RadioSelect,
    )
    independent = forms.BooleanField(
        label=_("I took no part in building, choosing or submitting this version."),
        required=False,
    )


class ReportForm(RefusableForm):
    """The validation report."""

    scope = forms.CharField(
        label=_("Scope"),
        help_text=_("What was looked at, and what was not."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tests = forms.CharField(
        label=_("Tests done"),
        help_text=_("Each with its data and result."),
        required=False,
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
    conditions = forms.CharField(
        label=_("Conditions"),
        help_text=_("Under which it may be used. Whoever approves turns them into obligations."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    attachment = forms.FileField(
        label=_("Report as a file"),
        help_text=_("If it was written elsewhere: then only the conclusion is needed here."),
        required=False,
        widget=forms.FileInput,  # nothing was there before that could be taken back
    )
    independent = forms.BooleanField(
        label=_("I took no part in building, choosing or submitting this version."),
        required=False,
    )


class FindingForm(RefusableForm):
    """An objection against a version."""

    title = forms.CharField(label=_("What is wrong"), max_length=300)
    severity = forms.ChoiceField(label=_("Weight"), choices=SEVERITIES)
    owner = forms.TypedChoiceField(
        label=_("Who answers"), coerce=UUID, required=False, empty_value=None
    )
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(
        label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    required = forms.BooleanField(
        label=_("Must be closed before anybody can go on"), required=False, initial=True
    )

    def __init__(self, *args: Any, people: People = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", _("Who submitted it")), *people]  # type: ignore[attr-defined]


class AnswerForm(RefusableForm):
    """The developer's answer to a finding."""

    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 2}))


class CommentOnVersionForm(RefusableForm):
    """What somebody says about a version beside deciding on it."""

    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
