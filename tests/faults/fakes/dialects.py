"""What GitHub, Gitea and GitLab answer, as far as we ask them. Shapes of their documentation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from tests.faults.fakes.forge import Answer, FakeForge, Pull

PLACE = "https://forge.example/"


@dataclass(frozen=True)
class Request:
    """One question to the API; `path` is below the API's base."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]


def gave(body: Any, status: int = 200, **headers: str) -> Answer:
    return status, {name.replace("_", "-"): text for name, text in headers.items()}, body


def number_in(path: str) -> int:
    found = re.search(r"/(?:pulls|issues|merge_requests)/(\d+)", path)
    return int(found[1]) if found else 0


def page(rows: list[Any], query: dict[str, str], size_key: str) -> tuple[list[Any], bool]:
    """One page, and whether another one follows."""
    size, number = int(query.get(size_key, 30)), int(query.get("page", 1))
    start = (number - 1) * size
    return rows[start : start + size], len(rows) > start + size


def moment(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


OF_THE_TOKEN = {"/user", "/installation/repositories"}


# GitHub and Gitea, whose shapes are sisters ---------------------------------------------------
def hub_pull(pull: Pull, *, whole: bool) -> dict[str, Any]:
    merged = pull.state == "merged"
    told = {
        "number": pull.number,
        "html_url": f"{PLACE}pull/{pull.number}",
        "state": "open" if pull.state == "open" else "closed",
        "title": pull.title,
        "body": pull.body,
        "head": pull.side(pull.head, sha=pull.sha),
        "base": pull.side(pull.base),
        "created_at": moment(pull.opened_at),
        "merged_at": moment(pull.ended_at) if merged else None,
        "closed_at": moment(pull.ended_at),
        "merge_commit_sha": pull.merge_sha or None,
    }
    if whole:
        told |= {"merged": merged, "merged_by": {"login": pull.merged_by} if merged else None}
    return told


def github(forge: FakeForge, request: Request) -> Answer:
    if request.headers.get("Authorization") != f"Bearer {forge.token}":
        return gave({"message": "Bad credentials"}, 401)
    return _hub(forge, request, "github")


def gitea(forge: FakeForge, request: Request) -> Answer:
    if request.headers.get("Authorization") != f"token {forge.token}":
        return gave({"message": "token is required"}, 401)
    return _hub(forge, request, "gitea")


def _hub(forge: FakeForge, request: Request, kind: str) -> Answer:
    if request.path in OF_THE_TOKEN:
        return hub_token(forge, request)
    at, owner = f"/repos/{forge.name}", forge.name.partition("/")[0]
    if kind == "gitea" and request.path == f"/orgs/{owner}/labels":
        return gave([{"id": pk, "name": name} for name, pk in forge.lent_labels.items()])
    if not request.path.startswith(at):
        return gave({"message": "Not Found"}, 404)
    rest = request.path.removeprefix(at)
    for method, pattern, act in HUB:
        if request.method == method and re.fullmatch(pattern, rest):
            return act(forge, request, kind)
    return gave({"message": "Not Found"}, 404)


def hub_token(forge: FakeForge, request: Request) -> Answer:
    """An account has a name, an app's installation has repositories; neither has both."""
    if (request.path == "/user") == forge.installed:
        return gave({"message": "Resource not accessible by integration"}, 403)
    return gave({"total_count": 3} if forge.installed else {"login": "foureyes-bot"})


def hub_repository(forge: FakeForge, request: Request, kind: str) -> Answer:
    if forge.installed:  # whose permissions are the app's, of which nothing is told here
        return gave({"full_name": forge.name})
    return gave({"full_name": forge.name, "permissions": {"push": True, "pull": True}})


def hub_list(forge: FakeForge, request: Request, kind: str) -> Answer:
    query = request.query
    found = sorted(forge.pulls, key=lambda pull: pull.number)
    if kind == "github":
        _owner, _colon, head = query["head"].partition(":")
        found = [pull for pull in found if (pull.head, pull.base) == (head, query["base"])]
    found = forge.listed(found)[::-1]
    shown, more = page(found, query, "per_page" if kind == "github" else "limit")
    link = {"link": f'<{PLACE}?page={int(query["page"]) + 1}>; rel="next"'} if more else {}
    total = {"x_total_count": str(len(found))} if kind == "gitea" else {}
    return gave([hub_pull(pull, whole=kind == "gitea") for pull in shown], **link, **total)


def hub_open(forge: FakeForge, request: Request, kind: str) -> Answer:
    body, refused = request.body, 409 if kind == "gitea" else 422
    if forge.duplicate(body["head"], body["base"]):
        errors = [{"message": f"A pull request already exists for x:{body['head']}."}]
        return gave({"message": "Validation Failed", "errors": errors}, refused)
    if forge.disk.ref(body["head"]) is None:
        errors = [{"resource": "PullRequest", "field": "head", "code": "invalid"}]
        missing = 404 if kind == "gitea" else 422
        return gave({"message": "Validation Failed", "errors": errors}, missing)
    pull = forge.open(
        body["head"], body["base"], body["title"], body["body"], draft=body.get("draft", False)
    )
    return gave(hub_pull(pull, whole=True), 201)


def hub_get(forge: FakeForge, request: Request, kind: str) -> Answer:
    pull = forge.pull(number_in(request.path))
    return gave(hub_pull(pull, whole=True)) if pull else gave({"message": "Not Found"}, 404)


def hub_change(forge: FakeForge, request: Request, kind: str) -> Answer:
    pull = forge.pull(number_in(request.path))
    if pull is None:
        return gave({"message": "Not Found"}, 404)
    if any(name not in forge.people for name in request.body.get("assignees", ())):
        return gave({"message": "Assignee does not exist"}, 422)
    if request.body.get("state") == "closed":
        if pull.state == "merged":
            return gave({"message": "merged"}, 422 if kind == "github" else 412)
        forge.close(pull)
    status = 200 if kind == "github" else 201
    if "/issues/" in request.path:
        return gave({"number": pull.number, "title": pull.title, "state": "open"}, status)
    return gave(hub_pull(pull, whole=True), status)


def hub_comment(forge: FakeForge, request: Request, kind: str) -> Answer:
    pull = forge.pull(number_in(request.path))
    if pull is None:
        return gave({"message": "Not Found"}, 404)
    pull.comments.append(request.body["body"])
    return gave({"id": len(pull.comments)}, 201)


def hub_status(forge: FakeForge, request: Request, kind: str) -> Answer:
    sha, body = request.path.rpartition("/")[2], request.body
    if not forge.disk.holds(sha):
        return gave({"message": f"No commit found for SHA: {sha}"}, 422)
    forge.set_status(sha, body["context"], body["state"], body["description"])
    told = "status" if kind == "gitea" else "state"
    return gave({"context": body["context"], told: body["state"]}, 201)


def hub_statuses(forge: FakeForge, request: Request, kind: str) -> Answer:
    sha = request.path.split("/commits/")[1].split("/")[0]
    rows = forge.statuses.get(sha, [])
    if kind == "gitea":
        told = [{"status" if key == "state" else key: row[key] for key in row} for row in rows]
        return gave(told, x_total_count=str(len(rows)))
    latest = {row["context"]: row for row in reversed(rows)}
    return gave({"statuses": list(latest.values())})


def hub_labels(forge: FakeForge, request: Request, kind: str) -> Answer:
    pull = forge.pull(number_in(request.path))
    assert pull is not None
    pull.labels += request.body["labels"]
    return gave([])


def hub_people(forge: FakeForge, request: Request, kind: str) -> Answer:
    names = request.body.get("reviewers") or request.body.get("assignees") or []
    if any(name not in forge.people for name in names):
        return gave({"message": "Reviews may only be requested from collaborators."}, 422)
    return gave({}, 201)


def hub_known_labels(forge: FakeForge, request: Request, kind: str) -> Answer:
    return gave([{"id": pk, "name": name} for name, pk in forge.label_ids.items()])


def hub_milestones(forge: FakeForge, request: Request, kind: str) -> Answer:
    key = "id" if kind == "gitea" else "number"
    return gave([{key: pk, "title": name} for name, pk in forge.milestones.items()])


HUB: tuple[tuple[str, str, Callable[[FakeForge, Request, str], Answer]], ...] = (
    ("GET", "", hub_repository),
    ("GET", "/pulls", hub_list),
    ("POST", "/pulls", hub_open),
    ("GET", r"/pulls/\d+", hub_get),
    ("PATCH", r"/(pulls|issues)/\d+", hub_change),
    ("POST", r"/issues/\d+/comments", hub_comment),
    ("POST", r"/statuses/\w+", hub_status),
    ("GET", r"/commits/\w+/status(es)?", hub_statuses),
    ("POST", r"/issues/\d+/labels", hub_labels),
    ("POST", r"/pulls/\d+/requested_reviewers", hub_people),
    ("POST", r"/issues/\d+/assignees", hub_people),
    ("GET", "/labels", hub_known_labels),
    ("GET", "/milestones", hub_milestones),
)


# GitLab ----------------------------------------------------------------------------------------
def lab_pull(pull: Pull) -> dict[str, Any]:
    merged, state = pull.state == "merged", {"open": "opened"}.get(pull.state, pull.state)
    return {
        "iid": pull.number,
        "web_url": f"{PLACE}-/merge_requests/{pull.number}",
        "state": state,
        "title": pull.title,
        "description": pull.body,
        "source_branch": pull.head,
        "target_branch": pull.base,
        "sha": pull.sha,
        "merge_commit_sha": pull.merge_sha or None,
        "squash_commit_sha": None,
        "created_at": moment(pull.opened_at),
        "merged_at": moment(pull.ended_at) if merged else None,
        "closed_at": None if merged else moment(pull.ended_at),
        "merge_user": {"username": pull.merged_by} if merged else None,
    } | pull.projects()


def gitlab(forge: FakeForge, request: Request) -> Answer:
    if request.headers.get("PRIVATE-TOKEN") != forge.token:
        return gave({"message": "401 Unauthorized"}, 401)
    if request.path == "/user":
        return gave({"username": "foureyes-bot"})
    if request.path == "/users":
        name = request.query["username"]
        return gave([{"id": forge.people[name]}] if name in forge.people else [])
    found = re.fullmatch(r"/projects/([^/]+)(/.*)?", request.path)
    if not found or unquote(found[1]) != forge.name:
        return gave({"message": "404 Project Not Found"}, 404)
    for method, pattern, act in LAB:
        if request.method == method and re.fullmatch(pattern, found[2] or ""):
            return act(forge, request)
    return gave({"error": "404 Not Found"}, 404)


def lab_project(forge: FakeForge, request: Request) -> Answer:
    access = {"project_access": {"access_level": 40}, "group_access": None}
    return gave({"path_with_namespace": forge.name, "permissions": access})


def lab_list(forge: FakeForge, request: Request) -> Answer:
    query = request.query
    wanted = (query["source_branch"], query["target_branch"])
    found = [pull for pull in forge.pulls if (pull.head, pull.base) == wanted]
    shown, more = page(forge.listed(found)[::-1], query, "per_page")
    following = str(int(query["page"]) + 1) if more else ""
    return gave([lab_pull(pull) for pull in shown], x_next_page=following)


def lab_open(forge: FakeForge, request: Request) -> Answer:
    body = request.body
    head, base = body["source_branch"], body["target_branch"]
    if forge.duplicate(head, base):
        return gave({"message": ["Another open merge request already exists"]}, 409)
    if forge.disk.ref(head) is None:
        return gave({"message": {"source_branch": ["does not exist"]}}, 400)
    return gave(lab_pull(forge.open(head, base, body["title"], body["description"])), 201)


def lab_get(forge: FakeForge, request: Request) -> Answer:
    pull = forge.pull(number_in(request.path))
    return gave(lab_pull(pull)) if pull else gave({"message": "404 Not found"}, 404)


def lab_change(forge: FakeForge, request: Request) -> Answer:
    pull = forge.pull(number_in(request.path))
    if pull is None:
        return gave({"message": "404 Not found"}, 404)
    if request.body.get("state_event") == "close":
        forge.close(pull)
    if "add_labels" in request.body:
        pull.labels += request.body["add_labels"]
    return gave(lab_pull(pull))


def lab_note(forge: FakeForge, request: Request) -> Answer:
    pull = forge.pull(number_in(request.path))
    if pull is None:
        return gave({"message": "404 Not found"}, 404)
    pull.comments.append(request.body["body"])
    return gave({"id": len(pull.comments)}, 201)


def lab_status(forge: FakeForge, request: Request) -> Answer:
    sha, body = request.path.rpartition("/")[2], request.body
    state = {"failed": "failure"}.get(body["state"], body["state"])
    if forge.status(sha, body["name"]) == state:
        words = f"Cannot transition status via :{body['state']} from :{body['state']}"
        return gave({"message": words}, 400)
    forge.set_status(sha, body["name"], state, body["description"])
    return gave({}, 201)


def lab_statuses(forge: FakeForge, request: Request) -> Answer:
    sha = request.path.split("/commits/")[1].split("/")[0]
    ours = {"failure": "failed"}
    rows = [
        {"name": row["context"], "status": ours.get(row["state"], row["state"])}
        for row in forge.statuses.get(sha, [])[:1]
    ]
    return gave(rows, x_next_page="")


def lab_milestones(forge: FakeForge, request: Request) -> Answer:
    title = request.query["title"]
    return gave([{"id": forge.milestones[title]}] if title in forge.milestones else [])


LAB: tuple[tuple[str, str, Callable[[FakeForge, Request], Answer]], ...] = (
    ("GET", "", lab_project),
    ("GET", "/merge_requests", lab_list),
    ("POST", "/merge_requests", lab_open),
    ("GET", r"/merge_requests/\d+", lab_get),
    ("PUT", r"/merge_requests/\d+", lab_change),
    ("POST", r"/merge_requests/\d+/notes", lab_note),
    ("POST", r"/statuses/\w+", lab_status),
    ("GET", r"/repository/commits/\w+/statuses", lab_statuses),
    ("GET", "/milestones", lab_milestones),
)

DIALECTS = {"gitea": gitea, "github": github, "gitlab": gitlab}
BASES = {"gitea": "/api/v1", "github": "/api/v3", "gitlab": "/api/v4"}
