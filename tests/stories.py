"""How far a version has come, told through the real operations by the named cast.

    version = validated_version()

Each teller starts from what is there: on an empty database it first gathers people, a model and a
target. Files are those of the credit example; checks and pull requests run here, without a worker.
A module whose tests all start from the same place tells it once, see `module_db` in databases.py;
what one module has told, the next one remembers, see memory.py.
"""

import hashlib
import io
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Max, Min
from django.test import Client
from django.utils import timezone

from governance.access.models import Person, Portfolio, User
from governance.access.operations import Holder
from governance.access.sessions import begin
from governance.audit.models import AuditEntry
from governance.evaluation.operations import add_scored_data
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import (
    VersionFacts,
    add_artifact,
    add_evidence,
    create_version,
    register_model,
)
from governance.inventory.storage import Stored, store
from governance.project.environment import BASE_DIR
from tests.memory import remembered
from workflows.delivery.operations import run_due, seal_log
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import merge_pull_request
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    submit_version,
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
    give,
)
from workflows.policies.definition import Move

MODEL = "credit-default"
EXAMPLE = BASE_DIR / "examples" / "credit"


def house() -> Portfolio:
    """The cast in their roles, and production as the one target; found or made."""
    if not User.objects.filter(username="dana").exists():
        _furnished()
    return Portfolio.objects.get(name=PORTFOLIO)


@remembered
def _furnished() -> None:
    add_production(people())


@remembered
def people() -> Portfolio:
    """The cast in their roles on an empty site; the portfolio that they share."""
    return gather()


@remembered
def pipeline_token() -> str:
    """The secret of the token that Dana's pipeline sends; a new service account, so once a test."""
    return add_pipeline(house())


def registered_model(
    name: str = MODEL, title: str = "Credit default", tier: int = 1
) -> RegisteredModel:
    """A model of Dana's in the inventory, found or made, with the house around it."""
    house()
    found = RegisteredModel.objects.filter(name=name).first()
    return found or _registered(name, title, tier)


@remembered
def _registered(name: str, title: str, tier: int) -> RegisteredModel:
    return register_model(
        name=name,
        title=title,
        portfolio=PORTFOLIO,
        tier=tier,
        purpose="Decides whether an application is refused.",
        actor=actor_named("dana"),
    )


@remembered
def draft_version(
    number: int = 1,
    *,
    model: RegisteredModel | None = None,
    original: ModelVersion | None = None,
) -> ModelVersion:
    """Dana has uploaded the files of version 1 or 2 of the credit example, complete.

    `original`: she says that it is this version, trained anew.
    """
    model = model or registered_model()
    dana = actor_named("dana")
    facts = VersionFacts(
        label=f"{number}.0.0", retrained_from=original.number if original else None
    )
    version = create_version(model, facts, actor=dana)
    add_artifact(
        version.pk,
        name="model.onnx",
        role="model",
        stored=_kept(f"model_v{number}.onnx"),
        actor=dana,
    )
    add_evidence(
        version.pk,
        name="card.md",
        kind="document",
        stored=_kept(f"model_card_v{number}.md"),
        columns={},
        actor=dana,
    )
    add_scored_data(
        version.pk,
        name="scored.csv",
        stored=_kept(f"scored_v{number}.csv"),
        columns=ScoredColumns(segment="age_group", key="applicant_id"),
        actor=dana,
    )
    return version


@remembered
def submitted_version(
    number: int = 1, *, model: RegisteredModel | None = None, checked: bool = True
) -> ModelVersion:
    """Dana has submitted; `checked`: the gates and the comparison have run."""
    return submitted(draft_version(number, model=model), checked=checked)


@remembered
def submitted(draft: ModelVersion, *, checked: bool = True) -> ModelVersion:
    """Dana submits a draft that is there."""
    submit_version(draft.pk, actor=actor_named("dana"))
    if checked:
        work_off()
    return again(draft)


@remembered
def validated_version(number: int = 1, *, model: RegisteredModel | None = None) -> ModelVersion:
    """Victor has written his report and validated."""
    return validated(submitted_version(number, model=model))


@remembered
def validated(version: ModelVersion) -> ModelVersion:
    """Victor validates a submission that is there."""
    victor = actor_named("victor")
    write_validation_report(
        version.pk,
        scope="All of it.",
        tests="Measured again on the sample: the same.",
        conclusion="Good.",
        independent=True,
        actor=victor,
    )
    validate_version(version.pk, digest=digest(version, Move.VALIDATE), actor=victor)
    return again(version)


@remembered
def three_officers() -> ModelVersion:
    """Validated; Sam is a risk officer as well: three may sign, two must."""
    portfolio, sam = house(), Person.objects.get(accounts__username="sam")
    give("risk_officer", Holder(person=sam), portfolio=portfolio, reason="One more")
    return validated_version()


@remembered
def sign(version: ModelVersion, username: str, comment: str = "") -> None:
    """One risk officer signs what stands there now."""
    officer, seen = actor_named(username), digest(version, Move.APPROVE)
    nonce = begin_signature(version.pk, move=Move.APPROVE, digest=seen, actor=officer)
    proof = Proof(nonce=nonce.pk, password=PASSWORD)
    approve_version(version.pk, digest=seen, comment=comment, proof=proof, actor=officer)


@remembered
def approved_version(
    number: int = 1, *, model: RegisteredModel | None = None, opened: bool = True
) -> ModelVersion:
    """As many risk officers as the tier asks for signed; `opened`: its pull request is open."""
    version = validated_version(number, model=model)
    for officer in ("rita", "rolf"):
        if again(version).state == "validated":
            sign(version, officer)
    if opened:
        work_off()
    return again(version)


@remembered
def deployed_version(number: int = 1, *, model: RegisteredModel | None = None) -> ModelVersion:
    """Mo has merged, and the repository reports the version live."""
    version = approved_version(number, model=model)
    row = PullRequest.objects.get(promotion__version=version)
    merge_pull_request(row.pk, actor=actor_named("mo"), seen_head=row.head_sha)
    work_off()
    return again(version)


def work_off() -> None:
    """Whatever is asked for is done and sealed, as workers do it; what runs by the clock rests."""
    seal_log()
    while run_due("fast") or run_due("slow"):
        seal_log()


@remembered
def carried_out() -> None:
    """Whatever waits for a worker is done."""
    work_off()


def days_told() -> tuple[date, date]:
    """The first and the last day in the log: a test may run after the midnight of its story."""
    told = AuditEntry.objects.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    return timezone.localdate(told["first"]), timezone.localdate(told["last"])


def digest(version: ModelVersion, move: Move) -> str:
    """What a decision on this version binds to at this moment."""
    version = again(version)
    case = case_of(version)
    found = digest_of(version, case, move) if case else None
    assert found, "the checks have not ended"
    return found


def again(version: ModelVersion) -> ModelVersion:
    """The version as it is now."""
    return ModelVersion.objects.select_related("model__portfolio").get(pk=version.pk)


def _kept(name: str) -> Stored:
    return kept(Path(EXAMPLE / name).read_bytes())


def kept(content: bytes) -> Stored:
    """Bytes laid down as an upload does."""
    return store(io.BytesIO(content), hashlib.sha256(content).hexdigest())


def signed_in(username: str) -> Client:
    """A browser of one of the cast, signed in with a second factor a moment ago.

    Laid down as a row: how somebody signs in is told in tests/governance/access.
    """
    user, empty = User.objects.get(username=username), SessionStore()
    held = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    begin(held, time.time(), second_factor="in a story")
    row = Session.objects.create(
        session_key=uuid4().hex,
        session_data=empty.encode(held),
        expire_date=empty.get_expiry_date(),
    )
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    return client
