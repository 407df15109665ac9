"""The documentation is true where a machine can tell: links, targets, commands, settings, messages, the example."""

import argparse
import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agentflow_core import Settings
from serving import vllm_server
from tests.docs.pages import ROOT, Command, Page, is_said, page, pages
from tests.tools.context import context
from tools.base import ToolSettings
from tools.toolbox import Toolbox
from training.benchmarks import kept
from training.benchmarks.table import BENCHMARKS
from training.config import Config

TARGET = re.compile(r"(?:^|[;&|] )(?:[A-Z_]+=\S+ )*make (?:[A-Z]+=\S+ )*([a-z][a-z-]*)")
VARIABLE = re.compile(r"AGENTFLOW_[A-Z_]+[A-Z]")
OF_TESTS = {"AGENTFLOW_CHROMIUM", "AGENTFLOW_INTEGRATION", "AGENTFLOW_VLLM"}
OF_EVALUATION = {"AGENTFLOW_BENCHMARKS"}
FOLDERS = ("agentflow_core/", "tools/", "training/", "demo/", "serving/", "assets/", "tests/", "benchmarks/", "docs/")
TOLD = re.compile(r"\*\*`([^`]+)`\*\*")
LONGEST_LINE = 120
PLANNER = "training.pocket.planner"
"""It has no options of its own."""

DOCUMENTATION = pytest.mark.parametrize("shown", pages(), ids=lambda shown: shown.name)


# --- links and names ---------------------------------------------------------------------------------------------


@DOCUMENTATION
def test_every_relative_link_leads_somewhere(shown: Page) -> None:
    for link in shown.links():
        target, _, anchor = link.partition("#")
        place = (shown.path.parent / target).resolve() if target else shown.path
        assert place.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in Page(place).anchors(), f"{link}: no such heading"


def test_every_page_is_in_the_index_and_the_index_in_both_readmes() -> None:
    linked = set(page("docs/README.md").links())
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"} <= linked
    assert "docs/README.md" in set(page("README.md").links()) & set(page("README.zh.md").links())


@DOCUMENTATION
def test_every_make_target_exists(shown: Page) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for line in shown.code() for name in TARGET.findall(line)}
    assert named <= known, f"no such target: {named - known}"


@DOCUMENTATION
def test_every_setting_exists(shown: Page) -> None:
    known = {f"AGENTFLOW_{name.upper()}" for name in Settings.model_fields} | OF_TESTS | OF_EVALUATION
    named = set(VARIABLE.findall(shown.text))
    assert named <= known, f"no such setting: {named - known}"


@DOCUMENTATION
def test_every_file_of_the_project_that_is_named_exists(shown: Page) -> None:
    spans = [span.split("#")[0] for line in shown.code() for span in line.split() if span.startswith(FOLDERS)]
    places = [span for span in spans if re.fullmatch(r"[\w./-]+", span)]
    made = {"tools/roman_numerals.py"}  # by the reader
    assert [place for place in places if not (ROOT / place).exists() and place not in made] == []


@pytest.mark.parametrize("name", ["docs/flow_grpo.md", "docs/training.md", "docs/troubleshooting.md"])
def test_every_field_of_the_training_config_exists(name: str) -> None:
    for line in page(name).code():
        for field in re.findall(
            r"(?<![\w/])((?:planner|frozen|data|rollout|objective|optimizer|evaluation)\.\w+)", line
        ):
            section, _, last = field.partition(".")
            kind: Any = Config.model_fields[section].annotation
            assert last in kind.__annotations__, f"no field {field}"


def test_the_sets_are_named_as_the_command_line_names_them() -> None:
    told = re.search(r"The ten sets are (.+?);", page("docs/training.md").text, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`(\w+)`", told[1])) == set(BENCHMARKS)


def test_what_an_evaluation_keeps_is_listed() -> None:
    listed = set(re.findall(r"^FOLDER/(\S+)", page("docs/training.md").text, re.MULTILINE))
    assert listed == {kept.ASKED, kept.ANSWERS, kept.SUMMARY, kept.DISAGREEMENTS, "runs.sqlite"}


def test_flow_grpo_names_functions_and_classes_that_exist() -> None:
    module = importlib.import_module("training.flow_grpo")
    for name in re.findall(r"`([a-z_]+)\(\)`|`([A-Z]\w+)\.\w+`", page("docs/flow_grpo.md").prose):
        assert hasattr(module, "".join(name)), f"no {name} in training/flow_grpo.py"
    for holder, member in re.findall(r"`([A-Z]\w+)\.(\w+)`", page("docs/flow_grpo.md").prose):
        assert member in getattr(module, holder).__dataclass_fields__, f"no {holder}.{member}"


@pytest.mark.parametrize(
    "shown", [one for one in pages() if one.path.parent == ROOT / "docs"], ids=lambda one: one.name
)
def test_lines_of_the_documentation_are_short(shown: Page) -> None:
    assert [line for line in shown.text.splitlines() if len(line) > LONGEST_LINE] == []


def test_both_readmes_have_the_same_parts_and_commands() -> None:
    english, chinese = page("README.md"), page("README.zh.md")
    for mark in (r"^#+ ", r"^```", r"^\|"):
        assert len(re.findall(mark, english.text, re.M)) == len(re.findall(mark, chinese.text, re.M)), mark
    assert set(english.commands()) == set(chinese.commands())
    told = english.text.partition("\n# ")[2]  # after what a Space wants to know
    for figure in (r"\d+(?:\.\d+)?%", r"\d+\.\d+"):  # translated by hand: they must not drift apart
        assert sorted(re.findall(figure, told)) == sorted(re.findall(figure, chinese.text))
    assert "README.zh.md" in set(english.links()) and "README.md" in set(chinese.links())


def test_imports_point_one_way() -> None:
    order = ("demo", "training", "agentflow_core", "tools")
    for place, folder in enumerate(order):
        for path in (ROOT / folder).rglob("*.py"):
            above = {name for name in _imported(path) if name in order[:place]}
            assert not above, f"{path.relative_to(ROOT)} imports {above}"


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


# --- commands ----------------------------------------------------------------------------------------------------


def commands() -> list[Command]:
    return sorted({command for shown in pages() for command in shown.commands()})


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join((command.module, *command.arguments)))
def test_every_command_is_understood(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    module = runnable(command.module)
    if not command.arguments or command.module == PLANNER:  # a module's name alone is no command line
        return
    understand(module, [word.split("|")[0] for word in command.arguments], monkeypatch)  # NAME|FILE


def test_every_module_explains_itself(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in sorted({command.module for command in commands()} - {PLANNER, "training.pocket.card"}):
        with pytest.raises(SystemExit) as ended:
            understand(runnable(name), ["--help"], monkeypatch)
        assert ended.value.code == 0, name
        assert "usage:" in capsys.readouterr().out, name


def test_a_wrong_command_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, argument in (("tools.web", "chek"), ("training.train", "--kofig"), ("agentflow_core", "aks")):
        with pytest.raises(SystemExit):
            understand(runnable(name), [argument], monkeypatch)
        capsys.readouterr()


def runnable(name: str) -> ModuleType:
    """What `python -m name` would run, imported; the command line itself for those that run when imported."""
    if name == "agentflow_core":
        return importlib.import_module("agentflow_core.cli")
    module = importlib.import_module(name)
    return importlib.import_module(f"{name}.__main__") if hasattr(module, "__path__") else module


class Understood(Exception):
    """The arguments were read without complaint; nothing further is to happen."""


def understand(module: ModuleType, words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the module's own parser read the words. It ends with `SystemExit` where it does not take them."""
    if hasattr(module, "arguments"):
        module.arguments(list(words))
        return
    with monkeypatch.context() as patched:
        for name in ("parse_args", "parse_intermixed_args"):
            patched.setattr(argparse.ArgumentParser, name, _reading(getattr(argparse.ArgumentParser, name)))
        patched.setattr(sys, "argv", [module.__name__, *words])
        with pytest.raises(Understood):
            module.main(list(words)) if inspect.signature(module.main).parameters else module.main()


def _reading(parse: Any) -> Any:
    def read(*given: Any, **options: Any) -> None:
        parse(*given, **options)
        raise Understood

    return read


def test_make_serves_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    for shown in pages():
        for line in shown.code():
            if found := re.search(r'make serve .*ARGS="([^"]+)"', line):
                vllm_server.options(["--model", "some/model", *found[1].split()])


# --- messages and the example ------------------------------------------------------------------------------------


def messages() -> list[str]:
    return TOLD.findall(page("docs/troubleshooting.md").text)


def test_there_are_messages() -> None:
    assert len(messages()) > 80
    assert not is_said("this was never said … by any … source of ours")


@pytest.mark.parametrize("message", messages())
def test_every_quoted_message_is_still_said(message: str) -> None:
    assert is_said(message)


async def test_the_example_tool_works_as_it_stands(tmp_path: Path) -> None:
    source, _ = page("docs/add_a_tool.md").blocks("python")
    (tmp_path / "roman_numerals.py").write_text(source, encoding="utf-8")
    toolbox = Toolbox.load(ToolSettings(), names=["Roman Numerals"], folder=tmp_path)
    for asked, told in (("MCMXCIV", "1994 = MCMXCIV"), (" 2024 ", "2024 = MMXXIV"), ("iv", "4 = IV")):
        assert (await toolbox.call("roman_numerals", {"value": asked}, context())).text == told
    for wrong in ("0", "4000", "IIII", "", "²"):
        assert (await toolbox.call("roman_numerals", {"value": wrong}, context())).error
    (spec,) = toolbox.describe()
    assert spec.main_field in spec.input_schema["properties"]
    assert all(field.get("description") for field in spec.input_schema["properties"].values())


def test_the_way_to_call_it_prints_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = page("docs/add_a_tool.md")
    source, calling = shown.blocks("python")
    (tmp_path / "roman_numerals.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr("tools.__path__", [*importlib.import_module("tools").__path__, str(tmp_path)])
    exec(compile(calling, shown.name, "exec"), {})
    monkeypatch.delitem(sys.modules, "tools.roman_numerals")
    said = capsys.readouterr().out.strip()
    assert said == "1994 = MCMXCIV" and f"It prints `{said}`" in shown.text
