"""`python -m tools.sandbox`: what a person and a script see, and the exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.sandbox import PROMISES, __main__
from tools.sandbox.house import house
from tools.sandbox.limits import Limits

ROOT = Path(__file__).resolve().parents[3]


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = __main__.main([*arguments])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = command(capsys, "run", str(path), "--json", *arguments)
    return code, json.loads(out)


def written(folder: Path, code: str) -> Path:
    path = folder / "program.py"
    path.write_text(code, encoding="utf-8")
    return path


def test_a_run_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run_json(capsys, written(tmp_path, "import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7"))
    assert code == 0
    assert (shown["status"], shown["stdout"], shown["stderr"], shown["value"]) == ("ok", "out\n", "err\n", "42")
    assert shown["tier"] == house().standing.tier and shown["missing"] == list(house().standing.missing)
    assert 0 < shown["seconds"] < 20 and shown["error"] is None


def test_a_failure_is_exit_code_1_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run_json(capsys, written(tmp_path, "x = 1\n1 / 0"))
    assert (code, shown["status"]) == (1, "error")
    assert shown["error"] == {"type": "ZeroDivisionError", "message": "division by zero", "line": 2}


def test_the_timeout_can_be_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run_json(capsys, written(tmp_path, "while True: pass"), "--timeout", "0.5")
    assert (code, shown["status"]) == (1, "timeout") and shown["seconds"] < 8


@pytest.mark.parametrize(
    "limits", [("--timeout", "0"), ("--timeout", "-1"), ("--timeout", "nan"), ("--timeout", "1e300"), ("--memory", "0")]
)
def test_limits_that_are_none_are_refused(
    limits: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command(capsys, "run", str(written(tmp_path, "1")), *limits)
    assert f"{limits[1]} is not between" in capsys.readouterr().err


@pytest.mark.parametrize("source", [b"\xef\xbb\xbf'caf\xc3\xa9'", b"# coding: latin-1\r\n'caf\xe9'"])
def test_a_file_is_read_as_python_reads_it(source: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(source)
    assert run_json(capsys, path)[1]["value"] == "'café'"


def test_what_a_person_sees_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "run", str(written(tmp_path, "print('\\x1b[2Jred\\x07')\n'\\x9b'")))
    assert code == 0 and "status   ok" in out and "\\x1b[2Jred\\x07" in out
    assert not any(control in out for control in "\x1b\x07\x9b")


def test_a_program_can_come_from_standard_input() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tools.sandbox", "run", "-", "--json"],
        input="2 ** 10",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert json.loads(ran.stdout)["value"] == "1024"


def test_a_missing_file_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = command(capsys, "run", "nowhere.py")
    assert (code, out) == (2, "") and "nowhere.py cannot be read" in err


def test_the_selftest_lists_every_promise(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "selftest", "--strict")
    assert code == (1 if house().standing.missing else 0)
    assert all(text in out for text in PROMISES.values())


def test_with_limits_only_strict_mode_says_what_is_missing_and_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = command(capsys, "selftest", "--tier", "C")
    assert (code, "MISSING reaches no network" in out, "holds   is stopped at limits" in out) == (0, True, True)
    assert command(capsys, "selftest", "--tier", "C", "--strict")[0] == 1
    monkeypatch.setenv("AGENTFLOW_CODE_STRICT", "true")
    assert command(capsys, "selftest", "--tier", "C")[0] == 1
    planted = tmp_path / "planted"
    program = written(tmp_path, f"open({str(planted)!r}, 'w')")
    code, _, err = command(capsys, "run", str(program), "--tier", "C")
    assert code == 2 and "reaches no network" in err and not planted.exists()


@pytest.mark.parametrize(
    ("environment", "refused"),
    [
        ({}, False),
        ({"SPACE_ID": "someone/demo"}, True),
        ({"SPACE_ID": "someone/demo", "AGENTFLOW_CODE_STRICT": "false"}, False),
    ],
)
def test_a_space_is_strict_here_as_in_the_app(
    environment: dict[str, str],
    refused: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert command(capsys, "selftest", "--tier", "C")[0] == int(refused)
    assert command(capsys, "run", str(written(tmp_path, "1")), "--tier", "C")[0] == (2 if refused else 0)


def test_a_setting_that_cannot_be_read_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTFLOW_CODE_STRICT", "perhaps")
    code, _, err = command(capsys, "selftest")
    assert code == 2 and "AGENTFLOW_CODE_STRICT cannot be used" in err


def test_a_sandbox_that_cannot_start_is_said_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house()  # it has passed its self-test
    unusable = {**Limits(1).bounds(), "cpu": "many"}
    monkeypatch.setattr(Limits, "bounds", lambda self: unusable)
    code, shown = run_json(capsys, written(tmp_path, "print('it ran')"))
    assert (code, shown["status"], shown["stdout"]) == (1, "not_started", "")
    assert "could not start it" in shown["error"]["message"]
