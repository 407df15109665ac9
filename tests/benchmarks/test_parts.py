"""Every part of `make bench` in small: it runs, and its rows have what the pages show. These figures mean nothing."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import (
    engine_overhead,
    generation_limit,
    growth,
    many_flows,
    page_latency,
    pocket_generate,
    pocket_speed,
    prefix_share,
    sandbox_latency,
    start,
    training_speed,
)
from benchmarks.page import page

Rows = list[dict[str, Any]] | dict[str, Any]
SMALL: dict[str, Callable[[], Rows]] = {
    "start": lambda: start.rows(rounds=1),
    "engine_overhead": lambda: engine_overhead.rows(turns=(1,), rounds=1),
    "growth": lambda: growth.rows(turns=(1, 3), characters=(600, 9000), latency_ms=1, rounds=1),
    "many_flows": lambda: many_flows.rows(1, at_once=(1, 2)),
    "page_latency": lambda: page_latency.rows(viewers=2, turns=2, latency_ms=300),
    "sandbox_latency": lambda: sandbox_latency.rows(rounds=1),
    "pocket_speed": lambda: pocket_speed.rows(2, ["look2"]),
    "prefix_share": lambda: prefix_share.rows(2),
    "pocket_generate": lambda: pocket_generate.compared(1),
    "generation_limit": lambda: generation_limit.rows(batches=(1, 2), tokens=16, seconds=0.01, rounds=1),
    "training_speed": lambda: training_speed.rows(questions=3, samples=2, rounds=1),
}


def nothing_installed() -> Rows:
    """An environment without a package: all the others would come over the network."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        return start.setup(Path(requirements.name))


SMALL["setup"] = nothing_installed


def test_every_part_is_tried_here() -> None:
    assert set(SMALL) == set(bench.PARTS) == {*bench.USUAL, "setup"}


@pytest.mark.parametrize("name", SMALL)
def test_it_runs(name: str) -> None:
    if name == "page_latency" and not Path(page_latency.CHROMIUM).exists():
        pytest.skip("no Chromium: install Debian's chromium or set AGENTFLOW_CHROMIUM")
    found = SMALL[name]()
    page({name: {"when": "now", "took_s": 0, "machine": {"cores": 2, "load": 0.1}, "rows": found}})
    CHECKS.get(name, lambda _: None)(found)


def _setup(row: Any) -> None:
    assert row["setup_s"] > 0 and row["setup_gb"] > 0


def _growth(rows: Any) -> None:
    by = {(row["turns"], row["result_characters"], row["memory"]): row for row in rows}
    assert set(by) == {(1, 600, "all"), (3, 600, "all"), (1, 9000, "all"), (3, 9000, "all"), (3, 9000, "usual")}
    assert [by[n, 600, "all"]["calls"] for n in (1, 3)] == [6, 14]
    for row in rows:
        assert 0 < row["new_characters"] < row["prompt_characters"]
        assert row["stored_bytes"] > row["turns"] * row["result_characters"]
    usual, whole = by[3, 9000, "usual"], by[3, 9000, "all"]
    assert usual["prompt_characters"] <= whole["prompt_characters"]
    assert by[3, 600, "all"]["prompt_characters_ratio"] == pytest.approx(0.5, abs=0.4)


def _page_latency(row: Any) -> None:
    assert row["viewers"] == 2 and row["events_seen"] > 10
    assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["worst_ms"]
    assert all(0 < row[f"{viewer}_p50_ms"] <= row[f"{viewer}_p95_ms"] for viewer in ("alone", "among"))


def _prefix_share(rows: Any) -> None:
    assert [row["at_once"] for row in rows] == [1, 2]
    assert all(0.3 < row["taken_over_share"] < 1 for row in rows), "each module reads on where the one before ended"


def _limit(rows: Any) -> None:
    assert [row["texts_at_once"] for row in rows] == [1, 2]
    assert all(row["tokens_s"] > 0 and row["limit_tokens_s"] > 0 for row in rows)


def _training(row: Any) -> None:
    assert row["loss"] == pytest.approx(row["trl_loss"], abs=1e-5) and row["loss"] != 0
    assert row["gradient_difference"] < 1e-3, "the same update, by far fewer rows"
    assert row["trained_tokens"] > row["actions"] >= row["flows"]


CHECKS: dict[str, Callable[[Any], None]] = {
    "setup": _setup,
    "growth": _growth,
    "page_latency": _page_latency,
    "prefix_share": _prefix_share,
    "generation_limit": _limit,
    "training_speed": _training,
}


def test_a_load_above_the_cores_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(bench.PARTS, "growth", lambda: [])
    monkeypatch.setattr("os.getloadavg", lambda: (99.0, 0.0, 0.0))
    assert bench.measured("growth")["machine"]["load"] == 99.0
    assert "the load is 99.0" in capsys.readouterr().err
    monkeypatch.setattr("os.getloadavg", lambda: (0.1, 0.0, 0.0))
    bench.measured("growth")
    assert capsys.readouterr().err == ""


def test_one_part_alone_keeps_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    (tmp_path / "results.json").write_text('{"many_flows": {"rows": []}}')
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(bench, "write", written.append)
    monkeypatch.setitem(bench.PARTS, "growth", lambda: [{"turns": 1}])
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "growth"])
    bench.main()
    assert written[0]["many_flows"] == {"rows": []} and written[0]["growth"]["rows"] == [{"turns": 1}]
