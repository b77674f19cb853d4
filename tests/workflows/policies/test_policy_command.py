"""`manage.py policy`: a policy out of a site as a file, into it as a draft, and checked before."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from governance.inventory.models import RegisteredModel
from tests import stories
from tests.workflows.policies.wordings import approving, step, tier
from workflows.management.cast import PORTFOLIO
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head, write_policy

pytestmark = pytest.mark.django_db
OFFICER = "risk_officer"


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    """The cast, and one model of tier 1."""
    return stories.registered_model()


def policy(*words: str) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("policy", *words, stdout=out)
    return out.getvalue()


def refused(*words: str) -> str:
    """Why the command refuses; nothing has been written."""
    before = set(PolicyVersion.objects.values_list("pk", "state"))
    with pytest.raises(CommandError) as error:
        policy(*words)
    assert set(PolicyVersion.objects.values_list("pk", "state")) == before
    return str(error.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


def test_what_comes_out_goes_in_again(model: RegisteredModel, file: Path) -> None:
    """As a draft of the named account, with the same words; a look before changes nothing."""
    file.write_text(policy("export", "tier-1"))
    assert "nothing is wrong" in policy("check", str(file))
    assert not PolicyVersion.objects.filter(state="draft").exists()
    assert "tier-1 v2 is a draft" in policy("import", str(file), "--as", "alma", "--note", "Same")
    draft, former = PolicyVersion.objects.filter(policy__name="tier-1").order_by("-number")
    assert (draft.state, draft.note, draft.drafted_by.full_name) == ("draft", "Same", "Alma Admin")
    assert draft.definition == former.definition
    assert policy("export", "tier-1", "--number", "2") == file.read_text()


def test_a_draft_is_simulated_on_every_open_case(model: RegisteredModel, file: Path) -> None:
    """How many of how many, and what would happen to each; without a draft what is in force."""
    stories.submitted_version(model=model)
    as_it_is = policy("simulate", "tier-1", "--as", "alma")
    assert "tier-1 v1, simulated on 1 of 1 open cases:" in as_it_is
    assert f"{model.title} 1.0.0: would go on as it is" in as_it_is
    text = policy("export", "tier-1").replace("quorum: 2", "quorum: 3")
    file.write_text(text)
    policy("import", str(file), "--as", "alma")
    drafted = policy("simulate", "tier-1", "--as", "alma")
    assert "tier-1 v2, simulated on 1 of 1 open cases:" in drafted
    assert f"{model.title} 1.0.0: would have nobody" in drafted
    assert "Simulated on 0 of 0 approvals of a year: 0 would have stood." in drafted
    assert "There is no policy" in refused("simulate", "tier-9", "--as", "alma")


def test_what_is_not_there_is_not_exported(model: RegisteredModel) -> None:
    """No policy, no such number; 0 is a number, too."""
    for words in (["tier-9"], ["tier-1", "--number", "7"], ["tier-1", "--number", "0"]):
        assert refused("export", *words) == "There is no such policy."


def test_it_comes_from_standard_input(
    model: RegisteredModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a byte order mark and the line ends of another system, as editors write them."""
    text = policy("export", "tier-1").replace("\n", "\r\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"\ufeff{text}".encode())))
    assert "nothing is wrong" in policy("check", "-")


def test_every_problem_is_told_with_its_line(model: RegisteredModel, file: Path) -> None:
    """What cannot be read, and what could be read and cannot be satisfied."""
    lines = policy("export", "tier-1").splitlines()
    quorum = next(at for at, line in enumerate(lines) if "quorum: 2" in line)
    file.write_text("\n".join([*lines, "colour: blue", "colour: red"]))
    assert f"Line {len(lines) + 2}: “colour” stands here twice." in refused("check", str(file))
    file.write_text("\n".join([*lines, "colour: blue"]))
    assert f"Line {len(lines) + 1}: There is no setting" in refused(
        "import", str(file), "--as", "alma"
    )
    lines[quorum] = lines[quorum].replace("2", "17")
    file.write_text("\n".join(lines))
    assert f"Line {quorum + 1}: " in refused("check", str(file))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "empty"),
        (b"a: " + "é".encode() * 200_000, "longer than 256 KiB"),
        (b"a: &a 1\n", "Anchors"),
    ],
    ids=["other bytes", "nothing", "too long", "an anchor"],
)
def test_a_file_that_is_no_policy_is_refused(
    model: RegisteredModel, file: Path, raw: bytes, words: str
) -> None:
    """In words, both where it is looked at and where it would become a draft."""
    file.write_bytes(raw)
    assert words in refused("check", str(file))
    assert words in refused("import", str(file), "--as", "alma")


def test_a_file_without_end_is_read_to_its_bound(model: RegisteredModel) -> None:
    """A device, or a disk's whole image, fills no memory."""
    assert "longer than 256 KiB" in refused("check", "/dev/zero")
    assert "No such file" in refused("check", "/nowhere/at/all")


def narrower(file: Path, head: Head, *stages: list[dict[str, object]]) -> str:
    file.write_text(write_policy(head, parse(approving(*stages) if stages else tier())))
    return str(file)


def test_a_look_holds_a_narrower_policy_against_its_place(
    model: RegisteredModel, file: Path
) -> None:
    """As putting it in force would: the place is there, and it asks no less than the tier's."""
    for place in ({"model": model.name}, {"portfolio": PORTFOLIO}):
        own = Head("own", "Own", 1, **place)
        assert "nothing is wrong" in policy("check", narrower(file, own))
        assert "asks less than" in refused("check", narrower(file, own, [step(OFFICER)]))
    nowhere = Head("own", "Own", 1, model="nowhere")
    assert refused("check", narrower(file, nowhere)) == "There is no model nowhere."
    elsewhere = Head("own", "Own", 1, portfolio="elsewhere")
    assert refused("check", narrower(file, elsewhere)) == "There is no portfolio elsewhere."
    other = Head("tier-1", "Tier 1", 2)
    assert "of another tier or place" in refused("check", narrower(file, other))


def test_only_who_may_draft_is_taken_for_its_author(model: RegisteredModel, file: Path) -> None:
    """By account; who has left, a program and a name that nobody has are nobody."""
    stories.pipeline_token()
    words = narrower(file, Head("tier-1", "Tier 1", 1))
    assert "not" in refused("import", words, "--as", "dana")
    for account in ("nobody", "pipeline", ""):
        assert f"There is no account {account}." in refused("import", words, "--as", account)
    assert not Policy.objects.exclude(shipped=True).exists()
