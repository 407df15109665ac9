"""A visitor's hands on runs: pause, resume, step, stop, breakpoints, edits, and forks of any run that they may see.

Beside `handlers`, which starts and shows runs. What a page sends is checked by the models of `hand`; what comes back
is `{"problem": ...}` where a person can mend it.
"""

from typing import Any, TypeVar

from pydantic import ValidationError

from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.events import ROLES, Event, FlowStarted, Forked, Role
from agentflow_core.fork import fork
from demo.hand import ForkWanted, Hand, Said, breakpoints_of, check_key, control_of, first
from demo.handlers import MOST_TURNS, UNKNOWN_RUN, Handlers, Options, chosen_options
from demo.recordings import UNKNOWN, events_of
from demo.registry import Run

NOT_UNDER_WAY = "This run is not under way any more: fork it to go on from any of its steps."
EDIT_CHARACTERS = 20_000
MOST_FAMILY = 50
T = TypeVar("T", bound=Said)


class Stepping:
    """Steers and forks the runs of one registry."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers, self._registry = handlers, handlers.registry

    async def control(self, request: Any) -> dict[str, Any]:
        """Does one thing to a run that is under way; see `Hand`."""
        try:
            hand = _read(Hand, request)
            check_key(hand.run, hand.key)
            run = await self._registry.get(hand.run)
            if run is None:
                raise BadInput(UNKNOWN_RUN)
            if run.done:
                raise BadInput(NOT_UNDER_WAY)
            _obey(run, hand)
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"done": True}

    async def fork(self, request: Any, *chosen: Any, visitor: str = "") -> dict[str, Any]:
        """Starts a fork; see `ForkWanted`. Of `chosen`, the page's fields, only keys for the same models are used."""
        try:
            wanted = _read(ForkWanted, request)
            parent = _recorded(wanted.recording) if wanted.recording else await self._registry.get(wanted.run)
            if parent is None or not parent.events:
                raise BadInput(UNKNOWN_RUN)
            run = await self._forked(parent, wanted, chosen_options(*chosen), visitor)
        except AgentFlowError as error:
            return {"problem": str(error)}
        return {"run": run.token, "key": run.key, "parent": parent.token, "at": run.forked_at}

    async def _forked(self, parent: Run, wanted: ForkWanted, page: Options, visitor: str) -> Run:
        began = _began(parent.events, wanted.at)
        models = {role: wanted.roles.get(role) or began.models[role] for role in ROLES}
        options = Options(
            models=models,
            keys={role: key for role, key in page.keys.items() if page.models.get(role) == models[role]},
            tools=began.tools,
            turns=min(began.budget.turns, MOST_TURNS) if wanted.turns is None else wanted.turns,
            temperature=_temperature(began) if wanted.temperature is None else wanted.temperature,
        )
        flow, pool, budget = await self._handlers.prepared(options)
        try:
            made = fork(flow, parent.events, wanted.at, wanted.edit, budget)
            self._handlers.check_allowance(made.start)
            metered, control = self._handlers.metered(flow), control_of(wanted.begin)
            return self._registry.fork(parent, made, metered, on_end=pool.close, visitor=visitor, control=control)
        except AgentFlowError:
            await pool.close()
            raise

    async def family(self, request: Any) -> dict[str, Any]:
        """How runs that the page knows stand: `{runs: [...]}`. Nobody learns of a run whose id they do not have."""
        named = request.get("runs") if isinstance(request, dict) else None
        tokens = [token for token in named if isinstance(token, str)] if isinstance(named, list) else []
        found = [await self._registry.get(token) for token in tokens[:MOST_FAMILY]]
        return {"runs": [_stand(run) for run in found if run is not None]}


def _recorded(name: str) -> Run:
    """A recording as a run that nobody steers."""
    try:
        return Run("", events=events_of(name), done=True)
    except KeyError:
        raise BadInput(UNKNOWN) from None


def _read(kind: type[T], request: Any) -> T:
    try:
        read = kind.model_validate(request)
    except ValidationError as error:
        raise BadInput(f"This cannot be done: {first(error)}.") from error
    if len(repr(getattr(read, "edit", None))) > EDIT_CHARACTERS:
        raise BadInput(f"The edit is too long: at most {EDIT_CHARACTERS:,} characters are taken.")
    return read


def _obey(run: Run, hand: Hand) -> None:
    control = run.control
    if hand.breakpoints is not None:
        control.breakpoints = breakpoints_of(hand.breakpoints)
    if hand.edit:
        control.edit(hand.edit)
    match hand.do:
        case "pause":
            control.pause()
        case "resume":
            control.resume()
        case "step":
            control.step()
        case "stop":
            control.stop()
        case "nothing":
            pass


def _began(events: list[Event], at: int) -> FlowStarted | Forked:
    """The models, tools and limits that hold at event `at`."""
    found = [event for event in events[: at + 1] if isinstance(event, FlowStarted | Forked)]
    if not found:
        raise BadInput(f"There is no event {at} in this run.")
    return found[-1]


def _temperature(began: FlowStarted | Forked) -> float:
    role: Role = "planner"
    return min(2.0, began.sampling[role].temperature) if role in began.sampling else 0.0


def _stand(run: Run) -> dict[str, Any]:
    """A line of the branch tree."""
    status = answer = None
    turns = 0
    for event in run.events:
        match event.type:
            case "flow_finished":
                status = event.status
            case "resumed" | "forked":
                status = None
            case "answered":
                answer = event.answer.text
            case "planned":
                turns = event.turn
    return {"run": run.token, "status": status, "done": run.done, "answer": answer, "turns": turns}
