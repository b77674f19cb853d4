"""Asking a forge over HTTP: time-outs, limits, and every answer turned into one of our errors.

What may be looked at again is `Temporary` or `Unavailable`; what a person must mend is `Permanent`
and says which setting. A token never stands in an error, a log line or an address.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from governance.addresses import Network, PinnedPool, within
from governance.errors import Permanent, Temporary
from governance.sentences import Sentence, Words
from governance.sentences import sentence as _
from workflows.gitops.forges.base import at_once
from workflows.gitops.forges.limits import IF_IT_STAYS, SECONDARY_S, asked_to_wait
from workflows.gitops.forges.words import without

CONNECT_S, READ_S, WHOLE_S = 5.0, 15.0, 30.0
LARGEST = 5 * 1024 * 1024  # bytes of an answer
MOST_PAGES = 100
PAUSE_S = 1.0  # between two calls that change something, as GitHub asks
OK = frozenset({200, 201, 202, 204})
READING = frozenset({"GET", "HEAD"})
TOKEN_HEADERS = {"Authorization", "PRIVATE-TOKEN"}
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*\brel="?next"?')


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers in small letters, and what the JSON body holds.

    `hidden` is what nobody may read in a refusal: whoever answers may repeat what it was asked.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    hidden: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status in OK

    @property
    def says(self) -> str:
        """The forge's own words about a refusal, shortened and without the token."""
        return without(json.dumps(self.body), self.hidden)[:500] if self.body is not None else ""


class PinnedAdapter(HTTPAdapter):
    """Requests over our own pool."""

    def __init__(self, pool: PinnedPool) -> None:
        self.pool = pool
        super().__init__(max_retries=0)

    def init_poolmanager(self, *_args: Any, **_kwargs: Any) -> None:
        """Use the pool that looks where it connects to."""
        self.poolmanager = self.pool


class Wire:
    """One forge's API. `base` is its address without a slash at the end."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        name: str,
        allowed: tuple[Network, ...] = (),
        authority: str = "",
        pause_s: float = 0.0,
        turn: Callable[[str, float], float] = at_once,
    ) -> None:
        self.base, self.name, self.pause_s, self.turn = base, name, pause_s, turn
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy of the environment would look up names for us
        self.session.headers.update({"Accept": "application/json", "User-Agent": "Foureyes"})
        self.session.headers.update(headers)
        shown = (text for name, text in headers.items() if name in TOKEN_HEADERS)
        self.hidden = next(shown, "").rpartition(" ")[2]
        self.session.headers["Host"] = urlsplit(base).netloc
        pool = PinnedPool(allowed, authority)
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, PinnedAdapter(pool))

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        known: frozenset[int] = frozenset(),
    ) -> Answer:
        """Ask once. Statuses of success and those in `known` are returned; the caller knows them.

        Raises:
            Temporary: It may work later; `retry_after` is what the forge asked for.
            Permanent: A person must mend something.
        """
        if method not in READING:
            self._pause()
        answer = self._sent(method, f"{self.base}{path}", query, body)
        if answer.ok or answer.status in known:
            return answer
        raise self._refusal(answer, path)

    def pages(
        self,
        path: str,
        query: Mapping[str, str | int],
        *,
        known: frozenset[int] = frozenset(),
    ) -> Iterator[list[Any]]:
        """Ask for every page of a list: by the forge's own link, or until one is empty.

        A status in `known` says that there is no such list.

        Raises:
            Temporary, Permanent: As `ask`.
        """
        seen = 0
        for number in range(1, MOST_PAGES + 1):
            answer = self.ask("GET", path, query={**query, "page": number}, known=known)
            if not answer.ok:
                return
            if not isinstance(answer.body, list):
                raise self._strange(_("a list was expected"))
            yield answer.body
            seen += len(answer.body)
            if _is_last(answer, seen):
                return
        raise Permanent(
            _(
                "{name} has more than {number} pages of {what}.",
                name=self.name,
                number=MOST_PAGES,
                what=path.rpartition("/")[2],
            ),
            remedy=_("Close or archive old ones in the forge."),
        )

    def _sent(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> Answer:
        with within(WHOLE_S) as allowance:
            try:
                response, raw = self._exchanged(method, url, query, body)
            except (requests.RequestException, OSError) as error:
                raise (self._slow() if allowance.over else self._silent(error)) from error
        if allowance.over:
            raise self._slow()
        headers = {key.lower(): value for key, value in response.headers.items()}
        body = self._parsed(response.status_code, raw)
        return Answer(response.status_code, headers, body, self.hidden)

    def _exchanged(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> tuple[requests.Response, bytes]:
        response = self.session.request(
            method,
            url,
            params=query,
            json=body,
            timeout=(CONNECT_S, READ_S),
            allow_redirects=False,
            stream=True,
        )
        with response:
            return response, self._read(response)

    def _read(self, response: requests.Response) -> bytes:
        """Read within size: an endless answer must not fill a worker."""
        parts, size = [], 0
        for part in response.iter_content(64 * 1024):
            size += len(part)
            parts.append(part)
            if size > LARGEST:
                raise Permanent(
                    _(
                        "{name} answered with more than {number} MB.",
                        name=self.name,
                        number=LARGEST // 2**20,
                    ),
                    remedy=_("Look whether the address of the forge connection is right."),
                )
        return b"".join(parts)

    def _parsed(self, status: int, raw: bytes) -> Any:
        if not raw:
            return None
        try:
            return json.loads(raw)
        except (ValueError, RecursionError) as error:
            if status in OK:
                raise self._strange(_("it is no JSON")) from error
            return None

    def _refusal(self, answer: Answer, path: str) -> Exception:
        status = answer.status
        later = asked_to_wait(status, answer.headers, answer.says)
        if status == 429 or (status == 403 and later is not None):  # noqa: PLR2004
            text = _("{name} asks to slow down.", name=self.name)
            return Temporary(text, retry_after=SECONDARY_S if later is None else later)
        if status >= 500 or status in {408, 425}:  # noqa: PLR2004 - server errors and "later"
            return Temporary(
                _("{name} answered {status}.", name=self.name, status=status), retry_after=later
            )
        what, remedy = _words(status, self.name)
        text = _(
            "{what} (status {status}, {path}) {says}",
            what=what,
            status=status,
            path=path,
            says=answer.says,
        )
        return Permanent(text, remedy=remedy)

    def _silent(self, error: Exception) -> Exception:
        """The text of such an error may hold the address with its query: only its kind is told."""
        if isinstance(error, requests.exceptions.SSLError):
            return self._untrusted(error)
        return Temporary(
            _("{name} did not answer ({kind}).", name=self.name, kind=type(error).__name__),
            remedy=IF_IT_STAYS.filled(name=self.name),
        )

    def _untrusted(self, error: Exception) -> Exception:
        if "CERTIFICATE_VERIFY_FAILED" in str(error) or "certificate" in str(error):
            return Permanent(
                _("The certificate of {name} is not trusted.", name=self.name),
                remedy=_("Give the connection the certificate of your own authority."),
            )
        return Temporary(_("The encrypted connection to {name} failed.", name=self.name))

    def _slow(self) -> Temporary:
        return Temporary(
            _("{name} answered too slowly.", name=self.name),
            remedy=IF_IT_STAYS.filled(name=self.name),
        )

    def _strange(self, why: Words) -> Temporary:
        return Temporary(
            _("{name} gave an answer that cannot be used: {why}.", name=self.name, why=why),
            remedy=_("If it stays so, look whether a sign-in page or proxy stands before it."),
        )

    def _pause(self) -> None:
        """Take our turn among all workers, where the forge asks for a pause between changes."""
        if self.pause_s:
            time.sleep(self.turn(urlsplit(self.base).netloc, self.pause_s))


def _words(status: int, name: str) -> tuple[Sentence, Sentence]:
    """What a refusal means, and which setting to change."""
    what, remedy = REFUSALS.get("3xx" if 300 <= status < 400 else str(status), REFUSED)  # noqa: PLR2004
    return what.filled(name=name), remedy.filled(name=name)


REFUSED = (
    _("{name} refused."),
    _("Read its words, mend the cause in the forge or the target, then retry the job."),
)
REFUSALS = {
    "3xx": (
        _("{name} says that it has moved."),
        _("Change the target's setting “repository” to where it is now."),
    ),
    "401": (
        _("{name} does not know the token."),
        _("Renew the token of the forge connection {name}."),
    ),
    "403": (
        _("{name} refuses this to the token."),
        _("Give the token of the connection {name} write access, or paste another one."),
    ),
    "404": (
        _("{name} has nothing there, or hides it from the token."),
        _("Look at the target's setting “repository”, and at what the token may see."),
    ),
}


def _is_last(answer: Answer, seen: int) -> bool:
    """Whether no page follows: by the link, the next page's number, or how many there are."""
    if "link" in answer.headers:
        return not _NEXT.search(answer.headers["link"])
    if "x-next-page" in answer.headers:
        return not answer.headers["x-next-page"].strip()
    total = answer.headers.get("x-total-count", "")
    return not answer.body or not total.isdigit() or seen >= int(total)
