"""Gitea and Forgejo, by their API of version 1."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

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
    matching,
    name_of,
    noted,
    opened_time,
    pushes,
    time_of,
    tried,
    unknown,
)
from workflows.gitops.forges.wire import Answer

PER_PAGE = 50  # what a server allows unless somebody changed it
MISSING = frozenset({404})
REFUSED = frozenset({404, 409, 422})
DRAFT = "WIP: "  # the one way to say draft here


class Gitea(Hosted):
    """One Gitea or Forgejo, with one token of an account."""

    kind = "gitea"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, connection.username or "foureyes")
        base = connection.base_url.rstrip("/")
        self.api = self.wire(f"{base}/api/v1", {"Authorization": f"token {connection.token}"})

    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return all from branch to branch. The list knows no branches, so every page is read."""
        query: dict[str, str | int] = {"state": "all", "limit": PER_PAGE}
        pages = self.api.pages(f"/repos/{quote(repository)}/pulls", query)
        found = [_told(row) for page in pages for row in page if is_of_one_place(row, _ends)]
        ours = [one for one in found if (one.head_branch, one.base_branch) == (head, base)]
        return tuple(sorted(ours, key=lambda one: one.number))

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Open one; 409 is a duplicate, 404 a branch that is not seen yet."""
        title = f"{DRAFT}{title}" if draft else title
        answer = self.api.ask(
            "POST",
            f"/repos/{quote(repository)}/pulls",
            body={"title": title, "head": head, "base": base, "body": body},
            known=REFUSED,
        )
        if answer.ok:
            return _told(answer.body)
        if answer.status == 409:  # noqa: PLR2004
            raise Duplicate(_("There is a pull request for this branch already."))
        if answer.status == 404 and self.git.ref(repository, head):  # noqa: PLR2004
            text = "Gitea does not see the new branch yet."
            raise Temporary(text, retry_after=NOT_SEEN_YET_S)
        raise Permanent(
            _("Gitea does not open the pull request: {says}", says=answer.says),
            remedy=_("Look at the target's settings “repository” and “base branch”."),
        )

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number."""
        path = f"/repos/{quote(repository)}/pulls/{number}"
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
        path = f"/repos/{quote(repository)}/issues/{number}/comments"
        self.api.ask("POST", path, body={"body": f"{text}\n\n({author})"})

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Close it without merging; one that is merged or closed is returned as it is."""
        path = f"/repos/{quote(repository)}/pulls/{number}"
        known = frozenset({404, 409, 412, 422})
        answer = self.api.ask("PATCH", path, body={"state": "closed"}, known=known)
        return _told(answer.body) if answer.ok else self.pull_request(repository, number)

    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """Set the outcome of a check on exactly this commit."""
        body = {
            "state": status.state,
            "context": status.context,
            "description": status.description[:255],
        }
        self.api.ask("POST", f"/repos/{quote(repository)}/statuses/{sha}", body=body)

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """Return the latest outcome of each check on this commit; the server lists newest first."""
        found: dict[str, RemoteStatus] = {}
        path = f"/repos/{quote(repository)}/commits/{sha}/statuses"
        for page in self.api.pages(path, {"limit": PER_PAGE, "sort": "recentupdate"}):
            for row in page:
                outcome = "failure" if row["status"] in {"error", "warning"} else row["status"]
                status = RemoteStatus(row["context"], outcome, row.get("description") or "")
                found.setdefault(status.context, status)
        return tuple(found.values())

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """Labels and milestone by id, assignees and reviewers by name."""
        return tuple(self._fulfil(f"/repos/{quote(repository)}", number, wishes))

    def _fulfil(self, at: str, number: int, wishes: Wishes) -> Iterator[Unfulfilled]:
        issue = f"{at}/issues/{number}"
        if wishes.labels:
            yield from noted("labels", self._set_labels(at, issue, wishes.labels))
        lists = (
            ("assignees", "PATCH", issue, wishes.assignees, "login"),
            ("reviewers", "POST", f"{at}/pulls/{number}/requested_reviewers", wishes.reviewers, ""),
        )
        for wish, method, path, names, field in lists:
            if names:
                asked = {name: name for name in names}
                yield from each(wish, asked, self._naming(method, path, wish), field)
        if wishes.milestone:
            yield from noted("milestone", self._set_milestone(at, issue, wishes.milestone))

    def _set_labels(self, at: str, issue: str, names: Iterable[str]) -> Iterator[Unfulfilled]:
        """The repository's own first: a token may not see what its organisation lends it."""
        ids, missing = matching(names, self._all(f"{at}/labels"), "name")
        yield from self._add_labels(issue, ids)
        if missing:
            lent, missing = matching(missing, self._lent_labels(at), "name")
            yield from self._add_labels(issue, lent)
        yield from unknown("labels", missing)

    def _add_labels(self, issue: str, ids: list[Any]) -> Iterator[Unfulfilled]:
        if ids:
            yield from attempt("labels", self._asking("POST", f"{issue}/labels", labels=ids))

    def _lent_labels(self, at: str) -> list[dict[str, Any]]:
        """Those of the organisation that has the repository; where a person has it, none."""
        owner = at.removeprefix("/repos/").partition("/")[0]
        return self._all(f"/orgs/{owner}/labels", known=MISSING)

    def _set_milestone(self, at: str, issue: str, title: str) -> Iterator[Unfulfilled]:
        ids, missing = matching([title], self._all(f"{at}/milestones"), "title")
        yield from unknown("milestone", missing)
        if ids:
            yield from attempt("milestone", self._asking("PATCH", issue, milestone=ids[0]))

    def _naming(self, method: str, path: str, key: str) -> Callable[[list[Any]], Answer]:
        return lambda names: self._asking(method, path, **{key: names})()

    def _all(self, path: str, known: frozenset[int] = frozenset()) -> list[dict[str, Any]]:
        pages = self.api.pages(path, {"limit": PER_PAGE}, known=known)
        return [row for page in pages for row in page]

    def _asking(self, method: str, path: str, **body: Any) -> Callable[[], Answer]:
        return lambda: self.api.ask(method, path, body=body, known=REFUSED)

    def checks(self, repository: str, base: str) -> tuple[Check, ...]:
        """Host and token, repository, right to push, base branch."""
        return tried(
            [
                ("token", lambda: str(self.api.ask("GET", "/user").body["login"])),
                ("repository", lambda: self._pushable(repository)),
                ("base branch", lambda: base_there(self.git, repository, base)),
                ("push", lambda: pushes(self.git, repository)),
            ]
        )

    def _pushable(self, repository: str) -> str:
        told = self.api.ask("GET", f"/repos/{quote(repository)}").body
        if not (told.get("permissions") or {}).get("push"):
            raise Permanent(
                _("The token may read {repository} but not push.", repository=repository),
                remedy=_("Give the account write access, and the token write:repository."),
            )
        return str(told["full_name"])


def _ends(row: dict[str, Any]) -> tuple[object, object]:
    """From which repository into which."""
    return row["head"].get("repo_id"), row["base"].get("repo_id")


@in_form
def _told(row: dict[str, Any]) -> RemotePullRequest:
    merged = bool(row.get("merged"))
    return RemotePullRequest(
        number=row["number"],
        url=row["html_url"],
        state="merged" if merged else row["state"],
        title=row["title"],
        body=row.get("body") or "",
        head_branch=row["head"]["ref"],
        head_sha=row["head"].get("sha") or "",
        base_branch=row["base"]["ref"],
        opened_at=opened_time(row["created_at"]),
        merge_sha=(row.get("merge_commit_sha") or "") if merged else "",
        merged_by=name_of(row.get("merged_by"), "login"),
        merged_at=time_of(row.get("merged_at")),
        closed_at=None if merged else time_of(row.get("closed_at")),
    )
