"""Every address of the site as the resolver and the API's description know it.

A path is written with its parameters in angle brackets and without their converters:
`/models/<name>/versions/<number>/`. Where two patterns are the same path, the first one answers,
and it is one route.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from governance.project.api import api

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
API = "/api/v1"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """One path, with the parameters that stand in it."""

    path: str

    @property
    def parameters(self) -> list[str]:
        """Their names."""
        return PARAMETER.findall(self.path)

    @property
    def is_api(self) -> bool:
        """Whether programs come here with tokens."""
        return self.path.startswith(f"{API}/") and not self.path.endswith(("/docs", ".json", "v1/"))

    def address(self, samples: dict[str, object]) -> str:
        """The path with something in the place of each parameter."""
        return PARAMETER.sub(lambda found: str(samples[found[1]]), self.path)


def routes() -> dict[str, Route]:
    """Each route by its path."""
    return {path: Route(path) for path in (*_paths(get_resolver(), "/"), *_described())}


def _paths(resolver: URLResolver, before: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield readable(path)
        else:
            yield from _paths(one, path)


def _described() -> Iterator[str]:
    """What the API's description names; the resolver has it too, or a description lies."""
    for path in api.get_openapi_schema()["paths"]:
        yield path.replace("{", "<").replace("}", ">")


def described_methods() -> dict[str, set[str]]:
    """The methods that the API's description offers, by path."""
    return {
        path.replace("{", "<").replace("}", ">"): {method.upper() for method in methods}
        for path, methods in api.get_openapi_schema()["paths"].items()
    }


def readable(pattern: str) -> str:
    """A pattern, regular expression or not, as a path."""
    path = NAMED_GROUP.sub(r"<\1>", pattern).replace("^", "").replace("$", "")
    return PARAMETER.sub(r"<\1>", path)
