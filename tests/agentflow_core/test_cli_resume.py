"""Going on with a run on the command line: whose key goes where, what is as it began, and a process that was killed."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import RunStore, Settings
from agentflow_core.cli import main
from agentflow_core.events import Event
from tests.agentflow_core.test_cli import home, said
from tests.stub_server import Reply, StubServer, stub_server_beside

__all__ = ["home"]
ROOT = Path(__file__).parents[2]
KEY = "sk-the-operators-own"
LONG = "How long is the longest river of France?"


@pytest.fixture
def server() -> Iterator[StubServer]:
    with stub_server_beside() as stub:
        yield stub


def model(server: StubServer) -> str:
    return f"openai:stub@{server.url}"


def last_run() -> str:
    return RunStore(Settings.load().store_path).runs()[0].id


def events_of(run: str) -> list[Event]:
    return RunStore(Settings.load().store_path).events(run)


def broken_off(server: StubServer, *options: str) -> str:
    """A run on the server, with these options, that came no further than its first call."""
    server.replies = [Reply(status=400, error="not now")]
    assert main(["ask", LONG, "--model", model(server), *options]) == 2
    server.requests.clear()
    server.headers.clear()
    return last_run()


def imported(tmp_path: Path, server: StubServer, capsys: pytest.CaptureFixture[str], **changed: Any) -> str:
    """A run from a file that names this server for every role."""
    run = broken_off(server, "--max-turns", "1")
    capsys.readouterr()
    assert main(["export", run]) == 0
    document = json.loads(capsys.readouterr().out)
    document["events"][0] |= changed
    (tmp_path / "run.json").write_text(json.dumps(document))
    assert main(["import", str(tmp_path / "run.json")]) == 0
    return said(capsys).split("Imported as ")[1].split(".")[0]


# --- the key ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["resume"], ["fork", "--at", "0"]], ids=["resume", "fork"])
def test_the_key_never_goes_to_a_server_that_only_the_run_names(
    command: list[str],
    tmp_path: Path,
    server: StubServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = imported(tmp_path, server, capsys)
    monkeypatch.setenv("AGENTFLOW_API_KEY", KEY)
    main([command[0], run, *command[1:]])
    assert server.requests, "the run's model was used"
    assert all(KEY not in json.dumps(headers) for headers in server.headers)
    out = said(capsys)
    assert f"AGENTFLOW_API_KEY is not sent to {server.url}" in out and KEY not in out


@pytest.mark.parametrize("how", ["option", "environment"])
def test_the_key_goes_to_a_server_that_the_user_names(
    how: str,
    tmp_path: Path,
    server: StubServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = imported(tmp_path, server, capsys)
    monkeypatch.setenv("AGENTFLOW_API_KEY", KEY)
    if how == "environment":
        monkeypatch.setenv("AGENTFLOW_MODEL", model(server))
    main(["resume", run, *(["--model", model(server)] if how == "option" else [])])
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert "is not sent" not in said(capsys)


def test_a_role_that_the_user_names_gets_the_key_and_the_others_do_not(
    tmp_path: Path, server: StubServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = imported(tmp_path, server, capsys)
    monkeypatch.setenv("AGENTFLOW_API_KEY", KEY)
    with stub_server_beside() as own:
        main(["resume", run, "--planner", model(own)])
        assert own.headers and {headers["authorization"] for headers in own.headers} == {f"Bearer {KEY}"}
    assert server.headers and all(KEY not in json.dumps(headers) for headers in server.headers)


# --- as it began -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_model_that_is_given_is_used_also_when_it_is_the_default(
    how: str, server: StubServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = broken_off(server)
    if how == "environment":
        monkeypatch.setenv("AGENTFLOW_MODEL", "pocket")
    assert main(["resume", run, *(["--model", "pocket"] if how == "option" else [])]) == 0
    assert "km" in said(capsys).split("Answer")[1]


OPTIONS = ["--tools", "math_solver,python_coder", "--max-turns", "1", "--seconds", "77", "--temperature", "0.3"]


def resumed(run: str) -> Any:
    return next(event for event in reversed(events_of(run)) if event.type == "resumed").budget


@pytest.mark.parametrize("command", ["resume", "fork"])
def test_a_run_goes_on_with_the_tools_budget_and_sampling_it_began_with(command: str, server: StubServer) -> None:
    run = broken_off(server, *OPTIONS, "--tokens", "9000")
    main([command, run, *(["--at", "0"] if command == "fork" else [])])
    budget = resumed(last_run())
    assert (budget.turns, budget.seconds, budget.tokens) == (1, 77, 9000)
    assert {request["temperature"] for request in server.requests} == {0.3}
    prompts = json.dumps(server.requests)
    assert "math_solver" in prompts and "python_coder" in prompts and "wikipedia_search" not in prompts


def test_what_the_command_line_or_the_environment_says_wins(
    server: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = broken_off(server, *OPTIONS, "--tokens", "9000")
    monkeypatch.setenv("AGENTFLOW_SECONDS", "55")
    main(["resume", run, "--tools", "wikipedia_search", "--max-turns", "2", "--tokens", "0", "--temperature", "0.9"])
    budget = resumed(run)
    assert (budget.turns, budget.seconds, budget.tokens) == (2, 55, None)
    assert {request["temperature"] for request in server.requests} == {0.9}
    prompts = json.dumps(server.requests)
    assert "wikipedia_search" in prompts and "math_solver" not in prompts


def test_another_model_gets_its_own_length_of_a_text(server: StubServer) -> None:
    assert main(["ask", LONG, "--max-turns", "1"]) == 4
    assert {call["max_tokens"] for call in _sampling(last_run())} == {120}
    main(["resume", last_run(), "--model", model(server), "--max-turns", "2"])
    assert {request["max_tokens"] for request in server.requests} == {1024}


def _sampling(run: str) -> list[dict[str, Any]]:
    return [event.call.sampling.model_dump() for event in events_of(run) if hasattr(event, "call")]


def test_a_tool_that_is_not_there_any_more_is_named_with_the_way_out(
    tmp_path: Path, server: StubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run = imported(tmp_path, server, capsys, tools=["time_machine"])
    assert main(["resume", run]) == 2
    out = said(capsys)
    assert "time_machine" in out and "--tools" in out


GARLOCK = "Mount Garlock is a mountain in Zubrowia. It is 2,345 m high. It was first climbed in 1881."


def wiki(folder: Path) -> Path:
    file = folder / "mine.jsonl"
    file.write_text(json.dumps({"title": "Mount Garlock", "text": GARLOCK}) + "\n")
    return file


@pytest.mark.parametrize("command", ["resume", "fork"])
def test_a_run_goes_on_with_the_articles_it_began_with(
    command: str,
    tmp_path: Path,
    server: StubServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also from another folder; and the fork of a fork knows them too."""
    wiki(tmp_path)
    server.replies = [Reply(status=400)]
    question = ["ask", "How high is Mount Garlock?", "--wiki", "mine.jsonl"]
    assert main([*question, "--model", model(server)]) == 2
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    words = ["--at", "0"] if command == "fork" else []
    assert main([command, last_run(), *words, "--model", "pocket"]) == 0
    assert "2,345 m" in said(capsys).split("Answer")[1]
    assert main(["fork", last_run(), "--at", "0", "--model", "pocket"]) == 0
    assert "2,345 m" in said(capsys).split("Answer")[1]


def test_articles_that_are_gone_are_named_with_the_way_out(
    tmp_path: Path, server: StubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    file = wiki(tmp_path)
    run = broken_off(server, "--wiki", str(file))
    file.rename(tmp_path / "moved.jsonl")
    assert main(["resume", run, "--model", "pocket"]) == 2
    out = said(capsys)
    assert "mine.jsonl: the run read articles from this file" in out and "--wiki" in out
    assert main(["resume", run, "--model", "pocket", "--wiki", str(tmp_path / "moved.jsonl")]) == 0


def test_no_exported_run_names_files_of_this_machine(
    tmp_path: Path, server: StubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run = broken_off(server, "--wiki", str(wiki(tmp_path)))
    capsys.readouterr()
    assert main(["export", run]) == 0
    assert "mine.jsonl" not in capsys.readouterr().out


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["planned", "tool_returned"])
def test_a_killed_process_is_gone_on_with_to_the_answer(
    after: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The embedded model at work, and a pipe so narrow that its process waits for the reader: it is in the middle."""
    command = [sys.executable, "-m", "agentflow_core", "ask", LONG, "--json"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"AGENTFLOW_HOME": str(home)}
    )
    assert process.stdout is not None
    fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
    line = b""
    while json.loads(line or "{}").get("type") != after:
        line = process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    events = events_of(last_run())
    assert json.loads(line)["seq"] <= events[-1].seq and events[-1].type != "flow_finished"
    assert main(["show", last_run()]) == 0
    assert "Unfinished" in said(capsys)
    assert main(["resume", last_run()]) == 0
    assert "km" in said(capsys).split("Answer")[1]
    assert [event.seq for event in events_of(last_run())] == list(range(len(events_of(last_run()))))
