"""The client: one method for each thing that a developer or a pipeline asks of Foureyes."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import quote

from governance.client.connection import Connection
from governance.client.errors import ChecksUnfinished, Refused
from governance.client.shapes import Model, ScoredColumns, StoredFile, Version

# Checks that will not end by themselves: code, what is the matter, what to do.
STOPPED = {
    "cancelled": (
        "checks_cancelled",
        "The checks of version {number} of {model} were cancelled.",
        "Begin them again: restart_checks, or the button on the version's page.",
    ),
    "parked": (
        "checks_parked",
        "The checks of version {number} of {model} gave up after several tries.",
        "The version's page says why; MLOps or an administrator can start them again.",
    ),
}


class Client:
    """Foureyes seen from a notebook or a pipeline.

    Every method raises `Refused` (the server said no, with words and a remedy) or
    `Unreachable` (no usable answer). Files are hashed here before they are sent, so that the
    server can tell a damaged upload from a good one.

    Args:
        url: where Foureyes stands, e.g. `https://foureyes.example.org`.
        token: an API token of a person or a service account, `fe_…`.
        timeout: seconds to wait for a connection, and for each part of an answer.
        plain_http: allow sending the token unencrypted to a host other than this one.
        pause: seconds before a repetition, and between two looks at running checks.
    """

    def __init__(
        self,
        url: str,
        token: str,
        timeout: float = 30,
        *,
        plain_http: bool = False,
        pause: float = 0.5,
    ) -> None:
        self._connection = Connection(
            url, token, timeout=timeout, plain_http=plain_http, pause=pause
        )
        self._pause = pause

    def __repr__(self) -> str:
        return f"Client({self._connection.url!r})"

    def server_version(self) -> dict[str, Any]:
        """What the server says of itself."""
        return self._connection.get("version")

    def models(self) -> Iterator[Model]:
        """All registered models that the token may see, page after page."""
        page, seen, count = 1, 0, 1
        while seen < count:
            answer = self._connection.get("models", {"page": str(page)})
            if not answer["models"]:
                return
            yield from map(Model.from_json, answer["models"])
            page, seen, count = page + 1, seen + len(answer["models"]), answer["count"]

    def model(self, name: str) -> Model:
        """One registered model."""
        return Model.from_json(self._connection.get(f"models/{_part(name)}"))

    def register_model(
        self,
        name: str,
        *,
        title: str,
        portfolio: str,
        tier: int,
        purpose: str,
        description: str = "",
        kind: str = "binary",
    ) -> Model:
        """Enter a model in the inventory; tier 1 is the highest risk, 3 the lowest.

        `kind` is what it predicts: binary, regression or multiclass.
        """
        body = {
            "name": name,
            "title": title,
            "portfolio": portfolio,
            "tier": tier,
            "purpose": purpose,
            "description": description,
            "kind": kind,
        }
        return Model.from_json(self._connection.post("models", body))

    def create_version(
        self,
        model: str,
        *,
        label: str,
        summary: str = "",
        change_note: str = "",
        parameters: Mapping[str, Any] | None = None,
        input_schema: Sequence[Mapping[str, str]] = (),
        image: str = "",
        retrained_from: int | None = None,
    ) -> Version:
        """Open a draft; it gets the model's next number.

        `retrained_from` is the number of the version of the model that was trained anew: the
        report then compares the two as well.
        """
        body = {
            "label": label,
            "summary": summary,
            "change_note": change_note,
            "parameters": dict(parameters or {}),
            "input_schema": [dict(one) for one in input_schema],
            "image": image,
            "retrained_from": retrained_from,
        }
        return Version.from_json(self._connection.post(f"models/{_part(model)}/versions", body))

    def upload_artifact(
        self, model: str, number: int, path: str | Path, *, role: str = "model", name: str = ""
    ) -> StoredFile:
        """Add a file to a draft; `role` is model, code, requirements or other."""
        return self._upload(model, number, "artifacts", Path(path), name, {"role": role})

    def upload_evidence(
        self,
        model: str,
        number: int,
        path: str | Path,
        *,
        kind: str = "scored_data",
        name: str = "",
        columns: ScoredColumns | None = None,
    ) -> StoredFile:
        """Add evidence to a draft; `kind` is scored_data, document or test_results.

        For scored data `columns` says which column holds what; without it, those of the model's
        newest scored file are meant.
        """
        query = {"kind": kind, **(columns.as_parameters() if columns else {})}
        return self._upload(model, number, "evidence", Path(path), name, query)

    def submit(self, model: str, number: int, *, comment: str = "") -> Version:
        """Hand a draft in; its checks start in a worker."""
        path = f"{_version_path(model, number)}/submit"
        return Version.from_json(self._connection.post(path, {"comment": comment}))

    def withdraw(self, model: str, number: int, *, reason: str) -> Version:
        """Take back a version that is not yet live."""
        path = f"{_version_path(model, number)}/withdraw"
        return Version.from_json(self._connection.post(path, {"reason": reason}))

    def version(self, model: str, number: int) -> Version:
        """One version as it stands now."""
        return Version.from_json(self._connection.get(_version_path(model, number)))

    def cancel_checks(self, model: str, number: int) -> Version:
        """Stop the checks of a version; nobody can decide before they were begun again."""
        path = f"{_version_path(model, number)}/checks/cancel"
        return Version.from_json(self._connection.post(path, {}))

    def restart_checks(self, model: str, number: int) -> Version:
        """Begin cancelled checks again, from the start."""
        path = f"{_version_path(model, number)}/checks/restart"
        return Version.from_json(self._connection.post(path, {}))

    def wait_for_checks(self, model: str, number: int, timeout: float = 300) -> Version:
        """Look again and again until every gate of a version has its outcome.

        Args:
            model: the model's name.
            number: the version's number.
            timeout: seconds after which to stop looking; the checks go on.

        Raises:
            ChecksUnfinished: the time is up.
            Refused: the version is a draft, or was withdrawn or rejected meanwhile; or its
                checks were cancelled, or gave up.
        """
        end = time.monotonic() + timeout
        while True:
            version = self.version(model, number)
            if stopped := STOPPED.get(version.checks):
                code, what, remedy = stopped
                raise Refused(None, what.format(model=model, number=number), remedy, code=code)
            if version.checks_ended:
                return version
            if version.state in {"draft", "withdrawn", "rejected"}:
                detail = f"Version {number} of {model} is {version.state}: no checks run."
                raise Refused(None, detail, "Submit a version first.", code="wrong_state")
            if time.monotonic() >= end:
                detail = f"The checks of version {number} of {model} have not ended."
                raise ChecksUnfinished(None, detail, "They go on; look again later.")
            time.sleep(self._pause)

    def record_kpi(
        self, model: str, number: int, *, kpi: str, value: Decimal | str, observed_on: date
    ) -> dict[str, Any] | None:
        """Record one KPI value of a live version.

        Returns:
            The alert that the value raised, or None.
        """
        body = {
            "version": number,
            "kpi": kpi,
            "value": _decimal(value),
            "observed_on": observed_on.isoformat(),
        }
        alert = self._connection.post(f"models/{_part(model)}/kpis", body).get("alert")
        return dict(alert) if alert else None

    def attestations(self, digest: str) -> dict[str, Any]:
        """What the server says today about the approvals of an artefact's or content's digest."""
        return self._connection.get(f"attestations/{_part(digest)}")

    def _upload(
        self, model: str, number: int, place: str, file: Path, name: str, query: dict[str, str]
    ) -> StoredFile:
        digest = digest_of(file)
        path = f"{_version_path(model, number)}/{place}/{_part(name or file.name)}"
        headers = {"X-Content-SHA256": digest, "Content-Type": "application/octet-stream"}
        stored = StoredFile.from_json(
            self._connection.put(path, file, query=query, headers=headers)
        )
        if stored.sha256 != digest:
            detail = f"The server stored {stored.sha256} of {file.name}, sent was {digest}."
            raise Refused(None, detail, "Withdraw the version and tell whoever runs Foureyes.")
        return stored


def digest_of(file: Path) -> str:
    """SHA-256 of a file, 64 hex digits.

    Raises:
        Refused: the file cannot be read or is empty.
    """
    try:
        with file.open("rb") as content:
            empty = not content.read(1)
            content.seek(0)
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Refused(None, f"{file} cannot be read: {error.strerror}.") from error
    if empty:
        raise Refused(None, f"{file} is empty.", "Write the file before you upload it.")
    return digest


def _part(name: str) -> str:
    return quote(name, safe="")


def _version_path(model: str, number: int) -> str:
    return f"models/{_part(model)}/versions/{number}"


def _decimal(value: Decimal | str) -> str:
    """A finite decimal as text, in plain notation."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(None, f"{value!r} is not a number.", "Write it with a decimal point.")
    return f"{number:f}"
