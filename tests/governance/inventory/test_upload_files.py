"""Files come with a draft, by their SHA-256, and are never replaced."""

import hashlib
import io

import pytest
from pytest_django import Settings

from governance.access.models import Involvement
from governance.audit.models import AuditEntry
from governance.errors import Duplicate, Invalid, NotAllowed, TooLarge, WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.operations import add_artifact, add_evidence, refuse_upload
from governance.inventory.storage import path_of, store
from tests import stories
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
BYTES = b"some bytes"
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(scope="module")
def draft(module_db: None) -> ModelVersion:
    return stories.draft_version()


def add(version: ModelVersion, name: str = "a.txt", content: bytes = BYTES, **parts: str) -> None:
    """Somebody adds an artefact."""
    who = actor_named(parts.pop("who", "dana"))
    facts = {"role": "other"} | parts
    add_artifact(version.pk, name=name, stored=stories.kept(content), actor=who, **facts)


def test_a_file_is_kept_under_its_digest(draft: ModelVersion) -> None:
    """Whoever uploads it has played a part; the entry names it with size and digest."""
    add(draft, who="olive")
    row = draft.artifacts.get(name="a.txt")
    assert (row.sha256, row.size) == (DIGEST, len(BYTES))
    assert path_of(DIGEST).read_bytes() == BYTES
    assert Involvement.objects.filter(part="uploader", person__full_name="Olive Owner").exists()
    assert DIGEST.encode() in bytes(AuditEntry.objects.latest("occurred_at").line)


def test_the_same_file_again_is_no_change(draft: ModelVersion) -> None:
    """No second row, no second entry."""
    add(draft)
    before = AuditEntry.objects.count()
    add(draft)
    assert AuditEntry.objects.count() == before


def test_another_file_under_the_same_name_is_refused(draft: ModelVersion) -> None:
    """What was uploaded is never replaced."""
    add(draft)
    with pytest.raises(Duplicate) as refused:
        add(draft, content=b"other bytes")
    assert "never replaced" in refused.value.remedy


@pytest.mark.parametrize("name", ["", ".env", "a/b", "a\\b", "a\nb", "a\x00b", "x" * 201])
def test_a_name_that_is_no_file_name_is_refused(draft: ModelVersion, name: str) -> None:
    """It is offered for download, and stands in manifests."""
    with pytest.raises(Invalid) as refused:
        add(draft, name)
    assert refused.value.field == "name"


def test_an_unknown_role_or_kind_is_refused(draft: ModelVersion) -> None:
    """The message names those that there are."""
    stored, dana = stories.kept(BYTES), actor_named("dana")
    with pytest.raises(Invalid, match="role is one of model, code"):
        add(draft, role="boss")
    with pytest.raises(Invalid, match="kind is one of scored_data"):
        add_evidence(draft.pk, name="a", kind="x", stored=stored, columns={}, actor=dana)


def test_after_submission_nothing_is_added(draft: ModelVersion) -> None:
    """A08: a version is immutable from there on."""
    version = stories.submitted(draft, checked=False)
    with pytest.raises(WrongState, match="can only be added to a draft"):
        add(version)
    with pytest.raises(WrongState):
        refuse_upload(version, actor_named("dana"))


@pytest.mark.parametrize("who", ["victor", "rita", "mo", "ada", "alma"])
def test_others_add_nothing(draft: ModelVersion, who: str) -> None:
    """They are told before a file is sent."""
    with pytest.raises(NotAllowed):
        refuse_upload(draft, actor_named(who))
    with pytest.raises(NotAllowed):
        add(draft, who=who)


def test_a_stream_with_another_digest_leaves_nothing(settings: Settings) -> None:
    """Nor one that is too large; not even the part that came."""
    incoming = settings.MEDIA_ROOT / "incoming"
    settings.UPLOAD_LIMIT = 10
    for content, error in ((b"1234567890", Invalid), (b"12345678901", TooLarge)):
        with pytest.raises(error):
            store(io.BytesIO(content), "0" * 64)
        assert not path_of(hashlib.sha256(content).hexdigest()).exists()
    assert not list(incoming.iterdir())
