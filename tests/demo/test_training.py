"""The Training tab's server side: which logs are offered, flows that open in the inspector, both planners asked."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import AgentFlow, RunStore, Settings
from agentflow_core.models.pool import POCKET
from demo import inspector, training
from demo.bundle import EXPORT, IMPORT, bundle, modules
from demo.registry import Registry
from demo.training import handlers as module
from demo.training.handlers import TrainingHandlers
from demo.training.trainings import Trainings
from tests.agentflow_core.flows import make as make_flow
from tests.agentflow_core.flows import stored
from tests.demo.flows import recorded
from tests.demo.test_training_process import program

RUN = "step-00002-000-00"
WAIT = 60.0


def write_run(folder: Path) -> None:
    """A run as `training.train` leaves it."""
    folder.mkdir(parents=True)
    steps = [{"step": n, "reward": n / 10, "flows": 2} for n in (1, 2)]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(step) + "\n" for step in steps))
    flow = {"step": 2, "group": 0, "flow": 0, "run": RUN, "question": "How high?", "gold": ["42"], "reward": 1.0}
    (folder / "flows.jsonl").write_text(json.dumps(flow) + "\n")
    store = RunStore(folder / "runs.sqlite")
    for event in stored(recorded()):
        store.append(RUN, event)
    store.close()


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Callable[..., TrainingHandlers]]:
    made: list[TrainingHandlers] = []

    def new(assemble: Callable[..., AgentFlow] = lambda *_, **__: make_flow()) -> TrainingHandlers:
        settings = Settings(training_runs=tmp_path / "runs", home=tmp_path / "home")
        trainings = Trainings(command=program(0.01), tick=0.02)
        made.append(TrainingHandlers(settings, Registry(), assemble, trainings))
        return made[-1]

    yield new
    for handlers in made:
        await handlers.trainings.close()
        await handlers._registry.close()


async def test_runs_of_the_operator_are_a_list_and_nothing_else_can_be_named(
    make: Callable[..., TrainingHandlers], tmp_path: Path
) -> None:
    write_run(tmp_path / "runs" / "mine")
    write_run(tmp_path / "elsewhere")
    (tmp_path / "runs" / "no-run").mkdir()
    handlers = make()
    assert (await handlers.sources({}))["runs"] == [{"name": "mine", "live": True}]
    assert [p["step"] for p in (await handlers.look({"source": "run:mine"}))["points"]] == [1, 2]
    for source in ("run:../elsewhere", "run:no-run", "run:", "run:mine/../../elsewhere", "/etc", "", "job:x", "run:/"):
        for answer in (await handlers.look({"source": source}), await handlers.step({"source": source, "step": 2})):
            assert set(answer) == {"problem"}, source
        assert set(await handlers.open(source, RUN)) == {"problem"}, source


async def test_the_shipped_log_is_over_however_new_its_file_is(
    make: Callable[..., TrainingHandlers], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a fresh clone all files are new."""
    write_run(tmp_path / "shipped")
    write_run(tmp_path / "runs" / "mine")
    monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    handlers = make()
    assert [(await handlers.look({"source": one}))["live"] for one in ("shipped", "run:mine")] == [False, True]


async def test_a_log_that_grows_is_news(
    make: Callable[..., TrainingHandlers], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    write_run(tmp_path / "runs" / "mine")
    handlers = make()
    waiting = asyncio.create_task(handlers.look({"source": "run:mine", "known": 2}))
    await asyncio.sleep(0.1)
    assert not waiting.done(), "nothing new yet"
    with (tmp_path / "runs" / "mine" / "metrics.jsonl").open("a") as file:
        file.write('{"step": 3, "reward": 0.9}\n')
    news = await asyncio.wait_for(waiting, WAIT)
    assert (news["from"], [p["reward"] for p in news["points"]]) == (2, [0.9])
    again = await handlers.look({"source": "run:mine", "known": 7})
    assert (again["from"], len(again["points"])) == (0, 3), "the run was begun anew"


async def test_a_flow_of_a_step_opens_in_the_inspector(make: Callable[..., TrainingHandlers], tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "mine")
    handlers = make()
    answer = await handlers.step({"source": "run:mine", "step": 2})
    assert answer["openable"] and answer["groups"][0]["flows"][0]["run"] == RUN
    opened = await handlers.open("run:mine", RUN)
    run = await handlers._registry.get(opened["run"])
    assert run and run.done and run.events == stored(recorded())
    assert run.earned is None, "which step it is of was not said"
    opened = await handlers.open("run:mine", RUN, 2)
    run = await handlers._registry.get(opened["run"])
    assert run and run.earned == {"reward": 1.0, "advantage": None, "gold": ["42"]}
    assert "problem" in await handlers.open("run:mine", "step-09999-000-00")


async def test_the_bundled_planner_s_own_training_is_shown(make: Callable[..., TrainingHandlers]) -> None:
    """The log that the model card speaks of: its steps, and the step that dev found best."""
    handlers = make()
    assert (await handlers.sources({}))["shipped"]
    points = (await handlers.look({"source": "shipped"}))["points"]
    measured = [(point["dev"], -point["step"]) for point in points if point.get("dev") is not None]
    told = json.loads((POCKET / "training.json").read_text())["planner"]
    assert f" {points[-1]['step']} steps " in told
    assert f"best by dev after step {-max(measured)[1]}." in told
    answer = await handlers.step({"source": "shipped", "step": 1})
    assert len(answer["groups"]) == 8 and {len(group["flows"]) for group in answer["groups"]} == {8}
    assert not answer["openable"], "its flows are not kept"


async def test_an_upload_is_read_and_not_kept(make: Callable[..., TrainingHandlers]) -> None:
    handlers = make()
    assert (await handlers.read({"text": '{"step": 1, "reward": 0.5}\n'}))["points"][0]["reward"] == 0.5
    assert "Line 1" in (await handlers.read({"text": "<script>"}))["problem"]
    assert "problem" in await handlers.read({})


async def test_a_training_of_ones_own_is_watched_by_its_token(make: Callable[..., TrainingHandlers]) -> None:
    handlers = make()
    job = (await handlers.train(3, "ann"))["job"]
    assert "training under way" in (await handlers.train(3, "ann"))["problem"]
    known, state = 0, None
    async with asyncio.timeout(WAIT):
        while state is None or "done" not in state:
            news = await handlers.look({"source": f"job:{job}", "known": known, "state": state})
            known, state = news["from"] + len(news["points"]), news["state"]
    assert known == 4 and news["job"]["planner"] and news["job"]["steps"] == 3
    assert "not here any more" in (await handlers.look({"source": "job:another"}))["problem"]
    assert "not here any more" in (await handlers.stop({"job": "another"}))["problem"]


async def test_a_question_is_asked_before_and_after(
    make: Callable[..., TrainingHandlers], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def assemble(*_: Any, **options: Any) -> AgentFlow:
        asked.append(options)
        return make_flow()

    handlers = make(assemble)
    job = (await handlers.train(3, "ann"))["job"]
    found = handlers.trainings.get(job)
    assert found is not None and found.task is not None
    await asyncio.wait_for(asyncio.shield(found.task), WAIT)
    monkeypatch.setattr(type(found), "planner", lambda _: make_flow().models["planner"])
    answer = await handlers.tryout(job, "What is it?", "ann")
    assert answer["before"] != answer["after"]
    assert set(asked[0]["roles"].values()) == {"pocket:base"}, "the same frozen modules on both sides"
    for question in ("", "x" * 501):
        assert "problem" in await handlers.tryout(job, question, "ann")
    assert "not here any more" in (await handlers.tryout("another", "What?", "ann"))["problem"]


async def test_without_a_planner_nothing_is_asked(make: Callable[..., TrainingHandlers]) -> None:
    handlers = make()
    handlers.trainings._command = program(30, "import time; time.sleep(60)")
    job = (await handlers.train(3, "ann"))["job"]
    assert "no planner yet" in (await handlers.tryout(job, "What is it?", "ann"))["problem"]


# --- the page's script ---------------------------------------------------------------------------------------------


ENTRIES = [training.HERE / "training.js", inspector.HERE / "inspector.js"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_every_name_that_a_module_imports_is_exported(entry: Path) -> None:
    for path in modules(entry):
        for names, needed in IMPORT.findall(path.read_text()):
            exported = EXPORT.findall((path.parent / f"{needed}.js").resolve().read_text())
            assert {name.split(" as ")[0].strip() for name in names.split(",")} <= set(exported), (path.name, needed)


def test_the_script_is_constant_and_puts_no_data_into_markup() -> None:
    own = "".join(path.read_text() for path in training.HERE.glob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", own)
    assert "${" not in training.template() and "{{" not in training.template()
    assert not IMPORT.search(bundle(training.HERE / "training.js")), "everything is joined"
    assert "url(" not in training.style() and "@import" not in training.style()
    assert set(re.findall(r"\.(a[ft])-[a-z]", training.style())) == {"af", "at"}


def test_the_server_loads_no_torch_to_show_the_page() -> None:
    code = (
        "import sys; from agentflow_core import Settings; from demo.app import build_app; build_app(Settings());"
        "print(sorted({'torch', 'transformers', 'accelerate'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
