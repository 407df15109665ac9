"""The command line of Pocket's training: what is written down as the command makes the same model again."""

import json
import shlex
from pathlib import Path

import pytest

from training.pocket import card
from training.pocket.train import GPU_WORKERS, arguments, command, recipes


def written() -> str:
    """The command in the committed card."""
    training = json.loads((card.POCKET / card.TRAINING).read_text(encoding="utf-8"))
    return str(training["command"])


@pytest.mark.parametrize("argv", [[], ["--device", "cpu"], ["--device", "cpu", "--processes", "1", "--workers", "3"]])
def test_the_command_makes_the_same_recipes_whatever_the_defaults_are(argv: list[str], tmp_path: Path) -> None:
    options = arguments([*argv, "--recipe", "best", "--seed", "5"])
    made = recipes(options, tmp_path)
    line = command(options, made[0])
    assert "--recipe" not in line
    again = arguments(shlex.split(line)[3:])
    assert recipes(again, tmp_path) == made
    assert command(again, made[0]) == line


def test_the_card_tells_the_best_recipe_on_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On any machine: the number of cores decides nothing."""
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    best, told = arguments(["--recipe", "best", "--device", "cuda"]), arguments(shlex.split(written())[3:])
    assert recipes(told, tmp_path) == recipes(best, tmp_path)
    assert recipes(told, tmp_path)[0].workers == GPU_WORKERS


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--device", "cuda", "--processes", "2"], "--processes 2: on a GPU one process trains"),
        (["--device", "cpu", "--processes", "0"], "--processes 0 --workers 0: at least 1 and 0"),
        (["--device", "cpu", "--workers", "-1"], "--processes 2 --workers -1: at least 1 and 0"),
    ],
)
def test_numbers_of_processes_that_cannot_be_are_refused(
    argv: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(argv)
    assert ended.value.code == 2
    assert why in capsys.readouterr().err
