"""The inspector's script: one constant text, and a fold that agrees with the engine's own."""

import ast
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from agentflow_core import Budget, Event, memory
from agentflow_core.state import FlowState
from demo import inspector, training
from demo.bundle import modules
from demo.handlers import light
from tests.agentflow_core.flows import collect, make, scripted, stored
from tests.demo.flows import recorded

JS = Path(__file__).parent / "js"
ENGINE = Path(memory.__file__).parent
node = pytest.mark.skipif(not os.environ.get("CI") and not shutil.which("node"), reason="Node is not installed")


def run_node(*arguments: str, text: str = "") -> str:
    done = subprocess.run(["node", *arguments], input=text, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@node
def test_the_unit_tests_in_javascript_pass() -> None:
    files = sorted(JS.glob("*.test.mjs"))
    output = run_node("--test", "--test-reporter=tap", *map(str, files))
    passed = re.search(r"^# pass (\d+)$", output, re.MULTILINE)
    written = sum(len(re.findall(r"^test\(", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in files)
    assert passed and int(passed[1]) == written > 50


@node
@pytest.mark.parametrize("length", [1, 4, 9, 14, 25, 99])
def test_the_page_folds_events_as_the_engine_does(length: int) -> None:
    folds_alike(recorded()[:length])


@node
async def test_it_also_does_so_when_more_turns_reopen_a_flow() -> None:
    spent = stored(await collect(make(scripted(turns=3), turns=2)))
    more = stored(await collect(make(scripted(turns=1)), start=spent, budget=Budget(turns=5)))
    for new in range(0, len(more) + 1, 3):
        folds_alike([*spent, *more[:new]])


def folds_alike(events: list[Event]) -> None:
    page = json.loads(run_node(str(JS / "summary.mjs"), text=json.dumps([light(event) for event in events])))
    state = FlowState.fold(events)

    assert page["question"] == state.question
    assert page["analysis"] == state.analysis
    assert page["answer"] == (state.answer.text if state.answer else None)
    assert page["status"] == state.status
    assert page["next"] == state.length
    known_turns, begun = page["turns"][: len(state.turns)], page["turns"][len(state.turns) :]
    assert all(turn["plan"] is None for turn in begun), "the page shows a turn as soon as it begins"
    for shown, turn in zip(known_turns, state.turns, strict=True):
        assert shown["parse_failures"] == turn.parse_failures
        assert shown["plan"] == (turn.plan.model_dump() if turn.plan else None)
        assert shown["command"] == (turn.command.model_dump() if turn.command else None)
        assert shown["verdict"] == (turn.verdict.model_dump() if turn.verdict else None)
    known = memory.entries_of(state.turns)
    assert page["memory"] == [{k: v for k, v in asdict(e).items() if k not in ("context", "reason")} for e in known]


@node
@pytest.mark.parametrize("view", [inspector, training], ids=lambda view: view.__name__)
def test_the_joined_script_is_one_valid_module(view: ModuleType, tmp_path: Path) -> None:
    """An import or export that was left, or a name that is declared twice, is an error."""
    (tmp_path / "joined.mjs").write_text(view.script().text)
    asked = tmp_path / "asked.mjs"
    asked.write_text('import * as joined from "./joined.mjs"; console.log(Object.keys(joined), typeof joined.mount);')
    assert run_node(str(asked)).strip() == "[ 'mount' ] function"


def test_every_module_is_joined_and_none_uses_markup() -> None:
    files = {path.stem for path in inspector.HERE.glob("*.js")}
    joined = {path.stem for path in modules(inspector.HERE / f"{inspector.ENTRY}.js")}
    assert files == joined, "a module that nothing imports"
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
        assert forbidden not in inspector.script().text


TEXT = r'"((?:[^"\\\\]|\\\\.)*)"'


def translated(*paths: Path) -> set[str]:
    """The English keys of dictionaries."""
    return {key for path in paths for key in re.findall(rf"^\s*{TEXT}:", path.read_text("utf-8"), re.MULTILINE)}


def test_every_interface_text_has_its_chinese() -> None:
    """Texts stand in the code in English; only those given to `t` and `tn` literally can be checked here."""
    own = inspector.HERE / "zh.js"
    for folder, known, least in (
        (inspector.HERE, translated(own), 200),
        (training.HERE, translated(own, training.HERE / "zh.js"), 50),
    ):
        asked: dict[str, str] = {}
        for path in folder.glob("*.js"):
            if path.stem in ("zh", "words", "inspector"):
                continue
            source = path.read_text("utf-8")
            asked |= dict.fromkeys(re.findall(rf"\bt\(\s*{TEXT}", source), path.name)
            for one, many in re.findall(rf"\btn\([^\"]*?{TEXT},\s*{TEXT}", source):
                asked |= {one: path.name, many: path.name}
        assert len(asked) > least
        missing = {english: file for english, file in asked.items() if english not in known}
        assert missing == {}


def sentences(node: ast.AST | None, constants: dict[str, ast.AST]) -> list[str]:
    """What a string of the program says, sentence by sentence; its values are `{}`."""
    match node:
        case ast.Name(id=name) if name in constants:
            return sentences(constants[name], constants)
        case ast.BinOp(left=left, right=right):
            return sentences(left, constants) + sentences(right, constants)
        case ast.IfExp(body=body, orelse=orelse):
            return sentences(body, constants) + sentences(orelse, constants)
        case ast.JoinedStr(values=values):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values)
        case ast.Constant(value=str(text)):
            pass
        case _:
            return []
    found = re.split(r"(?<=[.!?]) |(?<=\}) (?=[A-Z])", text)
    return [sentence.strip() for sentence in found if sentence.strip(" {}")]


def told(paths: Iterable[Path], *errors: str) -> dict[str, str]:
    """What the programs say in these errors and in answers to the page, by sentence; with the name of the program."""
    trees = {path.name: ast.parse(path.read_text("utf-8")) for path in paths}
    constants: dict[str, ast.AST] = {
        node.targets[0].id: node.value
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    asked: dict[str, str] = {}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=error), args=[given]) if error in errors:
                    asked |= dict.fromkeys(sentences(given, constants), name)
                case ast.Dict(keys=[ast.Constant(value="problem")], values=[given]):
                    asked |= dict.fromkeys(sentences(given, constants), name)
    return asked


def test_every_sentence_with_which_the_page_refuses_something_has_its_chinese() -> None:
    known = {re.sub(r"\{\w+\}", "{}", key) for key in translated(inspector.HERE / "zh_server.js")}
    pages = [*inspector.HERE.parent.glob("*.py"), *training.HERE.glob("*.py")]
    asked = told([path for path in pages if path.stem not in NOT_ON_THE_PAGE], "BadInput")
    assert len(asked) > 20
    asked |= told([ENGINE / f"{name}.py" for name in REFUSING], "BadInput")
    asked |= told((ENGINE / "models").rglob("*.py"), "BadInput", "ModelRefused", "ModelUnavailable", "ContextOverflow")
    missing = {
        english: name for english, name in asked.items() if english not in known and english not in SAID_IN_PARTS
    }
    assert missing == {}


REFUSING = ("control", "edits", "flow", "fork", "formats", "imports")
"""Modules whose refusals reach a page; those of others are for the command line or the log."""
SAID_IN_PARTS = ("{}.", "cannot reach {}{}: start the server or check the URL")
NOT_ON_THE_PAGE = ("record", "recordings", "lessons", "api", "tool_api", "words")


def test_the_template_is_constant() -> None:
    """Gradio runs templates as code: data never enters one."""
    assert not set("${}`") & set(inspector.template())


def test_the_live_view_leaves_prompts_and_token_ids_to_the_panels() -> None:
    events = [light(event) for event in recorded()]
    calls = [event["call"] for event in events if "call" in event]
    assert len(calls) >= 10
    for call in calls:
        assert "messages" not in call
        assert not {"prompt_ids", "completion_ids", "logprobs"} & set(call["completion"])
        assert call["completion"]["text"]
