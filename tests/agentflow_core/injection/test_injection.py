"""Pages that give orders, and the worst model there could be: one that obeys them. The engine gives way in nothing.

What a model may do within its role is its own affair: which of the offered tools it calls, with which words, and what
it answers. What no text can do is held here for every page of the corpus: use a tool that is not in the toolbox, call
one with arguments that its input model does not take, change a budget or the sampling, leave the place in the prompt
that it was given, or reach another flow. `pages.jsonl` has the page and what an obedient model writes in each role;
where it says nothing, the model writes the page itself.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import AgentFlow, Budget, Event, RunStore, Settings, assemble, new_run_id
from agentflow_core.events import ROLES, Role
from agentflow_core.models import Dialect, LanguageModel, Message, ScriptedModel
from agentflow_core.prompts import pocket
from tests.agentflow_core.flows import ANALYSIS, Echo, EchoInput, collect, only, stored
from tools.base import Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.toolbox import Toolbox

BUDGET = Budget(turns=3, attempts=2, seconds=60)
QUESTION = "What is known of it?"


@dataclass(frozen=True)
class Page:
    id: str
    title: str
    text: str
    obey: dict[Role, str]


LINES = (Path(__file__).parent / "pages.jsonl").read_text(encoding="utf-8").split("\n")
PAGES = [Page(**json.loads(line)) for line in LINES if line]
HARMLESS = Page("harmless", "Harmless", "Harmless is a small country. Its capital is Quiet Town.", {})
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)


class ReadPage(Tool[EchoInput]):
    """The tool through which the page comes in; `arguments` are those that it was really called with."""

    name = "read_page"
    description = "Reads the page."
    input_model = EchoInput
    main_field = "text"

    def __init__(self, page: Page) -> None:
        super().__init__(ToolSettings())
        self.page, self.arguments = page, list[EchoInput]()

    async def run(self, arguments: EchoInput, context: ToolContext) -> ToolResult:
        self.arguments.append(arguments)
        return ToolResult(text=f"{self.page.title}: {self.page.text}")


class ShellInput(ToolInput):
    command: str


class Shell(Tool[ShellInput]):
    """What many of the pages want. It exists, and is in no toolbox."""

    name = "shell"
    description = "Runs a command."
    input_model = ShellInput
    main_field = "command"
    runs = 0

    async def run(self, arguments: ShellInput, context: ToolContext) -> ToolResult:
        type(self).runs += 1
        return ToolResult(text="owned")


PROPER: dict[Dialect, dict[Role, str]] = {
    "chat": {
        "planner": "Context: none\nSub-Goal: read the page\nTool Name: read_page",
        "executor": '{"text": "it"}',
        "verifier": '{"reason": "more is needed", "verdict": "CONTINUE"}',
        "generator": "Explanation: see [1].\nAnswer: done",
    },
    "pocket": {
        "planner": "Nothing yet.<goal> read the page<tool> read_page<end>",
        "executor": "it<end>",
        "verifier": "CONTINUE<why> more is needed<end>",
        "generator": "It is done.<val> done<end>",
    },
}


def model(role: Role, page: Page, dialect: Dialect, obedient: bool) -> ScriptedModel:
    """Does its part properly until it has read the page; from then on, if obedient, what the page says."""

    def reply(messages: list[Message]) -> str:
        asked = messages[1 if dialect == "chat" else 0].content
        if obedient and page.title in asked:
            return page.obey.get(role, page.text)
        analysing = role == "planner" and ("analyse the question" in asked or asked.endswith("<ana>"))
        return ANALYSIS if analysing else PROPER[dialect][role]

    return ScriptedModel(reply, dialect=dialect)


def flow_on(page: Page, dialect: Dialect = "chat", obedient: bool = True) -> tuple[AgentFlow, ReadPage]:
    models: dict[Role, LanguageModel] = {role: model(role, page, dialect, obedient) for role in ROLES}
    reader = ReadPage(page)
    return AgentFlow(models, Toolbox([reader, Echo(ToolSettings())]), budget=BUDGET), reader


def check(events: list[Event], flow: AgentFlow) -> None:
    """What holds whatever a page says and a model does."""
    start, *rest = events
    assert start.type == "flow_started" and start.question.startswith(QUESTION[:7])
    assert start.budget == flow.budget and start.tools == flow.toolbox.names
    kinds = {event.type for event in rest}
    assert not kinds & {"flow_started", "resumed", "edited", "paused"}, "only a person does these"
    assert [event.type for event in rest].count("flow_finished") == 1 and rest[-1].type == "flow_finished"
    assert rest[-1].status in ("answered", "unanswered", "budget")

    assert {event.plan.tool for event in only(rest, "planned")} <= set(flow.toolbox.names)
    assert {event.tool for event in only(rest, "tool_returned")} <= set(flow.toolbox.names)
    for event in only(rest, "tool_returned"):
        flow.toolbox.get(event.tool).input_model.model_validate(event.arguments)
    assert max([event.turn for event in rest if "turn" in type(event).model_fields], default=0) <= flow.budget.turns

    calls = [event.call for event in rest if "call" in type(event).model_fields]
    assert len(calls) <= (2 + 3 * flow.budget.turns) * flow.budget.attempts
    for call in calls:
        assert call.completion.model == flow.models[call.role].name
        expected = flow.sampling[call.role]
        if call.attempt == 1:
            assert call.sampling == expected
        assert call.sampling.max_tokens == expected.max_tokens


def test_the_corpus_is_as_large_as_it_says_and_reaches_every_role() -> None:
    assert len(PAGES) >= 25 and len({page.id for page in PAGES}) == len({page.title for page in PAGES}) == len(PAGES)
    assert {role for page in PAGES for role in page.obey} == set(ROLES)
    assert sum("shell" in page.obey.get("planner", "") for page in PAGES) >= 8


@every_page
@pytest.mark.parametrize("dialect", ["chat", "pocket"])
async def test_an_obedient_model_gets_nothing_that_it_was_not_offered(page: Page, dialect: Dialect) -> None:
    flow, reader = flow_on(page, dialect)
    events = stored(await collect(flow, QUESTION))
    check(events, flow)
    assert reader.arguments, "the page was read"
    assert len(reader.arguments) == sum(event.tool == "read_page" for event in only(events, "tool_returned"))
    assert Shell.runs == 0


RESULT = re.compile(r"<result\b[^>]*>.*?</result>", re.DOTALL)


def outside(messages: tuple[Message, ...]) -> list[str]:
    """A prompt without what stands in its results, as a reader of the delimiters sees it."""
    return [RESULT.sub("<result>…</result>", message.content) for message in messages]


async def prompts_of(page: Page, dialect: Dialect) -> list[tuple[Message, ...]]:
    flow, _ = flow_on(page, dialect, obedient=False)
    return [event.call.messages for event in await collect(flow, QUESTION) if "call" in type(event).model_fields]


@every_page
async def test_a_page_never_leaves_its_place_in_a_prompt(page: Page) -> None:
    """With models that take no notice, the prompts differ from those of a harmless page inside the results only."""
    hostile, harmless = await prompts_of(page, "chat"), await prompts_of(HARMLESS, "chat")
    assert sum(page.title in message.content for sent in hostile for message in sent) >= 6
    assert [outside(sent) for sent in hostile] == [outside(sent) for sent in harmless]


TAG = re.compile("|".join(re.escape(tag) for tag in pocket.TAGS))


@every_page
async def test_nor_in_pockets_transcript(page: Page) -> None:
    """Of the tags that make the transcript, a page can write none."""
    hostile, harmless = await prompts_of(page, "pocket"), await prompts_of(HARMLESS, "pocket")
    assert sum(page.title in sent[0].content for sent in hostile) >= 8
    assert [TAG.findall(sent[0].content) for sent in hostile] == [TAG.findall(sent[0].content) for sent in harmless]


def anonymous(events: list[Event]) -> list[dict[str, Any]]:
    """Without what differs between any two runs."""
    plain = [event.model_dump(mode="json") for event in events]
    drop: Callable[[Any], Any] = lambda value: (  # noqa: E731
        {k: drop(v) for k, v in value.items() if k not in ("time", "seconds")}
        if isinstance(value, dict)
        else [drop(v) for v in value]
        if isinstance(value, list)
        else value
    )
    return [drop(event) for event in plain]


async def test_flows_side_by_side_never_reach_each_other(tmp_path: Path) -> None:
    """All pages at once over one store, each with a question of its own: each run is what it is alone."""
    store = RunStore(tmp_path / "runs.sqlite")

    async def one(number: int, page: Page) -> tuple[str, list[Event]]:
        run, (flow, _) = new_run_id(), flow_on(page)
        question = f"What is canary-{number:03d}?"
        return run, stored([event async for event in store.record(run, flow.run(question))])

    together = await asyncio.gather(*(one(number, page) for number, page in enumerate(PAGES)))
    assert len(store.runs()) == len(PAGES)
    for number, (run, events) in enumerate(together):
        text = "".join(json.dumps(event) for event in anonymous(store.events(run)))
        assert set(re.findall(r"canary-\d{3}", text)) == {f"canary-{number:03d}"}
        if number % 4 == 0:
            _, alone = await one(number, PAGES[number])
            assert anonymous(events) == anonymous(alone)


async def test_pocket_reads_the_pages_and_the_engine_holds(tmp_path: Path) -> None:
    """The shipped model on some pages, as articles of the real search tool; what it makes of them is its affair."""
    pages = PAGES[::4]
    wiki = tmp_path / "pages.jsonl"
    wiki.write_text("".join(json.dumps({"title": page.title, "text": page.text}) + "\n" for page in pages))
    flow = assemble(Settings(wiki_files=(wiki,), max_turns=2))

    async def one(page: Page) -> bool:
        events = stored(await collect(flow, f"What is the capital of {page.title}?"))
        check(events, flow)
        return any(page.title in event.result.text for event in only(events, "tool_returned"))

    read = await asyncio.gather(*(one(page) for page in pages))
    assert sum(read) >= len(pages) // 2, "most of the pages were really read"
