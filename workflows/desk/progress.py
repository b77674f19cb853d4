"""The stations of a promotion: approved, pull request, merged, synced where told, live. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

DONE, NOW, NEXT, STOP = "done", "now", "next", "stop"

# How the four stations stand in each state of a promotion.
STATIONS = {
    "waiting": (DONE, NEXT, NEXT, NEXT),
    "preparing": (DONE, NOW, NEXT, NEXT),
    "open": (DONE, DONE, NOW, NEXT),
    "merged": (DONE, DONE, DONE, NOW),
    "deployed": (DONE, DONE, DONE, DONE),
    "superseded": (DONE, DONE, DONE, DONE),
    "held": (DONE, STOP, NEXT, NEXT),
    "closed": (DONE, STOP, NEXT, NEXT),
    "diverged": (DONE, DONE, STOP, NEXT),
}


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a promotion; times are words, empty until the station is reached.

    `parked` is why its job gave up after so many `tries`, empty while none has.
    """

    state: str
    reason: str = ""
    approved_at: str = ""
    opened_at: str = ""
    merged_at: str = ""
    synced_at: str = ""
    deployed_at: str = ""
    pull_request: str = ""
    address: str = ""
    merged_by: str = ""
    parked: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Station:
    """One step as `components/steps.html` draws it."""

    status: str
    title: str
    text: str
    url: str = ""
    meta: str = ""
    icon: str = ""


def stations_of(course: Course) -> list[Station]:
    """The stations of a promotion, each with one line of words; a cluster's sync if it told one."""
    approved, opened, merged, live = STATIONS.get(course.state, STATIONS["waiting"])
    if course.parked:
        opened = STOP if opened != DONE else opened
    return [
        Station(
            approved, _("Approved"), _("content fixed by the signatures"), meta=course.approved_at
        ),
        _pull_request(course, opened),
        Station(
            merged, _("Merged"), _merge_words(course), meta=course.merged_at, icon=_stop(course)
        ),
        *_synced(course),
        Station(live, _("Live"), _live_words(course), meta=course.deployed_at, icon="shield"),
    ]


def _synced(course: Course) -> list[Station]:
    words = _("the cluster has the commit that merged")
    return [Station(DONE, _("Synced"), words, meta=course.synced_at)] if course.synced_at else []


def _stop(course: Course) -> str:
    return "bad" if course.state == "diverged" else "merge"


def _pull_request(course: Course, status: str) -> Station:
    meta = _("{tries} tries").format(tries=course.tries) if course.parked else course.opened_at
    words = {
        STOP: _gave_up(course) if course.parked else (course.reason or _("stopped")),
        NEXT: _("waits for an earlier target"),
        NOW: _("is being prepared"),
    }.get(status, course.pull_request or _("opened"))
    icon = "parked" if status == STOP else "branch"
    url = course.address if status == DONE else ""
    return Station(status, _("Pull request"), words, url, meta, icon)


def _gave_up(course: Course) -> str:
    return _("failed: {why}").format(why=course.parked)


def _merge_words(course: Course) -> str:
    if course.state == "diverged":
        return course.reason or _("not the approved content")
    if course.merged_at:
        by = course.merged_by
        return _("by {person}").format(person=by) if by else _("content as approved")
    return _("waits for a person") if course.state == "open" else _("waits")


def _live_words(course: Course) -> str:
    if course.deployed_at:
        return _("stands at the target")
    return _("waits for the report from the target") if course.state == "merged" else _("waits")
