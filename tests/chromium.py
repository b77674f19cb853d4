"""A real Chromium looking at the real site."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from waitress.server import create_server

from tests.databases import Database
from tests.servers import chromium_program, require_programs

# Root needs --no-sandbox; the rest keeps the browser from calling home, which never works here.
CHROMIUM_WORDS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_CSP = """addEventListener("securitypolicyviolation", (breach) => console.error(
  `security policy: ${breach.violatedDirective} ${breach.blockedURI} ${breach.sourceFile}`))"""
OpenPage = Callable[..., Page]


@dataclass
class Console:
    """What pages complained about, but for what the test expects."""

    problems: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect errors that match a regular expression."""
        self.allowed.append(pattern)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep an error."""
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        """Problems that no pattern allows."""
        return [text for text in self.problems if not any(re.search(p, text) for p in self.allowed)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker."""
    require_programs(["chromium"])
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in the thread of the test, where Django would refuse to query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        program = chromium_program()
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_WORDS)
        yield chromium
        chromium.close()


@pytest.fixture
def console() -> Console:
    """What the pages of this test may complain about."""
    return Console()


@pytest.fixture
def open_page(browser: Browser, console: Console) -> Iterator[OpenPage]:
    """Open a page with cookies of its own; keyword arguments go to Playwright's new_context."""
    contexts = []

    def open_one(**options: Any) -> Page:
        defaults = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**(defaults | options))
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_CSP)
        page = context.new_page()
        page.on("console", console.hear)
        page.on("pageerror", lambda error: console.problems.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not console.unexpected(), "the browser's console: " + "\n".join(console.unexpected())


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page of one person."""
    return open_page()


@pytest.fixture
def live_site(database: Database) -> Iterator[str]:
    """Address of the real site on a database of the test's own."""
    with served() as address:
        yield address


@contextmanager
def served(port: int = 0) -> Iterator[str]:
    """Serve the site in a thread, on a free loopback port or the one that is named."""
    from governance.project.wsgi import application  # noqa: PLC0415  apps load later

    sockets: dict[int, Any] = {}
    server = create_server(application, map=sockets, host="127.0.0.1", port=port, threads=4)
    ending = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:  # at the end a socket may be closed under the eyes of the loop
            if not ending.is_set():
                raise

    thread = threading.Thread(target=run, name="site", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        ending.set()
        # The workers first: one that ends its answer wakes the loop, which would close the waker under us.
        server.task_dispatcher.shutdown()
        # In the server's own thread, which would otherwise wait on sockets that we closed.
        server.trigger.pull_trigger(lambda: [waiting.close() for waiting in list(sockets.values())])
        thread.join(timeout=10)
