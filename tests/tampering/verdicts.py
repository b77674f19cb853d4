"""What the verifier says to a case, and whether that is what it must say."""

from pathlib import Path
from types import ModuleType

from governance.trail.verifier import verify as original
from tests.tampering.forging import Case

# Names of failed checks and of warnings with their entries; or the words of a refusal.
Verdict = tuple[set[str], set[tuple[str, int | None]]] | str


def verdict(one: Case, path: Path, verifier: ModuleType = original) -> Verdict:
    """Run a verifier, the original or another, over a case."""
    path.write_bytes(one.content)
    try:
        report = verifier.verify(str(path), list(one.keys), one.since)
    except verifier.Unsafe as refusal:
        return str(refusal)
    return report.checks, {(check, index) for check, _text, index in report.warnings}


def holds(one: Case, found: Verdict) -> bool:
    """At least these checks failed, or nothing; exactly these warnings; or it was refused so."""
    if isinstance(found, str):
        return one.checks is None and one.why in found
    checks, warnings = found
    due = {(check, one.entry) for check in one.warnings}
    return (
        one.checks is not None
        and one.checks <= checks
        and bool(checks) == bool(one.checks)
        and (bool(checks) or due == warnings)
    )
