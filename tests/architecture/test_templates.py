"""Every template compiles, and none holds what the content security policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from governance.project.environment import BASE_DIR
from tests.architecture.source import templates

REFUSED = {
    "a script between tags": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE
    ),
    "a style sheet between tags": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=|hx-on[:\w-]*\s*=", re.IGNORECASE),
    "script as an address": re.compile(r"javascript:", re.IGNORECASE),
    "a file from elsewhere": re.compile(
        r"<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)=.(?:https?:)?//", re.IGNORECASE
    ),
}
COMMENTS = re.compile(r"{#.*?#}|{% comment.*?endcomment %}", re.DOTALL)
# Mail programs read styles in attributes alone; no page of ours is made of these.
MAILS = "workflows/notifications/mail/"
NAMES = [path.relative_to(BASE_DIR / "templates").as_posix() for path in templates()]


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name: str) -> None:
    """Unknown tags, filters and blocks show here and not on a rare page."""
    get_template(name)


@pytest.mark.parametrize("what", REFUSED)
def test_no_template_holds(what: str) -> None:
    """Scripts and styles are files of ours, so that the policy can stay strict."""
    found = [
        f"{name}: {hit.group()}"
        for name in NAMES
        if what != "a style attribute" or not name.startswith(MAILS)
        for hit in REFUSED[what].finditer(text_of(BASE_DIR / "templates" / name))
    ]
    assert not found, "\n".join(found)


def text_of(path: Path) -> str:
    """A template without its comments."""
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("what", REFUSED)
def test_the_rule_sees_a_planted_breach(what: str) -> None:
    """A pattern that finds nothing anywhere would prove nothing."""
    planted = {
        "a script between tags": "<script>go()</script>",
        "a style sheet between tags": "<style>p {}</style>",
        "a style attribute": '<p class="x" style="color: red">',
        "an event attribute": '<button onclick="go()">',
        "script as an address": '<a href="javascript:go()">',
        "a file from elsewhere": '<link rel="stylesheet" href="//cdn.example/a.css">',
    }
    assert REFUSED[what].search(planted[what])
