"""Every address has a row that says who gets in: `tests/matrix/table.py`."""

from tests.matrix.routes import routes
from tests.matrix.table import TABLE

HOW = """
These routes have no row in tests/matrix/table.py. Write one for each, for example

    "{path}": {{
        "GET": see("model_owner", "mlops_engineer"),
        "POST": do("model_owner", sends={{"reason": "Because"}}),
    }},

with the roles that get in when they hold them in the portfolio of the thing, and what a form needs
to succeed. *EVERYBODY for who is signed in, *EVERYBODY_INSIDE for who reads models there; part()
for what htmx asks for, call() for the API. Others get 403 and outsiders 404, or say others= and
outside=. A new parameter in the path needs a sample in tests/matrix/story.py. Then:
    python -m pytest tests/matrix -k '{key}'
"""


def test_every_route_has_a_row() -> None:
    """So that nothing is opened without somebody saying to whom."""
    missing = [path for path in routes() if path not in TABLE]
    assert not missing, "\n".join(
        [*missing, HOW.format(path=missing[0], key=last_word(missing[0]))]
    )


def test_every_row_has_a_route() -> None:
    """What is gone takes its row with it."""
    assert not set(TABLE) - set(routes())


def last_word(path: str) -> str:
    """What a test's name can be found by."""
    return next((word for word in reversed(path.split("/")) if word and "<" not in word), "")
