"""What a newcomer waits for: the set-up, the page, the first flow.

`python -m benchmarks.start [--setup] [--json]`. Seconds from the start of the process until the page is served; through
the real page, with weights loaded: milliseconds to the first event and seconds of a whole two-turn flow, medians.
`--setup` makes a fresh virtual environment first, which takes minutes and the network: seconds and size.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gradio_client import Client

from benchmarks import served
from benchmarks.command import parser, show

QUESTION = "How long is the longest river of France?"
ROUNDS = 5


def setup(requirements: Path = served.ROOT / "requirements.txt") -> dict[str, Any]:
    """A fresh environment with all that the app needs, as `make setup` makes it."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        subprocess.run([f"{folder}/bin/python", *install], cwd=served.ROOT, check=True)
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file() and not path.is_symlink())
    return {"setup_s": round(seconds, 1), "setup_gb": round(size / 1e9, 2)}


def flow(client: Client) -> tuple[float, float, int]:
    """Seconds to the first event and to the last, and the turns, as a client of the page sees them."""
    began, first, turns = time.perf_counter(), 0.0, 0
    for event in client.submit(QUESTION, api_name="/solve"):
        first = first or time.perf_counter() - began
        turns += event["type"] == "planned"
    return first, time.perf_counter() - began, turns


def rows(rounds: int = ROUNDS) -> dict[str, Any]:
    with served.page({}) as shown:
        client = Client(shown.address, verbose=False, httpx_kwargs={"timeout": served.PATIENCE})
        flow(client)  # loads the weights, if the page has not yet
        found = [flow(client) for _ in range(rounds)]
    if {turns for *_, turns in found} != {2}:
        raise RuntimeError(f"{QUESTION} took {[turns for *_, turns in found]} turns, not two")
    return {
        "page_s": round(shown.started_in, 1),
        "first_event_ms": round(statistics.median(first for first, *_ in found) * 1000, 1),
        "two_turn_flow_s": round(statistics.median(whole for _, whole, _ in found), 2),
    }


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--setup", action="store_true")
    arguments = options.parse_args()
    show((setup() if arguments.setup else {}) | rows(), arguments.json)


if __name__ == "__main__":
    main()
