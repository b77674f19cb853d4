"""Time a save of each in turn."""

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

if TYPE_CHECKING:
    from histories.models import Followed

ROUNDS, WARM = 600, 50


def set_up(url: str) -> None:
    """The site, its tables and its triggers."""
    place = urlsplit(url)
    host, _, port = place.netloc.rpartition("@")[2].rpartition(":")
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.path.lstrip("/"),
        "USER": unquote(place.username or ""),
        "PASSWORD": unquote(place.password or ""),
        "HOST": unquote(host),
        "PORT": port,
    }
    apps = ("django.contrib.contenttypes", "django.contrib.auth", "pgtrigger", "pghistory")
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=[*apps, "simple_history", "auditlog", "histories"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.apps import apps as installed  # noqa: PLC0415  after the set-up
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in installed.get_app_config("histories").get_models():
            editor.create_model(model)
    call_command("pgtrigger", "install", verbosity=0)


def changed(row: "Followed", number: int) -> float:
    """Milliseconds of one change of a row."""
    from django.db import transaction  # noqa: PLC0415  after the set-up

    start = time.perf_counter()
    with transaction.atomic():
        row.title = f"Portfolio {number}"
        row.save()
    return (time.perf_counter() - start) * 1000


def main(url: str) -> dict[str, float]:
    """By peer, in bare saves."""
    set_up(url)
    from histories import models  # noqa: PLC0415  after the set-up

    kinds = (models.Bare, models.Pghistory, models.SimpleHistory, models.Auditlog)
    rows = {kind.__name__.lower(): kind.objects.create(name="p", title="P") for kind in kinds}
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for number in range(WARM + ROUNDS):
        for name, row in rows.items():
            taken[name].append(changed(row, number))
    medians = {name: statistics.median(times[WARM:]) for name, times in taken.items()}
    bare = medians.pop("bare")
    return {name: round(each / bare, 2) for name, each in medians.items()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
