"""The planner: analyses the question once, then chooses each turn's sub-goal and tool. The only trained module."""

from agentflow_core.errors import ParseFailure
from agentflow_core.events import Plan
from agentflow_core.parsing import fields, strip_thinking
from agentflow_core.prompts import View, pocket
from agentflow_core.request import Request
from tools.toolbox import Toolbox, UnknownTool

LABELS = {
    "justification": ("Justification",),
    "context": ("Context",),
    "sub_goal": ("Sub-Goal", "Sub Goal", "Subgoal"),
    "tool": ("Tool Name", "Tool"),
}


def analyze(view: View) -> Request[str]:
    return Request("planner", "analyze", view, _analysis)


def plan(view: View, toolbox: Toolbox) -> Request[Plan]:
    """Next action a_t ~ planner(q, K, M_t). An unknown tool is a failure that names the nearest ones."""

    def parse(raw: str) -> Plan:
        found = _pocket_fields(raw) if view.dialect == "pocket" else fields(raw, LABELS, ("sub_goal", "tool"))
        try:
            tool = toolbox.get(found["tool"].splitlines()[0].strip(" `*\"'."))
        except UnknownTool as error:
            raise ParseFailure("tool", str(error)) from error
        return Plan(
            justification=found.get("justification", ""),
            context=found.get("context", ""),
            sub_goal=found["sub_goal"],
            tool=tool.name,
        )

    return Request("planner", "plan", view, parse)


def _analysis(raw: str) -> str:
    if text := strip_thinking(raw.split(pocket.END, 1)[0]):
        return text
    raise ParseFailure("analysis", "the text is empty")


def _pocket_fields(raw: str) -> dict[str, str]:
    found = pocket.split(raw, ("goal", "tool"))
    for name, tag in (("sub_goal", "goal"), ("tool", "tool")):
        if not found.get(tag):
            raise ParseFailure(name, f"no <{tag}> part was found in the text")
    return {"context": found.get("", ""), "sub_goal": found["goal"], "tool": found["tool"]}
