"""Addresses of access and of a person's own preferences."""

from django.urls import path

from governance.access.views.conflicts import (
    add_conflict_rule,
    conflicts,
    remove_conflict_rule,
)
from governance.access.views.delegations import delegations, revoke_delegation
from governance.access.views.emergencies import break_glass, emergencies, review_break_glass
from governance.access.views.explaining import who, why
from governance.access.views.history import history
from governance.access.views.importing import apply_import, export_grants, preview_import
from governance.access.views.mapping import add_group_mapping, mappings, remove_group_mapping
from governance.access.views.matrix import matrix
from governance.access.views.people import add_person, add_portfolio, people
from governance.access.views.person import (
    add_service_account,
    deactivate,
    grant,
    issue_token,
    person,
    reactivate,
    revoke,
    revoke_token,
)
from governance.access.views.preferences import preferences
from governance.access.views.proposals import confirm_proposal, decline_proposal, proposals
from governance.access.views.reviews import (
    access_review,
    access_reviews,
    decide_item,
    export_review,
    open_review,
)
from governance.access.views.roles import add_role, delete_role, role, roles
from governance.access.views.teams import (
    add_member,
    add_team,
    grant_to_team,
    remove_member,
    revoke_from_team,
    team,
    teams,
)
from governance.access.views.tokens import tokens

PERSON = "access/people/<uuid:person_id>/"
REVIEW = "access/reviews/<uuid:review_id>/"
TEAM = "access/teams/<uuid:team_id>/"

urlpatterns = [
    path("access/people/", people, name="people"),
    path("access/people/add/", add_person, name="add_person"),
    path(PERSON, person, name="person"),
    path(f"{PERSON}grant/", grant, name="grant"),
    path(f"{PERSON}assignments/<uuid:assignment_id>/revoke/", revoke, name="revoke"),
    path(f"{PERSON}deactivate/", deactivate, name="deactivate_person"),
    path(f"{PERSON}reactivate/", reactivate, name="reactivate_person"),
    path(f"{PERSON}service-accounts/add/", add_service_account, name="add_service_account"),
    path(f"{PERSON}tokens/<uuid:token_id>/revoke/", revoke_token, name="revoke_token"),
    path("access/accounts/<uuid:account_id>/tokens/issue/", issue_token, name="issue_token"),
    path("access/import/", preview_import, name="preview_import"),
    path("access/import/apply/", apply_import, name="apply_import"),
    path("access/export/<str:form>/", export_grants, name="export_grants"),
    path("access/matrix/", matrix, name="matrix"),
    path("access/conflicts/", conflicts, name="conflicts"),
    path("access/conflicts/rules/add/", add_conflict_rule, name="add_conflict_rule"),
    path(
        "access/conflicts/rules/<slug:name>/remove/",
        remove_conflict_rule,
        name="remove_conflict_rule",
    ),
    path("access/groups/", mappings, name="group_mappings"),
    path("access/groups/add/", add_group_mapping, name="add_group_mapping"),
    path(
        "access/groups/<uuid:mapping_id>/remove/", remove_group_mapping, name="remove_group_mapping"
    ),
    path("access/history/", history, name="history_of_grants"),
    path("access/tokens/", tokens, name="tokens"),
    path("access/roles/", roles, name="roles"),
    path("access/roles/add/", add_role, name="add_role"),
    path("access/roles/<slug:name>/", role, name="role"),
    path("access/roles/<slug:name>/delete/", delete_role, name="delete_role"),
    path("access/teams/", teams, name="teams"),
    path("access/teams/add/", add_team, name="add_team"),
    path(TEAM, team, name="team"),
    path(f"{TEAM}grant/", grant_to_team, name="grant_to_team"),
    path(
        f"{TEAM}assignments/<uuid:assignment_id>/revoke/", revoke_from_team, name="revoke_from_team"
    ),
    path(f"{TEAM}members/add/", add_member, name="add_member"),
    path(f"{TEAM}members/<uuid:person_id>/remove/", remove_member, name="remove_member"),
    path("access/proposals/", proposals, name="proposals"),
    path("access/proposals/<uuid:proposal_id>/confirm/", confirm_proposal, name="confirm_proposal"),
    path("access/proposals/<uuid:proposal_id>/decline/", decline_proposal, name="decline_proposal"),
    path("access/reviews/", access_reviews, name="access_reviews"),
    path("access/reviews/open/", open_review, name="open_review"),
    path(REVIEW, access_review, name="access_review"),
    path(f"{REVIEW}export/", export_review, name="export_review"),
    path(f"{REVIEW}<uuid:item_id>/decide/", decide_item, name="decide_item"),
    path("access/why/", why, name="why"),
    path("access/who/<slug:name>/<int:number>/<str:permission>/", who, name="who"),
    path("access/emergencies/", emergencies, name="emergencies"),
    path("access/emergencies/break/", break_glass, name="break_glass"),
    path(
        "access/emergencies/<uuid:broken_id>/review/",
        review_break_glass,
        name="review_break_glass",
    ),
    path("access/portfolios/add/", add_portfolio, name="add_portfolio"),
    path("preferences/", preferences, name="preferences"),
    path("preferences/deputies/", delegations, name="delegations"),
    path(
        "access/delegations/<uuid:delegation_id>/revoke/",
        revoke_delegation,
        name="revoke_delegation",
    ),
]
