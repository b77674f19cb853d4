"""Checks of the tree: leaves without a gap, cached nodes, signed checkpoints, the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from governance.audit.merkle import EMPTY_ROOT, Frontier, Node
from governance.audit.models import AuditCheckpoint, AuditHead, AuditLeaf, AuditNode
from governance.audit.notes import BadNote, Checkpoint, Verifier, open_note, parse_checkpoint
from governance.audit.queries import CACHED_EVERY
from governance.audit.verification import Kind, Problem, Verification, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHUNK = 2000


def check_tree(
    outcome: Verification,
    verifiers: Sequence[Verifier],
    outside: Sequence[str],
    retired: Mapping[Verifier, int],
    watch: Watch,
) -> Iterator[Problem]:
    """Grow the tree from the leaf hashes and compare it with all that was cached or signed.

    `retired` says up to which size a key that was exchanged signs.
    """
    frontier = Frontier()
    checkpoints = _Checkpoints(verifiers, outside, retired, outcome)
    rows = AuditLeaf.objects.order_by("idx").values_list("idx", "leaf_hash")
    due = 0
    for idx, hashed in rows.iterator(chunk_size=CHUNK):
        if idx != due:
            yield Problem(Kind.LEAF_MISSING, f"leaves {due} to {idx - 1} are missing", index=due)
        due = idx + 1
        if due % CHUNK == 0:
            watch.step(CHUNK)
        for node in frontier.append(bytes(hashed)):
            yield from _check_node(node)
        yield from checkpoints.compare(frontier)
    yield from checkpoints.remaining()
    yield from _check_head(frontier)
    outcome.leaves, outcome.root = frontier.size, frontier.root()


def _check_node(node: Node) -> Iterator[Problem]:
    if node.height == 0 or node.height % CACHED_EVERY:
        return
    cached = AuditNode.objects.filter(height=node.height, idx=node.place)
    for hashed in cached.values_list("hash", flat=True):
        if bytes(hashed) != node.hash:
            text = f"the cached node {node.height}/{node.place} is wrong"
            yield Problem(Kind.NODE_MISMATCH, text, index=node.place << node.height)


def _check_head(frontier: Frontier) -> Iterator[Problem]:
    heads = {head.log_id: head for head in AuditHead.objects.all()}
    head = heads.pop(settings.AUDIT_ORIGIN, AuditHead(root=EMPTY_ROOT))
    for other in heads:
        yield Problem(Kind.HEAD_MISMATCH, f"there is a head of another log, {other}")
    kept = (head.size, bytes(head.frontier), bytes(head.root))
    if kept != (frontier.size, frontier.to_bytes(), frontier.root()):
        text = f"the head has {head.size} entries and another root than the {frontier.size} leaves"
        yield Problem(Kind.HEAD_MISMATCH, text, index=frontier.size)


class _Checkpoints:
    """The signed checkpoints by size, to be compared as the tree grows past them."""

    def __init__(
        self,
        verifiers: Sequence[Verifier],
        outside: Sequence[str],
        retired: Mapping[Verifier, int],
        outcome: Verification,
    ) -> None:
        self._verifiers = verifiers
        self._retired = retired
        self._outcome = outcome
        self._outside = sorted(
            (signed for note in outside if (signed := self._opened(note))), key=lambda one: one.size
        )
        self._own = AuditCheckpoint.objects.order_by("size").iterator(chunk_size=CHUNK)
        self._next = next(self._own, None)

    def compare(self, tree: Frontier) -> Iterator[Problem]:
        """What was signed at this size but is not the root of this tree."""
        while self._next is not None and self._next.size <= tree.size:
            yield from self._compare_own(self._next, tree)
            self._next = next(self._own, None)
        while self._outside and self._outside[0].size <= tree.size:
            signed = self._outside.pop(0)
            if (signed.size, signed.root) != (tree.size, tree.root()):
                yield _mismatch(signed.size, "a checkpoint kept outside signed another log")

    def remaining(self) -> Iterator[Problem]:
        """Checkpoints beyond the end of the tree: what they signed is gone."""
        sizes = [checkpoint.size for checkpoint in self._outside]
        while self._next is not None:
            sizes.append(self._next.size)
            self._next = next(self._own, None)
        for size in sizes:
            yield _mismatch(size, "entries that a checkpoint signed are gone")

    def _compare_own(self, row: AuditCheckpoint, tree: Frontier) -> Iterator[Problem]:
        self._outcome.checkpoints += 1
        signed = self._opened(row.note)
        if signed is None:
            return
        if (signed.size, signed.root) != (row.size, bytes(row.root)):
            text = "the columns of the checkpoint are not what it signed"
            yield Problem(Kind.CHECKPOINT_INVALID, text, index=row.size)
        if (signed.size, signed.root) != (tree.size, tree.root()):
            yield _mismatch(row.size, "the checkpoint signed another log")

    def _opened(self, note: str) -> Checkpoint | None:
        try:
            text, signed_by = open_note(note, self._verifiers)
            signed = parse_checkpoint(text)
        except BadNote as error:
            self._outcome.add([Problem(Kind.CHECKPOINT_INVALID, str(error))])
            return None
        if signed.origin != settings.AUDIT_ORIGIN:
            self._refuse(signed, f"the checkpoint is of the log {signed.origin}")
            return None
        if all(self._retired.get(key, signed.size) < signed.size for key in signed_by):
            self._refuse(signed, "only keys that had retired before signed the checkpoint")
            return None
        return signed

    def _refuse(self, signed: Checkpoint, text: str) -> None:
        self._outcome.add([Problem(Kind.CHECKPOINT_INVALID, text, index=signed.size)])


def _mismatch(size: int, text: str) -> Problem:
    return Problem(Kind.CHECKPOINT_MISMATCH, text, index=size)
