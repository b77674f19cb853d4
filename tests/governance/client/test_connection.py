import subprocess
import sys
from pathlib import Path

import pytest

from governance.client import Client, ClientError, Refused, Unreachable
from tests.governance.client.fake_server import DROP, TOKEN, FakeServer, problem

AWAY = (503, "away")


def test_the_server_s_words_reach_the_caller(client: Client, server: FakeServer) -> None:
    """Status, detail, remedy, code and field of a problem document stand on the error."""
    words = {"remedy": "Choose another.", "code": "duplicate", "field": "name"}
    server.next_answers(problem(409, "There is a model of that name.", **words))
    with pytest.raises(Refused) as refused:
        client.register_model("credit", title="", portfolio="", tier=1, purpose="")
    error = refused.value
    assert (error.status, error.detail) == (409, "There is a model of that name.")
    assert (error.remedy, error.code, error.field) == ("Choose another.", "duplicate", "name")
    assert str(error) == "There is a model of that name. Choose another."


def test_an_unknown_token_is_refused(server: FakeServer) -> None:
    """401 is a refusal like any other."""
    with pytest.raises(Refused, match="token is unknown"):
        Client(server.url, "fe_wrong").server_version()


@pytest.mark.parametrize("answer", [DROP, AWAY], ids=["dropped", "503"])
def test_reading_is_repeated(client: Client, server: FakeServer, answer: object) -> None:
    """Two failures in a row are forgiven."""
    server.next_answers(answer, answer)
    assert client.server_version() == {"version": "0.1.0"}
    assert len(server.received) == 3


def test_an_upload_is_repeated_from_its_start(
    client: Client, server: FakeServer, model_file: Path
) -> None:
    """After a lost answer the whole file is sent again."""
    client.create_version("credit", label="1")
    server.next_answers(DROP)
    client.upload_artifact("credit", 1, model_file)
    first, second = server.sent("PUT")
    assert (first.digest, first.size) == (second.digest, second.size)


def test_giving_up_after_three(client: Client, server: FakeServer) -> None:
    """A server that stays away is not asked for ever."""
    server.next_answers(*[DROP] * 9)
    with pytest.raises(Unreachable, match="No answer"):
        client.server_version()
    assert len(server.received) == 3


def test_writing_is_never_repeated(client: Client, server: FakeServer) -> None:
    """A POST whose answer was lost may have arrived, and the error says so."""
    server.next_answers(DROP)
    with pytest.raises(Unreachable, match="may have arrived"):
        client.create_version("credit", label="1")
    assert len(server.received) == 1


def test_a_server_error_is_not_repeated(client: Client, server: FakeServer) -> None:
    """A 500 would only be met again."""
    server.next_answers(problem(500, "Broken."))
    with pytest.raises(Unreachable, match="Broken"):
        client.server_version()
    assert len(server.received) == 1


@pytest.mark.parametrize("answer", [(200, "<html>"), (302, ""), (200, [1])])
def test_a_log_in_page_is_not_mistaken_for_an_answer(
    client: Client, server: FakeServer, answer: tuple[int, object]
) -> None:
    """Redirects are not followed, and only a JSON object is an answer."""
    server.next_answers(answer)
    with pytest.raises(Unreachable, match="does not come from a Foureyes API"):
        client.server_version()
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "url", ["", "foureyes", "ftp://host", "https://name:secret@host", "http://foureyes.example.org"]
)
def test_a_token_goes_only_where_it_is_safe(url: str) -> None:
    """No address without a scheme, none with a password, no plain http over a network."""
    with pytest.raises(Refused):
        Client(url, TOKEN)


@pytest.mark.parametrize("token", ["", "  ", "fe_a\nX-Evil: 1", "fe_a b", "fe_ä"])
def test_a_token_that_cannot_be_one_is_refused(server: FakeServer, token: str) -> None:
    """White space or control characters cannot enter the header, nor the message."""
    with pytest.raises(Refused) as refused:
        Client(server.url, token)
    assert "fe_" not in str(refused.value)


def test_the_token_is_not_shown(client: Client) -> None:
    """A notebook that prints the client shows its address only."""
    assert TOKEN not in repr(client)
    assert TOKEN not in repr(client._connection)


def test_a_netrc_does_not_replace_the_token(
    client: Client, server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A .netrc entry would win over a plain header; our token stays."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    client.server_version()
    assert server.received[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_errors_are_one_family() -> None:
    """One except clause is enough for a notebook."""
    assert issubclass(Refused, ClientError)
    assert issubclass(Unreachable, ClientError)


def test_the_client_stands_alone() -> None:
    """Importing it brings neither Django nor anything else of governance."""
    code = (
        "import sys, governance.client.commands\n"
        "print([name for name in sys.modules if name.startswith(('django', 'governance.'))"
        " and not name.startswith('governance.client')])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
