"""Wires history, export, import, recordings and races into the page: what `app` needs of them in one place."""

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from agentflow_core import RunStore, Settings
from agentflow_core.errors import StoreError
from agentflow_core.history import History
from demo import recordings
from demo.compare import Races
from demo.handlers import Handlers
from demo.history import Shelf
from demo.limits import Limits
from demo.registry import Registry
from demo.share import Collector, Sharing

log = logging.getLogger(__name__)


def registry_of(settings: Settings, store: RunStore | None) -> Registry:
    """The page's runs; finished ones go to the operator's collector, if there is one."""
    finished = Collector(settings.otlp) if settings.otlp else None
    return Registry(store, limits=Limits.of(settings), finished=finished)


def server_functions(handlers: Handlers, store: RunStore | None) -> list[Callable[..., Any]]:
    """What the inspector's modules call. Closures, because Gradio marks them."""
    kept = _history(store)
    shelf = Shelf(kept, handlers.registry)
    settings = handlers.settings
    sharing = Sharing(handlers.registry, kept, Limits.of(settings), settings.flow_bytes)

    async def history(request: Any) -> dict[str, Any]:
        return await shelf.answer(request)

    async def export(request: Any) -> dict[str, Any]:
        return await sharing.export(request)

    async def load(request: Any, caller: gr.Request) -> dict[str, Any]:
        return await sharing.load(request, handlers.visitor(caller))

    def recorded(request: Any) -> dict[str, Any]:
        return recordings.answer(request)

    return [history, export, load, recorded]


def wire_race(view: gr.HTML, handlers: Handlers, inputs: list[Any], quiet: dict[str, Any]) -> None:
    """The page's Race button; both runs take the page's options."""
    races = Races(handlers)

    async def race(data: gr.EventData, request: gr.Request, *chosen: Any) -> dict[str, Any]:
        return await races.start(data._data.get("question"), *chosen, visitor=handlers.visitor(request))

    view.race(race, inputs, view, **quiet)


def _history(store: RunStore | None) -> History | None:
    if store is None:
        return None
    try:
        return History(store)
    except StoreError as error:
        log.warning("no history is kept. %s", error)
        return None
