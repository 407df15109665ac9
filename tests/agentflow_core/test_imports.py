"""A run from a stranger: whatever is wrong with it is said, nothing of it is kept, and nothing it names is opened."""

import ast
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import BadInput, RunStore
from agentflow_core.imports import IMPORT_BYTES, IMPORT_DEPTH, IMPORT_PARTS, check_json
from agentflow_core.state import FlowState
from tests.agentflow_core.flows import collect, make, scripted, stored

ROOT = Path(__file__).parents[2]
Document = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs.sqlite")


@pytest.fixture
async def document(store: RunStore) -> Document:
    """An exported run of two turns, out of the store again."""
    for event in stored(await collect(make())):
        store.append("run", event)
    exported: Document = json.loads(store.export("run"))
    store.delete("run")
    return exported


def place_of(document: Document, kind: str) -> int:
    return next(place for place, event in enumerate(document["events"]) if event["type"] == kind)


def changed(kind: str, **values: Any) -> Callable[[Document], None]:
    """Overwrites fields of the first event of a kind; `tool__data=...` means the field within a field."""

    def change(document: Document) -> None:
        for name, value in values.items():
            target: Any = document["events"][place_of(document, kind)]
            *outer, last = name.split("__")
            for part in outer:
                target = target[part]
            target[last] = value

    return change


def nested(depth: int) -> Any:
    value: Any = "end"
    for _ in range(depth):
        value = {"in": value}
    return value


DAMAGED = [
    (changed("planned", turn=7), "no turn 7"),
    (changed("planned", turn=0), "no turn 0"),
    (changed("planned", turn=-1), "no turn -1"),
    (changed("verified", turn=2**40), "no turn"),
    (changed("tool_returned", turn=5), "no turn 5"),
    (changed("phase_started", turn=9, phase="plan"), "no turn 9"),
    (changed("phase_started", turn=3, phase="answer"), "no turn 3"),
    (changed("planned", type="edited", call=None, plan=None), "edited"),
    (changed("tool_returned", result__data=nested(IMPORT_DEPTH)), f"more than {IMPORT_DEPTH} deep"),
    (changed("tool_returned", result__data={"n": 10**30}), "too large"),
    (changed("planned", call__completion__prompt_tokens=2**70), "too large"),
    (changed("flow_started", budget__turns=10**6), "budget"),
    (changed("flow_started", time=1e18), "1e\\+18 is no time"),
    (changed("verified", time=-1), "-1 is no time"),
    (changed("flow_started", budget__seconds=-1), "budget"),
    (changed("flow_started", question=["a", "list"]), "question"),
    (changed("flow_started", models={"boss": "pocket"}), "models"),
    (changed("tool_returned", result__image="/etc/passwd"), "image"),
    (changed("tool_returned", result__sources=[{"title": "x", "url": "y", "file": "/etc/passwd"}]), "file"),
    (changed("flow_finished", status="root"), "status"),
    (changed("planned", call__role="judge"), "role"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGED)
async def test_what_cannot_be_a_run_is_refused_by_name(
    store: RunStore, document: Document, damage: Callable[[Document], None], said: str
) -> None:
    store.load(json.dumps(document))  # it is a run before it is damaged
    before = [run.id for run in store.runs()]
    damage(document)
    with pytest.raises(BadInput, match=said):
        store.load(json.dumps(document))
    assert [run.id for run in store.runs()] == before


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"\x80\x04\x95.",
        pickle.dumps({"kind": "agentflow-run"}),
        b"{" * 100_000,
        b"[" * 5_000_000,
        b'{"events": [' + b"[" * 150,
        b'{"kind": "agentflow-run", "events": NaN}',
        b'"' + b"a" * 1000,
        b'{"kind": "agentflow-run", "events": ["\\ud800"]}',
        "no \ud800 text",
        "null",
        "é" * (IMPORT_BYTES // 2 + 1),
    ],
    ids=range(14),
)
def test_bytes_that_are_no_document_are_refused(store: RunStore, text: str | bytes) -> None:
    with pytest.raises(BadInput, match=r"no exported run|at most 20,000,000|too many values"):
        store.load(text)
    assert store.runs() == []


@pytest.mark.parametrize("value", [b"[],", b"{},", b"0,", b'{"":0},'])
def test_millions_of_tiny_values_are_refused_unread(value: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentflow_core.imports.from_json", None)
    many = b"[" + value * (IMPORT_PARTS // sum(map(value.count, (b",", b"[", b"{")))) + b"0]"
    assert len(many) < IMPORT_BYTES
    with pytest.raises(BadInput, match="too many values"):
        check_json(many)


async def test_a_run_with_many_numbers_is_imported(store: RunStore, document: Document) -> None:
    changed("tool_returned", result__data={"ids": [7] * 1_000_000})(document)
    run = store.load(json.dumps(document))
    assert next(event for event in store.events(run) if event.type == "tool_returned").result.data["ids"][-1] == 7


async def test_an_edit_that_gives_no_action_is_refused(store: RunStore, document: Document) -> None:
    at = place_of(document, "planned") + 1
    edit = {"type": "edited", "time": 1.0, "turn": 1, "phase": "plan", "before": {}, "after": {"os": "system"}}
    document["events"].insert(at, edit)
    for seq, event in enumerate(document["events"]):
        event["seq"] = seq
    with pytest.raises(BadInput, match=f"place {at}: the edit gives no action"):
        store.load(json.dumps(document))


async def test_numbers_that_are_none_are_refused(store: RunStore, document: Document) -> None:
    text = json.dumps(document).replace(f'"time": {document["events"][0]["time"]}', '"time": Infinity', 1)
    assert "Infinity" in text
    with pytest.raises(BadInput, match="no exported run"):
        store.load(text)


@pytest.mark.parametrize("number", ["1e999", "-1E400", "9" * 400 + ".0"])
@pytest.mark.parametrize("kind", ["flow_started", "flow_finished"])
async def test_a_number_that_is_read_as_infinite_is_refused(
    store: RunStore, document: Document, kind: str, number: str
) -> None:
    """Stored, it would become null, and the whole history unreadable."""
    changed(kind, time=-12345.5)(document)
    text = json.dumps(document).replace("-12345.5", number)
    with pytest.raises(BadInput, match="a number that is too large"):
        store.load(text)
    assert store.runs() == []


async def test_a_run_that_fails_half_way_leaves_nothing(store: RunStore, document: Document) -> None:
    store._db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.seq = 9 BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    with pytest.raises(Exception, match="cannot be written"):
        store.load(json.dumps(document))
    assert store.runs() == []


NAMES = (
    "/etc/passwd",
    "file:///etc/passwd",
    "../../../etc/passwd",
    "transformers:/etc",
    "http://127.0.0.1:9/x",
    "C:\\x",
)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every file, address and pickled class that this process opens meanwhile."""
    seen: list[str] = []
    on = [True]

    def hook(event: str, details: tuple[Any, ...]) -> None:
        if on[0] and event in ("open", "socket.connect", "pickle.find_class", "subprocess.Popen", "os.listdir"):
            seen.append(f"{event} {details}")

    sys.addaudithook(hook)  # it cannot be removed, only be told to rest
    yield seen
    on[0] = False


@pytest.mark.parametrize("name", NAMES)
async def test_no_place_that_a_run_names_is_opened(store: RunStore, document: Document, name: str) -> None:
    changed(
        "tool_returned",
        arguments={"path": name, "query": name},
        result__data={"file": {"path": name, "meta": {"_type": "gradio.FileData"}}, "__class__": name},
        result__sources=[{"title": name, "url": name}],
    )(document)
    changed("flow_started", question=name, models=dict.fromkeys(("planner", "executor"), name), tools=[name])(document)
    with watched() as seen:
        run = store.load(json.dumps(document))
        FlowState.fold(store.events(run))
        assert name in json.loads(store.export(run))["events"][0]["question"]
        store.runs()
    assert [line for line in seen if "runs.sqlite" not in line] == []


UNSAFE = {f"{module}.{name}" for module in ("pickle", "marshal", "dill", "cloudpickle") for name in ("load", "loads")}
UNSAFE |= {"pickle.Unpickler", "shelve.open", "torch.load"}


def test_nothing_outside_the_sandbox_reads_pickles() -> None:
    """JSON and safetensors are the only ways in and out; pickle, marshal and their kind run what they read."""
    inside = ROOT / "tools" / "worker"  # runs in the sandbox, and reads what the sandbox wrote
    found, read = [], 0
    for package in ("agentflow_core", "demo", "tools"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.is_relative_to(inside):
                continue
            read += 1
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in UNSAFE:
                    found.append(f"{path}: {ast.unparse(node)}")
    assert found == [] and read > 40


async def test_a_resumed_import_keeps_to_this_machines_models(store: RunStore, document: Document) -> None:
    """Names of models and tools in a document are a record; what goes on is what the flow here was made of."""
    cut = place_of(document, "verified")
    document["events"] = document["events"][:cut]
    changed("flow_started", models={"planner": "transformers:/etc"}, tools=["shell"])(document)
    start = store.events(store.load(json.dumps(document)))
    events = stored(await collect(make(scripted(turns=1)), start=start))
    models = {event.call.completion.model for event in events if event.type in ("verified", "answered")}
    assert events[-1].type == "flow_finished" and models == {"scripted"}
