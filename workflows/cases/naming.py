"""What a version is called beside others, and on which page it and its cases stand.

Pages are known by the names of their routes: the screens themselves stand above.
"""

from django.urls import reverse

from governance.inventory.models import ModelVersion
from workflows.cases.models import LIVE, Case


def label_of(version: ModelVersion) -> str:
    """How a version is called beside its model's title."""
    return version.label or f"v{version.number}"


def name_of(version: ModelVersion) -> str:
    """How a version is called in a list or a message."""
    return f"{version.model.title} {label_of(version)}"


def address_of(version: ModelVersion) -> str:
    """The dossier of a version."""
    return reverse("version", args=[version.model.name, version.number])


def address_of_case(case: Case) -> str:
    """Where a case is shown: most stand on the page of their version."""
    if case.kind == Case.Kind.ALERT:
        return reverse("alert", args=[case.alert_id])
    if case.kind in LIVE:
        return reverse("live_change", args=[case.pk])
    if case.kind == Case.Kind.REVIEW:
        return reverse("live_change", args=[case.reviews.case_id])
    if case.kind == Case.Kind.REVALIDATION:
        return reverse("revalidation", args=[case.pk])
    place = "#conditions" if case.kind == Case.Kind.CONDITIONS else ""
    return address_of(case.version) + place
