"""What every benchmark needs: a private database and fair rounds. Importing it sets Django up.

A script is run as it is (`python benchmarks/visible_page.py`), so the repository is found here.
"""

import os
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS.parent))
# Last, because a script is called as a module of the standard library is: statistics.
sys.path = [*(one for one in sys.path if Path(one or ".").resolve() != SCRIPTS), str(SCRIPTS)]

import django  # noqa: E402  found only now
from django.conf import settings  # noqa: E402

from tests.conftest import set_environment  # noqa: E402
from tests.servers import Servers  # noqa: E402

SERVERS = Servers()  # only chooses a folder; PostgreSQL starts when a database is asked for

set_environment(str(SERVERS.folder / "benchmark"))
os.environ["LOG_LEVEL"] = "ERROR"
settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "measuring.peers"]
django.setup()

from tests.memory import MEMORY  # noqa: E402

MEMORY.closed = True  # a benchmark tells its stories itself: nothing of an earlier run comes back
