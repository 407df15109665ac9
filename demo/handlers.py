"""What the page and the API ask of the server. Everything about a run is authorised by its unguessable token alone.

Errors that a person can mend come back as `{"problem": ...}` and are shown in place; keys never enter an event, a log
line or an answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradio import Request

from agentflow_core import AgentFlow, FlowState, Settings, assemble, shared_pool
from agentflow_core.digest import calls_of
from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.events import ROLES, Budget, Event, Role
from demo.hand import Beginning, beginning_of, check_key, control_of
from demo.limits import OWN_COPY, visitor_of
from demo.meter import Metered, check_size
from demo.models_panel import VisitorPool, written
from demo.registry import Flow, Registry, Run

QUESTION_CHARACTERS = 2000
MOST_TURNS = 50
FOLLOW_SECONDS = 20
ALL_WRITTEN = 10**9
"""For a follower of events alone: no piece of text is news."""
UNKNOWN_RUN = "This run is not here: the link is wrong, or the run is too old and was not kept. Ask a new question."
HEAVY: dict[str, Any] = {
    "messages": True,
    "completion": {"prompt_ids": True, "completion_ids": True, "logprobs": True, "token_characters": True},
}
"""Left out of the live view; the panel of a module fetches its whole event when it is opened."""

Assemble = Callable[..., AgentFlow]


@dataclass(frozen=True)
class Options:
    """What a visitor chose for one run."""

    models: Mapping[Role, str]
    keys: Mapping[Role, str]
    tools: Sequence[str] = ()
    turns: int = 10
    temperature: float = 0.0


def chosen_options(tools: list[str], turns: float, temperature: float, *typed: str | None) -> Options:
    """The page's fields in their order; `typed` are the four role strings, then the four keys (None: never touched)."""
    texts = [text or "" for text in typed]
    models = dict(zip(ROLES, texts[: len(ROLES)], strict=True))
    keys = dict(zip(ROLES, texts[len(ROLES) :], strict=True))
    return Options(models, keys, tools, int(turns), float(temperature))


def light(event: Event) -> dict[str, Any]:
    """An event as the live view takes it: without prompts and token ids."""
    return event.model_dump(mode="json", exclude={"call": HEAVY, "calls": {"__all__": HEAVY}})


def prompts_with(events: Sequence[Event], words: str) -> list[int]:
    """The numbers of the events in which a model was sent a text with these words (in lower case)."""
    return [
        event.seq
        for event in events
        if words and any(words in message.content.lower() for call in calls_of(event) for message in call.messages)
    ]


def _whole(value: Any) -> int:
    """A number that a page sent; anything else is 0."""
    return value if isinstance(value, int) and value >= 0 else 0


class Handlers:
    """The page's server side over one registry."""

    def __init__(self, settings: Settings, registry: Registry, assemble: Assemble = assemble) -> None:
        self.settings, self.registry, self._assemble = settings, registry, assemble

    def with_settings(self, **changed: Any) -> "Handlers":
        """The same page with other settings."""
        return Handlers(self.settings.model_copy(update=changed), self.registry, self._assemble)

    def visitor(self, request: Request) -> str:
        """Whose request this is, for the limits."""
        peer = request.client.host if request.client else None
        return visitor_of(peer, request.headers, self.settings.behind_proxy)

    async def start(
        self,
        question: str,
        options: Options,
        visitor: str = "",
        beginning: Beginning = Beginning(),  # noqa: B008
    ) -> Run:
        """Starts a run. Raises `BadInput` for anything that cannot be used."""
        text = question.strip()
        if not text:
            raise BadInput("Write a question first, or pick one of the examples.")
        if len(text) > QUESTION_CHARACTERS:
            raise BadInput(
                f"The question has {len(text):,} characters; at most {QUESTION_CHARACTERS:,} are taken: shorten it."
            )
        flow, pool, budget = await self.prepared(options)
        metered, control = self.metered(flow), control_of(beginning)
        return self.registry.start(metered, text, budget, on_end=pool.close, visitor=visitor, control=control)

    def metered(self, flow: Flow) -> Flow:
        """The flow within what this page gives one."""
        return Metered(flow, self.settings.flow_bytes)

    async def prepared(self, options: Options) -> tuple[AgentFlow, VisitorPool, Budget]:
        """The flow for these options, its models' pool (to be closed after it) and its budget. Raises `BadInput`."""
        if not options.tools:
            raise BadInput("No tool is selected: choose at least one under Options.")
        if not 1 <= options.turns <= MOST_TURNS:
            raise BadInput(f"{options.turns} turns cannot be given: choose 1 to {MOST_TURNS}.")
        if not 0 <= options.temperature <= 2:
            raise BadInput(f"The temperature cannot be {options.temperature:g}: choose 0 to 2.")
        pool = VisitorPool(shared_pool(), self.settings)
        flow = await asyncio.to_thread(self._flow, options, pool)
        return flow, pool, self.settings.budget.model_copy(update={"turns": options.turns})

    def _flow(self, options: Options, pool: VisitorPool) -> AgentFlow:
        settings = self.settings.model_copy(update={"temperature": options.temperature})
        roles, keys = written(options.models), written(options.keys)
        return self._assemble(settings, roles=roles, keys=keys, tools=list(options.tools), pool=pool)

    def check_allowance(self, events: Sequence[Event]) -> None:
        """Raises `BadInput` when a flow with this history has used all that it may."""
        most, used = self.settings.tokens, FlowState.fold(events).tokens
        if most and used >= most:
            raise BadInput(
                f"This flow has used {used:,} tokens; this page gives a flow {most:,}. {OWN_COPY} It cannot go on here."
            )
        check_size(events, self.settings.flow_bytes)

    async def begin(self, question: str, *chosen: Any, visitor: str = "", hand: str | None = None) -> dict[str, Any]:
        """The Run button. `chosen` is what `chosen_options` reads, `hand` what `beginning_of` does."""
        try:
            run = await self.start(question, chosen_options(*chosen), visitor, beginning_of(hand))
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"run": run.token, "key": run.key}

    async def resume(
        self, token: str, *chosen: Any, visitor: str = "", key: str = "", hand: str | None = None
    ) -> dict[str, Any]:
        """The Resume button: goes on with the models, tools and budgets that are chosen now."""
        run = await self.registry.get(token)
        if run is None:
            return {"problem": UNKNOWN_RUN}
        try:
            check_key(token, key)
            self.check_allowance(run.events)
            flow, pool, budget = await self.prepared(chosen_options(*chosen))
            control = control_of(beginning_of(hand))
            self.registry.resume(run, self.metered(flow), budget, on_end=pool.close, visitor=visitor, control=control)
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"run": token, "resumed": len(run.events)}

    async def follow(self, request: dict[str, Any]) -> dict[str, Any]:
        """What comes after the point that a follower has reached: `{run, next, written, waiting}`."""
        run = await self.registry.get(str(request.get("run", "")))
        if run is None:
            return {"problem": UNKNOWN_RUN}
        known = [_whole(request.get(name)) for name in ("next", "written", "waiting")]
        view = await run.follow(known[0], known[1], FOLLOW_SECONDS, known[2])
        if not run.events and run.done:
            return {"problem": run.note or UNKNOWN_RUN}
        writing = view.writing
        return {
            "from": view.start,
            "next": view.start + len(view.events),
            "events": [light(event) for event in view.events],
            "live": writing
            and {"turn": writing.turn, "phase": writing.phase, "at": view.at, "text": writing.text[view.at :]},
            "done": view.done,
            "waiting": view.waiting,
            "note": run.note,
            "earned": run.earned,
        }

    async def event(self, request: dict[str, Any]) -> dict[str, Any]:
        """One event with all it holds: `{run, seq}`."""
        run = await self.registry.get(str(request.get("run", "")))
        seq = _whole(request.get("seq"))
        found = next((event for event in run.events if event.seq == seq), None) if run else None
        return {"event": found.model_dump(mode="json")} if found else {"problem": UNKNOWN_RUN}

    async def find(self, request: dict[str, Any]) -> dict[str, Any]:
        """The events of a run whose prompts hold some words; all else is searched by the page: `{run, words}`."""
        run = await self.registry.get(str(request.get("run", "")))
        words = str(request.get("words", ""))[:QUESTION_CHARACTERS].strip().lower()
        if run is None:
            return {"problem": UNKNOWN_RUN}
        return {"seqs": await asyncio.to_thread(prompts_with, tuple(run.events), words)}

    async def stop(self, request: dict[str, Any]) -> dict[str, Any]:
        """Stops a run: `{run, key}`. The model and the tool are freed at once."""
        run = await self.registry.get(str(request.get("run", "")))
        if run is None:
            return {"problem": UNKNOWN_RUN}
        try:
            check_key(run.token, request.get("key"))
        except BadInput as error:
            return {"problem": str(error)}
        if not run.done:
            run.control.stop()
        return {"stopped": True}

    async def events_of(self, run: Run) -> AsyncIterator[Event]:
        """All events of a run as they happen."""
        next_event, waiting, done = 0, 0, False
        while not done:
            view = await run.follow(next_event, ALL_WRITTEN, FOLLOW_SECONDS, waiting)
            for event in view.events:
                yield event
            next_event, waiting, done = view.start + len(view.events), view.waiting, view.done
