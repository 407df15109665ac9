"""History, export, import, recordings and races as the page's server gives them: checked, and everyone's own."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import RunStore, Settings
from agentflow_core.formats import write_run
from agentflow_core.history import History
from demo import recordings, share
from demo.compare import Races
from demo.hand import new_key
from demo.handlers import Handlers
from demo.history import NO_HISTORY, Shelf
from demo.limits import NO_LIMITS, Limits
from demo.registry import Registry, Run
from demo.share import Collector, Sharing
from tests.agentflow_core.flows import make
from tests.demo.flows import RecordedFlow, recorded

ANN, BEN = "ann-" + "a" * 20, "ben-" + "b" * 20


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs.sqlite")


@pytest.fixture
def registry(store: RunStore) -> Registry:
    return Registry(store)


@pytest.fixture
def shelf(store: RunStore, registry: Registry) -> Shelf:
    return Shelf(History(store), registry)


@pytest.fixture
def sharing(shelf: Shelf, registry: Registry) -> Sharing:
    return Sharing(registry, shelf.history, NO_LIMITS)


async def ran(registry: Registry, question: str = "How much higher?", delay: float = 0.0) -> Run:
    run = registry.start(RecordedFlow(delay), question)
    if not delay:
        assert run.task is not None
        await run.task
    return run


def listed(answer: dict[str, Any]) -> list[str]:
    return [entry["run"] for entry in answer["runs"]]


async def test_a_run_is_claimed_with_its_key_and_then_only_its_visitors(registry: Registry, shelf: Shelf) -> None:
    run = await ran(registry)
    stranger = {"do": "claim", "visitor": BEN, "run": run.token, "key": new_key()}
    assert "problem" in await shelf.answer(stranger)
    assert await shelf.answer({"do": "claim", "visitor": ANN, "run": run.token, "key": run.key}) == {"done": True}
    assert listed(await shelf.answer({"do": "list", "visitor": ANN})) == [run.token]
    assert listed(await shelf.answer({"do": "list", "visitor": BEN})) == []
    for act in ({"do": "delete"}, {"do": "rename", "name": "x"}, {"do": "mark", "mark": "wrong"}):
        assert "problem" in await shelf.answer({**act, "visitor": BEN, "run": run.token})
    assert (await registry.get(run.token)) is run


async def test_rename_mark_search_delete(registry: Registry, shelf: Shelf, store: RunStore) -> None:
    run = await ran(registry)
    mine = {"visitor": ANN, "run": run.token}
    for act in ({"do": "claim", "key": run.key}, {"do": "rename", "name": "hills"}, {"do": "mark", "mark": "right"}):
        assert await shelf.answer({**act, **mine}) == {"done": True}
    (entry,) = (await shelf.answer({"do": "list", "visitor": ANN, "wanted": {"text": "814 metr", "mark": "right"}}))[
        "runs"
    ]
    assert (entry["name"], entry["mark"], entry["status"]) == ("hills", "right", "answered")
    assert "814" in entry["found"] and "plans" not in entry
    assert await shelf.answer({"do": "delete", **mine}) == {"done": True}
    assert listed(await shelf.answer({"do": "list", "visitor": ANN})) == []
    assert await registry.get(run.token) is None and store.runs() == []


async def test_a_run_under_way_is_not_deleted(registry: Registry, shelf: Shelf) -> None:
    run = await ran(registry, delay=0.05)
    await asyncio.sleep(0.2)
    mine = {"visitor": ANN, "run": run.token}
    assert await shelf.answer({"do": "claim", "key": run.key, **mine}) == {"done": True}
    assert "stop it first" in (await shelf.answer({"do": "delete", **mine}))["problem"]
    await registry.close()


@pytest.mark.parametrize(
    "request_",
    [
        None,
        {},
        {"do": "list"},
        {"do": "list", "visitor": "short"},
        {"do": "list", "visitor": ANN, "wanted": {"text": "x" * 501}},
        {"do": "list", "visitor": ANN, "wanted": {"text": "\ud800"}},
        {"do": "list", "visitor": ANN, "wanted": {"limit": 10**9}},
        {"do": "rename", "visitor": ANN, "run": "a", "name": 7},
        {"do": "drop", "visitor": ANN},
    ],
    ids=repr,
)
async def test_whatever_else_is_sent_is_a_problem(shelf: Shelf, request_: object) -> None:
    assert set(await shelf.answer(request_)) == {"problem"}


async def test_without_a_store_the_page_says_that_nothing_is_kept() -> None:
    assert await Shelf(None, Registry()).answer({"do": "list", "visitor": ANN}) == {"problem": NO_HISTORY}


@pytest.mark.parametrize("format", ["json", "jsonl"])
async def test_what_is_exported_is_imported_the_same(
    registry: Registry, sharing: Sharing, shelf: Shelf, format: str
) -> None:
    run = await ran(registry)
    text = (await sharing.export({"run": run.token, "format": format}))["text"]
    half = len(text) // 2
    piece = {"visitor": BEN, "upload": "upload-1"}
    assert await sharing.load({**piece, "piece": text[:half], "last": False}) == {"more": True}
    answer = await sharing.load({**piece, "piece": text[half:], "last": True})
    again = await registry.get(answer["run"])
    assert again is not None and again.events == run.events and again.token != run.token
    assert listed(await shelf.answer({"do": "list", "visitor": BEN})) == [again.token]


async def test_spans_are_exported_for_a_file(registry: Registry, sharing: Sharing) -> None:
    run = await ran(registry)
    assert "resourceSpans" in json.loads((await sharing.export({"run": run.token, "format": "otlp"}))["text"])
    for wrong in ({"run": "nobody"}, {"run": run.token, "format": "exe"}, {}):
        assert set(await sharing.export(wrong)) == {"problem"}


async def test_imports_are_bounded_in_size_number_and_rate(registry: Registry) -> None:
    small = Sharing(registry, None, Limits(visitor_flows_hour=1), most_bytes=100)
    piece = {"visitor": ANN, "piece": "x" * 60, "last": False}
    assert await small.load({**piece, "upload": "upload-1"}) == {"more": True}
    assert "too large" in (await small.load({**piece, "upload": "upload-1"}))["problem"]
    for number in range(share.UPLOADS):
        assert await small.load({**piece, "upload": f"upload-{number}"}) == {"more": True}
    assert (await small.load({**piece, "upload": "one-too-many"}))["problem"] == share.BUSY

    rated = Sharing(registry, None, Limits(visitor_flows_hour=1))
    whole = {"visitor": ANN, "upload": "upload-1", "piece": write_run(recorded(), "r", "json"), "last": True}
    assert "run" in await rated.load(whole, "10.0.0.1")
    assert "problem" in await rated.load(whole, "10.0.0.1")
    assert "run" in await rated.load(whole, "10.0.0.2")


async def test_a_file_that_is_no_run_leaves_nothing(sharing: Sharing, store: RunStore) -> None:
    answer = await sharing.load({"visitor": ANN, "upload": "upload-1", "piece": '{"events": []}', "last": True})
    assert "problem" in answer and store.runs() == []


async def test_finished_runs_go_to_the_collector_and_its_failure_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(share, "send", lambda events, run, endpoint: sent.append((run, len(events))))
    registry = Registry(finished=Collector("http://127.0.0.1:9/v1/traces"))
    run = await ran(registry)
    assert sent == [(run.token, len(run.events))] and run.done

    monkeypatch.undo()
    run = await ran(Registry(finished=Collector("no address")))
    assert run.done and "was not sent" in caplog.text


async def test_a_race_starts_both_planners_on_the_same_question() -> None:
    roles: list[dict[str, str]] = []

    def assemble(*_: Any, **options: Any) -> Any:
        roles.append(dict(options["roles"]))
        return make()

    handlers = Handlers(Settings(), Registry(), assemble)
    fields = (["python_coder"], 5, 0.0, "x", "", "", "", "planner's key", "", "", "")
    race = (await Races(handlers).start(" Which? ", *fields))["race"]
    assert race["question"] == "Which?"
    assert [run["name"] for run in race["runs"]] == ["untrained", "trained"]
    assert [role["planner"] for role in roles] == ["pocket:base", "pocket"]
    assert len({run["run"] for run in race["runs"]}) == 2
    await handlers.registry.close()


async def test_a_race_that_cannot_start_both_runs_none() -> None:
    registry = Registry(limits=Limits(visitor_flows=1))
    handlers = Handlers(Settings(), registry, lambda *_, **__: RecordedFlow(0.05))  # type: ignore[arg-type,return-value]
    answer = await Races(handlers).start("Which?", ["python_coder"], 5, 0.0, *[""] * 8, visitor="ann")
    assert "as many as this page gives one visitor" in answer["problem"]
    (only,) = registry._runs.values()
    assert only.control.stopping
    await registry.close()


def test_a_recordings_name_is_never_a_path() -> None:
    for name in ("../recordings/index", "index", "", "/etc/passwd", 7, ["a"]):
        assert recordings.answer({"name": name}) == {"problem": recordings.UNKNOWN}
