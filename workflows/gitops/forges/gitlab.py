"""GitLab, by its REST API of version 4."""

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
    name_of,
    noted,
    opened_time,
    pushes,
    time_of,
    tried,
    unknown,
)
from workflows.gitops.forges.wire import Answer

PER_PAGE = 100
DEVELOPER = 30  # the least level of access that may push
MISSING = frozenset({404})
REFUSED = frozenset({400, 404, 409, 422})
DRAFT = "Draft: "
# Our words for the outcome of a check, in GitLab's.
OUTCOMES = {"success": "success", "failure": "failed", "pending": "pending"}
STATES = {"opened": "open", "locked": "open", "merged": "merged", "closed": "closed"}


class GitLab(Hosted):
    """One GitLab, with one token of a project, group or account."""

    kind = "gitlab"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, connection.username or "oauth2")
        base = connection.base_url.rstrip("/")
        self.api = self.wire(f"{base}/api/v4", {"PRIVATE-TOKEN": connection.token})

    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return all from branch to branch, in every state, lowest number first."""
        query: dict[str, str | int] = {
            "state": "all",
            "scope": "all",
            "source_branch": head,
            "target_branch": base,
            "per_page": PER_PAGE,
        }
        pages = self.api.pages(f"{_project(repository)}/merge_requests", query)
        found = [_told(row) for page in pages for row in page if is_of_one_place(row, _ends)]
        ours = [one for one in found if (one.head_branch, one.base_branch) == (head, base)]
        return tuple(sorted(ours, key=lambda one: one.number))

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Open one; 409 is a duplicate."""
        answer = self.api.ask(
            "POST",
            f"{_project(repository)}/merge_requests",
            body={
                "title": f"{DRAFT}{title}" if draft else title,
                "source_branch": head,
                "target_branch": base,
                "description": body,
                "remove_source_branch": False,
            },
            known=REFUSED,
        )
        if answer.ok:
            return _told(answer.body)
        if answer.status == 409:  # noqa: PLR2004
            raise Duplicate(_("There is a merge request for this branch already."))
        if "source_branch" in answer.says or "source branch" in answer.says.lower():
            text = "GitLab does not see the new branch yet."
            raise Temporary(text, retry_after=NOT_SEEN_YET_S)
        raise Permanent(
            _("GitLab does not open the merge request: {says}", says=answer.says),
            remedy=_("Look at the target's settings “repository” and “base branch”."),
        )

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number."""
        path = f"{_project(repository)}/merge_requests/{number}"
        answer = self.api.ask("GET", path, known=MISSING)
        if not answer.ok:
            raise NotFound(
                _(
                    "{repository} has no merge request !{number}.",
                    repository=repository,
                    number=number,
                )
            )
        return _told(answer.body)

    def comment(self, repository: str, number: int, text: str, *, author: str) -> None:
        """Write a remark under it; the account of the token writes, so the author is named."""
        path = f"{_project(repository)}/merge_requests/{number}/notes"
        self.api.ask("POST", path, body={"body": f"{text}\n\n({author})"})

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Close it without merging; one that is merged or closed is returned as it is."""
        path = f"{_project(repository)}/merge_requests/{number}"
        answer = self.api.ask("PUT", path, body={"state_event": "close"}, known=REFUSED)
        return _told(answer.body) if answer.ok else self.pull_request(repository, number)

    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """Set the outcome of a check on exactly this commit.

        GitLab answers 400 when the commit has this very outcome already: that is no refusal.
        """
        body = {
            "state": OUTCOMES[status.state],
            "name": status.context,
            "description": status.description[:255],
        }
        path = f"{_project(repository)}/statuses/{sha}"
        answer = self.api.ask("POST", path, body=body, known=frozenset({400}))
        if not answer.ok and "transition" not in answer.says.lower():
            raise Permanent(
                _("GitLab does not set the status: {says}", says=answer.says),
                remedy=_("Give the token the scope api and at least the role Developer."),
            )

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """Return the latest outcome of each check on this commit."""
        ours = {theirs: word for word, theirs in OUTCOMES.items()}
        path = f"{_project(repository)}/repository/commits/{sha}/statuses"
        return tuple(
            RemoteStatus(
                row["name"], ours.get(row["status"], "pending"), row.get("description") or ""
            )
            for page in self.api.pages(path, {"per_page": PER_PAGE})
            for row in page
        )

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """Labels by name; people and milestone by id; one call each, so that one may fail."""
        return tuple(self._fulfil(_project(repository), number, wishes))

    def _fulfil(self, at: str, number: int, wishes: Wishes) -> Iterator[Unfulfilled]:
        path = f"{at}/merge_requests/{number}"
        if wishes.labels:
            names = list(wishes.labels)
            yield from attempt("labels", self._putting(path, add_labels=names))
        for wish, people in (("assignees", wishes.assignees), ("reviewers", wishes.reviewers)):
            yield from noted(wish, self._set_people(path, wish, people))
        if wishes.milestone:
            yield from noted("milestone", self._set_milestone(at, path, wishes.milestone))

    def _set_people(self, path: str, wish: str, names: Iterable[str]) -> Iterator[Unfulfilled]:
        """By their ids; some editions take one person alone and pass over the others."""
        found = {name: self._person(name) for name in names}
        yield from unknown(wish, [name for name, pk in found.items() if pk is None])
        if known := {name: pk for name, pk in found.items() if pk is not None}:
            key = {"assignees": "assignee_ids", "reviewers": "reviewer_ids"}[wish]
            yield from each(wish, known, lambda ids: self._putting(path, **{key: ids})(), "id")

    def _set_milestone(self, at: str, path: str, title: str) -> Iterator[Unfulfilled]:
        rows = self.api.ask("GET", f"{at}/milestones", query={"title": title}).body
        if rows:
            yield from attempt("milestone", self._putting(path, milestone_id=rows[0]["id"]))
        else:
            yield from unknown("milestone", [title])

    def _person(self, name: str) -> int | None:
        rows = self.api.ask("GET", "/users", query={"username": name}).body
        return int(rows[0]["id"]) if rows else None

    def _putting(self, path: str, **body: Any) -> Callable[[], Answer]:
        return lambda: self.api.ask("PUT", path, body=body, known=REFUSED)

    def checks(self, repository: str, base: str) -> tuple[Check, ...]:
        """Host and token, project, right to push, base branch."""
        return tried(
            [
                ("token", lambda: str(self.api.ask("GET", "/user").body["username"])),
                ("repository", lambda: self._pushable(repository)),
                ("base branch", lambda: base_there(self.git, repository, base)),
                ("push", lambda: pushes(self.git, repository)),
            ]
        )

    def _pushable(self, repository: str) -> str:
        told = self.api.ask("GET", _project(repository)).body
        given = (told.get("permissions") or {}).values()
        levels = [one["access_level"] for one in given if one]
        if max(levels, default=0) < DEVELOPER:
            raise Permanent(
                _("The token may read {repository} but not push.", repository=repository),
                remedy=_(
                    "Give its account at least the role Developer, and the token the scope api."
                ),
            )
        return str(told["path_with_namespace"])


def _project(repository: str) -> str:
    return f"/projects/{quote(repository, safe='')}"


def _ends(row: dict[str, Any]) -> tuple[object, object]:
    """From which project into which."""
    return row.get("source_project_id"), row.get("target_project_id")


@in_form
def _told(row: dict[str, Any]) -> RemotePullRequest:
    state = STATES[row["state"]]
    merged = state == "merged"
    merger = row.get("merge_user") or row.get("merged_by")
    # A fast-forward has no merge commit, a squash has its own.
    sha = row.get("merge_commit_sha") or row.get("squash_commit_sha") or row.get("sha") or ""
    return RemotePullRequest(
        number=row["iid"],
        url=row["web_url"],
        state=state,
        title=row["title"],
        body=row.get("description") or "",
        head_branch=row["source_branch"],
        head_sha=row.get("sha") or "",
        base_branch=row["target_branch"],
        opened_at=opened_time(row["created_at"]),
        merge_sha=sha if merged else "",
        merged_by=name_of(merger, "username") if merged else "",
        merged_at=time_of(row.get("merged_at")),
        closed_by=name_of(row.get("closed_by"), "username"),
        closed_at=None if merged else time_of(row.get("closed_at")),
    )
