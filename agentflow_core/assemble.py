"""From settings to a flow: models for the four roles, the toolbox, budgets."""

from collections.abc import Mapping, Sequence
from functools import cache

from agentflow_core.errors import BadInput
from agentflow_core.events import Role
from agentflow_core.flow import AgentFlow
from agentflow_core.models import LanguageModel, ModelPool, Sampling, parse_role
from agentflow_core.settings import Settings
from tools.base import ToolSettings
from tools.toolbox import BadTool, Toolbox, UnknownTool

POCKET_MAX_TOKENS = 120
"""Longest text of a module in the Pocket dialect: of 18,000 training completions the longest has 84 tokens."""


@cache
def shared_pool() -> ModelPool:
    """The process's models: roles and flows on the same role string share one."""
    return ModelPool()


def assemble(
    settings: Settings,
    *,
    roles: Mapping[Role, str] | None = None,
    keys: Mapping[Role, str] | None = None,
    tools: Sequence[str] | None = None,
    pool: ModelPool | None = None,
) -> AgentFlow:
    """A flow by `settings`; `roles`, `keys` (API keys) and `tools` override. Nothing is loaded or contacted yet.

    Raises `BadInput` for a role string, tool name or wiki file that cannot be used.
    """
    own = settings.role_strings()
    chosen = own | dict(roles or {})
    pool = pool or shared_pool()
    models = {
        # The operator's key goes where the operator sent it: never to a server that a caller of this function named.
        role: pool.get(parse_role(text), (keys or {}).get(role) or (own_key(settings) if text == own[role] else None))
        for role, text in chosen.items()
    }
    toolbox = load_toolbox(settings, models["executor"], tools)
    return AgentFlow(
        models,
        toolbox,
        budget=settings.budget,
        sampling={role: _sampling(settings, model) for role, model in models.items()},
    )


def own_key(settings: Settings) -> str | None:
    """The API key that the environment gives."""
    return settings.api_key.get_secret_value() if settings.api_key else None


def load_toolbox(settings: Settings, executor: LanguageModel, names: Sequence[str] | None = None) -> Toolbox:
    """The tools by `settings`, for an executor that reads their results."""
    wikipedia = settings.wikipedia or ("offline" if executor.dialect == "pocket" else "auto")
    tool_settings = ToolSettings(
        wikipedia=wikipedia,
        wiki_files=settings.wiki_files,
        wiki_results=1 if executor.dialect == "pocket" else 3,
        language=settings.language,
    )
    try:
        return Toolbox.load(tool_settings, names or settings.tool_names())
    except (UnknownTool, BadTool, ValueError) as error:
        raise BadInput(str(error)) from error


def _sampling(settings: Settings, model: LanguageModel) -> Sampling:
    limit = min(settings.max_tokens, POCKET_MAX_TOKENS) if model.dialect == "pocket" else settings.max_tokens
    return Sampling(temperature=settings.temperature, max_tokens=limit)
