"""One model's whole life, played on a running site with real parts.

Uploads go through the REST API with a token, checks and pull requests through the Celery worker,
merges into a real bare repository. People's own moves are the operations that the screens call.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from governance.access.models import Portfolio
from governance.audit.verify import verify_log
from governance.errors import Unavailable
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.states import State
from governance.monitoring.models import Alert
from governance.monitoring.operations import set_threshold
from workflows.cases.models import Case
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import merge_pull_request
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    validate_version,
    write_validation_report,
)
from workflows.lifecycle.queries import case_of, digest_of
from workflows.management.cast import (
    PASSWORD,
    PORTFOLIO,
    actor_named,
    add_pipeline,
    add_production,
    gather,
)
from workflows.policies.definition import Move

MODEL = "credit-default"
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.05


@dataclass(slots=True)
class Stage:
    """Where the story plays, and what it remembers between its steps."""

    url: str
    token: str = ""
    portfolio: Portfolio | None = None
    seconds: dict[str, float] = field(default_factory=dict)


Step = tuple[str, Callable[[Stage], None]]


def steps() -> Iterator[Step]:
    """The story, a line each."""
    yield "People, roles, a token and a target", set_up
    yield from _life_of(1)
    yield "A key figure of version 1 falls below its threshold: an alert", raise_alert
    yield from _life_of(2)
    yield "Version 1 is superseded", lambda _stage: wait_for_state(1, State.SUPERSEDED)
    yield "The whole log is verified", verify


def _life_of(number: int) -> Iterator[Step]:
    """One version from the pipeline to production."""
    yield f"Version {number} submitted through the API, checked by the worker", submitting(number)
    yield f"Version {number} validated by Victor Validator", lambda _stage: validate(number)
    yield f"Version {number} signed by Rita Risk and Rolf Officer", lambda _stage: approve(number)
    yield (
        f"Pull request {number} opened by the worker",
        lambda _stage: wait_for_pull_request(number),
    )
    yield (
        f"Pull request {number} merged by Mo Ops, version {number} live",
        lambda _stage: merge(number),
    )


def set_up(stage: Stage) -> None:
    """People with their roles, the pipeline's token, the repository to deploy from."""
    stage.portfolio = gather()
    stage.token = add_pipeline(stage.portfolio)
    add_production(stage.portfolio)


def submitting(number: int) -> Callable[[Stage], None]:
    """Uploads and submits a version as a developer's pipeline does, and waits for its checks."""

    def submit(stage: Stage) -> None:
        command = [sys.executable, "-m", "examples.credit.submit", "--url", stage.url]
        command += ["--version", str(number), "--register", PORTFOLIO, "--wait", str(PATIENCE_S)]
        run(stage, command)

    return submit


def run(stage: Stage, command: list[str]) -> None:
    """Runs a program of the pipeline, which knows nothing but the address and its token.

    Raises:
        Unavailable: it was refused; the message is what it said.
    """
    ended = subprocess.run(  # noqa: S603 - our own module, no shell
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "FOUREYES_TOKEN": stage.token},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise Unavailable((ended.stderr or ended.stdout).strip())


def validate(number: int) -> None:
    """The validator writes the report and validates."""
    victor, version = actor_named("victor"), version_numbered(number)
    write_validation_report(
        version.pk,
        scope="Re-computed every figure from the scored applicants; read data, method and limits.",
        conclusion="Ranks and calibrates as stated. The gates of the policy hold.",
        tests="Recomputed AUC, calibration and stability: equal to four digits.",
        limits="1,000 applicants from the 1990s: an example, not a portfolio.",
        independent=True,
        actor=victor,
    )
    validate_version(version.pk, digest=current_digest(version, Move.VALIDATE), actor=victor)


def approve(number: int) -> None:
    """Two risk officers sign, each with the own password, over the same digest."""
    version = version_numbered(number)
    digest = current_digest(version, Move.APPROVE)
    for username, comment in (("rita", ""), ("rolf", "Better where it matters; age is watched.")):
        officer = actor_named(username)
        nonce = begin_signature(version.pk, move=Move.APPROVE, digest=digest, actor=officer)
        proof = Proof(nonce=nonce.pk, password=PASSWORD)
        approve_version(version.pk, digest=digest, comment=comment, proof=proof, actor=officer)


def wait_for_pull_request(number: int) -> None:
    """The worker opens it; nobody else does."""
    wait_until(lambda: pull_request_of(number) is not None, f"pull request {number}")


def merge(number: int) -> None:
    """The MLOps engineer, who had no part in it, merges; the repository says that it is live."""
    row = pull_request_of(number)
    if row is None:
        raise Unavailable(f"Pull request {number} is gone.")
    merge_pull_request(row.pk, actor=actor_named("mo"), seen_head=row.head_sha)
    wait_for_state(number, State.DEPLOYED)


def raise_alert(stage: Stage) -> None:
    """The owner sets a threshold; the pipeline reports a figure below it, and an alert rises."""
    model = RegisteredModel.objects.get(name=MODEL)
    set_threshold(model, kpi="auc", bound="at_least", value="0.74", actor=actor_named("olive"))
    command = [sys.executable, "-m", "governance.client", "kpi", MODEL, "1", "--url", stage.url]
    run(stage, [*command, "--kpi", "auc", "--value", "0.712"])
    wait_until(lambda: Case.objects.filter(kind=Case.Kind.ALERT).exists(), "the alert's case")


def verify(_stage: Stage) -> None:
    """Waits until the log is sealed, then recomputes all of it."""
    problems = verify_log().problems
    if problems:
        raise Unavailable(f"The log does not verify: {problems[0]}")


def outcome(seconds: float) -> dict[str, Any]:
    """What the story came to, as the last line says it."""
    verification = verify_log()
    return {
        "versions": {
            str(version.number): version.state
            for version in ModelVersion.objects.filter(model__name=MODEL).order_by("number")
        },
        "pull_requests": PullRequest.objects.count(),
        "merged": PullRequest.objects.filter(state="merged").count(),
        "audit_entries": verification.entries,
        "audit_verified": not verification.problems,
        "alerts": Alert.objects.count(),
        "seconds": round(seconds, 1),
    }


def version_numbered(number: int) -> ModelVersion:
    """A version of the example's model."""
    version: ModelVersion = ModelVersion.objects.get(model__name=MODEL, number=number)
    return version


def current_digest(version: ModelVersion, move: Move) -> str:
    """What a signer reads at the foot of the case."""
    case = case_of(version)
    digest = digest_of(version, case, move) if case else None
    if digest is None:
        raise Unavailable("The checks have not ended.")
    return digest


def pull_request_of(number: int) -> PullRequest | None:
    """The pull request of a version, once it is there."""
    return PullRequest.objects.filter(promotion__version=version_numbered(number)).first()


def wait_for_state(number: int, state: State) -> None:
    """Until a version is in a state."""
    wait_until(
        lambda: version_numbered(number).state == state.value, f"version {number} to be {state}"
    )


def wait_until(there: Callable[[], bool], what: str) -> None:
    """Looks until something is there.

    Raises:
        Unavailable: it does not come; the message says what was waited for.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not there():
        if time.monotonic() > deadline:
            raise Unavailable(
                f"Waited {PATIENCE_S:.0f} s for {what}.",
                remedy="Read the worker's lines above, then start again with RESET=1.",
            )
        time.sleep(LOOK_EVERY_S)
