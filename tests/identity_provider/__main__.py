"""Starts the provider: its database, its people, its one client, then HTTP until it is ended."""

import os
import sys
from pathlib import Path

import django


def main(port: int, folder: Path, callback: str) -> None:
    """Serve on a loopback port."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.identity_provider.settings"
    os.environ["IDENTITY_FOLDER"] = str(folder)
    os.environ["IDENTITY_ISSUER"] = f"http://127.0.0.1:{port}"
    django.setup()
    prepare(folder, callback)
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  after the settings
    from waitress import serve  # noqa: PLC0415

    serve(get_wsgi_application(), host="127.0.0.1", port=port, threads=2, _quiet=True)


def prepare(folder: Path, callback: str) -> None:
    """People of the directory and the site that asks about them."""
    from allauth.idp.oidc.models import Client  # noqa: PLC0415  after the settings
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from tests.identity_provider.directory import read  # noqa: PLC0415
    from tests.identity_provider.running import CLIENT, PASSWORD, SECRET  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    for name in read(folder):
        User.objects.create_user(name, password=PASSWORD)
    client = Client(
        id=CLIENT,
        name="Foureyes",
        scopes="openid\nprofile\nemail",
        redirect_uris=callback,
        skip_consent=True,
    )
    client.set_secret(SECRET)
    client.save()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
