"""The door for web servers: waitress in the embedded site, gunicorn in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
application = get_wsgi_application()
