"""The life of a version in an overlay that a team owns, and in a file that stands alone."""

from pathlib import Path
from typing import Any

import pytest

from governance.audit.models import AuditKey
from governance.client.attestation import Asked, verify_approval
from governance.errors import Permanent
from governance.outbox.operations import hasten
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.manifest import manifest_of
from workflows.gitops.models import PromotionAlarm, PullRequest
from workflows.gitops.operations import merge_pull_request, open_promotion, watch_targets
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import create_promotions

IMAGE = "registry.example/credit@sha256:" + "1" * 64
NEXT = "registry.example/credit:2.1"
FOLDER = "teams/credit-default"
PATH = f"{FOLDER}/kustomization.yaml"
THEIRS = """\
# The risk team's. Ask before you change it.
kind: Kustomization
resources:
- ../base   # theirs

images:
- name: "sidecar"  # not the model
  newTag: '1.0'
# until here
"""
ENTRY = f"""\
- name: credit-default
  digest: "sha256:{"1" * 64}"
  newName: registry.example/credit
transformers:
- foureyes.yaml
"""
WITH_OURS = {
    "overlay_kserve": THEIRS.replace("# theirs\n", "# theirs\n- foureyes.yaml\n"),
    "overlay_deployment": THEIRS.replace("# until here\n", f"{ENTRY}# until here\n"),
}
ALONE = {"kserve": "inferenceservice.yaml", "deployment": "deployment.yaml"}


@pytest.fixture
def team(bank: Any) -> Any:
    """A team with an overlay of its own on main."""
    push(bank, THEIRS)
    return bank


def push(bank: Any, text: str, path: str = PATH) -> None:
    """The team changes its file with Git."""
    bank.push("main", **{path.replace("/", "__"): text})


def on_main(bank: Any, path: str = PATH) -> str | None:
    found: str | None = bank.disk.file_at(str(bank.disk.ref("main")), path)
    return found


def merged(bank: Any, promotion: Promotion) -> Promotion:
    row = PullRequest.objects.get(promotion=promotion)
    merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    bank.work()
    return Promotion.objects.get(pk=promotion.pk)


def alarms(bank: Any, promotion: Promotion) -> list[str]:
    """What a minute's look at the branch has found."""
    watch_targets()
    hasten("target.watch", str(promotion.target_id))
    bank.work()
    return list(PromotionAlarm.objects.values_list("text", flat=True))


@pytest.mark.parametrize("flavour", WITH_OURS)
def test_a_version_lives_in_a_teams_overlay_and_leaves_it_as_it_was(
    team: Any, flavour: str
) -> None:
    """Deployed, beside what the team changes meanwhile; another's hand on ours is seen; retired."""
    team.target(flavour=flavour, path="teams/{model}")
    promotion = merged(team, team.open(image=IMAGE).promotion)
    assert (promotion.state, promotion.version.state) == ("deployed", "deployed")
    assert on_main(team) == WITH_OURS[flavour]
    push(team, WITH_OURS[flavour].replace("'1.0'", "'1.1'"))
    assert alarms(team, promotion) == []
    push(team, THEIRS)
    [alarm] = alarms(team, promotion)
    assert PATH in alarm
    push(team, WITH_OURS[flavour].replace("'1.0'", "'1.1'"))
    [gone] = create_promotions(
        promotion.approval_round, promotion.version, kind="retire", actor=team.people["mo"]
    )
    team.work()
    assert merged(team, gone).state == "deployed"
    assert on_main(team) == THEIRS.replace("'1.0'", "'1.1'")
    assert on_main(team, f"{FOLDER}/foureyes.yaml") is None


def test_the_next_version_changes_its_entry_and_the_first_comes_back(team: Any) -> None:
    """A tag in the place of a digest, and back: what is not said any more is taken away."""
    team.target(flavour="overlay_deployment", path="teams/{model}")
    first = merged(team, team.open(image=IMAGE).promotion)
    merged(team, team.open(image=NEXT).promotion)
    assert ours_in(on_main(team)) == {"newName: registry.example/credit", 'newTag: "2.1"'}
    [back] = create_promotions(
        first.approval_round, first.version, kind="roll_back", actor=team.people["mo"]
    )
    assert back.content_digest == first.content_digest
    team.work()
    assert merged(team, back).state == "deployed"
    assert ours_in(on_main(team)) == ours_in(WITH_OURS["overlay_deployment"])


def ours_in(text: str | None) -> set[str]:
    """What the entry of our image says, whatever its order."""
    entry = str(text).partition("- name: credit-default\n")[2].partition("transformers:")[0]
    return {line.strip() for line in entry.splitlines() if not line.startswith("#")}


@pytest.mark.parametrize("flavour", ["overlay_deployment", "kserve", "helm_values"])
def test_a_target_of_another_flavour_leaves_nothing_of_the_former(team: Any, flavour: str) -> None:
    """Neither our file nor an entry that names it: the dossier shows that, and the change does."""
    target = team.target(flavour="overlay_kserve", path="teams/{model}")
    merged(team, team.open(image=IMAGE).promotion)
    values = f"{FOLDER}/values.yaml"
    push(team, "port: 80\n", values)
    Target.objects.filter(pk=target.pk).update(flavour=flavour)
    second = team.open(image=IMAGE).promotion
    [shown] = manifest_of(dossier_of(team.people["sam"], "credit-default", 2))
    assert "-- foureyes.yaml" in next(one.text for one in shown.diffs if one.path == PATH)
    assert merged(team, second).state == "deployed"
    ours = {"overlay_deployment": WITH_OURS["overlay_deployment"]}
    assert on_main(team) == ours.get(flavour, THEIRS)
    assert (on_main(team, f"{FOLDER}/foureyes.yaml") is None) == (flavour not in ours)
    assert str(on_main(team, values)).startswith("port: 80\n")


def test_what_another_target_reads_is_not_taken_away(bank: Any) -> None:
    """Two overlays share a base; one of them becomes a file of its own."""
    bank.target("staging", environment="staging")
    bank.target()
    for promotion in bank.approved():
        bank.work()
        merged(bank, promotion)
    Target.objects.filter(name="staging").update(flavour="kserve")
    second = next(one for one in bank.approved() if one.target.name == "staging")
    bank.work()
    assert merged(bank, second).state == "deployed"
    files = {
        path.rpartition("models/credit-default/")[2]
        for path in bank.disk.tree_files(bank.disk.ref("main"), "models")
    }
    assert files == {
        "base/inferenceservice.yaml",
        "base/kustomization.yaml",
        "inferenceservice.yaml",
        "overlays/production/kustomization.yaml",
        "overlays/production/version.yaml",
    }


@pytest.mark.parametrize("flavour", ALONE)
def test_a_file_stands_alone(bank: Any, flavour: str, tmp_path: Path) -> None:
    """One manifest and what proves it, nothing else; other bytes there are an alarm."""
    bank.target(flavour=flavour)
    promotion = merged(bank, bank.open(image=IMAGE).promotion)
    path = f"models/credit-default/{ALONE[flavour]}"
    files = bank.disk.tree_files(bank.disk.ref("main"), "models")
    assert (promotion.state, list(files)) == ("deployed", [path])
    assert verified(bank, promotion, tmp_path) == "valid as signed"
    push(bank, f"{on_main(bank, path)}# sneaked in\n", path)
    assert path in alarms(bank, promotion)[0]
    assert verified(bank, promotion, tmp_path) == "invalid"


def test_an_attestation_holds_for_our_entries_only(team: Any, tmp_path: Path) -> None:
    """Whoever checks a clone sees whether the team's file still says what was approved."""
    team.target(flavour="overlay_deployment", path="teams/{model}")
    promotion = merged(team, team.open(image=IMAGE).promotion)
    push(team, str(on_main(team)).replace("'1.0'", "'1.1'"))
    assert verified(team, promotion, tmp_path) == "valid as signed"
    push(team, str(on_main(team)).replace("sha256:1", "sha256:2"))
    assert verified(team, promotion, tmp_path) == "invalid"


def verified(bank: Any, promotion: Promotion, clone: Path) -> str:
    """What the stand-alone check says of a clone of main."""
    tip = bank.disk.ref("main")
    for name in bank.disk.tree_files(tip):
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(bank.disk.file_at(tip, name), encoding="utf-8", newline="")
    folder = clone / ".foureyes" / str(promotion.pk)
    key = AuditKey.objects.get().vkey
    return str(verify_approval(Asked(folder, clone, (key,))).standing)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ("resources: [", "is not YAML"),
        ("resources: ../base\n", "“resources” is something else"),
        ("- resources\n", "holds a list"),
        (None, "There is no file"),
    ],
    ids=["no yaml", "no list", "a list", "no file"],
)
def test_a_file_that_cannot_be_edited_parks_the_job_and_keeps_the_approval(
    team: Any, spoilt: str | None, words: str
) -> None:
    """The dossier has said so before; whoever mends the file presses Retry, and it opens."""
    team.target(flavour="overlay_kserve", path="teams/{model}")
    promotion = team.approved()[0]
    team.push("main", **{PATH.replace("/", "__"): spoilt})
    [shown] = manifest_of(dossier_of(team.people["sam"], "credit-default", 1))
    assert words in shown.refusal
    with pytest.raises(Permanent, match=words) as refusal:
        open_promotion(team.claim("promotion.open", str(promotion.pk)))
    assert PATH in str(refusal.value.message)
    assert "“path”" in str(refusal.value.remedy)
    promotion.refresh_from_db()
    assert (promotion.state, promotion.approval_round.state) == ("preparing", "passed")
    push(team, THEIRS)
    open_promotion(team.claim("promotion.open", str(promotion.pk)))
    row = PullRequest.objects.get()
    assert team.disk.file_at(row.head_sha, PATH) == WITH_OURS["overlay_kserve"]


def test_an_overlay_without_the_deployment_parks_the_job_and_names_the_setting(team: Any) -> None:
    """Kustomize would build nothing; the dossier says so before, Retry goes on when it is there."""
    team.target(flavour="overlay_deployment", path="teams/{model}")
    push(team, "resources: [app.yaml]\n", "teams/base/kustomization.yaml")
    push(team, "kind: Deployment\nmetadata: {name: scorer}\n", "teams/base/app.yaml")
    promotion = team.approved(image=IMAGE)[0]
    [shown] = manifest_of(dossier_of(team.people["sam"], "credit-default", 1))
    assert "“Deployment”" in shown.refusal
    with pytest.raises(Permanent, match="has no Deployment credit-default") as refusal:
        open_promotion(team.claim("promotion.open", str(promotion.pk)))
    assert "There is: scorer." in str(refusal.value.remedy)
    app = "kind: Deployment\nmetadata: {name: credit-default}\n"
    pod = "spec: {template: {spec: {containers: [{name: m, image: credit-default}]}}}\n"
    push(team, app + pod, "teams/base/app.yaml")
    open_promotion(team.claim("promotion.open", str(promotion.pk)))
    assert PullRequest.objects.get().promotion_id == promotion.pk


def test_the_dossier_shows_the_difference_that_the_pull_request_makes(team: Any) -> None:
    """Two lines of theirs around ours, against the file of the moment."""
    team.target(flavour="overlay_kserve", path="teams/{model}")
    team.approved()
    [shown] = manifest_of(dossier_of(team.people["sam"], "credit-default", 1))
    [found] = [diff for diff in shown.diffs if diff.path == PATH]
    assert (found.kind, found.added, found.removed) == ("changed", 1, 0)
    assert "+- foureyes.yaml" in found.text
    assert shown.digest == Promotion.objects.get().content_digest
