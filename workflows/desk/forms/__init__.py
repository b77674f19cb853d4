"""What people type on the page of a case. Whether it may be is for the operations to say."""

from workflows.desk.forms.deciding import (
    AgreeForm,
    AlarmForm,
    BaseConditions,
    CommentForm,
    ConditionFormSet,
    DecisionForm,
    DelegateForm,
    EvidenceForm,
    ReasonForm,
    RefusableForm,
    ReviewForm,
    SignatureForm,
    SubmissionForm,
    SuspendForm,
)
from workflows.desk.forms.validating import (
    AdmissionForm,
    AnswerForm,
    FindingForm,
    ReportForm,
    RevalidationForm,
    WaiverForm,
)

__all__ = [
    "AdmissionForm",
    "AgreeForm",
    "AlarmForm",
    "AnswerForm",
    "BaseConditions",
    "CommentForm",
    "ConditionFormSet",
    "DecisionForm",
    "DelegateForm",
    "EvidenceForm",
    "FindingForm",
    "ReasonForm",
    "RefusableForm",
    "ReportForm",
    "RevalidationForm",
    "ReviewForm",
    "SignatureForm",
    "SubmissionForm",
    "SuspendForm",
    "WaiverForm",
]
