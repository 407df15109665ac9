"""Going on with a stored run: as it began, except for what the user says now, by command line or environment.

A run may come from a stranger's file. Its role strings are used as a stranger's, so the operator's key stays with the
operator's own servers (`assemble`), and which files it reads is never taken from its events (`RunStore.wiki`).
"""

from collections.abc import Sequence
from pathlib import Path

from agentflow_core.assemble import assemble
from agentflow_core.errors import BadInput
from agentflow_core.events import Budget, Event, FlowStarted, Forked, Role
from agentflow_core.flow import AgentFlow
from agentflow_core.models import ModelPool, Sampling
from agentflow_core.settings import Settings
from agentflow_core.state import FlowState

BUDGET = {
    "max_turns": "turns",
    "seconds": "seconds",
    "tokens": "tokens",
    "memory_tokens": "memory_tokens",
    "tool_seconds": "tool_seconds",
}
"""Which setting is which part of a budget."""


def as_begun(settings: Settings, events: Sequence[Event], pool: ModelPool) -> AgentFlow:
    """The flow that goes on after `events`. Raises `BadInput` like `assemble`."""
    began = _beginning(events)
    if began is None:
        return assemble(settings, pool=pool)
    roles = theirs(settings, events)
    tools = None if "tools" in settings.model_fields_set else began.tools
    try:
        flow = assemble(settings, roles=roles, tools=tools, pool=pool)
    except BadInput as error:
        raise BadInput(f"{error} The run began so; --model and --tools choose otherwise.") from error
    sampling = {
        role: _sampling(settings, now, began.sampling.get(role, now), role in roles)
        for role, now in flow.sampling.items()
    }
    return AgentFlow(
        flow.models, flow.toolbox, budget=_budget(settings, events), sampling=sampling, overlap=flow.overlap
    )


def theirs(settings: Settings, events: Sequence[Event]) -> dict[Role, str]:
    """The role strings that come from the run, as the user gave none."""
    began = _beginning(events)
    if began is None or "model" in settings.model_fields_set:
        return {}
    return {role: text for role, text in began.models.items() if getattr(settings, role) is None}


def with_its_wiki(settings: Settings, noted: Sequence[Path]) -> Settings:
    """With the articles that a run began with. Raises `BadInput` when a file is not there any more."""
    for file in noted:
        if not file.is_file():
            raise BadInput(
                f"{file}: the run read articles from this file, and it is not there any more. Put it back, or say with "
                "--wiki FILE.jsonl what is to be read instead."
            )
    return settings.model_copy(update={"wiki_files": tuple(dict.fromkeys((*settings.wiki_files, *noted)))})


def _beginning(events: Sequence[Event]) -> FlowStarted | Forked | None:
    """What holds at the end of `events`."""
    return next((event for event in reversed(events) if isinstance(event, FlowStarted | Forked)), None)


def _budget(settings: Settings, events: Sequence[Event]) -> Budget:
    given = {part: getattr(settings.budget, part) for name, part in BUDGET.items() if name in settings.model_fields_set}
    return FlowState.fold(events).budget.model_copy(update=given)


def _sampling(settings: Settings, now: Sampling, began: Sampling, same_model: bool) -> Sampling:
    given = settings.model_fields_set
    update: dict[str, float] = {}
    if "temperature" in given:
        update["temperature"] = now.temperature
    if "max_tokens" in given or not same_model:  # what is long for one model is short for another
        update["max_tokens"] = now.max_tokens
    return began.model_copy(update=update)
