"""From an event of the engine to pixels, in a real Chromium with several viewers of one run.

`python -m benchmarks.page_latency [--viewers 10] [--json]`. One visitor asks, paused; the others open the run's link;
when all of them show it, it goes on, so that no page's start is in the figures. In every viewer a script notes each
event that arrives, waits for the page to change and for the frame that shows the change, and takes the time from the
event's own stamp to then: same machine, same clock. The models are stubs that answer after a moment, so that the
viewers' work is what is measured. Three times: one viewer; one among others whose browsers are elsewhere, as visitors'
are, so that only their requests come here; and all browsers here, sharing these cores. Needs Chromium
(AGENTFLOW_CHROMIUM names another place).
"""

import os
import re
import shutil
import statistics
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import served
from benchmarks.command import parser, show
from benchmarks.followers import following
from benchmarks.stub_server import running

VIEWERS, TURNS, LATENCY_MS = 10, 10, 300
CHROMIUM = os.environ.get("AGENTFLOW_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # All viewers are looked at here, as they would be on machines of their own.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
]
PATIENCE_MS = 300_000
WATCH = """
localStorage.setItem("agentflow.seen", "1");
window.measured = [];
const arrived = [];
const parse = Response.prototype.json;
Response.prototype.json = async function () {
  const view = await parse.call(this);  // noted before the page has it
  if (this.url.includes("component_server")) {
    for (const event of view?.events ?? []) if (event.time > window.since) arrived.push(event.time);
  }
  return view;
};
window.since = Infinity;
new MutationObserver(() => {
  if (!arrived.length) return;
  const shown = arrived.splice(0);
  requestAnimationFrame(() => setTimeout(() => {  // after the frame was painted
    for (const time of shown) window.measured.push(Date.now() / 1000 - time);
  }));
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""


def measured(address: str, viewers: int, elsewhere: int, turns: int) -> list[list[float]]:
    """Seconds from event to pixel, for each viewer whose browser is here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages = []
        for _ in range(viewers):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_init_script(WATCH)
            context.set_default_timeout(PATIENCE_MS)
            pages.append(context.new_page())
        asker, *others = pages
        asker.goto(address)
        asker.wait_for_selector(".af-welcome:visible, .af-head:visible")
        asker.locator("#af-question textarea").fill(f"What is it? [turns={turns}]")
        asker.wait_for_timeout(500)  # Gradio takes a typed value over a moment later
        asker.locator("#af-first-step").click()
        asker.wait_for_url(re.compile("run="))
        for page in others:
            page.goto(asker.url)
        for page in pages:
            page.locator(".af-head:visible").wait_for()
        run = parse_qs(urlsplit(asker.url).query)["run"][0]
        with following(address, run, elsewhere) if elsewhere else nullcontext():
            for page in pages:
                page.evaluate("window.since = Date.now() / 1000")
            asker.locator(".af-paused").get_by_role("button", name="Continue").click()
            for page in pages:
                page.locator('.af-status[data-status="answered"]').wait_for()
                page.wait_for_timeout(200)
        found = [page.evaluate("window.measured") for page in pages]
        browser.close()
    return found


def rows(viewers: int = VIEWERS, turns: int = TURNS, latency_ms: float = LATENCY_MS) -> dict[str, Any]:
    """Of so many viewers with their browsers here; of one among as many, the others elsewhere; and of one alone."""
    alone = seen(1, 0, turns, latency_ms)
    among = seen(1, viewers - 1, turns, latency_ms)
    return {
        "alone_p50_ms": alone["p50_ms"],
        "alone_p95_ms": alone["p95_ms"],
        "among_p50_ms": among["p50_ms"],
        "among_p95_ms": among["p95_ms"],
    } | seen(viewers, 0, turns, latency_ms)


def seen(viewers: int, elsewhere: int, turns: int, latency_ms: float) -> dict[str, Any]:
    if not Path(CHROMIUM).exists():
        raise RuntimeError("no Chromium: install Debian's chromium or set AGENTFLOW_CHROMIUM")
    limits = {"AGENTFLOW_TOOLS": "base_generator", "AGENTFLOW_MAX_TURNS": str(turns + 1)}
    with running(latency_ms) as role, served.page({"AGENTFLOW_MODEL": role, **limits}) as shown:
        found = measured(shown.address, viewers, elsewhere, turns)
    every = sorted(one for viewer in found for one in viewer)
    if not all(found) or len(found) != viewers:
        raise RuntimeError(f"viewers that saw no event: {[len(viewer) for viewer in found]}")
    return {
        "viewers": viewers,
        "events_seen": len(every),
        "p50_ms": round(statistics.median(every) * 1000, 1),
        "p95_ms": round(every[int(0.95 * (len(every) - 1))] * 1000, 1),
        "worst_ms": round(every[-1] * 1000, 1),
    }


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--viewers", type=int, default=VIEWERS)
    arguments = options.parse_args()
    show(rows(arguments.viewers), arguments.json)


if __name__ == "__main__":
    main()
