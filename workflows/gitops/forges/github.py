"""GitHub and GitHub Enterprise Server, by the REST API of version 2022-11-28."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from governance.errors import Duplicate, NotFound, Permanent, Temporary
from governance.sentences import sentence as _
from workflows.gitops.forges.base import (
    Check,
    Connection,
    RemotePullRequest,
    RemoteStatus,
    Unfulfilled,
    Wishes,
)
from workflows.gitops.forges.hosted import (
    NOT_SEEN_YET_S,
    Hosted,
    attempt,
    base_there,
    each,
    in_form,
    is_of_one_place,
    name_of,
    noted,
    opened_time,
    pushes,
    time_of,
    tried,
    unknown,
)
from workflows.gitops.forges.wire import PAUSE_S, Answer

PER_PAGE = 100
MISSING = frozenset({404})
FORBIDDEN = frozenset({403})
REFUSED = frozenset({404, 410, 422})


class GitHub(Hosted):
    """One GitHub, with one token of an account or of an app's installation."""

    kind = "github"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, connection.username or "x-access-token")
        self.api = self.wire(
            _api_base(connection.base_url),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {connection.token}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            PAUSE_S,
        )

    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return all from branch to branch, in every state, lowest number first."""
        owner = repository.partition("/")[0]
        query: dict[str, str | int] = {
            "state": "all",
            "head": f"{owner}:{head}",
            "base": base,
            "per_page": PER_PAGE,
        }
        pages = self.api.pages(f"/repos/{_path(repository)}/pulls", query)
        found = [_told(row) for page in pages for row in page if is_of_one_place(row, _ends)]
        ours = [one for one in found if (one.head_branch, one.base_branch) == (head, base)]
        return tuple(sorted(ours, key=lambda one: one.number))

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Open one; 422 is either a duplicate or a branch that is not seen yet."""
        answer = self.api.ask(
            "POST",
            f"/repos/{_path(repository)}/pulls",
            body={"title": title, "head": head, "base": base, "body": body, "draft": draft},
            known=frozenset({422}),
        )
        if answer.ok:
            return _told(answer.body)
        words = answer.says.lower()
        if "already exists" in words:
            raise Duplicate(_("There is a pull request for this branch already."))
        if draft and "draft pull requests are not supported" in words:
            return self.open_pull_request(repository, head=head, base=base, title=title, body=body)
        if '"head"' in words:
            text = "GitHub does not see the new branch yet."
            raise Temporary(text, retry_after=NOT_SEEN_YET_S)
        raise Permanent(
            _("GitHub does not open the pull request: {says}", says=answer.says),
            remedy=_("Look at the target's settings “repository” and “base branch”."),
        )

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number."""
        path = f"/repos/{_path(repository)}/pulls/{number}"
        answer = self.api.ask("GET", path, known=MISSING)
        if not answer.ok:
            raise NotFound(
                _(
                    "{repository} has no pull request #{number}.",
                    repository=repository,
                    number=number,
                )
            )
        return _told(answer.body)

    def comment(self, repository: str, number: int, text: str, *, author: str) -> None:
        """Write a remark under it; the account of the token writes, so the author is named."""
        path = f"/repos/{_path(repository)}/issues/{number}/comments"
        self.api.ask("POST", path, body={"body": f"{text}\n\n({author})"})

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Close it without merging; one that is merged or closed is returned as it is."""
        path = f"/repos/{_path(repository)}/pulls/{number}"
        answer = self.api.ask("PATCH", path, body={"state": "closed"}, known=frozenset({422}))
        return _told(answer.body) if answer.ok else self.pull_request(repository, number)

    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """Set the outcome of a check on exactly this commit."""
        body = {
            "state": status.state,
            "context": status.context,
            "description": status.description[:140],
        }
        self.api.ask("POST", f"/repos/{_path(repository)}/statuses/{sha}", body=body)

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """Return the latest outcome of each check on this commit."""
        path = f"/repos/{_path(repository)}/commits/{sha}/status"
        rows = self.api.ask("GET", path, query={"per_page": PER_PAGE}).body["statuses"]
        return tuple(
            RemoteStatus(row["context"], _outcome(row["state"]), row.get("description") or "")
            for row in rows
        )

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """Labels, assignees, reviewers and milestone, each by a call of its own."""
        return tuple(self._fulfil(f"/repos/{_path(repository)}", number, wishes))

    def _fulfil(self, at: str, number: int, wishes: Wishes) -> Iterator[Unfulfilled]:
        lists = (
            ("labels", f"{at}/issues/{number}/labels", wishes.labels, ""),
            # Whom it cannot assign it passes over without a word.
            ("assignees", f"{at}/issues/{number}/assignees", wishes.assignees, "login"),
            ("reviewers", f"{at}/pulls/{number}/requested_reviewers", wishes.reviewers, ""),
        )
        for wish, path, names, field in lists:
            if names:
                asked = {name: name for name in names}
                yield from each(wish, asked, self._posting(path, wish), field)
        if wishes.milestone:
            yield from noted("milestone", self._set_milestone(at, number, wishes.milestone))

    def _posting(self, path: str, key: str) -> Callable[[list[Any]], Answer]:
        return lambda names: self.api.ask("POST", path, body={key: names}, known=REFUSED)

    def _set_milestone(self, at: str, number: int, title: str) -> Iterator[Unfulfilled]:
        rows = self.api.pages(f"{at}/milestones", {"state": "open", "per_page": PER_PAGE})
        found = next((one for page in rows for one in page if one["title"] == title), None)
        if found is None:
            yield from unknown("milestone", [title])
            return

        def act() -> Answer:
            body = {"milestone": found["number"]}
            return self.api.ask("PATCH", f"{at}/issues/{number}", body=body, known=REFUSED)

        yield from attempt("milestone", act)

    def checks(self, repository: str, base: str) -> tuple[Check, ...]:
        """Host and token, repository, base branch, right to push.

        What the repository says of permissions is no help: it tells the account's, not the token's,
        and of an app's installation none.
        """
        return tried(
            [
                ("token", self._whose),
                ("repository", lambda: str(self._read(repository)["full_name"])),
                ("base branch", lambda: base_there(self.git, repository, base)),
                ("push", lambda: pushes(self.git, repository)),
            ]
        )

    def _whose(self) -> str:
        """An installation is no account; it may be asked what it sees, and an account may not."""
        answer = self.api.ask("GET", "/user", known=FORBIDDEN)
        if answer.ok:
            return str(answer.body["login"])
        told = self.api.ask("GET", "/installation/repositories", query={"per_page": 1}).body
        return f"an app's installation, {told['total_count']} repositories"

    def _read(self, repository: str) -> Any:
        return self.api.ask("GET", f"/repos/{_path(repository)}").body


def _api_base(base_url: str) -> str:
    """github.com has a host for its API; an Enterprise Server has a path."""
    base = base_url.rstrip("/")
    return "https://api.github.com" if urlsplit(base).hostname == "github.com" else f"{base}/api/v3"


def _path(repository: str) -> str:
    return quote(repository)


def _ends(row: dict[str, Any]) -> tuple[object, object]:
    """From which repository into which; a copy that is gone is none."""
    head, base = row["head"].get("repo") or {}, row["base"].get("repo") or {}
    return head.get("full_name"), base.get("full_name")


def _outcome(state: str) -> str:
    return "failure" if state == "error" else state


@in_form
def _told(row: dict[str, Any]) -> RemotePullRequest:
    merged = bool(row.get("merged") or row.get("merged_at"))
    return RemotePullRequest(
        number=row["number"],
        url=row["html_url"],
        state="merged" if merged else row["state"],
        title=row["title"],
        body=row.get("body") or "",
        head_branch=row["head"]["ref"],
        head_sha=row["head"]["sha"],
        base_branch=row["base"]["ref"],
        opened_at=opened_time(row["created_at"]),
        merge_sha=(row.get("merge_commit_sha") or "") if merged else "",
        merged_by=name_of(row.get("merged_by"), "login"),
        merged_at=time_of(row.get("merged_at")),
        closed_at=None if merged else time_of(row.get("closed_at")),
    )
