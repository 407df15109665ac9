"""The tools at hand: found, selected by name, described to models, and called within limits.

Adding a tool is adding a file to this folder (or an entry point of the group `agentflow.tools` to a package): every
module here with a `Tool` subclass of its own is found. `Toolbox.call` is the one place where an unexpected exception of
a tool becomes a failed result.
"""

import asyncio
import difflib
import importlib
import importlib.util
import inspect
import logging
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

import tools
from tools.base import Ask, Tool, ToolContext, ToolResult, ToolSettings, cut
from tools.writable import writable_data

ENTRY_POINTS = "agentflow.tools"
Named = TypeVar("Named", Tool[Any], type[Tool[Any]])

log = logging.getLogger(__name__)


class UnknownTool(LookupError):
    """Nobody has a tool of this name; `nearest` are the closest names, best first."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(known)
        plain = {_plain(known): known for known in self.known}
        wanted = _plain(name)
        near = [known for known in plain if wanted and wanted in known]
        near += difflib.get_close_matches(wanted, plain, n=3, cutoff=0.5)
        self.nearest = tuple(plain[match] for match in dict.fromkeys(near))[:3]
        guess = f": did you mean {' or '.join(self.nearest)}?" if self.nearest else "."
        super().__init__(f"there is no tool {name!r}{guess} The tools are: {', '.join(self.known) or 'none'}.")


class BadTool(Exception):
    """A file, an entry point or a server that should give a tool does not: the message names it and says why."""


class ToolSpec(BaseModel):
    """What models and people are told of a tool; `input_schema` is the JSON schema of its arguments."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    description: str
    input_schema: dict[str, Any]
    main_field: str
    limitations: str
    best_practice: str
    examples: tuple[dict[str, Any], ...]


class Toolbox:
    """Tools by name, in the order given."""

    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        self._tools = _by_name(tools)

    @classmethod
    def load(
        cls,
        settings: ToolSettings,
        names: Iterable[str] | None = None,
        folder: Path | None = None,
        more: Iterable[Tool[Any]] = (),
    ) -> "Toolbox":
        """All tools there are, or those of `names`. Raises UnknownTool, BadTool.

        `folder` holds more tool files, `more` are tools that are made already (those of MCP servers).
        """
        found, made = _by_name(find(folder)), _by_name(more)
        if twins := sorted(found.keys() & made.keys()):
            raise BadTool(f"two tools are named {twins[0]!r}: rename the server of one")
        known = (*found, *made)
        chosen = known if names is None else tuple(dict.fromkeys(_match(name, known) for name in names))
        return cls(made[name] if name in made else found[name](settings) for name in chosen)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tools)

    def get(self, name: str) -> Tool[Any]:
        """The tool of this name, written with any case, spaces or hyphens. Raises UnknownTool."""
        return self._tools[_match(name, self._tools)]

    def describe(self) -> list[ToolSpec]:
        """The contract of every tool, the same text every time."""
        return [_spec(tool) for tool in self._tools.values()]

    async def call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        """Calls a tool: arguments checked, deadline kept, text cut to size, and any slip of the tool a failed result.

        Raises UnknownTool, and whatever the tools' model raised through `context.ask`: that is not the tool's failure.
        """
        tool = self.get(name)
        try:
            parsed = tool.input_model.model_validate(arguments)
        except ValidationError as error:
            return ToolResult.failed(_explain(tool, error))
        model_errors: list[Exception] = []
        result = await _run(tool, parsed, replace(context, ask=_noting(context.ask, model_errors)), model_errors)
        if model_errors:
            raise model_errors[-1]
        return _fit(_whole(result), tool.settings.result_bytes)


def find(folder: Path | None = None) -> list[type[Tool[Any]]]:
    """The tool classes of this package, of installed packages (entry points) and of `folder`, sorted by name."""
    kinds = [kind for module in _modules(folder) for kind in _defined_in(module)]
    for point in entry_points(group=ENTRY_POINTS):
        kind = point.load()
        if not (inspect.isclass(kind) and issubclass(kind, Tool)):
            raise BadTool(f"the entry point {point.name!r} ({point.value}) is not a subclass of tools.base.Tool")
        kinds.append(kind)
    return sorted(kinds, key=lambda kind: kind.name)


def _modules(folder: Path | None) -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(tools.__path__):
        if not info.ispkg and info.name != "toolbox":
            yield importlib.import_module(f"tools.{info.name}")
    for path in sorted(folder.glob("*.py")) if folder else ():
        spec = importlib.util.spec_from_file_location(f"agentflow_extra_{path.stem}", path)
        assert spec and spec.loader  # always so for an existing .py file
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except (ImportError, SyntaxError) as error:
            raise BadTool(f"the tool file {path} cannot be loaded: {error}") from error
        yield module


def _defined_in(module: ModuleType) -> Iterator[type[Tool[Any]]]:
    for kind in vars(module).values():
        own = inspect.isclass(kind) and kind.__module__ == module.__name__
        if own and issubclass(kind, Tool) and not inspect.isabstract(kind):
            yield kind


def _by_name(found: Iterable[Named]) -> dict[str, Named]:
    """Of tools, or of tool classes."""
    named: dict[str, Named] = {}
    for one in found:
        if twin := named.get(one.name):
            raise BadTool(f"two tools are named {one.name!r}: rename one ({twin!r}, {one!r})")
        named[one.name] = one
    return named


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name.casefold())


def _match(name: str, known: Iterable[str]) -> str:
    known = tuple(known)
    if name in known:
        return name
    for candidate in known:
        if _plain(candidate) == _plain(name):
            return candidate
    raise UnknownTool(name, known)


def _spec(tool: Tool[Any]) -> ToolSpec:
    return ToolSpec(
        name=tool.name,
        description=tool.description,
        input_schema=tool.input_model.model_json_schema(),
        main_field=tool.main_field,
        limitations=tool.limitations,
        best_practice=tool.best_practice,
        examples=tool.examples,
    )


async def _run(tool: Tool[Any], parsed: BaseModel, context: ToolContext, model_errors: list[Exception]) -> ToolResult:
    seconds = context.seconds_left()
    try:
        async with asyncio.timeout(seconds) as scope:
            return await tool.run(parsed, context)
    except Exception as error:
        if scope.expired():
            return ToolResult.failed(f"{tool.name} took longer than {seconds:.3g} s and was stopped. Ask for less.")
        if not model_errors:
            log.exception("the tool %s failed unexpectedly", tool.name)
        return ToolResult.failed(f"{tool.name} failed unexpectedly: {type(error).__name__}: {error}")


def _noting(ask: Ask, errors: list[Exception]) -> Ask:
    """`ask`, keeping the model's error in `errors`, so that it is not lost whatever the tool makes of it."""

    async def noting(prompt: str) -> str:
        try:
            reply = await ask(prompt)
        except Exception as error:
            errors.append(error)
            raise
        errors.clear()  # the tool asked again and was answered
        return reply

    return noting


def _explain(tool: Tool[Any], error: ValidationError) -> str:
    slips = [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()]
    schema = tool.input_model.model_json_schema()
    required = schema.get("required", ())
    fields = [f"{name} (required)" if name in required else name for name in schema["properties"]]
    return f"bad arguments for {tool.name}: {'; '.join(slips)}. Its fields are: {', '.join(fields)}."


def _whole(result: ToolResult) -> ToolResult:
    """The result without halves of characters: they could not be stored, nor sent to a model."""
    given = result.model_dump()
    whole = writable_data(given)
    return result if whole == given else ToolResult.model_validate(whole)


def _fit(result: ToolResult, limit: int) -> ToolResult:
    error = None if result.error is None else cut(result.error, limit)
    return result.model_copy(update={"text": cut(result.text, limit), "error": error})
