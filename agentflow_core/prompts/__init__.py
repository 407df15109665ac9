"""From what a module may see to the messages it is sent, in the dialect of its model.

In the chat dialect a module reads what the paper gives it, and the question always:

    planner     question, analysis, memory, toolbox
    executor    question, sub-goal, context, the chosen tool's contract; no memory (the paper: no question either)
    verifier    question, analysis, memory
    generator   question, analysis, memory (the paper: no analysis)

The prefix is stable: the rule about foreign text, question, analysis, memory as an append-only list; the role's
instruction comes last. A server's prefix cache then serves every turn, and planner, verifier and generator alike. In
the Pocket dialect every module reads one transcript, as it was trained to.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from agentflow_core.errors import ParseFailure
from agentflow_core.events import Phase, Plan
from agentflow_core.memory import Entry, Memory
from agentflow_core.models.base import Dialect, Message
from agentflow_core.prompts import pocket
from tools.quoting import inert
from tools.toolbox import ToolSpec

POCKET_TAG: dict[Phase, str] = {"analyze": "ana", "plan": "plan", "command": "cmd", "verify": "ver", "answer": "ans"}

DELIMITERS = ("result", "question")
"""Tags of the chat templates between which foreign text stands."""
LITERAL = ("default", "examples", "enum", "const")
"""Parts of a JSON schema that hold values, not schemas."""


@dataclass(frozen=True)
class View:
    """All that a module sees. `plan` and `tool` are the current turn's, once chosen."""

    dialect: Dialect
    question: str
    tools: tuple[ToolSpec, ...]
    analysis: str = ""
    memory: Memory = field(default_factory=Memory)
    turn: int = 0
    turns: int = 0
    plan: Plan | None = None
    tool: ToolSpec | None = None


def messages(view: View, phase: Phase) -> tuple[Message, ...]:
    """What the module of `phase` is sent."""
    if view.dialect == "pocket":
        return (Message(role="user", content=transcript(view) + f"<{POCKET_TAG[phase]}>"),)
    rule = Message(role="system", content=_render("shared"))
    if phase == "command":
        asked = _render(phase, question=view.question, plan=view.plan, tool=view.tool)
        return (rule, Message(role="user", content=asked))
    past = _render(
        "memory",
        question=view.question,
        analysis=view.analysis,
        entries=view.memory.entries,
        left_out=view.memory.left_out,
        phase=phase,
    )
    role = _render(phase, tools=view.tools, turn=view.turn, turns=view.turns)
    return (rule, Message(role="user", content=f"{past}\n{role}"))


def ask_again(sent: tuple[Message, ...], raw: str, failure: ParseFailure, dialect: Dialect) -> tuple[Message, ...]:
    """The same request after text that could not be parsed; the chat dialect says what was wrong.

    The Pocket dialect has no words for that: it is asked the same again, and sampled differently.
    """
    if dialect == "pocket":
        return sent
    said = _render("retry", field=failure.field, problem=failure.problem)
    return (*sent, Message(role="assistant", content=raw or "(nothing)"), Message(role="user", content=said))


def tool_prompt(prompt: str, dialect: Dialect) -> tuple[Message, ...]:
    """A tool's own request to a model."""
    return (Message(role="user", content=pocket.given("q", prompt) + "<gen>" if dialect == "pocket" else prompt),)


def transcript(view: View) -> str:
    """The Pocket transcript so far, up to where the next role's tag goes."""
    parts = [pocket.given("q", view.question)]
    if view.analysis:
        parts.append(pocket.written("ana", view.analysis))
    parts += [_segment(entry) for entry in view.memory.entries]
    if view.plan is not None:
        parts.append(_plan(view.plan.context, view.plan.sub_goal, view.plan.tool))
    return "".join(parts)


def _segment(e: Entry) -> str:
    text = _plan(e.context, e.sub_goal, e.tool) + pocket.written("cmd", e.command) + pocket.given("res", e.result)
    if e.stop is None:
        return text
    return text + pocket.written("ver", e.reason, ("say", "STOP" if e.stop else "CONTINUE"))


def _plan(context: str, sub_goal: str, tool: str) -> str:
    return pocket.written("plan", context or "Nothing yet.", ("goal", sub_goal), ("tool", tool))


@cache
def _environment() -> Environment:
    loader = PackageLoader("agentflow_core.prompts", "chat")
    # Prompts are plain text: autoescape off is right here. Values are inserted, never evaluated as templates.
    environment = Environment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["data"] = _data
    environment.filters["json"] = _json
    environment.filters["schema"] = lambda schema: json.dumps(_brief(schema), ensure_ascii=False, separators=(",", ":"))
    return environment


def _data(text: str) -> str:
    """Text from users, tools and models cannot close the delimiters it stands in."""
    return inert(text, DELIMITERS)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _brief(schema: Any) -> Any:
    """A JSON schema without what says nothing to a model: the titles that pydantic makes of names, and that no other
    arguments are taken."""
    if isinstance(schema, list):
        return [_brief(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: part if name in LITERAL else _brief(part)
        for name, part in schema.items()
        if not ((name == "title" and isinstance(part, str)) or (name == "additionalProperties" and part is False))
    }


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(f"{name}.j2").render(**values).strip()
