"""The programmatic side, through Gradio's own client and through MCP, and what the server does not tell."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from gradio_client import Client

from agentflow_core import Settings
from demo.app import build_app, launch_options
from tests.agentflow_core.flows import make
from tests.demo.flows import recorded

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


def test_only_the_two_endpoints_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert set(named) == {"/solve", "/ask"}


def test_neither_configuration_nor_page_holds_a_key_or_a_path(address: str) -> None:
    import httpx

    for path in ("config", "gradio_api/info", ""):
        text = httpx.get(address + path, timeout=30).text
        assert len(text) > 500
        assert KEY not in text
        assert "/site-packages/" not in text and str(Settings().home) not in text


async def test_both_are_mcp_tools(address: str) -> None:
    session_module = pytest.importorskip("mcp")
    from mcp.client.streamable_http import streamablehttp_client

    async with (
        streamablehttp_client(address + "gradio_api/mcp/") as (read, write, _),
        session_module.ClientSession(read, write) as session,
    ):
        await session.initialize()
        names = {tool.name for tool in (await session.list_tools()).tools}
        assert {name.rpartition("_")[2] for name in names} == {"solve", "ask"}
        name = next(name for name in names if name.endswith("ask"))
        result: Any = await session.call_tool(name, {"question": "What is it?"})
    assert not result.isError
    assert ast.literal_eval(result.content[0].text)["answer"] == "42"


def test_the_summary_of_a_whole_flow_has_failures_too() -> None:
    from demo.api import summary

    told = summary([event.model_dump(mode="json") for event in recorded()])
    assert told["answer"].startswith("Mount Fuji is 814")
    assert told["rests_on_turns"] == [1, 2, 4]
    assert "NameError" in told["turns"][2]["result"]
