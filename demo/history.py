"""A visitor's history: list and search, rename, mark, delete. Whose runs these are is known by a key that only the
visitor's browser has; of the key the store gets a hash.

What a page sends is checked by the models here; what a person can mend comes back as `{"problem": ...}`.
"""

import asyncio
import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.history import NAME_CHARACTERS, History, Mark, Wanted
from demo.hand import KEY_CHARACTERS, Said, check_key, first
from demo.registry import Registry

NO_HISTORY = "This page keeps no history: its store cannot be opened. Export a run to keep it."
STILL_RUNNING = "This run is still under way: stop it first."
RunId = Annotated[str, Field(max_length=64)]
VisitorKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


class Visitor(Said):
    visitor: VisitorKey


class List(Visitor):
    do: Literal["list"]
    wanted: Wanted = Wanted()


class Claim(Visitor):
    """Puts a run on the shelf of the visitor who started it: the run's key shows that."""

    do: Literal["claim"]
    run: RunId
    key: str = Field(max_length=KEY_CHARACTERS)


class Rename(Visitor):
    do: Literal["rename"]
    run: RunId
    name: str = Field(max_length=NAME_CHARACTERS)


class MarkRun(Visitor):
    do: Literal["mark"]
    run: RunId
    mark: Mark


class Look(Visitor):
    """How the visitor marked a run."""

    do: Literal["look"]
    run: RunId


class Delete(Visitor):
    do: Literal["delete"]
    run: RunId


Request = Annotated[List | Claim | Rename | MarkRun | Look | Delete, Field(discriminator="do")]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


def owner_of(visitor: str) -> str:
    """What the store knows of a visitor's key."""
    return hashlib.sha256(visitor.encode()).hexdigest()


class Shelf:
    """The history of every visitor of one page; `history=None`: nothing is kept."""

    def __init__(self, history: History | None, registry: Registry) -> None:
        self.history, self._registry = history, registry

    async def answer(self, request: Any) -> dict[str, Any]:
        """Does what a page asks for; see the models above."""
        try:
            read = _read(request)
            if self.history is None:
                raise BadInput(NO_HISTORY)
            return await self._do(self.history, read, owner_of(read.visitor))
        except AgentFlowError as error:
            return {"problem": str(error)}

    async def _do(self, history: History, asked: Request, owner: str) -> dict[str, Any]:
        match asked:
            case List(wanted=wanted):
                entries = await asyncio.to_thread(history.find, owner, wanted)
                return {"runs": [entry.model_dump(mode="json", exclude={"plans", "results"}) for entry in entries]}
            case Claim(run=run, key=key):
                check_key(run, key)
                return {"done": await asyncio.to_thread(history.claim, owner, run)}
            case Rename(run=run, name=name):
                await asyncio.to_thread(history.rename, owner, run, name)
            case MarkRun(run=run, mark=mark):
                await asyncio.to_thread(history.mark, owner, run, mark)
            case Look(run=run):
                return {"mark": await asyncio.to_thread(history.mark_of, owner, run)}
            case Delete(run=run):
                await self._delete(history, owner, run)
        return {"done": True}

    async def _delete(self, history: History, owner: str, run: str) -> None:
        if history.owns(owner, run) and (known := await self._registry.get(run)) and not known.done:
            raise BadInput(STILL_RUNNING)
        await asyncio.to_thread(history.delete, owner, run)
        self._registry.forget(run)


def _read(request: Any) -> Request:
    try:
        return REQUEST.validate_python(request)
    except ValidationError as error:
        raise BadInput(f"This cannot be done: {first(error)}.") from error
