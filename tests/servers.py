"""The real programs that the tests talk to: PostgreSQL, Redis, Chromium and a few tools.

A server that `TEST_DATABASE_URL` or `TEST_REDIS_URL` names is used as it is. Otherwise a private
one is started from the installed binaries, on a free loopback port, with its files in a temporary
folder, and ended by its process id. Nothing is skipped: what is missing is installed when this is
Debian and we are root, else the run stops and says what to install.
"""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

DEBIAN_PACKAGES = {
    "chromium": "chromium-headless-shell",
    "gettext": "gettext",
    "kubectl": "kubernetes-client",
    "openssl": "openssl",
    "postgresql": "postgresql",
    "redis": "redis-server",
}
START_SECONDS = 30
MEMORY_NEEDED = 2 * 1024**3
# The controller of xdist tells its workers where the session keeps its files.
FOLDER_VARIABLE = "FOUREYES_TESTS_FOLDER"


class MissingProgram(Exception):
    """A program that the tests need is not installed, and we may not install it."""


def postgres_folder() -> Path | None:
    """Folder of the newest installed PostgreSQL server's programs."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = sorted(debian, key=lambda program: float(program.parent.parent.name))
    on_path = shutil.which("postgres")
    found = newest[-1] if newest else Path(on_path).resolve() if on_path else None
    return found.parent if found else None


def chromium_program() -> str | None:
    """Path of the browser: TEST_CHROMIUM, else the first one installed.

    The headless shell is the same Chromium without windows, menus and their processes; it takes a
    third of the time.
    """
    programs = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    names = (os.environ.get("TEST_CHROMIUM", ""), *programs)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def redis_program() -> str | None:
    """Path of the Redis server."""
    return shutil.which("redis-server")


FINDERS: dict[str, Callable[[], object]] = {
    "chromium": chromium_program,
    "gettext": lambda: shutil.which("msgfmt"),
    "kubectl": lambda: shutil.which("kustomize") or shutil.which("kubectl"),
    "openssl": lambda: shutil.which("openssl"),
    "postgresql": postgres_folder,
    "redis": redis_program,
}


def require_programs(wanted: Sequence[str]) -> None:
    """Install the wanted programs that are missing, or raise MissingProgram that names them."""
    packages = [DEBIAN_PACKAGES[name] for name in wanted if not FINDERS[name]()]
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install_packages(packages)
    missing = [DEBIAN_PACKAGES[name] for name in wanted if not FINDERS[name]()]
    if missing:
        message = (
            f"The tests need {', '.join(missing)}. On Debian: apt-get install {' '.join(missing)}. "
            "A running server can be named instead: TEST_DATABASE_URL, TEST_REDIS_URL."
        )
        raise MissingProgram(message)


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages without questions; what apt prints goes to our error stream."""
    print(f"Installing {' '.join(packages)} ...", flush=True)  # noqa: T201  progress of a long wait
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *words], env=env, check=False, stdout=subprocess.DEVNULL)


def roomy_folder() -> str:
    """Memory when there is plenty (a copied database then takes 20 ms, not 500), else the disk.

    The path is short, because PostgreSQL's socket stands in it.
    """
    memory = Path("/dev/shm")  # noqa: S108  mkdtemp makes the private folder inside
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_NEEDED
    return str(memory) if roomy else "/tmp"  # noqa: S108


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged_account() -> str | None:
    """Account to run PostgreSQL under when we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@dataclass
class Server:
    """A private server, started on first use and ended with the tests, whatever happens to them."""

    name: str
    folder: Path
    end_signal: signal.Signals
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for clients."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """Return the words that start the server in the foreground."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether a client can connect."""
        raise NotImplementedError

    def account(self) -> str | None:
        """Account that the server runs under; None is our own."""
        return None

    def prepare(self) -> None:
        """Make what the server needs before its first start."""

    def start(self) -> str:
        """Start the server unless it runs, wait until it answers, and return its address."""
        if self.running:
            return self.url
        require_programs([self.name])
        self.folder.mkdir(mode=0o700)
        if account := self.account():
            shutil.chown(self.folder, account)
        self.prepare()
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [*dying_with_us(), *self.command()],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_account(self.account()),
            )
        self.wait()
        return self.url

    @property
    def log(self) -> Path:
        """File that takes what the server prints."""
        return self.folder.with_suffix(".log")

    def wait(self) -> None:
        """Wait until the server answers, else raise RuntimeError with the end of its log."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            ended = self.running is None or self.running.poll() is not None
            if ended or time.monotonic() > deadline:
                self.stop()
                tail = self.log.read_text(errors="replace")[-2000:]
                message = f"{self.name} did not start on port {self.port}:\n{tail}"
                raise RuntimeError(message)
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server by its process id, gently and then not."""
        running, self.running = self.running, None
        if running is None:
            return
        running.send_signal(self.end_signal)
        try:
            running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


class Postgres(Server):
    """A PostgreSQL that may forget everything: no fsync, no autovacuum, loopback and trust only."""

    def account(self) -> str | None:
        return unprivileged_account()

    def prepare(self) -> None:
        words = ["--auth=trust", "--username=foureyes", "--encoding=UTF8", "--locale=C.UTF-8"]
        program = self.program("initdb")
        subprocess.run(
            [program, *words, "--no-sync", "--pgdata", str(self.folder / "data")],
            check=True,
            capture_output=True,
            cwd="/",
            **as_account(self.account()),
        )

    def program(self, name: str) -> str:
        """Path of one of the server's programs."""
        folder = postgres_folder()
        assert folder
        return str(folder / name)

    def command(self) -> list[str]:
        place = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "max_connections": "200",
            "dynamic_shared_memory_type": "mmap",
        }
        options = place | self.options()
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [self.program("postgres"), "-D", str(self.folder / "data"), *words]

    def options(self) -> dict[str, str]:
        """What is set otherwise than PostgreSQL ships it."""
        return {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "jit": "off",  # without statistics it compiles small queries, too
            # Over a handful of rows any order of joins will do; weighing them takes longer.
            "join_collapse_limit": "1",
            "from_collapse_limit": "1",
            "max_parallel_workers_per_gather": "0",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def url(self) -> str:
        """Address of the database that every PostgreSQL has."""
        return f"postgres://foureyes@127.0.0.1:{self.port}/postgres"


class Redis(Server):
    """A Redis that keeps nothing on disk."""

    def command(self) -> list[str]:
        words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", "64"]
        program = redis_program()
        assert program
        return [program, "--port", str(self.port), "--dir", str(self.folder), *words]

    def answers(self) -> bool:
        client = redis.Redis(port=self.port, socket_timeout=2, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    @property
    def url(self) -> str:
        """Address of the server's first database."""
        return f"redis://127.0.0.1:{self.port}/0"


def as_account(account: str | None) -> dict[str, Any]:
    """Arguments for subprocess that give up root for an account."""
    if account is None:
        return {}
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def dying_with_us() -> list[str]:
    """Words that make a child end when these tests are killed (util-linux has them)."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "INT"] if program else []


class Servers:
    """The servers of one test session and the folder of all its temporary files."""

    def __init__(self) -> None:
        """Choose a folder and free ports, or take over what the controller of xdist started."""
        inherited = os.environ.get(FOLDER_VARIABLE)
        self.owner = inherited is None
        self.folder = Path(inherited or tempfile.mkdtemp("", "foureyes-tests-", roomy_folder()))
        self.postgres = Postgres("postgresql", self.folder / "postgres", signal.SIGINT)
        self.redis = Redis("redis", self.folder / "redis", signal.SIGTERM)
        if self.owner:
            self.folder.chmod(0o711)  # PostgreSQL passes through it under another account
            atexit.register(self.stop)

    def database_url(self) -> str:
        """Address of a PostgreSQL that answers: the named one, else the private one."""
        return os.environ.get("TEST_DATABASE_URL") or self.postgres.start()

    def redis_url(self) -> str:
        """Address of a Redis that answers: the named one, else the private one."""
        return os.environ.get("TEST_REDIS_URL") or self.redis.start()

    def start_for_workers(self) -> None:
        """Start everything now, and leave word for the worker processes."""
        require_programs(list(FINDERS))
        os.environ["TEST_DATABASE_URL"] = self.database_url()
        os.environ["TEST_REDIS_URL"] = self.redis_url()
        os.environ[FOLDER_VARIABLE] = str(self.folder)

    def stop(self) -> None:
        """End what was started here and remove every temporary file."""
        self.postgres.stop()
        self.redis.stop()
        if self.owner:
            shutil.rmtree(self.folder, ignore_errors=True)
