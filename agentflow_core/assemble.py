"""From settings to a flow: models for the four roles, the toolbox, budgets."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from agentflow_core.errors import BadInput
from agentflow_core.events import Role
from agentflow_core.flow import AgentFlow
from agentflow_core.models import LanguageModel, ModelPool, ModelSpec, Sampling, parse_role
from agentflow_core.settings import Settings
from tools.base import Tool, ToolSettings
from tools.toolbox import BadTool, Toolbox, UnknownTool, find

POCKET_TOOLS = ("base_generator", "math_solver", "python_coder", "wikipedia_search")
"""The tools that Pocket was trained to plan with and to call."""
ACTING: tuple[Role, ...] = ("planner", "executor")
"""The roles that must know the tools."""
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
    """A flow by `settings`; `roles`, `keys` (API keys) and `tools` override. No model is loaded or contacted yet; MCP
    servers are, once, where their tools are wanted.

    Raises `BadInput` for a role string, tool name, wiki file or MCP server that cannot be used.
    """
    own = settings.role_strings()
    chosen = own | dict(roles or {})
    pool = pool or shared_pool()
    models = {
        # The operator's key goes where the operator sent it: never to a server that a caller of this function named.
        role: pool.get(
            _spec(role, text, chosen["planner"]),
            (keys or {}).get(role) or (own_key(settings) if text == own[role] else None),
        )
        for role, text in chosen.items()
    }
    toolbox = load_toolbox(settings, models, tools)
    return AgentFlow(
        models,
        toolbox,
        budget=settings.budget,
        sampling={role: _sampling(settings, model) for role, model in models.items()},
        overlap=settings.overlap,
    )


def _spec(role: Role, text: str, planner: str) -> ModelSpec:
    """What is named for all roles is a trained planner where it plans and its base elsewhere."""
    spec = parse_role(text)
    if role == "planner" or (spec.option("adapter") and spec != parse_role(planner)):
        return spec  # an adapter that is a role's own stays on
    return spec.frozen()


def own_key(settings: Settings) -> str | None:
    """The API key that the environment gives."""
    return settings.api_key.get_secret_value() if settings.api_key else None


def load_toolbox(
    settings: Settings, models: Mapping[Role, LanguageModel], names: Sequence[str] | None = None
) -> Toolbox:
    """The tools by `settings`, for the models that plan and call them.

    Without `names`: what the settings name, else all there are, with those of MCP servers; where Pocket plans or calls,
    the tools that it was trained on.
    """
    pocket = models["executor"].dialect == "pocket"
    chosen = names or settings.tool_names()
    if chosen is None and (pocket or models["planner"].dialect == "pocket"):
        chosen = POCKET_TOOLS
    try:
        tool_settings = _tool_settings(settings, pocket)
        ours = chosen is not None and {kind.name for kind in find()}.issuperset(chosen)
        return Toolbox.load(tool_settings, chosen, more=() if ours else _mcp_tools(settings, tool_settings))
    except (UnknownTool, BadTool, ValueError) as error:
        raise BadInput(str(error)) from error


def offered_tools(settings: Settings) -> list[str]:
    """The names of all tools that can be chosen. Contacts the MCP servers, the first time. Raises `BadInput`."""
    if names := settings.tool_names():
        return names
    try:
        servers = _mcp_tools(settings, _tool_settings(settings, pocket=False))
    except (BadTool, ValueError) as error:
        raise BadInput(str(error)) from error
    return [*(kind.name for kind in find()), *(tool.name for tool in servers)]


def default_tools(settings: Settings) -> list[str]:
    """Of those, the ones that `load_toolbox` takes where none are named."""
    roles = settings.role_strings()
    dialects = {shared_pool().get(parse_role(roles[role])).dialect for role in ACTING}
    if settings.tool_names() or "pocket" not in dialects:
        return offered_tools(settings)
    return list(POCKET_TOOLS)


def _mcp_tools(settings: Settings, tool_settings: ToolSettings) -> list[Tool[Any]]:
    if settings.mcp is None:
        return []
    from tools.mcp import shared_hub  # loads the mcp package only where servers are configured

    return shared_hub(settings.mcp).tools(tool_settings)


def _tool_settings(settings: Settings, pocket: bool) -> ToolSettings:
    engines = [name.strip() for name in settings.search_engines.split(",") if name.strip()]
    return ToolSettings(
        wikipedia=settings.wikipedia or ("offline" if pocket else "auto"),
        wiki_files=settings.wiki_files,
        wiki_results=1 if pocket else 3,
        language=settings.language,
        wikipedia_api=settings.wikipedia_api,
        web=settings.web,
        code_strict=settings.code_strict,
        code_session=settings.code_session,
        **({"search_engines": tuple(engines)} if engines else {}),
    )


def _sampling(settings: Settings, model: LanguageModel) -> Sampling:
    limit = min(settings.max_tokens, POCKET_MAX_TOKENS) if model.dialect == "pocket" else settings.max_tokens
    return Sampling(temperature=settings.temperature, max_tokens=limit)
