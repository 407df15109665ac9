"""The programmatic side, through Gradio's own client and through MCP, and what the server does not tell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from agentflow_core import AgentFlow, Settings
from demo.app import build_app, launch_options
from tests.agentflow_core.flows import Echo, EchoInput, make, scripted
from tests.demo.flows import recorded
from tests.demo.mcp_client import mcp_client
from tools.base import ToolContext, ToolResult, ToolSettings
from tools.toolbox import Toolbox, find

ROOT = Path(__file__).parents[2]

KEY = "sk-operator-51d0"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    settings = Settings(model="openai:m@http://127.0.0.1:9/v1", api_key=KEY)
    page = build_app(settings, assemble=lambda *_, **__: make())
    _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    yield url
    page.close()


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def test_solve_streams_each_event_once_and_in_order(client: Client) -> None:
    events = list(client.submit("What is it?", api_name="/solve"))
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert events[0]["type"] == "flow_started" and events[0]["question"] == "What is it?"
    assert events[-1]["type"] == "flow_finished" and events[-1]["status"] == "answered"


def test_ask_gives_the_answer_and_the_turns_it_rests_on(client: Client) -> None:
    answer = client.predict("What is it?", api_name="/ask")
    assert answer["answer"] == "42" and answer["status"] == "answered"
    assert [turn["sub_goal"] for turn in answer["turns"]] == ["find part 1", "find part 2"]
    assert answer["rests_on_turns"] == [1]


def test_a_bad_question_is_an_error_that_says_why(client: Client) -> None:
    with pytest.raises(Exception, match="Write a question"):
        client.predict("  ", api_name="/ask")


def test_only_these_endpoints_and_the_tools_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    own = {"/solve", "/ask", "/get_trace", "/list_tools"}
    assert set(named) == own | {f"/{kind.name}" for kind in find()}


def test_the_whole_trace_of_a_run_is_had_by_its_id_and_by_nothing_else(client: Client) -> None:
    asked = client.predict("What is it?", api_name="/ask")
    trace = client.predict(asked["run"], api_name="/get_trace")
    assert trace["done"] and [event["seq"] for event in trace["events"]] == list(range(len(trace["events"])))
    planned = next(event for event in trace["events"] if event["type"] == "planned")
    assert planned["call"]["messages"][0]["content"], "prompts are in it"
    for unknown in ("AAAAAAAAAAAAAAAAAAAAAA", "", "../x"):
        with pytest.raises(Exception, match="This run is not here"):
            client.predict(unknown, api_name="/get_trace")


def test_the_tools_are_listed_with_the_schema_of_their_arguments(client: Client) -> None:
    listed = client.predict(api_name="/list_tools")
    assert [tool["name"] for tool in listed] == ["echo"] and "text" in listed[0]["input_schema"]["properties"]
    assert set(listed[0]) >= {"description", "default"}


def test_neither_configuration_nor_page_holds_a_key_or_a_path(address: str) -> None:
    import httpx

    for path in ("config", "gradio_api/info", ""):
        text = httpx.get(address + path, timeout=30).text
        assert len(text) > 500
        assert KEY not in text
        assert "/site-packages/" not in text and str(Settings().home) not in text


async def test_all_are_mcp_tools_that_give_json(address: str) -> None:
    async with mcp_client(address) as session:
        assert {tool.name for tool in (await session.list_tools()).tools} >= {"solve", "ask", "get_trace", "list_tools"}
        asked = await session.call_tool("ask", {"question": "What is it?"})
        solved = await session.call_tool("solve", {"question": "What is it?"})
        trace = await session.call_tool("get_trace", {"run": json.loads(asked.content[0].text)["run"]})
        tools = await session.call_tool("list_tools", {})
    assert not asked.isError and not solved.isError
    told = json.loads(asked.content[0].text)
    assert told["answer"] == "42" and told["seconds"] > 0
    events = json.loads(solved.content[0].text)
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert events[-1]["status"] == "answered"
    assert json.loads(trace.content[0].text)["events"][0]["question"] == "What is it?"
    assert json.loads(tools.content[0].text)[0]["name"] == "echo"


async def test_mcp_says_what_was_wrong_with_a_question(address: str) -> None:
    async with mcp_client(address) as session:
        refused = await session.call_tool("ask", {"question": " "})
    assert refused.isError and "Write a question" in refused.content[0].text


class Pointing(Echo):
    """A tool whose data says that it is a file, as a page or a foreign tool might."""

    async def run(self, arguments: EchoInput, context: ToolContext) -> ToolResult:
        file = {"path": str(ROOT / "README.md"), "meta": {"_type": "gradio.FileData"}}
        address = {"path": "http://127.0.0.1:9/secret.png", "url": "http://127.0.0.1:9/", "meta": file["meta"]}
        odd = {"path": "x", "meta": "no object"}
        return ToolResult(text="see data", data={"file": file, "list": [[address]], "odd": odd})


def test_no_data_of_a_tool_makes_the_server_publish_a_file_or_fetch_an_address() -> None:
    flow = AgentFlow(scripted(), Toolbox([Pointing(ToolSettings())]))
    page = build_app(Settings(), assemble=lambda *_, **__: flow)
    _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    try:
        events = list(Client(url, verbose=False).submit("What is it?", api_name="/solve"))
    finally:
        page.close()
    data = next(event["result"]["data"] for event in events if event["type"] == "tool_returned")
    assert data["file"]["_path"] == str(ROOT / "README.md"), "it stays text, under a name that Gradio does not act on"
    assert data["list"][0][0]["_path"] == "http://127.0.0.1:9/secret.png"
    assert "gradio_api/file=" not in json.dumps(events)


def test_the_summary_of_a_whole_flow_has_failures_too() -> None:
    from demo.api import summary

    told = summary([event.model_dump(mode="json") for event in recorded()])
    assert told["answer"].startswith("Mount Fuji is 814")
    assert told["rests_on_turns"] == [1, 2, 4]
    assert "NameError" in told["turns"][2]["result"]
