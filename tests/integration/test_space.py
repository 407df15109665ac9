"""The repository as a Hugging Face Space without a GPU runs it: its files, `requirements.txt`, `python app.py`."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import playwright.sync_api as playwright
import pytest

from benchmarks import served
from tests.browser.conftest import ARGUMENTS, CHROMIUM

INSTALL_SECONDS = 900
START_SECONDS = 60
SPACE = {
    "SYSTEM": "spaces",
    "SPACE_ID": "someone/agentflow-live",
    "SPACE_HOST": "someone-agentflow-live.hf.space",
    "GRADIO_SERVER_NAME": "0.0.0.0",
    "GRADIO_SSR_MODE": "True",
    "GRADIO_ANALYTICS_ENABLED": "False",
}
"""What its host sets. The page stays without SSR all the same: see `demo.app.launch_options`."""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Page]:
    folder = tmp_path_factory.mktemp("space")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=served.ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (served.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(served.ROOT / name, folder / name)
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=folder, check=True)
    python = str(folder / ".venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    subprocess.run(install, cwd=folder, check=True, timeout=INSTALL_SECONDS)
    with served.page(SPACE | {"HOME": str(folder)}, [python, "app.py"], folder) as shown:
        yield shown


def test_it_is_up_in_time_and_keeps_its_headers(space: served.Page) -> None:
    assert space.started_in < START_SECONDS
    policy = httpx.get(space.address).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://huggingface.co" in policy


def test_a_visitor_gets_an_answer_from_the_embedded_model(space: served.Page) -> None:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        tab: Any = browser.new_page()
        tab.goto(space.address)
        tab.locator("#af-question textarea").fill("What is the capital of Hungary?")
        tab.wait_for_timeout(400)
        tab.locator("#af-run").click()
        tab.wait_for_selector('.af-status[data-status="answered"]')
        assert "Budapest" in tab.locator(".af-head-answer").inner_text()
        browser.close()
