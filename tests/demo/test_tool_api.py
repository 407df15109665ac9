"""Each tool is an endpoint and an MCP tool by its own description, within the limits that flows have."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from gradio_client import Client
from mcp import ClientSession

from agentflow_core import Settings
from demo.app import build_app, launch_options
from tests.demo.mcp_client import mcp_client
from tests.stub_server import Reply, stub_server
from tools import toolbox
from tools.base import Tool, ToolContext, ToolInput, ToolResult
from tools.sandbox.house import house


@contextmanager
def page(**settings: Any) -> Iterator[str]:
    built = build_app(Settings(_env_file=None, wikipedia="offline", **settings))  # type: ignore[call-arg]
    _, address, _ = built.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    try:
        yield address
    finally:
        built.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with page() as found:
        yield found


def text(result: Any) -> str:
    return str(result.content[0].text)


async def told(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await session.call_tool(tool, arguments)
    assert not result.isError, text(result)
    answer: dict[str, Any] = json.loads(text(result))
    return answer


OURS = {"solve", "ask", "get_trace", "list_tools"}


async def test_every_tool_is_listed_with_its_description_and_arguments(address: str) -> None:
    async with mcp_client(address) as session:
        listed = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert set(listed) == OURS | {kind.name for kind in toolbox.find()}
    wiki = listed["wikipedia_search"]
    assert wiki.description and wiki.description.startswith("Finds an encyclopedia article by its title")
    assert wiki.inputSchema["required"] == ["query"]
    query, language = (wiki.inputSchema["properties"][name] for name in ("query", "language"))
    assert query["type"] == "string" and "A title, or the words to search for." in query["description"]
    assert "Language edition" in language["description"]


async def test_they_act_and_say_what_went_wrong(address: str) -> None:
    async with mcp_client(address) as session:
        assert (await told(session, "math_solver", problem="6,650 + 1,233"))["text"] == "7,883"
        assert (await told(session, "python_coder", code="print(6 * 7)"))["text"] == "42"
        article = await told(session, "wikipedia_search", query="Nile")
        assert article["text"].startswith("Nile") and article["sources"] == [{"title": "Nile", "url": None}]
        for tool, arguments, why in (
            ("math_solver", {"problem": "what is love"}, "cannot read"),
            ("python_coder", {"code": "1 / 0"}, "ZeroDivisionError: division by zero (line 1)"),
            ("web_page", {"url": "http://169.254.169.254/latest/meta-data"}, "not a public address"),
            ("math_solver", {"problem": ""}, "bad arguments for math_solver: problem"),
        ):
            failed = await session.call_tool(tool, arguments)
            assert failed.isError and why in text(failed), text(failed)


def test_gradios_client_gets_the_whole_result(address: str) -> None:
    client = Client(address, verbose=False)
    result = client.predict("sqrt(8)", api_name="/math_solver")
    assert (result["text"], result["data"]["latex"], result["error"]) == ("2*sqrt(2) ≈ 2.828427", "2 \\sqrt{2}", None)
    drawn = client.predict("import matplotlib.pyplot as plt\nplt.plot([1])", api_name="/python_coder")
    assert drawn["images"][0].startswith("iVBOR")
    assert "cannot read" in client.predict("what is love", api_name="/math_solver")["error"]


async def test_a_tool_that_needs_a_model_asks_the_pages_own() -> None:
    async with stub_server() as stub:
        stub.reply = lambda body: Reply("Paris, of course.")
        with page(model=f"openai:stub@{stub.url}") as address:
            async with mcp_client(address) as session:
                assert (await told(session, "base_generator", query="Capital of France?"))[
                    "text"
                ] == "Paris, of course."
            stub.reply = lambda body: Reply(status=401, error="no such key")
            async with mcp_client(address) as session:
                failed = await session.call_tool("base_generator", {"query": "Capital of France?"})
    assert failed.isError and "401" in text(failed)


async def test_a_call_counts_as_a_flow() -> None:
    with page(visitor_flows_hour=2) as address:
        async with mcp_client(address) as session:
            for _ in range(2):
                await told(session, "math_solver", problem="1 + 1")
            refused = await session.call_tool("math_solver", {"problem": "1 + 1"})
    assert refused.isError and "You have started 2 flows within the hour" in text(refused)


async def test_calls_beyond_the_pages_places_wait_in_line() -> None:
    slow = "import time\nstarted = time.time()\ntime.sleep(0.5)\nprint(started, time.time())"
    with page(page_flows=1) as address:
        async with mcp_client(address) as session:
            both = await asyncio.gather(*(told(session, "python_coder", code=slow) for _ in range(2)))
    (_, ended), (began, _) = sorted([float(moment) for moment in one["text"].split()] for one in both)
    assert ended <= began


async def test_programs_of_strangers_run_only_where_they_are_contained(monkeypatch: pytest.MonkeyPatch) -> None:
    with page(code_strict=False) as address:
        house("C")
        monkeypatch.setattr("tools.python_coder.house", lambda: house("C"))
        async with mcp_client(address) as session:
            refused = await session.call_tool("python_coder", {"code": "print('it ran')"})
    assert refused.isError and "nothing is run here in strict mode" in text(refused)


class ReverseInput(ToolInput):
    text: str
    times: int = 1


class Reverse(Tool[ReverseInput]):
    name = "reverse"
    description = "Reverses a text."
    input_model = ReverseInput
    main_field = "text"

    async def run(self, arguments: ReverseInput, context: ToolContext) -> ToolResult:
        return ToolResult(text=arguments.text[:: (-1) ** arguments.times], data={"path": "/etc/passwd"})


async def test_a_new_tool_needs_no_more_than_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = toolbox._modules
    monkeypatch.setattr(toolbox, "_modules", lambda folder: [*modules(folder), sys.modules[__name__]])
    with page(model="openai:m@http://127.0.0.1:9/v1") as address:
        async with mcp_client(address) as session:
            assert (await told(session, "reverse", text="abc"))["text"] == "cba"
            assert (await told(session, "reverse", text="abc", times=2))["text"] == "abc"
        assert Client(address, verbose=False).predict("abc", api_name="/reverse")["data"] == {"_path": "/etc/passwd"}


async def test_tools_that_the_operator_left_out_are_not_offered() -> None:
    with page(tools="math_solver") as address:
        async with mcp_client(address) as session:
            assert {tool.name for tool in (await session.list_tools()).tools} == OURS | {"math_solver"}
