"""Builds the page: question, examples, options, models, and the inspector that follows the run."""

import asyncio
import logging
import threading
from typing import Any

import gradio as gr

from agentflow_core import RunStore, Settings, assemble
from agentflow_core.errors import AgentFlowError, StoreError
from agentflow_core.events import Role
from agentflow_core.models import parse_role
from demo import api, inspector, look
from demo.handlers import QUESTION_CHARACTERS, Assemble, Handlers
from demo.models_panel import build_panel
from demo.registry import Registry
from tools.toolbox import find

log = logging.getLogger(__name__)

STOP_SCRIPT = "() => { window.dispatchEvent(new Event('agentflow:stop')); }"
KEPT_FILES_SECONDS = (3600, 3600)


def build_app(
    settings: Settings | None = None, *, store: RunStore | None = None, assemble: Assemble = assemble
) -> gr.Blocks:
    """The whole page. Nothing is loaded or contacted; `store=None` keeps runs in memory only."""
    settings = settings or Settings.load()
    handlers = Handlers(settings, Registry(store), assemble)
    tools = settings.tool_names() or [kind.name for kind in find()]
    page = gr.Blocks(title=look.TITLE, analytics_enabled=False, delete_cache=KEPT_FILES_SECONDS)
    with page:
        gr.HTML(look.HEADER, elem_id="af-header", apply_default_css=False)
        with gr.Column(elem_id="af-ask"):
            with gr.Row(elem_id="af-question-row"):
                question = gr.Textbox(
                    label="Question",
                    show_label=False,
                    placeholder="Ask a question …",
                    lines=1,
                    max_lines=6,
                    scale=6,
                    elem_id="af-question",
                    autofocus=True,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )
                run = gr.Button("Run", variant="primary", elem_id="af-run", scale=0, min_width=110)
                stop = gr.Button("Stop", variant="stop", elem_id="af-stop", scale=0, min_width=110)
            examples = gr.Dataset(
                components=[question],
                samples=[[text] for text in look.EXAMPLES],
                label="Examples",
                elem_id="af-examples",
                samples_per_page=12,
            )
        with gr.Row(elem_id="af-settings"):
            with gr.Column(min_width=280):
                panel = build_panel(settings)
            with gr.Column(min_width=280), gr.Accordion("Options", open=False, elem_id="af-options"):
                chosen = gr.CheckboxGroup(tools, value=tools, label="Tools")
                turns = gr.Slider(1, 20, value=min(settings.max_turns, 20), step=1, label="Turns, at most")
                temperature = gr.Slider(0, 1.5, value=settings.temperature, step=0.1, label="Temperature")
        view = _inspector(handlers)
        gr.HTML(look.HONEST, elem_id="af-honest", apply_default_css=False)

        inputs = [chosen, turns, temperature, *panel.inputs]
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        gr.on([run.click, question.submit], handlers.begin, [question, *inputs], view, **quiet)
        stop.click(None, js=STOP_SCRIPT, api_visibility="private")
        examples.click(lambda sample: sample[0], examples, question, **quiet).then(
            handlers.begin, [question, *inputs], view, **quiet
        )
        _wire_end(view, handlers, question, inputs, quiet)
        api.add_api(handlers, tools)
    page.queue(max_size=200, default_concurrency_limit=8)
    return page


def _inspector(handlers: Handlers) -> gr.HTML:
    """The one component that shows runs. Its functions are closures because Gradio marks them."""

    async def follow(request: Any) -> dict[str, Any]:
        return await handlers.follow(request)

    async def event(request: Any) -> dict[str, Any]:
        return await handlers.event(request)

    async def stop(request: Any) -> dict[str, Any]:
        return await handlers.stop(request)

    return gr.HTML(
        {},
        html_template=inspector.template(),
        js_on_load=inspector.script(),
        server_functions=[follow, event, stop],
        elem_id="af-inspector",
        apply_default_css=False,
    )


def _wire_end(
    view: gr.HTML, handlers: Handlers, question: gr.Textbox, inputs: list[Any], quiet: dict[str, Any]
) -> None:
    """The buttons at the end of a flow that gave no answer; both use the options of now."""

    async def again(data: gr.EventData, *chosen: Any) -> tuple[str, dict[str, Any]]:
        text = str(data._data.get("question", ""))
        return text, await handlers.begin(text, *chosen)

    async def resume(data: gr.EventData, *chosen: Any) -> dict[str, Any]:
        return await handlers.resume(str(data._data.get("run", "")), *chosen)

    view.again(again, inputs, [question, view], **quiet)
    view.resume(resume, inputs, view, **quiet)


def launch_options() -> dict[str, Any]:
    """What `launch` is told besides host and port."""
    return {
        "theme": look.theme(),
        "css": look.style(),
        "footer_links": ["api"],
        "mcp_server": True,
        "show_error": False,
        "max_file_size": "1mb",
        "allowed_paths": [],
        "strict_cors": True,
        "enable_monitoring": False,
        "run_history": False,  # it would keep a visitor's keys in the browser
        "state_session_capacity": 1000,
        "quiet": True,
    }


def open_store(settings: Settings) -> RunStore | None:
    """The run store, or None with a warning when its place cannot be used: the page then works without a history."""
    try:
        return RunStore(settings.store_path)
    except StoreError as error:
        log.warning("runs are kept in memory only. %s", error)
        return None


def warm_up(settings: Settings) -> threading.Thread:
    """Loads the local models in the background, so that the page is up at once and the first question is quick."""
    texts = {text for text in settings.role_strings().values() if parse_role(text).backend != "openai"}

    async def load() -> None:
        role: Role = "planner"
        for text in sorted(texts):
            try:
                await assemble(settings, roles={role: text}).models[role].check()
            except AgentFlowError as error:
                log.warning("%s could not be loaded: %s", text, error)

    thread = threading.Thread(target=lambda: asyncio.run(load()), name="warm-up", daemon=True)
    thread.start()
    return thread


__all__ = ["QUESTION_CHARACTERS", "build_app", "launch_options", "open_store", "warm_up"]
