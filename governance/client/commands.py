"""The command line `foureyes`: submit, status, kpi, verify-approval.

Exit codes: 0 it worked, 1 refused, 2 wrong usage, 3 no answer or not ended (try again).
The token comes from FOUREYES_TOKEN or a file, never from an argument: arguments can be read
by every other user of the machine.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path

from governance.client.api import Client, digest_of
from governance.client.attestation import Asked, verify_approval, with_server
from governance.client.errors import ClientError, Refused
from governance.client.given import COLUMNS, UsageError, patience, seconds, submission, text_of
from governance.client.shapes import Version
from governance.client.submission import send


class Exit(IntEnum):
    """What a pipeline can tell from the exit code."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3


def add_connection_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the server is and how to reach it; shared with the examples."""
    parser.add_argument(
        "--url", default=os.environ.get("FOUREYES_URL"), help="address; default: FOUREYES_URL"
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        default=os.environ.get("FOUREYES_TOKEN_FILE"),
        help="file with the API token; default: FOUREYES_TOKEN_FILE, else FOUREYES_TOKEN itself",
    )
    parser.add_argument("--timeout", type=seconds, default=30, metavar="SECONDS")
    parser.add_argument(
        "--plain-http", action="store_true", help="allow sending the token unencrypted"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def client_from(chosen: argparse.Namespace) -> Client:
    """The client for the arguments of `add_connection_arguments`.

    Raises:
        UsageError: no address or no token was given.
    """
    if not chosen.url:
        msg = "No address: give --url or set FOUREYES_URL."
        raise UsageError(msg)
    token = _token(chosen.token_file)
    return Client(chosen.url, token, chosen.timeout, plain_http=chosen.plain_http)


def run(command: Callable[[], Exit]) -> int:
    """Run a command; its errors become words on stderr and an exit code."""
    try:
        return command()
    except UsageError as error:
        _complain(str(error))
        return Exit.USAGE
    except ClientError as error:
        _complain(error.detail, error.remedy, *getattr(error, "__notes__", ()))
        return Exit.REFUSED if isinstance(error, Refused) else Exit.UNREACHABLE


def print_version(version: Version, *, as_json: bool) -> None:
    """A version on stdout, for people or for programs."""
    if as_json:
        _say(json.dumps(version.raw, ensure_ascii=False, sort_keys=True))
        return
    _say(f"{version.model} version {version.number} ({version.label}): {version.state}")
    for gate in version.gates:
        needed = "required" if gate.required else "advisory"
        measured = f"{gate.name} = {gate.value} (threshold {gate.threshold}, {needed})"
        _say(f"  {gate.outcome:8} {measured} {gate.reason}".rstrip())
    if version.comparison:
        _say(f"  champion {version.comparison.verdict}: {version.comparison.reason}")
    if version.url:
        _say(f"  {version.url}")


def checked(client: Client, version: Version, wait: float) -> Version:
    """The version itself, or after its checks when `wait` (seconds) is given."""
    if not wait:
        return version
    return client.wait_for_checks(version.model, version.number, wait)


def exit_code_of(version: Version) -> Exit:
    """Refused when a required gate stands in the way."""
    return Exit.REFUSED if version.obstacles else Exit.DONE


def submit_command(chosen: argparse.Namespace) -> Exit:
    """Send files as a new version and submit it."""
    client = client_from(chosen)
    version = send(client, submission(chosen))
    version = checked(client, version, chosen.wait)
    print_version(version, as_json=chosen.json)
    return exit_code_of(version)


def status_command(chosen: argparse.Namespace) -> Exit:
    """Show a version and its checks."""
    client = client_from(chosen)
    version = checked(client, client.version(chosen.model, chosen.number), chosen.wait)
    print_version(version, as_json=chosen.json)
    return exit_code_of(version)


def kpi_command(chosen: argparse.Namespace) -> Exit:
    """Record one KPI value."""
    client = client_from(chosen)
    alert = client.record_kpi(
        chosen.model, chosen.number, kpi=chosen.kpi, value=chosen.value, observed_on=chosen.on
    )
    if chosen.json:
        _say(json.dumps({"alert": alert}, ensure_ascii=False, sort_keys=True))
    else:
        _say(f"{chosen.kpi} = {chosen.value} on {chosen.on}: {'ALERT' if alert else 'recorded'}")
    return Exit.DONE


def verify_approval_command(chosen: argparse.Namespace) -> Exit:
    """Check what a repository says was approved; offline, or with the server's word."""
    asked = Asked(
        folder=chosen.folder,
        root=chosen.root,
        keys=tuple(text_of(path).strip() for path in chosen.key),
        artifacts=tuple(digest_of(path) for path in chosen.artifact),
        checkpoint=text_of(chosen.checkpoint) if chosen.checkpoint else "",
        max_age_hours=chosen.max_age,
        target=chosen.target,
        changed=tuple(text_of(chosen.changed).splitlines()) if chosen.changed else (),
        standings=text_of(chosen.standings) if chosen.standings else "",
        standings_max_age_hours=chosen.standings_max_age,
    )
    found = verify_approval(asked)
    if found.standing == "valid as signed" and chosen.url:
        found = with_server(found, client_from(chosen).attestations(found.content_digest))
    if chosen.json:
        _say(json.dumps(found.as_json(), ensure_ascii=False, sort_keys=True))
    else:
        _say(f"{found.standing}: {found.reason}")
    good = found.standing in {"valid", "valid as signed"}
    return Exit.DONE if good else Exit.REFUSED


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    root = argparse.ArgumentParser(
        prog="foureyes",
        description="Submit model versions and watch what becomes of them.",
        allow_abbrev=False,
    )
    commands = root.add_subparsers(dest="command", required=True)
    for add_arguments, command in (
        (_add_submit, submit_command),
        (_add_status, status_command),
        (_add_kpi, kpi_command),
        (_add_verify, verify_approval_command),
    ):
        name = command.__name__.removesuffix("_command").replace("_", "-")
        # An abbreviation would read `--token fe_...` as the name of a token file.
        one = commands.add_parser(name, help=command.__doc__, allow_abbrev=False)
        add_arguments(one)
        one.set_defaults(command_function=command)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    chosen = parser().parse_args(arguments)
    return run(lambda: chosen.command_function(chosen))


def _add_submit(command: argparse.ArgumentParser) -> None:
    add_connection_arguments(command)
    command.add_argument("model")
    command.add_argument("--label", required=True, help="e.g. 7.0.0")
    command.add_argument("--summary", default="")
    command.add_argument("--change-note", default="", help="what is new, and why")
    command.add_argument("--comment", default="", help="for whoever validates")
    command.add_argument("--image", default="", help="container image that serves the model")
    command.add_argument(
        "--retrained-from", type=int, metavar="NUMBER", help="the version that was trained anew"
    )
    command.add_argument(
        "--draft", type=int, metavar="NUMBER", help="go on with a draft that was left behind"
    )
    command.add_argument("--parameters", type=Path, metavar="JSON", help="file with one object")
    command.add_argument("--schema", type=Path, metavar="JSON", help="[{name, type}, ...]")
    for role in ("model", "code", "requirements", "other"):
        flag = "--artifact" if role == "model" else f"--{role}"
        command.add_argument(
            flag,
            type=Path,
            action="append",
            default=[],
            dest=f"{role}_files",
            metavar="FILE",
            required=role == "model",
        )
    command.add_argument("--scored", type=Path, metavar="FILE", help="scores with outcomes")
    for column, what in COLUMNS.items():
        command.add_argument(f"--{column}", default="", help=f"its column with {what}")
    for ending in ("false-negative", "false-positive", "true-negative", "true-positive"):
        command.add_argument(f"--cost-{ending}", type=float, default=0, help=f"of a {ending}")
    command.add_argument("--document", type=Path, action="append", default=[], metavar="FILE")
    command.add_argument("--test-results", type=Path, action="append", default=[], metavar="FILE")
    command.add_argument(
        "--wait", type=patience, default=0, metavar="SECONDS", help="for the checks"
    )


def _add_status(command: argparse.ArgumentParser) -> None:
    add_connection_arguments(command)
    command.add_argument("model")
    command.add_argument("number", type=int)
    command.add_argument(
        "--wait", type=patience, default=0, metavar="SECONDS", help="for the checks"
    )


def _add_kpi(command: argparse.ArgumentParser) -> None:
    add_connection_arguments(command)
    command.add_argument("model")
    command.add_argument("number", type=int)
    command.add_argument("--kpi", required=True, help="name of the KPI")
    command.add_argument("--value", required=True, help="decimal number")
    command.add_argument(
        "--on",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        metavar="YYYY-MM-DD",
        help="default: today",
    )


def _add_verify(command: argparse.ArgumentParser) -> None:
    add_connection_arguments(command)
    command.add_argument("folder", type=Path, help=".foureyes/<promotion> in a clone")
    command.add_argument("--root", type=Path, default=Path(), help="of the clone; default: here")
    command.add_argument(
        "--key", type=Path, action="append", required=True, help="file with the log's public key"
    )
    command.add_argument(
        "--artifact", type=Path, action="append", default=[], help="a file that must be approved"
    )
    command.add_argument("--checkpoint", type=Path, help="a recent checkpoint of the log")
    command.add_argument("--max-age", type=float, default=0, metavar="HOURS")
    command.add_argument(
        "--standings",
        type=Path,
        help="what `manage.py sign_standings` wrote: which approvals are stale or revoked",
    )
    command.add_argument("--standings-max-age", type=float, default=0, metavar="HOURS")
    command.add_argument("--target", default="", help="it must be approved for this one")
    command.add_argument(
        "--changed",
        type=Path,
        metavar="FILE",
        help="a path a line, as `git diff --name-only` prints: each must be part of the approval",
    )


def _token(file: Path | None) -> str:
    token = os.environ.get("FOUREYES_TOKEN", "") if file is None else text_of(Path(file))
    if not token.strip():
        msg = "No API token: set FOUREYES_TOKEN, or give --token-file."
        raise UsageError(msg)
    return token


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _complain(*sentences: str) -> None:
    sys.stderr.write(f"foureyes: {' '.join(filter(None, sentences))}\n")
