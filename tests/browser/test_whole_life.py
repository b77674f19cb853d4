"""One model's whole life, by clicking: each role in a browser of its own, a worker beside them."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from examples.credit.submit import MODEL, PURPOSE, TITLE, submission, submit
from governance.client import Client
from governance.project.environment import BASE_DIR
from tests.browser.people import (
    code_of,
    decide,
    dialog,
    entered,
    open_case,
    open_in_menu,
    prove,
    toast,
    until,
)
from tests.chromium import Console, OpenPage
from tests.databases import Database
from workflows.delivery.supervisor import Supervisor
from workflows.management.cast import CAST, PASSWORD, PORTFOLIO, add_production, gather

pytestmark = pytest.mark.browser


@dataclass
class Story:
    """The people at their browsers, and the secret that Dana keeps."""

    site: str
    open_page: OpenPage
    pages: dict[str, Page] = field(default_factory=dict)
    token: str = ""

    def at(self, username: str) -> Page:
        """Somebody's browser; signed in when it is opened."""
        if username not in self.pages:
            self.pages[username] = entered(self.open_page, self.site, username)
        return self.pages[username]

    @property
    def pipeline(self) -> Client:
        """What Dana's pipeline sends with."""
        return Client(self.site, self.token)


@pytest.fixture
def worker_and_clock(house_database: Database, site: str, tmp_path: Path) -> Iterator[None]:
    """A real Celery worker and a real clock in processes of their own, on the same database."""
    from django.conf import settings  # noqa: PLC0415  read after the site has set its own

    own = {
        "AUDIT_KEY_FILE": str(settings.AUDIT_KEY_FILE),
        "BROKER_URL": "filesystem://",
        "DATABASE_URL": house_database.url,
        "FORGE_DIR": str(settings.FORGE_DIR),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SITE_URL": site,
        "VAR_DIR": str(tmp_path),
    }
    manage = [sys.executable, str(BASE_DIR / "manage.py")]
    programs = {"worker": [*manage, "worker"], "tick": [*manage, "tick", "--every", "1"]}
    with (
        override_settings(VAR_DIR=tmp_path, BROKER_URL="filesystem://"),
        Supervisor(programs, env={**os.environ, **own}, grace_s=0.2),
    ):
        yield


def test_from_the_first_role_to_the_rejected_successor(
    site: str, worker_and_clock: None, open_page: OpenPage, console: Console
) -> None:
    """Registered, submitted, checked, validated, signed twice, merged, live; then a second try."""
    console.allow("status of 422")  # the wrong password
    console.allow("status of 404")  # what a stranger finds
    add_production(gather([member for member in CAST if member.username != "victor"]))
    story = Story(site, open_page)
    administrator_sets_up_an_app(story)
    administrator_adds_a_validator(story)
    administrator_proposes_an_officer(story)
    administrator_equips_the_pipeline(story)
    developer_registers_the_model(story)
    submit(story.pipeline, 1)
    validator_validates(story)
    officers_sign(story)
    engineer_merges(story)
    owner_closes_the_alert(story)
    developer_submits_a_draft(story)
    officer_rejects_the_successor(story)
    auditor_checks_the_log(story)
    stranger_sees_nothing(story)


def administrator_sets_up_an_app(story: Story) -> None:
    """Who gives rights to others needs a second factor first, and is led to it."""
    page = story.at("alma")
    open_in_menu(page, "Access")
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    toast(page, "Authenticator app activated.")


def administrator_adds_a_validator(story: Story) -> None:
    """Victor comes to the house and gets his role, on screen."""
    page = story.at("alma")
    open_in_menu(page, "Access")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Victor Validator")
    page.get_by_label("E-mail").fill("victor@example.org")
    page.get_by_label("Account").fill("victor")
    page.get_by_label("First password").fill(PASSWORD)
    page.get_by_role("button", name="Add a person").click()
    toast(page, "Victor Validator can sign in now.")
    give_role(page, "model_validator")
    toast(page, "The role is given and works at once.")


def administrator_proposes_an_officer(story: Story) -> None:
    """A role that signs takes two administrators: as long as one alone asks, Sam has nothing."""
    page = story.at("alma")
    open_in_menu(page, "Access")
    page.get_by_role("link", name="Sam Stranger").click()
    give_role(page, "risk_officer")
    toast(page, "A sensitive role starts when the second administrator confirms it.")


def give_role(page: Page, role: str, holder: str = "") -> None:
    """In the dialog of a person's page."""
    page.get_by_role("button", name="Give a role").click()
    shown = dialog(page, re.compile("^Give .* a role$"))
    shown.get_by_label("Role", exact=True).select_option(role)
    shown.get_by_label("Where", exact=True).select_option(PORTFOLIO)
    if holder:
        shown.get_by_label(re.compile("^For")).select_option(label=holder)
    shown.get_by_label("Reason", exact=True).fill("Named by the committee")
    shown.get_by_role("button", name="Give the role").click()


def administrator_equips_the_pipeline(story: Story) -> None:
    """A service account for which Dana answers, with a role and a token that is shown once."""
    page = story.at("alma")
    open_in_menu(page, "Access")
    page.get_by_role("link", name="Dana Developer").click()
    page.get_by_role("button", name="Add a service account").click()
    shown = dialog(page, "Add a service account")
    shown.get_by_label("Account").fill("ci-credit")
    shown.get_by_role("button", name="Add a service account").click()
    toast(page, "The service account is there.")
    give_role(page, "service_account", holder="ci-credit")
    toast(page, "The role is given and works at once.")
    page.get_by_role("button", name="Issue a token").click()
    shown = dialog(page, "Issue a token for ci-credit")
    shown.get_by_label("Name").fill("pipeline")
    for permission in ("kpi:record", "model:view", "version:create", "version:submit"):
        shown.get_by_role("checkbox", name=permission).check()
    shown.get_by_role("button", name="Issue the token").click()
    story.token = page.locator("#secret").inner_text()


def developer_registers_the_model(story: Story) -> None:
    """Dana enters it in the inventory; nothing of it can be used yet."""
    page = story.at("dana")
    open_in_menu(page, "Models")
    page.get_by_role("link", name="Register a model").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Name", exact=True).fill(MODEL)
    page.get_by_label("Portfolio").select_option(PORTFOLIO)
    page.get_by_role("radio", name="Tier 1").check()
    page.get_by_label("Purpose").fill(PURPOSE)
    page.get_by_role("button", name="Register the model").click()
    expect(page.get_by_text("No version is live.")).to_be_visible()


def validator_validates(story: Story) -> None:
    """Victor opens the case from his inbox, writes his report and validates."""
    page = story.at("victor")
    open_case(page, TITLE)
    expect(page.locator("#decide")).to_contain_text(
        "Your decision", timeout=30_000
    )  # the checks end
    page.get_by_label("Scope").fill("Data, method and code.")
    page.get_by_label("Tests done").fill("Computed every figure again.")
    page.get_by_label("Conclusion").fill("Ranks as stated.")
    page.get_by_label("I took no part").check()
    page.get_by_role("button", name="Keep the report").click()
    toast(page, "The report is written.")
    decide(page, "Validated", press="Record the decision")
    toast(page, "Recorded: validated.")


def officers_sign(story: Story) -> None:
    """Rita mistypes her password first; Rolf's signature completes the quorum."""
    rita, rolf = story.at("rita"), story.at("rolf")
    open_case(rita, TITLE)
    decide(rita, "Approve", "Waiver until March.")
    prove(rita, "not-her-password")
    expect(dialog(rita, "Sign your decision")).to_contain_text("Nothing was signed.")
    prove(rita)
    toast(rita, "Signed. Others are asked for their signatures.")
    open_case(rolf, TITLE)
    expect(rolf.locator("#panel")).to_contain_text("1 of 2")
    decide(rolf, "Approve")
    prove(rolf)
    toast(rolf, "Signed. The version is approved")


def engineer_merges(story: Story) -> None:
    """Mo reads the pull request that the worker opened, confirms, and the version is live."""
    page = story.at("mo")
    until(page, lambda: page.locator(".fe-case").count() == 1)
    page.locator(".fe-case").get_by_role("link", name=TITLE).click()
    expect(page.locator("#standing")).to_contain_text("foureyes/approved")
    page.get_by_role("button", name="Merge into main").click()
    dialog(page, "Merge into main").get_by_role("button", name="Merge into main").click()
    toast(page, "Merged.")
    open_in_menu(page, "Deployments")
    until(page, lambda: page.get_by_role("main").get_by_text("1.0.0").count() > 0)
    page.goto(f"/models/{MODEL}/versions/1/")
    expect(page.locator("#panel")).to_contain_text("Live since")


def owner_closes_the_alert(story: Story) -> None:
    """Olive asks for an AUC; a reading below it waits for her until she says what follows."""
    page = story.at("olive")
    page.goto(f"/models/{MODEL}/")
    page.get_by_role("link", name="Set a threshold").click()
    page.get_by_label("Key figure").fill("auc")
    page.get_by_role("radio", name="at least").check()
    page.get_by_label("Value").fill("0.74")
    page.get_by_role("button", name="Set the threshold").click()
    toast(page, "The threshold holds from the next reading.")
    story.pipeline.record_kpi(MODEL, 1, kpi="auc", value="0.712", observed_on=localdate())
    open_in_menu(page, "Inbox")
    until(page, lambda: page.locator(".fe-case").count() == 1)
    page.goto(f"/models/{MODEL}/")
    page.get_by_role("rowheader").get_by_role("link", name="0.712").click()
    page.get_by_label("Reason").fill("The spring campaign; version 2 is on its way.")
    page.get_by_role("button", name="Close the alert").click()
    toast(page, "The alert is closed.")
    open_in_menu(page, "Inbox")
    until(page, lambda: page.get_by_text("Nothing waits for you").is_visible())


def developer_submits_a_draft(story: Story) -> None:
    """The pipeline leaves version 2 as a draft; Dana submits it and sees its checks end."""
    client, sent = story.pipeline, submission(2)
    draft = client.create_version(MODEL, label=sent.label, change_note=sent.change_note)
    for artifact in sent.artifacts:
        client.upload_artifact(MODEL, draft.number, artifact.path, role=artifact.role)
    for evidence in sent.evidence:
        client.upload_evidence(
            MODEL, draft.number, evidence.path, kind=evidence.kind, columns=evidence.columns
        )
    page = story.at("dana")
    page.goto(f"/models/{MODEL}/versions/2/")
    page.get_by_role("button", name="Submit", exact=True).click()
    toast(page, "Submitted.")
    measured = page.locator("#performance")  # the page follows by itself
    expect(measured).to_contain_text("Same 1,000 cases for both", timeout=30_000)
    measured.locator("figure").first.scroll_into_view_if_needed()
    expect(measured.locator("figure[data-drawn]").first).to_be_visible()


def officer_rejects_the_successor(story: Story) -> None:
    """Validated as well, but Rolf says no, and why; the champion stays."""
    validator_validates(story)
    page = story.at("rolf")
    open_case(page, TITLE)
    decide(page, "Reject", "Its inputs cannot be explained to applicants.")
    toast(page, "Recorded: rejected.")
    dana = story.at("dana")
    dana.reload()
    expect(dana.locator("#panel")).to_contain_text("Its inputs cannot be explained")
    expect(dana.locator("#panel")).to_contain_text("version 3")
    dana.goto(f"/models/{MODEL}/")
    expect(dana.get_by_text("1.0.0 has been live since")).to_be_visible()


def auditor_checks_the_log(story: Story) -> None:
    """Ada finds the signature, reads its proof, and has the whole log computed again."""
    page = story.at("ada")
    open_in_menu(page, "Log")
    page.get_by_label("Action").select_option("version.approved")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.locator("#proof")).to_contain_text("Proof checks", timeout=30_000)
    open_in_menu(page, "Log")
    page.get_by_role("button", name="Verify now").click()
    good = page.get_by_text("The log is complete and unchanged.")
    expect(good).to_be_visible(timeout=60_000)


def stranger_sees_nothing(story: Story) -> None:
    """Sam has an account and no role: nothing waits, nothing is listed, nothing is there."""
    page = story.at("sam")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(page.get_by_role("link", name="Log", exact=True)).to_have_count(0)
    open_in_menu(page, "Models")
    expect(page.get_by_text(TITLE)).to_have_count(0)
    answer = page.goto(f"/models/{MODEL}/")
    assert answer
    assert answer.status == 404
