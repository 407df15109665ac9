"""A human's edit of the action that comes next: checked as strictly as a model's, in a pause and at a fork alike."""

from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from agentflow_core import executor
from agentflow_core.errors import BadInput, ParseFailure
from agentflow_core.events import Plan
from agentflow_core.state import FlowState
from tools.toolbox import Toolbox, UnknownTool
from tools.writable import writable_data


class Edit(NamedTuple):
    """The fields of an `Edited` event."""

    turn: int
    phase: Literal["plan", "command"]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def changed(self) -> bool:
        return self.before != self.after


def edit(state: FlowState, toolbox: Toolbox, changes: dict[str, Any]) -> Edit:
    """What `changes` make of the action that is about to be carried out.

    Before the command that is the plan: any of `context`, `sub_goal`, `tool`, `justification`. Before the tool it is
    the command: all its arguments. Raises `BadInput` for anything that cannot be carried out.
    """
    turn, phase = state.next_step() or (0, "answer")
    current = state.turns[turn - 1] if 0 < turn <= len(state.turns) else None
    changes = writable_data(changes)
    if phase == "command" and current is not None and current.plan is not None:
        before = current.plan.model_dump()
        return Edit(turn, "plan", before, _plan(before | changes, toolbox))
    if phase == "tool" and current is not None and current.plan is not None and current.command is not None:
        before = current.command.model_dump()
        after = _command(current.plan.tool, changes.get("arguments", changes), toolbox)
        return Edit(turn, "command", before, after)
    raise BadInput(f"There is nothing to edit before “{phase}”: only a plan or a command that was not yet used.")


def check_pending(state: FlowState, toolbox: Toolbox) -> None:
    """A plan that was not carried out yet needs its tool. Raises `BadInput` when that is not in the toolbox."""
    turn, phase = state.next_step() or (0, "answer")
    if phase in ("command", "tool") and (plan := state.turns[turn - 1].plan) and plan.tool not in toolbox.names:
        raise BadInput(
            f"The plan of turn {turn} is to use {plan.tool}, which is not among the tools now "
            f"({', '.join(toolbox.names)}): add it, or go on from before that plan."
        )


def _plan(values: dict[str, Any], toolbox: Toolbox) -> dict[str, Any]:
    try:
        plan = Plan.model_validate(values)
        if not plan.sub_goal.strip():
            raise BadInput("The plan cannot be used: its sub-goal is empty.")
        return plan.model_copy(update={"tool": toolbox.get(plan.tool).name}).model_dump()
    except ValidationError as error:
        raise BadInput(f"The plan cannot be used: {_first(error)}.") from error
    except UnknownTool as error:
        raise BadInput(str(error)) from error


def _command(tool: str, arguments: Any, toolbox: Toolbox) -> dict[str, Any]:
    try:
        return executor.validated(toolbox.get(tool), arguments).model_dump()
    except ParseFailure as error:
        raise BadInput(f"The command cannot be used. {error}.") from error
    except UnknownTool as error:
        raise BadInput(str(error)) from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
