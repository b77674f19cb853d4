"""What every benchmark needs: a private database and fair rounds. Importing it sets Django up.

A script is run as it is (`python benchmarks/visible_page.py`), so the repository is found here.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django
from django.conf import settings

from tests.conftest import set_environment
from tests.servers import Servers

SERVERS = Servers()  # only chooses a folder; PostgreSQL starts when a database is asked for

set_environment(str(SERVERS.folder / "benchmark"))
os.environ["LOG_LEVEL"] = "ERROR"
settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "measuring.peers"]
django.setup()
