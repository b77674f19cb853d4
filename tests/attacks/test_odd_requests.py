"""What no browser sends: a refusal or a page not found, never a fault of ours."""

import pytest
from django.forms import BaseForm, FileField
from django.http import QueryDict
from django.test import Client, RequestFactory

from governance.access.forms.lending import SheetForm
from governance.project.wsgi import application
from workflows.desk.forms.validating import ReportForm
from workflows.policies.forms import FreezeForm

pytestmark = pytest.mark.django_db
FILE_FORMS: list[type[BaseForm]] = [SheetForm, ReportForm]
RESET = "/accounts/password/reset/key"


@pytest.mark.parametrize("link", ["-1-abc-def", "%ff-abc", "😀-abc-def", "1-abc%0Adef", "1-%F0%9F"])
def test_a_link_that_no_mail_holds_leads_nowhere(link: str) -> None:
    """allauth could not write the address of its own page again."""
    answer = Client(raise_request_exception=False).get(f"{RESET}/{link}/")
    assert answer.status_code in {200, 404}, link


def asked(method: str, content_type: str) -> str:
    """What the door for web servers says to a request with text in its address and its body."""
    said: list[str] = []
    text = r"q=\x00\ud800%2BAAA-"
    environ = RequestFactory().generic(method, f"/verify/?{text}", text).environ
    environ["CONTENT_TYPE"] = content_type
    b"".join(application(environ, lambda status, _headers: said.append(status)))
    return said[0]


@pytest.mark.parametrize("charset", ["hex", "unicode_escape", "utf-7", "undefined", "idna"])
def test_a_charset_of_the_senders_own_changes_no_reading(charset: str) -> None:
    """Python knows charsets that are none of text, and some that write NUL in other words."""
    assert asked("GET", f"text/plain; charset={charset}") == "200 OK"
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert asked("POST", form) == "403 Forbidden"  # no form: its token is not read
    assert asked("POST", f"multipart/form-data; boundary=B; charset={charset}") == "403 Forbidden"


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "django_language", "messages"])
def test_a_cookie_that_holds_a_nul_is_none(cookie: str) -> None:
    """PostgreSQL knows no such text, and the key of a session is looked for in it."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies[cookie] = "a-long-enough-key\x00"
    assert client.get("/verify/").status_code == 200
    assert client.get("/").status_code == 302
    assert client.post("/accounts/login/").status_code == 403


def test_a_content_type_that_cannot_be_read_is_none() -> None:
    """Django reads it before anything of ours could answer, and the server's own page said 500."""
    assert asked("GET", "text/plain; charset*=nonsense''utf-8") == "200 OK"


@pytest.mark.parametrize("form", FILE_FORMS)
def test_no_box_takes_back_a_file_that_was_never_there(form: type[BaseForm]) -> None:
    """Django's own widget reads one, and hands on a word where a file is expected."""
    (field,) = [name for name, one in form().fields.items() if isinstance(one, FileField)]
    sent = form({f"{field}-clear": "on"}, {})
    sent.is_valid()
    assert sent.cleaned_data.get(field) is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("field", ["begins_at", "ends_at"])
def test_a_moment_that_not_every_zone_has_is_refused(field: str, moment: str) -> None:
    """In Berlin the first day of the calendar begins before it, in New York the last ends after."""
    form = FreezeForm(QueryDict(f"{field}={moment}"), places=[])
    assert field in form.errors
