"""Every environment variable that Foureyes reads, in one table.

The same code runs everywhere; only these differ. Each also exists as `NAME_FILE`, whose file
holds the value, so that secrets need not stand in the environment (Docker and Kubernetes secrets).
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SECRET_BYTES = 50
BASE_DIR = Path(__file__).resolve().parent.parent.parent


class UnfitSetting(Exception):
    """What a variable says cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: its name, what it is when nobody sets it, and what it is for."""

    name: str
    default: str
    purpose: str
    secret: bool = False


VARIABLES = (
    Variable("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names that the site answers to"),
    Variable("ANCHOR_FOLDER", "", "Folder out of this site's reach that checkpoints are kept in"),
    Variable("ANCHOR_MINUTES", "10", "Minutes between two checkpoints kept at one place"),
    Variable("ANCHOR_SYSLOG", "", "Collector that checkpoints go to: tls://host:6514 or tcp://…"),
    Variable(
        "ANCHOR_TSA", "", "Time-stamp authority (RFC 3161) for one checkpoint a day: https://…"
    ),
    Variable("ANCHOR_TSA_ROOTS", "", "File with its root certificates (PEM)"),
    Variable("AUDIT_KEY_FILE", "", "Ed25519 key that signs checkpoints; empty: in VAR_DIR"),
    Variable("AUDIT_ORIGIN", "foureyes.local/log", "Name of this log in its checkpoints"),
    Variable("BROKER_URL", "filesystem://", "Celery broker; redis://… in production", secret=True),
    Variable("CHANNEL_NETWORKS", "", "Private networks that channels may be in: 10.20.0.0/16,…"),
    Variable("DATABASE_URL", "", "Database; empty: SQLite in VAR_DIR", secret=True),
    Variable("EMAIL_URL", "consolemail://", "Where mail goes out", secret=True),
    Variable("EXPORT_DAYS", "7", "Days that the file of an export is kept"),
    Variable("EXPORT_DIR", "", "Finished exports of the log; empty: in VAR_DIR"),
    Variable("FEED_NETWORKS", "", "Private networks that feeds may go to: 10.20.0.0/16,…"),
    Variable("FORGE_DIR", "", "Bare repositories of the local forge; empty: in VAR_DIR"),
    Variable(
        "FORGE_KEYS", "", "Encrypt stored secrets, newest first; empty: in VAR_DIR", secret=True
    ),
    Variable("FORGE_NETWORKS", "", "Private networks that forges may be in: 10.20.0.0/16,…"),
    Variable("LANGUAGE", "en", "Language of people who chose none: en or de"),
    Variable("LOG_LEVEL", "INFO", "Lowest level that is logged"),
    Variable("MAIL_FROM", "Foureyes <foureyes@localhost>", "Whom mail comes from"),
    Variable("MEDIA_ROOT", "", "Artefacts and evidence by SHA-256; empty: in VAR_DIR"),
    Variable("OIDC_CLIENT_ID", "", "This site's name at the identity provider"),
    Variable("OIDC_CLIENT_SECRET", "", "Its secret there", secret=True),
    Variable("OIDC_GROUPS_CLAIM", "groups", "Claim that lists somebody's groups"),
    Variable("OIDC_ISSUER", "", "Identity provider, https://…; empty: no single sign-on"),
    Variable("OIDC_MFA_VALUES", "mfa,phr,phrh", "What amr or acr says when two factors were shown"),
    Variable("OIDC_NAME", "Single sign-on", "What the button to the provider says"),
    Variable("OIDC_SCOPES", "openid,profile,email", "What is asked for; some want groups, too"),
    Variable("REPORT_SECRET", "", "Shown by Tekton, Argo CD, Flux; empty: not heard", secret=True),
    Variable("SECOND_FACTOR", "by_role", "by_role: who needs one is asked for it; or optional"),
    Variable("SECRET_KEY", "", "Django's key; empty: made once, kept in VAR_DIR", secret=True),
    Variable("SESSION_HOURS", "12", "Hours after which everybody signs in again"),
    Variable("SESSION_IDLE_MINUTES", "60", "Minutes without a step after which a session ends"),
    Variable("SITE_URL", "http://127.0.0.1:8000", "Address people use; https turns on HSTS"),
    Variable("TIME_ZONE", "Europe/Berlin", "Zone that times are shown in"),
    Variable("TRUSTED_PROXIES", "0", "Proxies of yours in front: whose word for an address counts"),
    Variable("UPLOAD_LIMIT_MB", "512", "Largest artefact or evidence file"),
    Variable("VAR_DIR", "var", "Folder for all that the embedded site keeps"),
)
_BY_NAME = {variable.name: variable for variable in VARIABLES}


def read(name: str) -> str:
    """The value of one variable of the table: `NAME_FILE` first, then `NAME`, then its default."""
    file = os.environ.get(f"{name}_FILE")
    # AUDIT_KEY_FILE is itself the name of a file, not the file form of AUDIT_KEY.
    if file and f"{name}_FILE" not in _BY_NAME:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name) or _BY_NAME[name].default


def read_number(name: str) -> int:
    """A variable that is a whole number.

    Raises:
        UnfitSetting: it is none.
    """
    value = read(name)
    if not (value.isascii() and value.isdigit()):
        raise UnfitSetting(f"{name} is {value!r}, and must be a whole number.")
    return int(value)


def read_path(name: str, otherwise: Path) -> Path:
    """A folder or file named by a variable, absolute; `otherwise` when it is empty."""
    value = read(name)
    return (BASE_DIR / value).resolve() if value else otherwise


def made_folder(path: Path) -> Path:
    """A folder that is there, or is made now.

    Raises:
        UnfitSetting: it cannot be.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnfitSetting(
            f"{path} is no folder and cannot be made one ({error.strerror}). "
            "VAR_DIR names the folder that everything is kept in."
        ) from error
    return path


def read_list(name: str) -> list[str]:
    """A comma-separated variable."""
    return [part.strip() for part in read(name).split(",") if part.strip()]


def kept_secret(path: Path) -> str:
    """A random secret that is made on first use and kept in a file only its owner can read.

    Raises:
        UnfitSetting: the folder can keep nothing.
    """
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnfitSetting(
            f"{path} cannot be kept ({error.strerror}). "
            "VAR_DIR names the folder for it, which must be ours to write."
        ) from error


def _make_secret(path: Path) -> None:
    made_folder(path.parent)
    # Another process may be first.
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(os.urandom(SECRET_BYTES).hex())
