"""Puts the Training tab on the page: two links that change between the views, and one component of its own.

Both views stay mounted, so a flow goes on while the curves are looked at; a style rule hides what is not in view.
"""

from itertools import count
from typing import Any

import gradio as gr

from demo import training
from demo.handlers import Handlers
from demo.training.handlers import Assemble, TrainingHandlers
from demo.training.trainings import Trainings
from demo.words import markup


def navigation() -> gr.HTML:
    """The links; to be placed under the header."""
    links = markup(
        lambda t: (
            f"""
<nav class="af-views" aria-label="{t("Views")}">
  <a href="#flow" data-view="flow" aria-current="page">{t("Flow")}</a>
  <a href="#training" data-view="training">{t("Training")}</a>
</nav>
"""
        )
    )
    return gr.HTML(links, js_on_load=training.navigation(), elem_id="af-views", apply_default_css=False)


def add_training(
    handlers: Handlers, assemble: Assemble, inspector: gr.HTML, trainings: Trainings | None = None
) -> TrainingHandlers:
    """Adds the tab's component; flows that are opened there appear in `inspector`."""
    own = TrainingHandlers(handlers.settings, handlers.registry, assemble, trainings)
    view = _component(own, handlers)
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

    number = count()

    def told(answer: dict[str, Any]) -> dict[str, Any]:
        """Numbered, since a value that equals the one before is no news to the page."""
        return answer | {"number": next(number)}

    async def train(data: gr.EventData, request: gr.Request) -> dict[str, Any]:
        steps = data._data.get("steps")
        return told(await own.train(steps if isinstance(steps, int) else 0, handlers.visitor(request)))

    async def tryout(data: gr.EventData, request: gr.Request) -> dict[str, Any]:
        job, question = str(data._data.get("job", "")), str(data._data.get("question", ""))
        return told({"tried": await own.tryout(job, question, handlers.visitor(request))})

    async def open_flow(data: gr.EventData) -> dict[str, Any]:
        source, run, step = (data._data.get(name) for name in ("source", "run", "step"))
        return await own.open(str(source), str(run), step if isinstance(step, int) else 0)

    view.train(train, None, view, **quiet)
    view.tryout(tryout, None, view, **quiet)
    view.open_flow(open_flow, None, inspector, **quiet)
    return own


def _component(own: TrainingHandlers, handlers: Handlers) -> gr.HTML:
    """Its functions are closures because Gradio marks them."""

    async def sources(request: Any) -> dict[str, Any]:
        return await own.sources(request)

    async def read(request: Any) -> dict[str, Any]:
        return await own.read(request)

    async def look(request: Any) -> dict[str, Any]:
        return await own.look(request)

    async def step(request: Any) -> dict[str, Any]:
        return await own.step(request)

    async def stop(request: Any) -> dict[str, Any]:
        return await own.stop(request)

    async def follow(request: Any) -> dict[str, Any]:
        return await handlers.follow(request)

    return gr.HTML(
        {},
        html_template=training.template(),
        js_on_load=training.script().loader,
        server_functions=[sources, read, look, step, stop, follow],
        elem_id="af-training",
        apply_default_css=False,
    )
