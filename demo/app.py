"""Builds the page: question, examples, options, models, and the inspector that follows the run."""

import json
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from agentflow_core import RunStore, Settings, assemble
from agentflow_core.assemble import default_tools, offered_tools
from agentflow_core.errors import AgentFlowError, StoreError
from agentflow_core.models import TransformersModel
from demo import api, inspector, look, training
from demo.handlers import QUESTION_CHARACTERS, Assemble, Handlers
from demo.headers import Headers
from demo.intake import Intake
from demo.keeping import registry_of, server_functions, wire_race
from demo.models_panel import build_panel
from demo.stepping import Stepping
from demo.tool_api import add_tools
from demo.training.tab import add_training, navigation
from demo.words import I18N, t
from tools.sandbox import prepare

log = logging.getLogger(__name__)

STOP_SCRIPT = "() => { window.dispatchEvent(new Event('agentflow:stop')); }"
KEPT_FILES_SECONDS = (3600, 3600)


def build_app(
    settings: Settings | None = None, *, store: RunStore | None = None, assemble: Assemble = assemble
) -> gr.Blocks:
    """The whole page. Nothing is loaded or contacted; `store=None` keeps runs in memory only."""
    settings = settings or Settings.load()
    handlers = Handlers(settings, registry_of(settings, store), assemble)
    begin = _begin(handlers)
    tools, chosen_first = offered_tools(settings), default_tools(settings)
    page = gr.Blocks(title=look.TITLE, analytics_enabled=False, delete_cache=KEPT_FILES_SECONDS)
    with page:
        gr.HTML(look.header(), elem_id="af-header", apply_default_css=False)
        navigation()
        with gr.Column(elem_id="af-ask"):
            with gr.Row(elem_id="af-question-row"):
                question = gr.Textbox(
                    label=t("Question"),
                    show_label=False,
                    placeholder=t("Ask a question …"),
                    lines=1,
                    max_lines=6,
                    scale=6,
                    elem_id="af-question",
                    autofocus=True,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )
                run = gr.Button(t("Run"), variant="primary", elem_id="af-run", scale=0, min_width=110)
                first = gr.Button(t("Step"), elem_id="af-first-step", scale=0, min_width=90)
                stop = gr.Button(t("Stop"), variant="stop", elem_id="af-stop", scale=0, min_width=110)
            examples = gr.Dataset(
                components=[question],
                samples=[[text] for text in look.EXAMPLES],
                label=t("Examples"),
                elem_id="af-examples",
                samples_per_page=12,
            )
        with gr.Row(elem_id="af-settings"):
            with gr.Column(min_width=280):
                panel = build_panel(settings)
            with gr.Column(min_width=280), gr.Accordion(t("Options"), open=False, elem_id="af-options"):
                chosen = gr.CheckboxGroup(tools, value=chosen_first, label=t("Tools"))
                turns = gr.Slider(1, 20, value=min(settings.max_turns, 20), step=1, label=t("Turns, at most"))
                temperature = gr.Slider(0, 1.5, value=settings.temperature, step=0.1, label=t("Temperature"))
        view = _inspector(handlers, store)
        gr.HTML(look.honest(settings), elem_id="af-honest", apply_default_css=False)

        inputs = [chosen, turns, temperature, *panel.inputs]
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        hand = gr.Textbox(visible=False)
        asked = [question, *inputs, hand]
        gr.on([run.click, question.submit], begin, asked, view, js=_beginning(asked), **quiet)
        first.click(begin, asked, view, js=_beginning(asked, paused=True), **quiet)
        stop.click(None, js=STOP_SCRIPT, api_visibility="private")
        examples.click(lambda sample: sample[0], examples, question, **quiet).then(
            begin, asked, view, js=_beginning(asked), **quiet
        )
        _wire_end(view, handlers, question, inputs, quiet)
        _wire_fork(view, handlers, inputs, quiet)
        wire_race(view, handlers, inputs, quiet)
        add_training(handlers, assemble, view)
        api.add_api(handlers, chosen_first, tools)
        add_tools(handlers)
    page.queue(max_size=200, default_concurrency_limit=8)
    return page


def _inspector(handlers: Handlers, store: RunStore | None) -> gr.HTML:
    """The one component that shows runs. Its functions are closures because Gradio marks them."""

    async def follow(request: Any) -> dict[str, Any]:
        return await handlers.follow(request)

    async def event(request: Any) -> dict[str, Any]:
        return await handlers.event(request)

    async def find(request: Any) -> dict[str, Any]:
        return await handlers.find(request)

    async def stop(request: Any) -> dict[str, Any]:
        return await handlers.stop(request)

    stepping = Stepping(handlers)

    async def control(request: Any) -> dict[str, Any]:
        return await stepping.control(request)

    async def family(request: Any) -> dict[str, Any]:
        return await stepping.family(request)

    return gr.HTML(
        {},
        html_template=inspector.template(),
        js_on_load=inspector.script().loader,
        server_functions=[follow, event, find, stop, control, family, *server_functions(handlers, store)],
        elem_id="af-inspector",
        apply_default_css=False,
    )


def _begin(handlers: Handlers) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def begin(request: gr.Request, question: str, *chosen: Any) -> dict[str, Any]:
        *fields, hand = chosen
        return await handlers.begin(question, *fields, visitor=handlers.visitor(request), hand=hand)

    return begin


def _beginning(asked: list[Any], paused: bool = False) -> str:
    """The script that puts in the last place how the run is to begin, as the inspector has it once it is there."""
    wanted = json.dumps(paused)
    said = f"window.agentflowBeginning?.({wanted}) ?? JSON.stringify({{ paused: {wanted} }})"
    return f"(...given) => [...given.slice(0, {len(asked) - 1}), {said}]"


def _wire_fork(view: gr.HTML, handlers: Handlers, inputs: list[Any], quiet: dict[str, Any]) -> None:
    """Of the page's fields a fork takes keys only."""
    stepping = Stepping(handlers)

    async def fork(data: gr.EventData, request: gr.Request, *chosen: Any) -> dict[str, Any]:
        return await stepping.fork(data._data.get("fork"), *chosen, visitor=handlers.visitor(request))

    view.fork(fork, inputs, view, **quiet)


def _wire_end(
    view: gr.HTML, handlers: Handlers, question: gr.Textbox, inputs: list[Any], quiet: dict[str, Any]
) -> None:
    """The buttons at the end of a flow that gave no answer; both use the options of now."""

    async def again(data: gr.EventData, request: gr.Request, *chosen: Any) -> tuple[str, dict[str, Any]]:
        text = str(data._data.get("question", ""))
        hand = str(data._data.get("hand", ""))
        return text, await handlers.begin(text, *chosen, visitor=handlers.visitor(request), hand=hand)

    async def resume(data: gr.EventData, request: gr.Request, *chosen: Any) -> dict[str, Any]:
        run, key, hand = (str(data._data.get(name, "")) for name in ("run", "key", "hand"))
        return await handlers.resume(run, *chosen, visitor=handlers.visitor(request), key=key, hand=hand)

    view.again(again, inputs, [question, view], **quiet)
    view.resume(resume, inputs, view, **quiet)


def launch_options() -> dict[str, Any]:
    """What `launch` is told besides host and port."""
    return {
        "theme": look.theme(),
        "css": look.style(),
        "head": inspector.script().preload,
        "i18n": I18N,
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
        "ssr_mode": False,  # its server, a Node process, would answer without this page's headers
        "app_kwargs": {
            "middleware": [Middleware(Intake), Middleware(Headers)],
            "routes": [inspector.script().route, training.script().route],
            "docs_url": None,
            "redoc_url": None,
        },
    }


def open_store(settings: Settings) -> RunStore | None:
    """The run store, or None with a warning when its place cannot be used: the page then works without a history."""
    try:
        store = RunStore(settings.store_path)
    except StoreError as error:
        log.warning("runs are kept in memory only. %s", error)
        return None
    if store.read_only is not None:
        log.warning("runs are kept in memory only. The run store %s: %s.", store.path, store.read_only)
        return None
    return store


def load_models(settings: Settings) -> None:
    """Loads the local models that the settings name, in this thread: the first question is quick then."""
    for model in dict.fromkeys(assemble(settings).models.values()):
        if not isinstance(model, TransformersModel):
            continue
        try:
            model.count_tokens("")
        except AgentFlowError as error:
            log.warning("%s could not be loaded: %s", model.name, error)


def warm_up(settings: Settings) -> threading.Thread:
    """Loads the local models and starts the sandbox in the background, so that the page is up at once."""
    prepare()
    thread = threading.Thread(target=load_models, args=(settings,), name="warm-up", daemon=True)
    thread.start()
    return thread


__all__ = ["QUESTION_CHARACTERS", "build_app", "launch_options", "load_models", "open_store", "warm_up"]
