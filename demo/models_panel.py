"""Whose models answer: the Models panel, the check of one role, and how long a visitor's key lives.

A key travels with each run or check and is forgotten with it: the models that hold it belong to that run alone
(`VisitorPool`). The operator's own key goes only to the operator's own role strings (`agentflow_core.assemble`).
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from agentflow_core import Settings, assemble, shared_pool
from agentflow_core.assemble import own_key
from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.events import Role
from agentflow_core.models import LanguageModel, ModelPool, ModelSpec, parse_role
from agentflow_core.models.server_status import server_status
from demo.words import OPEN, PUBLIC, t

CHECK_SECONDS = 120
KEY_CHARACTERS = 500


class VisitorPool(ModelPool):
    """Local weights from the shared pool; clients of servers, which hold keys, are this pool's own."""

    def __init__(self, shared: ModelPool, settings: Settings) -> None:
        super().__init__()
        self._shared = shared
        own = [parse_role(text) for text in settings.role_strings().values()]
        self._allowed = {*own, *(spec.frozen() for spec in own)}
        self._any = not settings.own_models_only

    def get(self, spec: ModelSpec, api_key: str | None = None) -> LanguageModel:
        if not (self._any or spec.backend == "pocket" or spec in self._allowed):
            raise BadInput(
                f"This page does not take models of its visitors, so “{spec}” cannot be used here. Run your own copy "
                "(two commands, see the repository), or have its operator set AGENTFLOW_OWN_MODELS_ONLY=false."
            )
        if spec.backend == "openai":
            return super().get(spec, api_key)
        return self._shared.get(spec)


def written(fields: Mapping[Role, str]) -> dict[Role, str]:
    """The fields that hold something; an empty one means the operator's own."""
    return {role: text.strip() for role, text in fields.items() if text.strip()}


async def check(settings: Settings, role: Role, text: str, key: str) -> dict[str, Any]:
    """Tries the real model of one role: what it can do, or the error that says what to change."""
    pool = VisitorPool(shared_pool(), settings)
    try:
        flow = assemble(settings, roles=written({role: text}), keys=written({role: key}), pool=pool)
        model = flow.models[role]
        async with asyncio.timeout(CHECK_SECONDS):
            can = await model.check()
            own = settings.role_strings()[role]
            chosen = text.strip() or own
            # As in `assemble`: the operator's key goes where the operator sent it, and nowhere else.
            server = await _server(parse_role(chosen), key.strip() or (own_key(settings) if chosen == own else None))
    except AgentFlowError as error:
        return {"ok": False, "text": _without(str(error), key)}
    except TimeoutError:
        return {"ok": False, "text": f"No answer within {CHECK_SECONDS} s: is the server up, or the model very large?"}
    finally:
        await pool.close()
    abilities = {
        "streaming": can.streaming,
        "JSON schema": can.json_schema,
        "token ids": can.token_ids,
        "log-probabilities": can.logprobs,
    }
    context = f"{can.context_tokens:,} tokens of context" if can.context_tokens else "context unknown"
    able = ", ".join(name for name, yes in abilities.items() if yes)
    lacks = ", ".join(name for name, yes in abilities.items() if not yes)
    told = ([f"with {able}"] if able else []) + ([f"without {lacks}"] if lacks else [])
    facts = [f"{model.name} is ready", context, *told, *server]
    return {"ok": True, "text": " · ".join(facts)}


async def _server(spec: ModelSpec, key: str | None) -> list[str]:
    """What the model's server says of itself: other models, queue, cache; nothing for a model in this process."""
    if spec.base_url is None:
        return []
    with contextlib.suppress(AgentFlowError):  # a server without these pages answers questions all the same
        status = await server_status(spec.base_url, key)
        others = [name for name in status.models if name != spec.model]
        said = [f"also serves {', '.join(others[:5])}{' …' if others[5:] else ''}"] if others else []
        if status.running is not None:
            said.append(f"{status.running} running, {status.waiting or 0} waiting")
        if status.prompt_tokens and status.cached_tokens is not None:
            said.append(f"{status.cached_tokens / status.prompt_tokens:.0%} of prompt tokens from its cache")
        return said
    return []


def _without(message: str, key: str) -> str:
    """A server may repeat the key it was sent; this page does not."""
    return message.replace(key, "…") if key.strip() else message


STATUS_SCRIPT = """
const line = element.querySelector('.af-check');
const show = () => {
  const said = window.agentflowSaid ?? ((text) => text);
  const each = (text, mark, next) => (said(text) !== text ? said(text) : text.split(mark).map(next).join(mark));
  line.textContent = each(props.value?.text ?? '', ' · ', (fact) => each(fact, ', ', said));
  line.dataset.ok = String(props.value?.ok ?? '');
};
watch('value', show);
show();
"""


@dataclass(frozen=True)
class Panel:
    """The panel's inputs, in the order in which the handlers take them."""

    models: list[gr.Textbox]
    keys: list[gr.Textbox]

    @property
    def inputs(self) -> list[gr.Textbox]:
        return [*self.models, *self.keys]


def build_panel(settings: Settings) -> Panel:
    """One row a role: role string, key, check."""
    models, keys = [], []
    with gr.Accordion(t("Models"), open=False, elem_id="af-models"):
        gr.Markdown(t(PUBLIC if settings.own_models_only else OPEN))
        for role, own in settings.role_strings().items():
            with gr.Row(elem_classes="af-model-row"):
                model = gr.Textbox(
                    own,
                    label=t(role.capitalize()),
                    max_lines=1,
                    scale=5,
                    min_width=200,
                    max_length=2000,
                    placeholder="openai:MODEL@http://127.0.0.1:8000/v1",
                )
                key = gr.Textbox(
                    label=t("API key"),
                    type="password",
                    placeholder=t("optional"),
                    max_lines=1,
                    scale=2,
                    min_width=130,
                    max_length=KEY_CHARACTERS,
                )
                button = gr.Button(t("Check"), size="sm", scale=0, min_width=90, elem_id=f"af-check-{role}")
            status = gr.HTML(
                {},
                html_template='<p class="af-check" role="status"></p>',
                js_on_load=STATUS_SCRIPT,
                elem_id=f"af-status-{role}",
                apply_default_css=False,
            )
            models.append(model)
            keys.append(key)
            _wire(settings, role, button, model, key, status)
    return Panel(models, keys)


def _wire(
    settings: Settings, role: Role, button: gr.Button, model: gr.Textbox, key: gr.Textbox, status: gr.HTML
) -> None:
    async def run_check(text: str, secret: str | None) -> dict[str, Any]:
        return await check(settings, role, text, secret or "")

    button.click(
        lambda: {"ok": None, "text": "Checking …"},
        outputs=status,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    ).then(
        run_check,
        [model, key],
        status,
        concurrency_limit=4,
        concurrency_id="check",
        show_progress="hidden",
        api_visibility="private",
    )
