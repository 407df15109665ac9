"""What a real program drew, made and was not promised, as the page shows it under its own policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import answered, ask
from tools.sandbox.house import house

pytestmark = pytest.mark.browser

RESULT = ".af-card[data-card=turn-1] .af-result[data-tool=python_coder]"


def test_a_figure_that_a_program_drew_is_seen(visitor: Any) -> None:
    page = visitor()
    ask(page, "program: import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.title('Drawn')")
    answered(page)
    figure = page.locator(f"{RESULT} img.af-figure")
    figure.scroll_into_view_if_needed()
    expect(figure).to_be_visible()
    page.wait_for_function("selector => document.querySelector(selector).complete", arg=f"{RESULT} img.af-figure")
    assert figure.evaluate("image => image.naturalWidth") > 300, "an image that the policy refuses has no width"
    dark = """image => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels.filter((value, at) => at % 4 === 0 && value < 100).length;
    }"""
    assert figure.evaluate(dark) > 500, "axes, letters and a line are on it"


def test_files_that_a_program_made_are_listed_and_can_be_downloaded(visitor: Any, tmp_path: Path) -> None:
    page = visitor()
    ask(
        page,
        "program: import os; os.mkdir('d'); open('d/a.csv', 'w').write('1,2'); open('big', 'wb').write(bytes(10**6))",
    )
    answered(page)
    files = page.locator(f"{RESULT} .af-files")
    expect(files).to_contain_text("big, 1,000,000 bytes (too large to be kept)")
    with page.expect_download() as download:
        files.get_by_role("button", name="d/a.csv, 3 bytes").click()
    assert download.value.suggested_filename == "a.csv"
    download.value.save_as(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "1,2"


def test_a_missing_promise_is_said_beside_the_result(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unconfined = house("C")
    monkeypatch.setattr("tools.sandbox.runner.house", lambda highest: unconfined)
    page = visitor()
    ask(page, "program: print(6 * 7)")
    answered(page)
    expect(page.locator(f"{RESULT} .af-output")).to_have_text("42")
    notice = page.locator(f"{RESULT} .af-promise")
    expect(notice).to_contain_text("This machine cannot fully contain programs")
    expect(notice).to_contain_text("gets nothing of the server's environment, memory or open files")
