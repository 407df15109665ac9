"""What a person gets wrong, and what a machine does to them: an exit code, a message with the way out, no traceback.

2 is the user's slip: a question, an option, a file, the name of a model. 3 is the world's: a server, weights, a disk.
"""

import http.server
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentflow_core import RunStore, Settings, planner
from agentflow_core.cli import main
from tests.agentflow_core.models import tiny
from tests.agentflow_core.test_cli import UNREACHABLE, home, said
from tests.reliability.disk import largest
from tests.stub_server import Reply, stub_server_beside

__all__ = ["home"]
ROOT = Path(__file__).parents[2]
QUESTION = "What is 3 + 4?"


def told(capsys: pytest.CaptureFixture[str]) -> str:
    out = said(capsys)
    assert "Traceback" not in out
    return out


def test_an_empty_question(capsys: pytest.CaptureFixture[str]) -> None:
    for empty in ("", "   ", "\n"):
        assert main(["ask", empty]) == 2
        assert "The question is empty: write one." in told(capsys)


def test_a_question_of_100_000_characters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "x" * 100_000]) == 2
    out = told(capsys)
    assert "100,000 characters" in out and "20,000" in out and "shorten it" in out


def test_an_unknown_tool(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--tools", "math_solver,wikipedia"]) == 2
    out = told(capsys)
    assert "there is no tool 'wikipedia': did you mean wikipedia_search?" in out


def test_a_server_that_cannot_be_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--model", UNREACHABLE]) == 3
    out = told(capsys)
    assert "cannot reach http://127.0.0.1:9/v1" in out and "start the server or check the URL" in out
    assert "Go on with: python -m agentflow_core resume" in out


def test_a_model_name_that_a_server_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    with stub_server_beside() as server:
        server.reply = lambda body: Reply(status=404, error=f"The model {body['model']} does not exist.")
        assert main(["ask", QUESTION, "--model", f"openai:stubb@{server.url}"]) == 2
    out = told(capsys)
    assert "stubb" in out and "404" in out and "it serves stub" in out


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--model", "transformers:./no-such-folder"]) == 2
    out = told(capsys)
    assert "no model in ./no-such-folder" in out and "check the path" in out


class Hub(http.server.BaseHTTPRequestHandler):
    """Knows no model, as the Hub says it."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("X-Error-Message", "Repository not found")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def outside(*words: str, **environment: str) -> tuple[int, str]:
    """In a process of its own; its code and what it said."""
    command = [sys.executable, "-m", "agentflow_core", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300
    )
    out = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in out
    return done.returncode, out


def test_a_name_that_the_hub_does_not_have(hub: str, tmp_path: Path) -> None:
    name = "nobody/no-such-model"
    code, out = outside("ask", QUESTION, "--model", f"transformers:{name}", HF_ENDPOINT=hub, HF_HOME=str(tmp_path))
    assert f"the Hub has no model '{name}'" in out and "check its spelling" in out
    assert code == 2


def test_a_name_that_no_model_can_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--model", "transformers:no such model"]) == 2
    assert "the Hub has no model 'no such model'" in told(capsys)


def test_a_hub_that_is_out_of_reach_is_no_slip(tmp_path: Path) -> None:
    code, out = outside("ask", QUESTION, "--model", "transformers:a/b", HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path))
    assert "cannot load a/b" in out and "your network" in out
    assert code == 3


def test_corrupt_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tiny.make(tmp_path / "model")
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:2000])
    assert main(["ask", QUESTION, "--model", f"transformers:{folder}"]) == 3
    out = told(capsys)
    assert "cannot load" in out and "incomplete or corrupt" in out and "fetch or save it again" in out
    tiny.make(folder)
    main(["resume", RunStore(Settings.load().store_path).runs()[0].id])
    out = told(capsys)
    assert "cannot load" not in out and "takes 256" in out, "once they are mended the same run comes further"


def test_a_full_disk(home: Path) -> None:
    """No file may grow by more than a little: the answer comes, its record ends, and nobody is told to resume it."""
    RunStore(Settings.load().store_path).close()
    most = largest(home) + 40_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-m", "agentflow_core", "ask", "How long is the longest river of France?"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, preexec_fn=limited
    )
    out = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 0 and "km" in out.split("Answer")[1]
    assert out.count("cannot be written") == 1 and "Free or unlock that place" in out
    assert "The flow goes on unsaved." in out and "Go on with" not in out
    store = RunStore(Settings.load().store_path)
    kept = store.events(store.runs()[0].id)
    assert [event.seq for event in kept] == list(range(len(kept)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "This is no exported run"),
        ("not json", "This is no exported run"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        ('{"kind": "agentflow-run", "format": 1, "events": [{"type": "x"}]}', "events"),
        ("cut", "This is no exported run"),
        ("gap", "damaged at place 2"),
        ("[" * 100_000, "This is no exported run"),
    ],
    ids=["empty", "text", "bytes", "strange", "cut", "gap", "deep"],
)
def test_a_corrupt_import(content: str | bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if content in ("cut", "gap"):
        assert main(["ask", QUESTION, "--json"]) == 0
        capsys.readouterr()
        main(["export", RunStore(Settings.load().store_path).runs()[0].id])
        whole = capsys.readouterr().out
        document = json.loads(whole)
        del document["events"][2]
        content = whole[: len(whole) // 2] if content == "cut" else json.dumps(document)
    file = tmp_path / "bad.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = RunStore(Settings.load().store_path).runs()
    assert main(["import", str(file)]) == 2
    out = told(capsys)
    assert "bad.json: " in out and says in out
    assert RunStore(Settings.load().store_path).runs() == before, "nothing of it is kept"


def test_a_store_whose_place_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A read-only disk is in tests/reliability/test_read_only.py."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AGENTFLOW_HOME", str(tmp_path / "file"))
    for words in (["runs"], ["show", "a-run"], ["resume", "a-run"]):
        assert main(words) == 3
        out = told(capsys)
        assert "cannot be opened" in out and "set AGENTFLOW_HOME" in out


def test_a_slip_of_this_program_is_1_and_says_where_to_look(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(planner, "analyze", broken)
    assert main(["ask", QUESTION]) == 1
    assert "Internal error (ZeroDivisionError); the log has the details." in told(capsys)
    assert "by nothing" in caplog.text


def test_a_wrong_way_of_asking_is_2_and_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["ask"], ["ask", QUESTION, "--turns", "3"], ["resume"], []):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert "usage:" in told(capsys)


def test_an_option_with_a_value_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    for option, value in (("--max-turns", "0"), ("--seconds", "-1"), ("--tokens", "-5"), ("--temperature", "9")):
        assert main(["ask", QUESTION, option, value]) == 2
        assert option in told(capsys)
