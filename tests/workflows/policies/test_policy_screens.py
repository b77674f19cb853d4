"""Policies on screens: a wording is edited, previewed, simulated, put in force, applied."""

import re

import pytest
from django.test import Client

from governance.inventory.models import ModelVersion
from tests import stories
from tests.stories import signed_in
from tests.workflows.policies.wordings import approving, step, tier_policy
from workflows.cases.models import Case
from workflows.policies.models import Policy, PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated under tier 1."""
    return stories.validated_version()


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the editor's form as it stands."""
    form = page[page.index('id="editor"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1] if value else "on"
    for name, body in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        found[name] = (chosen or first)[1] if first else ""
    areas = r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>'
    found |= dict(re.findall(areas, form, re.DOTALL))
    found.pop("csrfmiddlewaretoken", None)
    return found


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_note_with_the_one_sign_that_no_row_keeps_is_refused(version: ModelVersion) -> None:
    """In words, and nothing is half-written."""
    alma = signed_in("alma")
    fields = fields_of(page(alma, "/policies/tier-1/edit/"))
    answer = alma.post("/policies/tier-1/edit/", fields | {"do": "save", "note": "Qui\0cker\nnow"})
    assert answer.status_code == 422
    assert "“note” holds a NUL character" in answer.content.decode()
    assert not PolicyVersion.objects.filter(state="draft").exists()


def test_a_wording_saved_as_it_stands_is_the_same(version: ModelVersion) -> None:
    """The form shows or keeps everything that a wording says."""
    alma = signed_in("alma")
    fields = fields_of(page(alma, "/policies/tier-1/edit/"))
    answer = alma.post("/policies/tier-1/edit/", fields | {"do": "save"})
    assert answer.status_code == 302, answer.content.decode()
    draft = PolicyVersion.objects.get(state="draft")
    former = PolicyVersion.objects.get(policy__name="tier-1", state="in_force")
    assert draft.definition == former.definition
    assert "The same words as before" in page(alma, answer["Location"])


def test_a_step_is_added_without_saving_and_what_was_typed_stays(version: ModelVersion) -> None:
    """Beside it, after it, and gone again; a wrong number is kept and marked at its place."""
    alma = signed_in("alma")
    fields = fields_of(page(alma, "/policies/tier-1/edit/"))
    fields["approve.0.0.quorum"] = "two"
    added = alma.post("/policies/tier-1/edit/", fields | {"do": "add_step:approve"})
    fields = fields_of(added.content.decode())
    assert fields["approve.0.0.quorum"] == "two"
    assert fields["approve.1.0.role"] == "risk_officer"
    assert not PolicyVersion.objects.filter(state="draft").exists()
    saved = alma.post("/policies/tier-1/edit/", fields | {"do": "save"})
    assert saved.status_code == 422
    text = saved.content.decode()
    assert 'id="approve.0.0.quorum-e">A whole number from 1 to 20.' in text
    fields = fields_of(text)
    assert fields["approve.0.0.quorum"] == "two"
    beside = alma.post("/policies/tier-1/edit/", fields | {"do": "add_beside:approve:0"})
    assert "approve.0.1.role" in fields_of(beside.content.decode())
    gone = alma.post("/policies/tier-1/edit/", fields | {"do": "remove_step:approve:1:0"})
    assert "approve.1.0.role" not in fields_of(gone.content.decode())


def base_of(text: str) -> str:
    """Which words a page of the editor began from."""
    found = re.search(r'name="base" value="(\w+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("way", ["edit", "edit-text"])
def test_what_began_from_former_words_is_not_saved_over_newer_ones(
    version: ModelVersion, way: str
) -> None:
    """Another wording came in force meanwhile: it is told, and what was typed is still there."""
    alma, address = signed_in("alma"), f"/policies/tier-1/{way}/"
    opened = page(alma, address)
    typed = fields_of(opened) if way == "edit" else {"base": base_of(opened)}
    typed |= {"approve.0.0.due_business_days": "9", "text": "format: 2"}
    tier_policy(approving([step("risk_officer", 2)]))
    refused = alma.post(address, typed | {"do": "save"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "The wording has changed since this page was loaded." in text
    assert ('value="9"' if way == "edit" else "format: 2") in text
    assert not PolicyVersion.objects.filter(state="draft").exists()
    assert base_of(text) != typed["base"]


def drafted_with_a_head(client: Client) -> str:
    """A second stage for the head of model risk, saved; returns the draft's address."""
    fields = fields_of(page(client, "/policies/tier-1/edit/"))
    added = client.post("/policies/tier-1/edit/", fields | {"do": "add_step:approve"})
    fields = fields_of(added.content.decode()) | {"approve.1.0.role": "head_of_model_risk"}
    answer = client.post("/policies/tier-1/edit/", fields | {"do": "save", "note": "After audit"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_from_a_draft_to_an_open_case(version: ModelVersion) -> None:
    """Drafted by Alma, simulated, put in force by another, applied with a reason."""
    alma, other = signed_in("alma"), signed_in("admin1")
    address = drafted_with_a_head(alma)
    draft = page(alma, address)
    assert "It asks at least as much" in draft
    assert "You drafted it, so another administrator puts it in force." in draft
    effect = other.get(f"{address}effect/", headers={"HX-Request": "true"}).content.decode()
    assert "would need 1 more person" in effect
    digest = re.search(r'name="digest" value="(\w+)"', page(other, address))
    assert digest
    refused = alma.post(f"{address}put-in-force/", {"digest": digest[1]})
    assert refused.status_code == 403
    done = other.post(f"{address}put-in-force/", {"digest": digest[1]}, follow=True)
    assert "Open cases keep the wording" in done.content.decode()
    cases = page(alma, "/policies/tier-1/cases/")
    assert "would need 1 more person" in cases
    where = f"/models/{version.model.name}/versions/{version.number}/apply-policy/"
    assert signed_in("dana").post(where, {"reason": "x"}).status_code == 403
    alma.post(where, {"reason": "After the audit"})
    assert Case.objects.get(version=version).policy_version.number == 2
    assert "put in force by" in page(alma, "/policies/tier-1/versions/")


def test_what_a_simulation_left_out_is_said(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the cases and of the approvals: where it stopped, out of how many, and what sees all."""
    stories.approved_version(model=stories.registered_model("other", "Other"))
    stories.approved_version(model=stories.registered_model("third", "Third"))
    stories.submitted_version(model=stories.registered_model("fourth", "Fourth"))
    alma = signed_in("alma")
    address = drafted_with_a_head(alma)
    whole = page(alma, f"{address}effect/")
    assert "On the 2 open cases" in whole
    assert "Of 2 approvals, 0 would have stood." in whole
    assert "were simulated" not in whole
    monkeypatch.setattr("workflows.desk.views.policies.ON_A_PAGE", 1)
    part = page(alma, f"{address}effect/")
    assert "Only the 1 oldest of these 2 were simulated." in part
    assert "manage.py policy simulate tier-1" in part
    assert "Only the 1 newest of 2 approvals were simulated." in part
    assert "Of 1 approval, 0 would have stood." in part


def test_open_cases_and_approvals_are_listed_page_by_page(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of the open ones is out of reach, and of the approvals it says how many there are."""
    for name in ("other", "third"):
        stories.approved_version(model=stories.registered_model(name, name.title()))
    stories.submitted_version(model=stories.registered_model("fourth", "Fourth"))
    monkeypatch.setattr("workflows.desk.views.policies.PAGE", 1)
    alma = signed_in("alma")
    first, second = (page(alma, f"/policies/tier-1/cases/?page={number}") for number in (1, 2))
    assert "1 to 1 of 2" in first
    assert ("Fourth" in first, "Fourth" in second) == (False, True)
    assert "The newest 1 of 2." in first


def test_a_policy_that_nobody_could_satisfy_says_so(version: ModelVersion) -> None:
    """On the draft's page, and again when somebody tries all the same."""
    alma, other = signed_in("alma"), signed_in("admin1")
    fields = fields_of(page(alma, "/policies/tier-1/edit/")) | {"approve.0.0.quorum": "9"}
    address = alma.post("/policies/tier-1/edit/", fields | {"do": "save"})["Location"]
    text = page(other, address)
    assert "A policy that nobody can satisfy is refused." in text
    digest = re.search(r'name="digest" value="(\w+)"', text)
    assert digest is None
    refused = other.post(f"{address}put-in-force/", {"digest": "0" * 64})
    assert refused.status_code == 409
    assert other.post(f"{address}discard/").status_code == 302
    page(alma, address, 404)


def test_the_same_as_text(version: ModelVersion) -> None:
    """What is wrong stands with its line, and the text stays; exported it reads back."""
    alma = signed_in("alma")
    text = alma.get("/policies/tier-1/export/").content.decode()
    broken = text.replace("quorum: 2", "quorum: two")
    sent = {"base": base_of(page(alma, "/policies/tier-1/edit-text/"))}
    answer = alma.post("/policies/tier-1/edit-text/", sent | {"text": broken})
    assert answer.status_code == 422
    line = next(n for n, row in enumerate(broken.splitlines(), 1) if "quorum: two" in row)
    assert f"Line {line}:" in answer.content.decode()
    assert "quorum: two" in answer.content.decode()
    assert alma.post("/policies/tier-1/edit-text/", sent | {"text": text}).status_code == 302


def test_a_portfolio_gets_rules_of_its_own(version: ModelVersion) -> None:
    """They begin as a copy of the tier's."""
    alma = signed_in("alma")
    typed = {"title": "Retail 1", "name": "retail-1", "tier": "1"}
    answer = alma.post("/add-policy/", typed | {"place": "retail-credit"})
    assert answer.status_code == 302, answer.content.decode()
    assert Policy.objects.get(name="retail-1").portfolio == version.model.portfolio
    again = alma.post("/add-policy/", typed | {"place": "retail-credit", "name": "r2"})
    assert again.status_code == 409
    assert "has the policy retail-1" in re.sub(r"\s+", " ", again.content.decode()).replace(
        "have the policy", "has the policy"
    )


def test_holidays_are_kept_by_administrators(version: ModelVersion) -> None:
    """A line that is no day is refused where it stands."""
    alma = signed_in("alma")
    typed = {"title": "TARGET", "weekend": ["5", "6"], "holidays": "2026-12-24 Christmas Eve"}
    assert alma.post("/calendars/target/", typed | {"holidays": "soon"}).status_code == 422
    assert alma.post("/calendars/target/", typed).status_code == 302
    assert "2026-12-24 Christmas Eve" in page(signed_in("rita"), "/calendars/target/")
    assert signed_in("rita").post("/calendars/target/", typed).status_code == 403


@pytest.mark.parametrize("who", ["dana", "rita", "ada", "sam"])
def test_who_may_not_draft_gets_no_editor(version: ModelVersion, who: str) -> None:
    """Neither form nor text, nor a button on the page."""
    client = signed_in(who)
    page(client, "/policies/tier-1/edit/", 403)
    page(client, "/policies/tier-1/edit-text/", 403)
    page(client, "/add-policy/", 403)
    assert "Draft a change" not in page(client, "/policies/tier-1/")
