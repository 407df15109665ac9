"""Writes a long flow to a store and says each event that is on disk, in processes that are killed at any moment.

`python -m tests.reliability.writer STORE ROUNDS SEED`: one process forks a writer for each round, so that imports are
paid once. Prints a line a round: the run and the last acknowledged event.
"""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from agentflow_core import RunStore
from tests.agentflow_core.flows import make, scripted


async def write(path: Path, run: str, acknowledged: int) -> None:
    """Never ends within a round; each event's number goes to `acknowledged` only after the store gave it on."""
    store = RunStore(path)
    flow = make(scripted(turns=900), turns=1000)
    async for event in store.record(run, flow.run(f"What is {run}?")):
        if event.type != "text_delta":
            os.write(acknowledged, b"%d\n" % event.seq)


def killed(path: Path, run: str, after: int, delay: float) -> int:
    """Runs a writer, kills it `delay` seconds after so many events, and gives the last one it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        asyncio.run(write(path, run, writing))
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as lines:
        for _ in range(after):
            lines.readline()
        signal.sigtimedwait([], delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        rest = lines.read().split("\n")  # what was in the pipe; a number may be cut off
    return max([after - 1, *(int(line) for line in rest[:-1])])


def main() -> None:
    path, rounds = Path(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]))
    for number in range(rounds):
        last = killed(path, f"run-{number}", rng.randrange(1, 60), rng.random() * 0.004)
        sys.stdout.write(f"run-{number} {last}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
