"""Starting the page: quick, private by default, and with a clear word when something is in the way."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agentflow_core import Settings
from demo.app import launch_options, open_store
from demo.handlers import QUESTION_CHARACTERS
from demo.look import EXAMPLES, honest

ROOT = Path(__file__).parents[2]


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `app.py` until it gives up."""
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_what_gradio_would_share_by_default_is_off() -> None:
    options = launch_options()
    assert options["run_history"] is False, "it would keep a visitor's keys in the browser"
    assert options["show_error"] is False and options["enable_monitoring"] is False
    assert options["allowed_paths"] == [] and options["strict_cors"] is True


def test_the_style_fetches_nothing() -> None:
    assert "@import" not in launch_options()["css"] and "url(" not in launch_options()["css"]


def test_no_style_makes_the_browser_look_at_the_whole_page_again_and_again() -> None:
    """`:has()` without an element of its own makes every change restyle every ancestor with all that is in it."""
    assert not re.search(r"(?:^|[\s>+~,(]):has\(", launch_options()["css"])


def test_examples_can_be_asked() -> None:
    assert len(EXAMPLES) >= 6 and all(0 < len(text) <= QUESTION_CHARACTERS for text in EXAMPLES)


def test_a_store_that_cannot_be_used_is_said_and_the_page_works_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        assert open_store(Settings(home=tmp_path / "file" / "below")) is None
    assert "memory only" in caplog.text and "AGENTFLOW_HOME" in caplog.text


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"AGENTFLOW_MAX_TURNS": "many"}, "AGENTFLOW_MAX_TURNS"),
        ({"PORT": "http"}, "port http"),
    ],
)
def test_a_bad_setting_is_named_without_a_traceback(environment: dict[str, str], says: str) -> None:
    done = start(**environment)
    assert done.returncode == 1
    assert says in done.stderr and "Traceback" not in done.stderr


def test_the_page_says_what_answers_and_how_to_have_a_real_model() -> None:
    here, public = honest(Settings()).key, honest(Settings(own_models_only=True)).key
    assert "pocket model in a pocket world" in here and "choose a real model under" in here
    assert "pocket model in a pocket world" in public and "run a copy of your own" in public
    theirs = honest(Settings(model="openai:m@http://127.0.0.1:9/v1", own_models_only=True)).key
    assert "pocket" not in theirs and "operator of this page chose" in theirs
