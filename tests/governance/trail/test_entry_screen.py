"""One entry with its bytes and its proof."""

import html

import pytest

from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.inventory.models import ModelVersion
from tests.stories import signed_in, validated_version

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; nothing is sealed yet."""
    return validated_version()


def entry() -> AuditEntry:
    return AuditEntry.objects.get(action="validation_report.written")


def page(of: AuditEntry) -> str:
    answer = signed_in("ada").get(f"/log/{of.pk}/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def seal() -> None:
    sequence_pending()
    publish_checkpoint()


def test_it_shows_exactly_what_was_recorded(version: ModelVersion) -> None:
    """The very bytes, the values, and the personal texts beside them."""
    seen = page(entry())
    assert bytes(entry().line).decode() in seen
    assert "after.digest" in seen
    assert "All of it." in seen  # the scope that Victor wrote
    assert "Victor Validator" in seen


def test_a_proof_is_awaited_and_then_there(version: ModelVersion) -> None:
    """The page asks for it again until the checkpoint covers the entry."""
    waiting = page(entry())
    assert "Proof pending" in waiting
    assert f'hx-get="/log/{entry().pk}/proof/"' in waiting
    seal()
    part = signed_in("ada").get(f"/log/{entry().pk}/proof/").content.decode()
    assert "Proof checks" in part
    assert "hx-get" not in part
    assert "<html" not in part


def test_an_erased_text_is_gone_and_the_proof_holds(version: ModelVersion) -> None:
    """Only the salted hash is left."""
    seal()
    AuditPersonalValue.objects.filter(entry=entry(), path="conclusion").update(
        value="", salt=b"", erased_at="2026-11-23T12:00:00Z"
    )
    seen = page(entry())
    assert "erased; the proof still holds" in seen
    assert "Proof checks" in seen


def test_entries_before_and_after_are_one_step_away(version: ModelVersion) -> None:
    """Along the chain of their subject."""
    chain = list(
        AuditEntry.objects.filter(subject_id=version.pk).order_by("subject_seq").values_list("pk")
    )
    middle = AuditEntry.objects.get(pk=chain[1][0])
    seen = page(middle)
    assert f'rel="prev" href="/log/{chain[0][0]}/"' in seen
    assert f'rel="next" href="/log/{chain[2][0]}/"' in seen


def test_every_kind_of_entry_has_a_page(version: ModelVersion) -> None:
    """Whatever it is about: the first of each action."""
    seal()
    first = {one.action: one for one in AuditEntry.objects.order_by("-pk")}
    assert len(first) >= 10
    for one in first.values():
        assert "Proof checks" in page(one)
