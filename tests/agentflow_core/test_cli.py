"""The command line as a user meets it: exit codes, messages, a flow printed, stored, resumed, exported, imported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agentflow_core import RunStore, Settings
from agentflow_core.cli import main
from agentflow_core.events import EVENT

UNREACHABLE = "openai:some-model@http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("AGENTFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AGENTFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """All output on one line: rich wraps at the terminal's width."""
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["ask", ""], "question is empty"),
        (["ask", "x" * 100_000], "100,000 characters"),
        (["ask", "hi", "--tools", "python_coder,wikipedia"], "wikipedia_search"),
        (["ask", "hi", "--planner", "magic"], "magic"),
        (["ask", "hi", "--max-turns", "0"], "--max-turns"),
        (["ask", "hi", "--wiki", "missing.jsonl"], "missing.jsonl"),
        (["ask", "hi", "--planner", "transformers:no/such/folder"], "no/such/folder"),
        (["show", "nothing"], "nothing"),
        (["resume", "nothing"], "nothing"),
        (["export", "nothing"], "nothing"),
        (["fork", "nothing", "--at", "0"], "nothing"),
        (["import", "missing.json"], "missing.json"),
    ],
)
def test_bad_input_is_exit_2_names_the_input_and_shows_no_traceback(
    argv: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(argv)
    out = said(capsys)
    assert names in out and "Traceback" not in out
    assert code == 2


def test_a_corrupt_import_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text('{"kind": "agentflow-run", "format": 1, "events": [{"type": "x"}]}')
    assert main(["import", str(tmp_path / "bad.json")]) == 2
    assert "bad.json: This is no exported run" in said(capsys)


def test_an_unreachable_model_is_exit_3_and_the_run_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What is it?", "--model", UNREACHABLE]) == 3
    out = said(capsys)
    assert "127.0.0.1:9" in out and "resume" in out and "Traceback" not in out
    assert main(["runs"]) == 0
    assert "failed" in said(capsys)


def test_a_store_that_cannot_be_written_costs_the_record_not_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AGENTFLOW_HOME", str(tmp_path / "file"))
    assert main(["ask", "What is 3 + 4?"]) == 0
    out = said(capsys)
    assert "will not be kept" in out and "AGENTFLOW_HOME" in out and "Answer 7" in out


def test_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AGENTFLOW_MAX_TURNS", "many")
    assert main(["runs"]) == 2
    assert "AGENTFLOW_MAX_TURNS" in said(capsys)


def test_json_is_one_event_a_line_and_the_run_can_be_shown_exported_and_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "What is the capital of France?", "--json"]) == 0
    events = [EVENT.validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert events[0].type == "flow_started" and events[-1].type == "flow_finished"

    assert main(["runs"]) == 0
    run = said(capsys).split("answer ", 1)[1].split()[0]
    assert main(["show", run]) == 0
    assert "Answer Paris" in said(capsys)
    assert main(["export", run]) == 0
    (tmp_path / "run.json").write_text(capsys.readouterr().out)
    assert main(["import", str(tmp_path / "run.json")]) == 0
    again = said(capsys).split("Imported as ")[1].split(".")[0]
    assert main(["show", again, "--json"]) == 0
    shown = [EVENT.validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert shown == [event for event in events if event.type != "text_delta"]


def test_too_few_turns_is_exit_4_and_resume_with_more_answers(capsys: pytest.CaptureFixture[str]) -> None:
    question = "How long is the longest river of France?"
    assert main(["ask", question, "--max-turns", "1", "--json"]) == 4
    capsys.readouterr()
    assert main(["runs"]) == 0
    run = said(capsys).split("answer ", 1)[1].split()[0]
    assert main(["resume", run]) == 4
    assert f"resume {run} --max-turns 2" in said(capsys)
    assert main(["resume", run, "--max-turns", "10"]) == 0
    assert "1,012 km" in said(capsys) or "1,006 km" in said(capsys)


def test_an_answered_run_is_not_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What is 3 + 4?", "--json"]) == 0
    capsys.readouterr()
    main(["runs"])
    run = said(capsys).split("answer ", 1)[1].split()[0]
    assert main(["resume", run]) == 2
    assert "already answered" in said(capsys)


def test_articles_of_ones_own_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Mount Garlock is a mountain in Zubrowia. It is 2,345 m high. It was first climbed in 1881."
    (tmp_path / "mine.jsonl").write_text(json.dumps({"title": "Mount Garlock", "text": text}) + "\n")
    assert main(["ask", "How high is Mount Garlock?", "--wiki", str(tmp_path / "mine.jsonl")]) == 0
    assert "Answer 2,345 m" in said(capsys)


def test_a_broken_wiki_file_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.jsonl").write_text('{"title": "A", "text": "b"}\n{"title": 3}\n')
    assert main(["ask", "hi", "--wiki", str(tmp_path / "mine.jsonl")]) == 2
    out = said(capsys)
    assert "mine.jsonl" in out and "2" in out


def test_terminal_escapes_in_a_question_are_not_sent_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", "\x1b]0;owned\x07[bold]hi[/bold]", "--model", UNREACHABLE])
    out = capsys.readouterr().out
    assert "\x1b]0;" not in out and "[bold]hi" in out


def test_it_is_a_module_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "agentflow_core", "--help"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert "ask" in shown.stdout and "Exit codes" in shown.stdout


def test_a_fork_shares_the_history_and_carries_out_the_edit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What is 3 + 4?", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    events = [event for event in events if event["type"] != "text_delta"]
    commanded = next(event["seq"] for event in events if event["type"] == "commanded")
    store = RunStore(Settings.load().store_path)
    parent = store.runs()[0].id
    edit = next(iter(events[commanded]["command"]["arguments"]))
    code = main(["fork", parent[:8], "--at", str(commanded), "--edit", f"{edit}=3 + 5", "--json"])
    forked = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code in (0, 1, 4)
    assert next(event for event in forked if event["type"] == "tool_returned")["result"]["text"] == "8"
    run = next(run.id for run in store.runs() if run.id != parent)
    assert store.origin(run) == (parent, commanded)
    assert [event.type for event in store.events(run)][commanded + 1 : commanded + 3] == ["forked", "edited"]
    for wrong, names in (["--at", "9999"], "no event 9999"), (["--at", "3", "--edit", "tool"], "NAME=VALUE"):
        assert main(["fork", parent, *wrong]) == 2
        assert names in said(capsys)
