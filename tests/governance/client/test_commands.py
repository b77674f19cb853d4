import json
import subprocess
import sys
from pathlib import Path

import pytest

from governance.client.commands import main
from tests.governance.client.fake_server import TOKEN, FakeServer, gate, problem

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> None:
    monkeypatch.setenv("FOUREYES_TOKEN", TOKEN)
    monkeypatch.setenv("FOUREYES_URL", server.url)
    monkeypatch.delenv("FOUREYES_TOKEN_FILE", raising=False)


def submit(model_file: Path, *more: str) -> int:
    return main(["submit", "credit", "--label", "1.0.0", "--artifact", str(model_file), *more])


def test_submit_exits_0_and_tells_the_state(
    model_file: Path, scored_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The version, its state and its address are printed."""
    assert submit(model_file, "--scored", str(scored_file)) == 0
    out = capsys.readouterr().out
    assert "credit version 1 (1.0.0): submitted" in out
    assert "/models/credit/1" in out


def test_submit_sends_parameters_and_schema(
    server: FakeServer, model_file: Path, tmp_path: Path
) -> None:
    """Both come from JSON files."""
    (tmp_path / "p.json").write_text('{"cutoff": 0.5}', encoding="utf-8")
    (tmp_path / "s.json").write_text('[{"name": "age", "type": "integer"}]', encoding="utf-8")
    parts = ("--parameters", str(tmp_path / "p.json"), "--schema", str(tmp_path / "s.json"))
    assert submit(model_file, *parts) == 0
    assert server.received[0].body["parameters"] == {"cutoff": 0.5}
    assert server.received[0].body["input_schema"] == [{"name": "age", "type": "integer"}]


def test_submit_says_which_version_was_retrained(server: FakeServer, model_file: Path) -> None:
    """By its number; none unless it is said."""
    assert submit(model_file) == 0
    assert submit(model_file, "--retrained-from", "1") == 0
    assert [one.body["retrained_from"] for one in server.sent("POST")[::2]] == [None, 1]


def test_a_failed_gate_exits_1(server: FakeServer, model_file: Path) -> None:
    """A pipeline stops when a required gate stands in the way."""
    server.checks.append([gate(outcome="failed")])
    assert submit(model_file, "--wait", "5") == 1


def test_status_as_json_is_one_object(
    server: FakeServer, model_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the server answered, for programs."""
    submit(model_file)
    capsys.readouterr()
    server.checks.append([gate()])
    assert main(["status", "credit", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gates"][0]["outcome"] == "passed"


def test_a_refusal_exits_1_with_words(
    server: FakeServer, model_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Detail and remedy go to stderr."""
    server.next_answers(problem(404, "There is no model credit.", remedy="Register it."))
    assert submit(model_file) == 1
    assert "There is no model credit. Register it." in capsys.readouterr().err


def test_no_answer_exits_3(model_file: Path) -> None:
    """A pipeline may try again later."""
    assert submit(model_file, "--url", NOWHERE) == 3


def test_unfinished_checks_exit_3(model_file: Path) -> None:
    """The checks go on; look again later."""
    assert submit(model_file, "--wait", "0.01") == 3


@pytest.mark.parametrize("missing", ["FOUREYES_TOKEN", "FOUREYES_URL"])
def test_a_missing_token_or_address_exits_2(
    model_file: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Without them there is nothing to ask."""
    monkeypatch.delenv(missing)
    assert submit(model_file) == 2


@pytest.mark.parametrize("content", ["[1]", "{", ""])
def test_unreadable_parameters_exit_2(
    server: FakeServer, model_file: Path, tmp_path: Path, content: str
) -> None:
    """Only one JSON object will do, and nothing is sent."""
    (tmp_path / "p.json").write_text(content, encoding="utf-8")
    assert submit(model_file, "--parameters", str(tmp_path / "p.json")) == 2
    assert server.received == []


def test_no_argument_takes_a_token(capsys: pytest.CaptureFixture[str]) -> None:
    """Other users of a machine can read arguments."""
    with pytest.raises(SystemExit) as stopped:
        main(["status", "credit", "1", "--token", TOKEN])
    assert stopped.value.code == 2
    assert TOKEN not in capsys.readouterr().out


def test_the_token_may_stand_in_a_file(
    model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As secrets are mounted in containers; the last line break is not part of it."""
    monkeypatch.delenv("FOUREYES_TOKEN")
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert submit(model_file, "--token-file", str(tmp_path / "token")) == 0


def test_kpi_tells_of_an_alert(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    """An alert is told, and is no refusal: the value was recorded."""
    server.alert = {"severity": "warning"}
    assert main(["kpi", "credit", "1", "--kpi", "auc", "--value", "0.6"]) == 0
    assert "ALERT" in capsys.readouterr().out


def test_it_runs_as_a_module() -> None:
    """`python -m governance.client` is the command line."""
    answer = subprocess.run(
        [sys.executable, "-m", "governance.client", "status", "credit", "1", "--url", NOWHERE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 3
    assert answer.stderr.startswith("foureyes: No answer")


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e300", "soon"])
@pytest.mark.parametrize("option", ["--timeout", "--wait"])
def test_a_time_that_nobody_can_wait_is_wrong_usage(
    server: FakeServer, option: str, value: str
) -> None:
    """It is said before anything is asked."""
    with pytest.raises(SystemExit) as ended:
        main(["status", "credit", "1", f"{option}={value}"])
    assert ended.value.code == 2
    assert server.received == []


def test_submit_goes_on_with_a_draft(server: FakeServer, model_file: Path) -> None:
    """As the words after a failure say."""
    draft = server.answer
    server.answer = lambda one: problem(413, "Too large.") if one.method == "PUT" else draft(one)  # type: ignore[method-assign]
    assert submit(model_file) == 1
    server.answer = draft  # type: ignore[method-assign]
    assert submit(model_file, "--draft", "1") == 0
    assert [number for _model, number in server.versions] == [1]
