"""The run store: on disk before it is seen, whole after `kill -9`, export and import checked."""

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from agentflow_core import BadInput, Budget, RunStore, new_run_id
from agentflow_core.errors import StoreError
from agentflow_core.imports import IMPORT_BYTES
from agentflow_core.store import read_document
from tests.agentflow_core.flows import collect, make, scripted, stored


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs.sqlite")


async def kept(store: RunStore) -> str:
    run = new_run_id()
    async for _ in store.record(run, make().run("What is it?")):
        pass
    return run


def test_several_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("forkserver")) as processes:
        for path in [tmp_path / f"{number}.sqlite" for number in range(50)]:
            assert list(processes.map(made, [path] * 4)) == [True] * 4


def made(path: Path) -> bool:
    with closing(RunStore(path)):
        return path.exists()


async def test_what_was_yielded_is_on_disk(store: RunStore) -> None:
    run, seen = new_run_id(), 0
    async for event in store.record(run, make().run("What is it?")):
        if event.type != "text_delta":
            seen += 1
            assert RunStore(store.path).events(run)[-1] == event
    assert seen > 10


async def test_a_run_comes_back_as_it_was(store: RunStore) -> None:
    events = stored(await collect(make()))
    run = new_run_id()
    for event in events:
        store.append(run, event)
    assert store.events(run) == events
    summary = store.runs()[0]
    assert (summary.id, summary.status, summary.answer, summary.turns) == (run, "answered", "42", 2)


async def test_an_event_that_would_leave_a_gap_is_refused(store: RunStore) -> None:
    events = stored(await collect(make()))
    run = new_run_id()
    for event in events[:3]:
        store.append(run, event)
    for wrong in (events[4], events[2]):
        with pytest.raises(StoreError, match=rf"Event {wrong.seq} of run {run} cannot follow.*: 3 is next"):
            store.append(run, wrong)
    with pytest.raises(StoreError, match="cannot follow"):
        store.keep(new_run_id(), events[1:])
    with pytest.raises(BadInput, match="with an event 5"):
        store.fork(new_run_id(), run, 5, events[6:7])
    assert store.events(run) == events[:3]


async def test_what_is_missing_is_written_before_what_comes(store: RunStore) -> None:
    events = stored(await collect(make(turns=1)))
    run = new_run_id()
    store.keep(run, events[:4])
    more = make(scripted(turns=1)).run(start=events, budget=Budget(turns=3))
    after = [event async for event in store.record(run, more, before=events) if event.type != "text_delta"]
    assert store.events(run) == [*events, *after]


async def test_a_run_of_another_version_hides_no_other(store: RunStore) -> None:
    whole, strange = await kept(store), await kept(store)
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("""UPDATE events SET body = '{"type": "dreamt", "seq": 3}' WHERE run = ? AND seq = 3""", (strange,))
    found = {run.id: (run.status, run.question) for run in store.runs()}
    assert found == {whole: ("answered", "What is it?"), strange: ("unreadable", "What is it?")}
    with pytest.raises(StoreError, match="another version"):
        store.events(strange)


async def test_export_and_import_give_the_same_events(store: RunStore) -> None:
    run = await kept(store)
    again = store.load(store.export(run))
    assert again != run and store.events(again) == store.events(run)


async def test_a_run_is_found_by_the_start_of_its_id(store: RunStore) -> None:
    run = await kept(store)
    assert store.resolve(run[:6]) == run
    for wrong in ("%", "_", "nothing"):
        with pytest.raises(BadInput, match="starts with"):
            store.resolve(wrong)


async def test_delete_removes_the_events_too(store: RunStore) -> None:
    run = await kept(store)
    store.delete(run)
    assert store.runs() == []
    with pytest.raises(BadInput, match="no run"):
        store.events(run)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda d: "not json", "no exported run"),
        (lambda d: json.dumps([]), "no exported run"),
        (lambda d: json.dumps(d | {"kind": "other"}), "kind"),
        (lambda d: json.dumps(d | {"format": 99}), "format 99"),
        (lambda d: json.dumps(d | {"more": 1}), "more"),
        (lambda d: json.dumps(d | {"events": []}), "events"),
        (lambda d: json.dumps(d | {"events": d["events"][1:]}), "flow_started"),
        (lambda d: json.dumps(d | {"events": d["events"][:2] + d["events"][3:]}), "place 2"),
        (lambda d: json.dumps(d | {"events": [d["events"][0] | {"question": 3}]}), "question"),
        (lambda d: json.dumps(d | {"events": [{"type": "evil"}]}), "events"),
        (lambda d: "[" * 200_000, "no exported run"),
        (lambda d: " " * (IMPORT_BYTES + 1), "bytes"),
    ],
)
async def test_a_damaged_import_is_refused_by_name_and_nothing_is_stored(store: RunStore, damage, said: str) -> None:  # type: ignore[no-untyped-def]
    run = await kept(store)
    document = json.loads(store.export(run))
    with pytest.raises(BadInput, match=said):
        store.load(damage(document))
    assert [r.id for r in store.runs()] == [run]


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"file.*AGENTFLOW_HOME"):
        RunStore(tmp_path / "file" / "runs.sqlite")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match=r"runs\.sqlite"):
        RunStore(path)


async def test_a_disk_that_fills_up_costs_the_record_not_the_flow(store: RunStore) -> None:
    store._db.execute("PRAGMA max_page_count = 12")  # SQLite's own way to a full disk
    said: list[StoreError] = []
    run = new_run_id()
    events = [e async for e in store.record(run, make().run("What is it?" + "x" * 9000), said.append)]
    assert events[-1].status == "answered"  # type: ignore[union-attr]
    assert len(said) == 1 and "full" in str(said[0])
    assert store.events(run) == stored(events)[: len(store.events(run))]


def test_a_killed_process_leaves_the_flow_up_to_its_last_event(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    program = f"""
import asyncio, pathlib, sys
from agentflow_core import RunStore
from tests.agentflow_core.flows import make, scripted
async def main():
    store = RunStore(pathlib.Path({str(path)!r}))
    async for event in store.record("run", make(scripted(turns=900), turns=1000).run("What is it?")):
        if event.type != "text_delta":
            print(event.seq, flush=True)
asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seen = -1
    for line in process.stdout:
        seen = int(line)
        if seen == 40:
            os.kill(process.pid, signal.SIGKILL)
            break
    seen = max([seen, *(int(line) for line in process.stdout)])
    process.wait()
    events = RunStore(path).events("run")
    assert len(events) >= seen + 1
    assert [e.seq for e in events] == list(range(len(events)))
    read_document(RunStore(path).export("run"))
