"""A warm call costs at most 15 ms over the code's own time: the median, of the best of some rounds."""

import os
import sys

import pytest

from benchmarks import sandbox_latency
from tools.base import ToolSettings
from tools.toolbox import Toolbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")
MOST_MS, TRIES = 15, 8


async def test_a_warm_call_costs_little_over_the_codes_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_latency, "ROUNDS", 12)
    toolbox = Toolbox.load(ToolSettings(), ["python_coder"])
    await sandbox_latency.warm(toolbox)
    medians = []
    for _ in range(TRIES):
        row = await sandbox_latency.measure(toolbox, "sympy", sandbox_latency.ROUNDS)
        assert row["own_ms"] > 0
        medians.append(row["overhead_p50_ms"])
        if medians[-1] <= MOST_MS:
            return
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores:
        pytest.skip(f"{load:.0f} processes want {cores} cores: nothing can be measured now ({medians} ms)")
    pytest.fail(f"medians of {medians} ms")
