"""Addresses of the desk: inbox, models, deployments, dossier."""

from django.urls import path

from workflows.desk.views.as_of import as_of
from workflows.desk.views.attention import note_attention
from workflows.desk.views.bulk import acknowledge_case, delegate_decisions, set_aside_cases
from workflows.desk.views.cases import cases
from workflows.desk.views.checks import cancel_checks, restart_checks
from workflows.desk.views.comments import callable_people, change_comment, comment_version
from workflows.desk.views.conditions import (
    close_condition,
    meet_condition,
    void_condition,
    waive_gate,
)
from workflows.desk.views.cycle_times import cycle_times
from workflows.desk.views.deciders import model_deciders, version_deciders
from workflows.desk.views.decisions import (
    abandon_revision,
    abstain,
    decide_version,
    delegate_decision,
    recuse,
    reject_version,
    request_changes,
    submit_version,
    validate_version,
    withdraw_version,
    write_validation_report,
)
from workflows.desk.views.deployments import deployments
from workflows.desk.views.dossier import version, version_checks, version_panel, version_timeline
from workflows.desk.views.evidence import request_evidence
from workflows.desk.views.files import artifact_file, evidence_file, report_file
from workflows.desk.views.find import find
from workflows.desk.views.findings import answer_finding, close_finding, raise_finding
from workflows.desk.views.inbox import inbox
from workflows.desk.views.inventory import inventory
from workflows.desk.views.live_changes import (
    begin_live_signature,
    finish_live_signature,
    live_change,
    refuse_live_change,
    resume_version,
    retire_version,
    review_live_change,
    roll_back,
    sign_live_change,
    sign_live_change_elsewhere,
    suspend_version,
)
from workflows.desk.views.model import model
from workflows.desk.views.papers import inventory_report, validation_report
from workflows.desk.views.personal import delete_filter, follow_model, save_filter, snooze_case
from workflows.desk.views.policies import apply_policy, policy_cases, policy_effect
from workflows.desk.views.promotions import (
    close_alarm,
    promotion,
    read_promotion_again,
    request_promotion,
    version_runs,
)
from workflows.desk.views.revalidations import admit_version, revalidation, validate_again
from workflows.desk.views.signing import (
    approve_version,
    begin_signature,
    finish_signature,
    set_conditions,
    sign_elsewhere,
)
from workflows.desk.views.targets import (
    add_connection,
    add_target,
    change_target,
    renew_token,
    switch_connection,
    target,
    targets,
    test_connection,
)
from workflows.desk.views.tier import set_tier

VERSION = "models/<slug:name>/versions/<int:number>/"
LIVE = "live-changes/<uuid:case_id>/"

urlpatterns = [
    path("", inbox, name="inbox"),
    path("find/", find, name="find"),
    path("cases/", cases, name="cases"),
    path("cases/<uuid:case_id>/snooze/", snooze_case, name="snooze_case"),
    path("cases/<uuid:case_id>/acknowledge/", acknowledge_case, name="acknowledge_case"),
    path("cases/set-aside/", set_aside_cases, name="set_aside_cases"),
    path("cases/delegate/", delegate_decisions, name="delegate_decisions"),
    path("filters/save/", save_filter, name="save_filter"),
    path("filters/<uuid:filter_id>/delete/", delete_filter, name="delete_filter"),
    path("cases/cycle-times/", cycle_times, name="cycle_times"),
    path("models/", inventory, name="inventory"),
    path("inventory/<slug:form>/", inventory_report, name="inventory_report"),
    path("models/<slug:name>/", model, name="model"),
    path("models/<slug:name>/deciders/", model_deciders, name="model_deciders"),
    path("models/<slug:name>/follow/", follow_model, name="follow_model"),
    path("models/<slug:name>/tier/", set_tier, name="set_tier"),
    path("deployments/", deployments, name="deployments"),
    path("log/as-of/", as_of, name="as_of"),
    path("deployments/<uuid:promotion_id>/", promotion, name="promotion"),
    path(
        "deployments/<uuid:promotion_id>/read-again/",
        read_promotion_again,
        name="read_promotion_again",
    ),
    path(
        "deployments/<uuid:promotion_id>/request/",
        request_promotion,
        name="request_promotion",
    ),
    path("alarms/<uuid:alarm_id>/close/", close_alarm, name="close_promotion_alarm"),
    path("targets/", targets, name="targets"),
    path("targets/add/", add_target, name="add_target"),
    path("targets/<uuid:target_id>/", target, name="target"),
    path("targets/<uuid:target_id>/change/", change_target, name="change_target"),
    path("targets/add-connection/", add_connection, name="add_connection"),
    path("connections/<uuid:connection_id>/renew/", renew_token, name="renew_token"),
    path("connections/<uuid:connection_id>/test/", test_connection, name="test_connection"),
    path("connections/<uuid:connection_id>/switch/", switch_connection, name="switch_connection"),
    path(VERSION, version, name="version"),
    path(f"{VERSION}deciders/", version_deciders, name="version_deciders"),
    path(f"{VERSION}runs/", version_runs, name="version_runs"),
    path(f"{VERSION}checks/", version_checks, name="version_checks"),
    path(f"{VERSION}checks/cancel/", cancel_checks, name="cancel_checks"),
    path(f"{VERSION}checks/restart/", restart_checks, name="restart_checks"),
    path(f"{VERSION}panel/", version_panel, name="version_panel"),
    path(f"{VERSION}timeline/", version_timeline, name="version_timeline"),
    path(f"{VERSION}request-evidence/", request_evidence, name="request_evidence"),
    path(f"{VERSION}comment/", comment_version, name="comment_version"),
    path(f"{VERSION}comment/people/", callable_people, name="callable_people"),
    path(f"{VERSION}comment/<uuid:comment_id>/", change_comment, name="change_comment"),
    path(f"{VERSION}attention/", note_attention, name="note_attention"),
    path(f"{VERSION}submit/", submit_version, name="submit_version"),
    path(f"{VERSION}withdraw/", withdraw_version, name="withdraw_version"),
    path(f"{VERSION}abandon-revision/", abandon_revision, name="abandon_revision"),
    path(f"{VERSION}retire/", retire_version, name="retire_version"),
    path(f"{VERSION}suspend/", suspend_version, name="suspend_version"),
    path(f"{VERSION}resume/", resume_version, name="resume_version"),
    path(f"{VERSION}roll-back/", roll_back, name="roll_back"),
    path(LIVE, live_change, name="live_change"),
    path(f"{LIVE}begin-signature/", begin_live_signature, name="begin_live_signature"),
    path(f"{LIVE}sign/", sign_live_change, name="sign_live_change"),
    path(f"{LIVE}sign-elsewhere/", sign_live_change_elsewhere, name="sign_live_change_elsewhere"),
    path(f"{LIVE}finish-signature/", finish_live_signature, name="finish_live_signature"),
    path(f"{LIVE}refuse/", refuse_live_change, name="refuse_live_change"),
    path(f"{LIVE}review/", review_live_change, name="review_live_change"),
    path(
        f"{VERSION}write-validation-report/",
        write_validation_report,
        name="write_validation_report",
    ),
    path(f"{VERSION}validation-report/<slug:form>/", validation_report, name="validation_report"),
    path(f"{VERSION}decide/", decide_version, name="decide_version"),
    path(f"{VERSION}validate/", validate_version, name="validate_version"),
    path(f"{VERSION}begin-signature/", begin_signature, name="begin_signature"),
    path(f"{VERSION}set-conditions/", set_conditions, name="set_conditions"),
    path(f"{VERSION}sign-elsewhere/", sign_elsewhere, name="sign_elsewhere"),
    path(f"{VERSION}finish-signature/", finish_signature, name="finish_signature"),
    path(f"{VERSION}approve/", approve_version, name="approve_version"),
    path(f"{VERSION}reject/", reject_version, name="reject_version"),
    path(f"{VERSION}request-changes/", request_changes, name="request_changes"),
    path(f"{VERSION}abstain/", abstain, name="abstain"),
    path(f"{VERSION}recuse/", recuse, name="recuse"),
    path(f"{VERSION}delegate/", delegate_decision, name="delegate_decision"),
    path(f"{VERSION}admit/", admit_version, name="admit_version"),
    path("revalidations/<uuid:case_id>/", revalidation, name="revalidation"),
    path("revalidations/<uuid:case_id>/validate-again/", validate_again, name="validate_again"),
    path(f"{VERSION}waive-gate/", waive_gate, name="waive_gate"),
    path("conditions/<uuid:condition_id>/meet/", meet_condition, name="meet_condition"),
    path("conditions/<uuid:condition_id>/close/", close_condition, name="close_condition"),
    path("conditions/<uuid:condition_id>/void/", void_condition, name="void_condition"),
    path(f"{VERSION}raise-finding/", raise_finding, name="raise_finding"),
    path(f"{VERSION}apply-policy/", apply_policy, name="apply_policy"),
    path("policies/<slug:name>/cases/", policy_cases, name="policy_cases"),
    path("policy-drafts/<uuid:draft_id>/effect/", policy_effect, name="policy_effect"),
    path("findings/<uuid:finding_id>/answer/", answer_finding, name="answer_finding"),
    path("findings/<uuid:finding_id>/close/", close_finding, name="close_finding"),
    path(f"{VERSION}evidence/<uuid:file_id>/", evidence_file, name="evidence_file"),
    path(f"{VERSION}reports/<int:report>/file/", report_file, name="report_file"),
    path(f"{VERSION}artifacts/<uuid:file_id>/", artifact_file, name="artifact_file"),
]
