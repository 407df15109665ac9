"""Tools of a real MCP server, over its standard streams and over HTTP, are tools like any other."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mcp.types import CallToolResult, TextContent
from mcp.types import Tool as Offered

from benchmarks.served import free_port
from tests.tools.context import context
from tools.base import ToolResult, ToolSettings
from tools.mcp import Hub, McpError, read_config
from tools.mcp.tool import make_tool, tool_name
from tools.toolbox import BadTool, Toolbox

SERVER = str(Path(__file__).with_name("server.py"))
STDIO = json.dumps({"mcpServers": {"Test": {"command": sys.executable, "args": [SERVER]}}})
NAMES = tuple(f"test_{name}" for name in ("add", "say_hello", "fail", "picture", "environment", "die", "pid", "sleep"))


def hub_of(config: str) -> Iterator[Hub]:
    hub = Hub(read_config(config))
    yield hub
    hub.close()


@pytest.fixture(scope="module")
def stdio() -> Iterator[Hub]:
    yield from hub_of(STDIO)


@pytest.fixture(scope="module")
def http() -> Iterator[Hub]:
    port = free_port()
    process = subprocess.Popen([sys.executable, SERVER, str(port)])
    try:
        for _ in range(200):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
        yield from hub_of(json.dumps({"mcpServers": {"test": {"url": f"http://127.0.0.1:{port}/mcp"}}}))
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["stdio", "http"])
def toolbox(request: pytest.FixtureRequest) -> Toolbox:
    hub: Hub = request.getfixturevalue(request.param)
    return Toolbox.load(ToolSettings(), more=hub.tools(ToolSettings()))


async def call(toolbox: Toolbox, tool: str, /, **arguments: Any) -> ToolResult:
    return await toolbox.call(tool, arguments, context(seconds=30))


async def test_they_join_the_toolbox_and_describe_themselves(toolbox: Toolbox) -> None:
    assert toolbox.names[-len(NAMES) :] == NAMES and "base_generator" in toolbox.names
    specs = {spec.name: spec for spec in toolbox.describe()}
    assert specs["test_add"].description == "Adds two numbers." and specs["test_add"].main_field == "a"
    assert specs["test_add"].input_schema["properties"]["b"]["default"] == 1
    assert specs["test_say_hello"].description == "Greets someone, politely."


async def test_a_call_gives_the_servers_text(toolbox: Toolbox) -> None:
    result = await call(toolbox, "test_add", a=40, b=2)
    assert result.text == "42" and result.error is None and result.data["structured"] == {"result": 42}
    assert (await call(toolbox, "test_say_hello", name="you")).text == "Hello, you."
    assert (await call(toolbox, "test_picture")).text == "[image, image/png: not shown]"


async def test_a_servers_error_is_a_failed_result(toolbox: Toolbox) -> None:
    result = await call(toolbox, "test_fail", reason="no luck")
    assert result.error and "no luck" in result.error


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [({}, "'a' is a required property"), ({"a": "x"}, "a: 'x' is not of type 'integer'")],
)
async def test_bad_arguments_are_refused_before_the_call(toolbox: Toolbox, arguments: Any, problem: str) -> None:
    result = await call(toolbox, "test_add", **arguments)
    assert result.error and problem in result.error and "Its fields are: a (required), b" in result.error


async def test_calls_at_once_and_from_other_loops_share_the_connection(toolbox: Toolbox) -> None:
    results = await asyncio.gather(*(call(toolbox, "test_add", a=n) for n in range(20)))
    assert [result.text for result in results] == [str(n + 1) for n in range(20)]
    elsewhere = await asyncio.to_thread(lambda: asyncio.run(call(toolbox, "test_add", a=1)))
    assert elsewhere.text == "2"


async def test_a_slow_tool_is_stopped_at_its_deadline(toolbox: Toolbox) -> None:
    started = time.monotonic()
    result = await toolbox.call("test_sleep", {"seconds": 5}, context(seconds=0.3))
    assert result.error and "took longer" in result.error and time.monotonic() - started < 3


async def test_a_server_that_ended_is_started_again() -> None:
    hub = Hub(read_config(STDIO))
    try:
        toolbox = Toolbox(hub.tools(ToolSettings()))
        first = (await call(toolbox, "test_pid")).text
        died = await call(toolbox, "test_die")
        assert died.error and "'Test'" in died.error
        second = (await call(toolbox, "test_pid")).text
        assert first.isdecimal() and second.isdecimal() and first != second
    finally:
        hub.close()
    await gone(int(second))


async def test_a_server_that_was_killed_between_calls_is_started_again() -> None:
    hub = Hub(read_config(STDIO))
    try:
        toolbox = Toolbox(hub.tools(ToolSettings()))
        first = int((await call(toolbox, "test_pid")).text)
        os.kill(first, signal.SIGKILL)
        await gone(first)
        again = (await call(toolbox, "test_pid")).text
        if "the next call starts it again" in again:  # sent before its end was seen: whether it got through is unknown
            again = (await call(toolbox, "test_pid")).text
        assert again.isdecimal() and again != str(first)
    finally:
        hub.close()


async def gone(pid: int) -> None:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the server's process {pid} still runs")


async def test_a_servers_program_does_not_see_our_secrets(stdio: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTFLOW_API_KEY", "secret")
    config = json.loads(STDIO)
    config["mcpServers"]["Test"]["env"] = {"MINE": "1"}
    hub = Hub(read_config(json.dumps(config)))
    try:
        names = (await call(Toolbox(hub.tools(ToolSettings())), "test_environment")).data["structured"]["result"]
    finally:
        hub.close()
    assert "MINE" in names and "AGENTFLOW_API_KEY" not in names


def test_only_the_tools_that_are_named_are_taken() -> None:
    config = json.loads(STDIO)
    config["mcpServers"]["Test"]["tools"] = ["add"]
    hub = Hub(read_config(json.dumps(config)))
    try:
        assert [tool.name for tool in hub.tools(ToolSettings())] == ["test_add"]
    finally:
        hub.close()


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        ({"command": "no-such-program-here"}, "cannot be reached"),
        ({"command": sys.executable, "args": ["-c", "pass"]}, "cannot be reached"),
        ({"url": "http://127.0.0.1:9/mcp"}, "cannot be reached"),
        ({"command": sys.executable, "args": [SERVER], "tools": ["nothing"]}, "has no tool 'nothing'; it has add"),
    ],
)
def test_a_server_that_cannot_be_used_is_named(server: dict[str, Any], problem: str) -> None:
    hub = Hub(read_config(json.dumps({"mcpServers": {"mine": server}})))
    try:
        with pytest.raises(McpError, match=rf"'mine'.*{problem}"):
            hub.tools(ToolSettings())
    finally:
        hub.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/no/such/file.json", "cannot be read"),
        ("{", "cannot be used"),
        ('{"servers": {}}', "mcpServers: Field required"),
        ('{"mcpServers": {"a b": {"command": "x"}}}', "mcpServers.a b"),
        ('{"mcpServers": {"a": {"headers": {"Authorization": "hush"}}}}', "mcpServers.a"),
    ],
)
def test_a_bad_configuration_says_where_and_tells_no_secret(text: str, problem: str) -> None:
    with pytest.raises(McpError) as caught:
        read_config(text)
    assert problem in str(caught.value) and "hush" not in str(caught.value)


def test_a_configuration_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "mcp.json").write_text(STDIO)
    assert list(read_config(str(tmp_path / "mcp.json"))) == ["Test"]


async def unused(server: str, tool: str, arguments: dict[str, Any]) -> Any:
    raise AssertionError("not called")


def test_a_name_that_is_taken_is_refused() -> None:
    offered = Offered(name="search", inputSchema={"type": "object"})
    twin = make_tool(unused, "web", offered, ToolSettings())
    with pytest.raises(BadTool, match="two tools are named 'web_search'"):
        Toolbox.load(ToolSettings(), more=[twin])


def test_a_schema_that_is_none_is_refused() -> None:
    offered = Offered(name="odd", inputSchema={"type": "object", "properties": {"a": {"type": "nonsense"}}})
    with pytest.raises(McpError, match="'odd' of the MCP server 'x' has a bad schema"):
        make_tool(unused, "x", offered, ToolSettings())


async def test_a_schemas_reference_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", lambda *args, **options: pytest.fail("fetched"))
    schema = {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}}}
    tool = make_tool(unused, "x", Offered(name="odd", inputSchema=schema), ToolSettings())
    result = await Toolbox([tool]).call("x_odd", {"a": 1}, context())
    assert result.error and "which is not fetched" in result.error


async def test_a_schema_that_rests_on_itself_is_said() -> None:
    tool = make_tool(unused, "x", Offered(name="odd", inputSchema={"type": "object", "$ref": "#"}), ToolSettings())
    result = await Toolbox([tool]).call("x_odd", {"a": 1}, context())
    assert result.error and "rests on itself" in result.error


async def test_a_schemas_regular_expression_cannot_stop_the_program() -> None:
    """It is for the server to check."""

    async def reply(server: str, tool: str, arguments: dict[str, Any]) -> Any:
        return CallToolResult(content=[TextContent(type="text", text="reached")])

    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
    tool = make_tool(reply, "x", Offered(name="odd", inputSchema=schema), ToolSettings())
    assert (await Toolbox([tool]).call("x_odd", {"a": "a" * 40 + "!"}, context())).text == "reached"


def test_a_schema_too_large_for_a_planner_is_refused() -> None:
    schema = {"type": "object", "properties": {"a": {"description": "d" * 60_000}}}
    with pytest.raises(McpError, match="at most 50,000"):
        make_tool(unused, "x", Offered(name="odd", inputSchema=schema), ToolSettings())


ODD = str(Path(__file__).with_name("odd_server.py"))


async def test_a_server_that_breaks_the_protocol_is_named_and_a_silent_one_started_again() -> None:
    hub = Hub(read_config(json.dumps({"mcpServers": {"odd": {"command": sys.executable, "args": [ODD]}}})))
    try:
        toolbox = Toolbox(hub.tools(ToolSettings()))
        first = (await call(toolbox, "odd_pid")).text
        own = await call(toolbox, "odd_error")  # a server's own error has the code of a closed connection
        assert own.error and "refused the call of error" in own.error and "no luck" in own.error
        for name in ("odd_content", "odd_nothing"):
            broken = await call(toolbox, name)
            assert broken.error and "what is no tool's result" in broken.error
        links = await call(toolbox, "odd_links")
        assert len(links.sources) == 20 and len(links.text.encode()) <= 16_000
        assert (await call(toolbox, "odd_pid")).text == first, "nothing of this ended it"
        for _ in range(3):
            silent = await toolbox.call("odd_silent", {}, context(seconds=0.2))
            assert silent.error and "took longer" in silent.error
        again = (await call(toolbox, "odd_pid")).text
        assert again.isdecimal() and again != first
    finally:
        hub.close()


async def test_a_reply_without_end_is_not_kept_and_its_server_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.mcp.stdio.REPLY_BYTES", 1 << 20)
    hub = Hub(read_config(json.dumps({"mcpServers": {"odd": {"command": sys.executable, "args": [ODD]}}})))
    try:
        toolbox = Toolbox(hub.tools(ToolSettings()))
        first = (await call(toolbox, "odd_pid")).text
        endless = await call(toolbox, "odd_endless")
        assert endless.error and "a line of more than 1 MB" in endless.error and "'odd'" in endless.error
        await gone(int(first))
        again = (await call(toolbox, "odd_pid")).text
        assert again.isdecimal() and again != first
    finally:
        hub.close()
    await gone(int(again))


def test_names_are_in_the_letters_of_tool_names() -> None:
    assert tool_name("My-Server", "Do.This/Thing") == "my_server_do_this_thing"
