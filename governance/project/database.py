"""What Django is told about a database, from its address alone."""

import environ

# Readers never wait for the one writer; a writer takes its lock at the start of the transaction,
# so that `select_for_update` and IMMEDIATE mean the same on both databases.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database_settings(url: str) -> dict[str, object]:
    """One entry of DATABASES for `sqlite:///path` or `postgres://user:password@host:port/name`."""
    entry: dict[str, object] = environ.Env.db_url_config(url)
    if str(entry["ENGINE"]).endswith("sqlite3"):
        return entry | {"OPTIONS": SQLITE_OPTIONS.copy()}
    return entry | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
