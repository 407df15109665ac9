"""`python -m tools.web` shows the decision and its reason."""

import json
import subprocess
import sys

import pytest

from tools.web.__main__ import _say, main


@pytest.mark.parametrize(
    ("url", "decision", "code"),
    [("http://1.1.1.1/", "allow", 0), ("http://127.0.0.1/", "block", 1), ("gopher://x/", "block", 1)],
)
def test_check_says_what_and_why(url: str, decision: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", url, "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert found["decision"] == decision and found["reason"] and found["url"]
    assert main(["check", url]) == code
    assert capsys.readouterr().out == f"{decision}: {found['reason']}\n"


def test_fetch_refuses_the_same() -> None:
    command = [sys.executable, "-m", "tools.web", "fetch", "http://169.254.169.254/latest/", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1 and json.loads(done.stdout)["decision"] == "block"


def test_a_wrong_command_is_a_usage_error() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["open", "http://1.1.1.1/"])
    assert caught.value.code == 2


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_any_terminal_can_show_any_address(options: list[str]) -> None:
    command = [sys.executable, "-m", "tools.web", "check", b"http://\xc3\xa4.invalid:22222222/\xff", *options]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "ascii"}, timeout=60, check=False)
    assert done.returncode == 1 and done.stderr == b"" and b"block" in done.stdout


def test_a_pages_control_codes_do_nothing_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _say("a\x1b[31m\u202e\x9b")
    assert capsys.readouterr().out == "a\ufffd[31m\ufffd\ufffd\n"
