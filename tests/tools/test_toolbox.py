"""The toolbox finds tools by their files, names the nearest for a slip, and turns a tool's failures into results."""

import asyncio
import re
import time
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.tools.context import context, no_model
from tools.base import Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.toolbox import BadTool, Toolbox, UnknownTool

BUILT_IN = ("base_generator", "math_solver", "python_coder", "web_page", "web_search", "wikipedia_search")

ECHO_FILE = """
from tools.base import Tool, ToolContext, ToolInput, ToolResult

class EchoInput(ToolInput):
    words: str

class Echo(Tool[EchoInput]):
    name = "echo"
    description = "Says it again."
    input_model = EchoInput
    main_field = "words"

    async def run(self, arguments: EchoInput, context: ToolContext) -> ToolResult:
        return ToolResult(text=arguments.words)
"""


class Words(ToolInput):
    words: str = ""


Body = Callable[[Words, ToolContext], object]


def tool_doing(body: Body, settings: ToolSettings | None = None) -> Toolbox:
    """A toolbox with the one tool `it`, which awaits or returns `body(arguments, context)`."""

    class It(Tool[Words]):
        name = "it"
        description = "Does what a test wants."
        input_model = Words
        main_field = "words"

        async def run(self, arguments: Words, context: ToolContext) -> ToolResult:
            result = body(arguments, context)
            if asyncio.iscoroutine(result):
                result = await result
            assert isinstance(result, ToolResult)
            return result

    return Toolbox([It(settings or ToolSettings())])


def test_the_built_in_tools_are_found() -> None:
    assert Toolbox.load(ToolSettings()).names == BUILT_IN


def test_a_new_file_is_a_new_tool_with_no_other_edit(tmp_path: Path) -> None:
    (tmp_path / "echo.py").write_text(ECHO_FILE)
    toolbox = Toolbox.load(ToolSettings(), folder=tmp_path)
    assert toolbox.names == tuple(sorted((*BUILT_IN, "echo")))
    assert asyncio.run(toolbox.call("echo", {"words": "hello"}, context())) == ToolResult(text="hello")


def test_an_entry_point_is_a_new_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugin_with_echo.py").write_text(ECHO_FILE)
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("echo", "plugin_with_echo:Echo", "agentflow.tools")
    monkeypatch.setattr("tools.toolbox.entry_points", lambda group: [point] if group == "agentflow.tools" else [])
    assert "echo" in Toolbox.load(ToolSettings()).names


def test_an_entry_point_to_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("odd", "json:dumps", "agentflow.tools")
    monkeypatch.setattr("tools.toolbox.entry_points", lambda group: [point])
    with pytest.raises(BadTool, match="'odd'"):
        Toolbox.load(ToolSettings())


def test_a_broken_tool_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import nothing_of_this_name")
    with pytest.raises(BadTool, match=r"broken\.py cannot be loaded: No module named"):
        Toolbox.load(ToolSettings(), folder=tmp_path)


def test_two_tools_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(ECHO_FILE)
    with pytest.raises(BadTool, match="two tools are named 'echo'"):
        Toolbox.load(ToolSettings(), folder=tmp_path)


def test_names_select_tools_in_their_order() -> None:
    toolbox = Toolbox.load(ToolSettings(), names=["python_coder", "Base Generator", "python_coder"])
    assert toolbox.names == ("python_coder", "base_generator")


@pytest.mark.parametrize("name", ["python_coder", "Python Coder", "python-coder", " PYTHONCODER "])
def test_a_name_is_known_in_any_spelling(name: str) -> None:
    assert Toolbox.load(ToolSettings()).get(name).name == "python_coder"


@pytest.mark.parametrize(("name", "nearest"), [("pyton_coder", "python_coder"), ("wikipedia", "wikipedia_search")])
def test_an_unknown_name_gives_the_nearest_and_all(name: str, nearest: str) -> None:
    with pytest.raises(UnknownTool) as caught:
        Toolbox.load(ToolSettings(), names=[name])
    assert caught.value.nearest[0] == nearest
    assert all(known in str(caught.value) for known in (repr(name), nearest, *BUILT_IN))


def test_a_name_like_no_other_has_no_nearest() -> None:
    with pytest.raises(UnknownTool, match="no tool 'zzz'") as caught:
        Toolbox.load(ToolSettings()).get("zzz")
    assert caught.value.nearest == ()


def test_every_tool_describes_itself_truly() -> None:
    toolbox = Toolbox.load(ToolSettings())
    specs = toolbox.describe()
    assert tuple(spec.name for spec in specs) == BUILT_IN
    for spec in specs:
        model = toolbox.get(spec.name).input_model
        assert spec.main_field in spec.input_schema["properties"]
        assert all(field.get("description") for field in spec.input_schema["properties"].values())
        assert spec.limitations and spec.best_practice and spec.examples
        for example in spec.examples:
            model.model_validate(example)


async def test_bad_arguments_name_the_fields() -> None:
    result = await Toolbox.load(ToolSettings()).call("wikipedia_search", {"title": "Nile"}, context())
    assert result.error
    assert "query: Field required" in result.error and "title: Extra inputs" in result.error
    assert "query (required), language" in result.error


async def test_a_tool_over_its_deadline_is_stopped() -> None:
    async def sleep(arguments: Words, context: ToolContext) -> ToolResult:
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    started = time.monotonic()
    result = await tool_doing(sleep).call("it", {}, context(seconds=0.05))
    stopped = re.search(r"took longer than (\S+) s and was stopped", result.error or "")
    assert stopped and 0 < float(stopped[1]) <= 0.05  # what was left of it when the tool began
    assert time.monotonic() - started < 5


async def test_an_unexpected_exception_is_a_logged_failure(caplog: pytest.LogCaptureFixture) -> None:
    def slip(arguments: Words, context: ToolContext) -> ToolResult:
        raise RuntimeError("a slip")

    result = await tool_doing(slip).call("it", {}, context())
    assert result.error == "it failed unexpectedly: RuntimeError: a slip"
    assert "a slip" in caplog.text and "Traceback" in caplog.text


async def test_a_tools_own_timeout_is_not_the_deadline() -> None:
    def slip(arguments: Words, context: ToolContext) -> ToolResult:
        raise TimeoutError("its server")

    result = await tool_doing(slip).call("it", {}, context())
    assert result.error == "it failed unexpectedly: TimeoutError: its server"


class ModelDown(Exception):
    """What a model's own error looks like to the toolbox."""


async def failing_model(prompt: str) -> str:
    raise ModelDown(prompt)


async def test_the_models_error_passes_through() -> None:
    async def ask(arguments: Words, context: ToolContext) -> ToolResult:
        return ToolResult(text=await context.ask("why"))

    with pytest.raises(ModelDown, match="why"):
        await tool_doing(ask).call("it", {}, ToolContext(ask=failing_model))


async def test_the_models_error_passes_even_a_tool_that_swallows_it() -> None:
    async def swallow(arguments: Words, context: ToolContext) -> ToolResult:
        try:
            return ToolResult(text=await context.ask("why"))
        except ModelDown:
            return ToolResult.failed("never mind")

    with pytest.raises(ModelDown):
        await tool_doing(swallow).call("it", {}, ToolContext(ask=failing_model))


async def test_cancelling_the_call_cancels_the_tool() -> None:
    seen: list[str] = []
    running = asyncio.Event()

    async def wait(arguments: Words, context: ToolContext) -> ToolResult:
        running.set()
        try:
            await asyncio.sleep(30)
        finally:
            seen.append("stopped")
        raise AssertionError("not reached")

    call = asyncio.create_task(tool_doing(wait).call("it", {}, context()))
    await running.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert seen == ["stopped"]


@pytest.mark.parametrize("letter", ["a", "é", "語"])
async def test_a_long_text_is_cut_to_size_and_marked(letter: str) -> None:
    toolbox = tool_doing(lambda arguments, context: ToolResult(text=letter * 40_000), ToolSettings(result_bytes=1_000))
    result = await toolbox.call("it", {}, context())
    assert len(result.text.encode()) <= 1_000
    kept = len(result.text) - len(result.text.lstrip(letter))
    assert kept > 300
    assert result.text.endswith(f"… [cut, {kept:,} of 40,000 characters shown]")


async def test_a_text_that_fits_is_left_alone() -> None:
    toolbox = tool_doing(lambda arguments, context: ToolResult(text="a" * 1_000), ToolSettings(result_bytes=1_000))
    assert (await toolbox.call("it", {}, context())).text == "a" * 1_000


async def test_calling_an_unknown_tool_says_so() -> None:
    with pytest.raises(UnknownTool):
        await Toolbox([]).call("it", {}, ToolContext(ask=no_model))
