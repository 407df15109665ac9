"""A file of questions on the real Pocket model: the process is killed in the middle of a flow, and another goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from agentflow_core import RunStore
from agentflow_core.events import Event

ROOT = Path(__file__).parents[2]
ROWS = [
    {"query": "What is the capital of France?", "answer": "Paris"},
    {"query": "How long is the longest river of France?", "answer": ["1,012 km", "1012 km"]},
]
PATIENCE = 120


def command(file: Path, out: Path, *more: str) -> list[str]:
    given = ["--benchmark", str(file), "--model", "pocket", "--concurrency", "1", "--out", str(out), *more]
    return [sys.executable, "-m", "training.evaluate", *given]


def counted(store: Path) -> dict[str, int]:
    """Events of each run in a store that another process writes."""
    if not store.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
            return dict(db.execute("SELECT run, count(*) FROM events GROUP BY run"))
    except sqlite3.OperationalError:  # not made yet, or locked
        return {}


def events(out: Path) -> dict[str, list[Event]]:
    store = RunStore(out / "runs.sqlite")
    found = {run.id: store.events(run.id) for run in store.runs()}
    store.close()
    return found


def killed_in_the_second(file: Path, out: Path, environment: dict[str, str]) -> dict[str, list[Event]]:
    """Starts an evaluation and kills it once its second flow is under way; what is stored then."""
    process = subprocess.Popen(command(file, out), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    try:
        while len(found := counted(out / "runs.sqlite")) < 2 or min(found.values()) < 3:
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until, "its second flow never began"
            time.sleep(0.001)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return events(out)


def test_no_question_is_asked_twice(tmp_path: Path) -> None:
    file, out = tmp_path / "mine.json", tmp_path / "out"
    file.write_text(json.dumps(ROWS))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AGENTFLOW_")}
    before = killed_in_the_second(file, out, environment)
    ended = {run for run, seen in before.items() if seen[-1].type == "flow_finished"}
    assert len(before) == 2 and len(ended) == 1, "it was killed in the middle of its second flow"
    assert not (out / "answers.jsonl").exists()

    done = subprocess.run(command(file, out, "--resume"), cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    after = events(out)
    assert after.keys() == before.keys()
    for run, seen in after.items():
        assert seen[: len(before[run])] == before[run], "what was there stays as it was"
        kinds = [event.type for event in seen]
        assert kinds.count("flow_started") == kinds.count("analyzed") == kinds.count("answered") == 1
        assert kinds[-1] == "flow_finished"
        assert ("resumed" in kinds) == (run not in ended)
        assert len(seen) == len(before[run]) or run not in ended
    rows = [json.loads(line) for line in (out / "answers.jsonl").read_text().splitlines()]
    assert [(row["question"], row["right"]) for row in rows] == [(row["query"], True) for row in ROWS]
    assert {row["run"] for row in rows} == after.keys()
    figures = json.loads((out / "summary.json").read_text())
    assert (figures["accuracy"], figures["n"], figures["failures"]) == (1.0, 2, [])
