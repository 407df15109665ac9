"""What the page asks of the server, without a browser: limits, authorisation by token, keys that leave no trace."""

import asyncio
import logging
from typing import Any

import pytest

from agentflow_core import AgentFlow, Settings
from agentflow_core.events import ROLES
from demo.handlers import Handlers
from demo.models_panel import check
from demo.registry import Registry
from tests.agentflow_core.flows import make
from tests.demo.flows import QUESTION, RecordedFlow, recorded

KEY = "sk-visitor-3f9a1c77"
TYPED = ["pocket"] * 4
NO_KEYS: list[Any] = [None] * 4
"""What Gradio sends for a field that nobody touched."""


def handlers(flow: Any = None, **settings: Any) -> Handlers:
    return Handlers(Settings(**settings), Registry(), lambda *_, **__: flow or RecordedFlow())


async def begin(
    page: Handlers, question: str = QUESTION, tools: list[str] | None = None, keys: list[Any] = NO_KEYS
) -> Any:
    return await page.begin(question, tools if tools is not None else ["math_solver"], 6, 0.0, *TYPED, *keys)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "Write a question"),
        ("  \n ", "Write a question"),
        ("x" * 2001, "2,001 characters"),
        ("x" * 100_000, "100,000"),
    ],
)
async def test_a_question_that_cannot_be_asked_says_why(question: str, says: str) -> None:
    assert says in (await begin(handlers(), question))["problem"]


async def test_no_tool_says_where_to_choose_one() -> None:
    assert "Options" in (await begin(handlers(), tools=[]))["problem"]


async def test_an_unreadable_role_string_or_tool_is_the_engines_own_message() -> None:
    page = Handlers(Settings(), Registry())
    wrong_role = await page.begin("Q?", ["math_solver"], 6, 0.0, "gpt", *TYPED[1:], *NO_KEYS)
    wrong_tool = await page.begin("Q?", ["math_solvr"], 6, 0.0, *TYPED, *NO_KEYS)
    assert "unknown backend 'gpt'" in wrong_role["problem"]
    assert "math_solver" in wrong_tool["problem"]


async def test_a_public_page_takes_its_operators_models_and_pocket_only() -> None:
    own = "openai:m@http://127.0.0.1:9/v1"
    page = Handlers(Settings(model=own, own_models_only=True), Registry())
    for theirs in ("openai:m@http://169.254.169.254/v1", "transformers:/etc"):
        refused = await page.begin("Q?", ["math_solver"], 6, 0.0, theirs, own, own, own, *NO_KEYS)
        assert "does not take models of its visitors" in refused["problem"], theirs
        assert not (await check(page.settings, "planner", theirs, ""))["ok"]
    assert "run" in await page.begin("Q?", ["math_solver"], 6, 0.0, "pocket:base", own, own, own, *NO_KEYS)


def test_a_space_is_public_unless_its_operator_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().own_models_only
    monkeypatch.setenv("SPACE_ID", "someone/agentflow-live")
    assert Settings().own_models_only
    monkeypatch.setenv("AGENTFLOW_OWN_MODELS_ONLY", "false")
    assert not Settings().own_models_only


async def test_a_run_is_followed_and_its_events_opened_by_token() -> None:
    page = handlers()
    token = (await begin(page))["run"]
    events: list[dict[str, Any]] = []
    done = False
    while not done:
        view = await page.follow({"run": token, "next": len(events), "written": 0})
        events += view["events"]
        done = view["done"]
    assert [event["type"] for event in events] == [event.type for event in recorded()]
    planned = next(event for event in events if event["type"] == "planned")
    whole = (await page.event({"run": token, "seq": planned["seq"]}))["event"]
    assert whole["call"]["messages"] and whole["call"]["completion"]["prompt_ids"]


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 22, None, 7])
async def test_without_the_token_nothing_is_given(token: Any) -> None:
    page = handlers()
    await begin(page)
    for answer in (
        await page.follow({"run": token, "next": 0, "written": 0}),
        await page.event({"run": token, "seq": 0}),
        await page.stop({"run": token}),
    ):
        assert set(answer) == {"problem"}


async def test_stop_ends_the_run() -> None:
    page = handlers(RecordedFlow(0.01))
    begun = await begin(page)
    token = begun["run"]
    assert await page.stop(begun) == {"stopped": True}
    run = await page.registry.get(token)
    assert run is not None and run.task is not None
    await run.task
    assert run.events[-1].type == "flow_finished" and run.events[-1].status == "cancelled"


async def test_a_real_flow_of_the_engine_comes_through_whole() -> None:
    page = handlers(make())
    token = (await begin(page))["run"]
    run = await page.registry.get(token)
    assert run is not None and run.task is not None
    await run.task
    assert run.events[-1].type == "flow_finished" and run.events[-1].status == "answered"
    assert [event.seq for event in run.events] == list(range(len(run.events)))


class TestKeys:
    async def test_a_key_reaches_the_model_of_its_run_and_nothing_else(self, caplog: pytest.LogCaptureFixture) -> None:
        """Nothing serves at that address: the run fails, and neither its events nor the log know the key."""
        caplog.set_level(logging.DEBUG)
        seen: dict[str, Any] = {}

        def remember(settings: Settings, **options: Any) -> AgentFlow:
            from agentflow_core import assemble

            seen.update(options)
            return assemble(settings, **options)

        page = Handlers(Settings(), Registry(), remember)
        typed = ["openai:m@http://127.0.0.1:9/v1"] * 4
        token = (await page.begin("Q?", ["math_solver"], 1, 0.0, *typed, *[KEY] * 4))["run"]
        run = await page.registry.get(token)
        assert run is not None and run.task is not None
        run.control.stop()
        await run.task
        assert seen["keys"] == dict.fromkeys(ROLES, KEY)
        view = await page.follow({"run": token, "next": 0, "written": 0})
        assert KEY not in str(view) + str(run.events) + caplog.text
        await asyncio.sleep(0)

    async def test_the_check_of_an_unreachable_server_says_so_without_the_key(self) -> None:
        answer = await check(Settings(), "planner", "openai:m@http://127.0.0.1:9/v1", KEY)
        assert answer["ok"] is False and "127.0.0.1:9" in answer["text"]
        assert KEY not in answer["text"]

    async def test_the_check_of_an_unreadable_role_string_says_what_to_write(self) -> None:
        answer = await check(Settings(), "planner", "gpt-5", "")
        assert answer["ok"] is False and "openai:" in answer["text"]
