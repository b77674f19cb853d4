"""Addresses of access and of a person's own preferences."""

from django.urls import path

from governance.access.views.people import add_person, add_portfolio, people
from governance.access.views.person import (
    add_service_account,
    grant,
    issue_token,
    person,
    revoke,
    revoke_token,
)
from governance.access.views.preferences import preferences
from governance.access.views.roles import roles

urlpatterns = [
    path("access/people/", people, name="people"),
    path("access/people/add/", add_person, name="add_person"),
    path("access/people/<uuid:person_id>/", person, name="person"),
    path("access/people/<uuid:person_id>/grant/", grant, name="grant"),
    path(
        "access/people/<uuid:person_id>/assignments/<uuid:assignment_id>/revoke/",
        revoke,
        name="revoke",
    ),
    path(
        "access/people/<uuid:person_id>/service-accounts/add/",
        add_service_account,
        name="add_service_account",
    ),
    path(
        "access/people/<uuid:person_id>/tokens/<uuid:token_id>/revoke/",
        revoke_token,
        name="revoke_token",
    ),
    path("access/accounts/<uuid:account_id>/tokens/issue/", issue_token, name="issue_token"),
    path("access/roles/", roles, name="roles"),
    path("access/portfolios/add/", add_portfolio, name="add_portfolio"),
    path("preferences/", preferences, name="preferences"),
]
