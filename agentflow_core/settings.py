"""All settings in one place, from the environment (`AGENTFLOW_*`) or an `.env` file; the CLI and the page override."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agentflow_core.errors import BadInput
from agentflow_core.events import ROLES, Budget, Role
from tools.space import on_a_space
from tools.web import WebSettings


def _limit(here: float, space: float) -> Any:
    """A limit with one default on this machine and a stricter one on a public Space."""
    return Field(default_factory=lambda: space if on_a_space() else here, ge=0)


class Settings(BaseSettings):
    """One object for a process. A role's own model wins over `model`."""

    model_config = SettingsConfigDict(env_prefix="AGENTFLOW_", env_file=".env", extra="ignore", frozen=True)

    model: str = "pocket"
    """Role string for all roles, e.g. `openai:Qwen/Qwen2.5-7B-Instruct@http://127.0.0.1:8000/v1`."""
    planner: str | None = None
    executor: str | None = None
    verifier: str | None = None
    generator: str | None = None
    api_key: SecretStr | None = None
    """Sent to `openai:` servers; never stored, logged or shown."""

    tools: str = ""
    """Comma-separated names; empty means all that the models know how to use (see `agentflow_core.assemble`)."""
    max_turns: int = Field(default=10, ge=1, le=1000)
    seconds: float = Field(default_factory=lambda: 120 if on_a_space() else 300, gt=0)
    tokens: int = _limit(0, 200_000)
    """Read and written by all model calls of one flow, resumptions included; 0: no limit."""
    memory_tokens: int = Field(default=8000, ge=100)
    tool_seconds: float = Field(default=60, gt=0)
    overlap: bool = False
    """Ask for the next plan while the verifier reads, and drop it when that says STOP: two model calls in a row a turn
    instead of three, for the tokens of one more plan. Such a plan has not seen the verdict. Not with Pocket, and not
    while the flow is stepped through."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=1024, ge=1)
    """Longest text of one module."""

    wikipedia: Literal["auto", "live", "offline"] | None = None
    """None: `offline` for the Pocket model, which reads only its own short articles, else `auto`."""
    wiki_files: Annotated[tuple[Path, ...], NoDecode] = ()
    """Files of further articles; in the environment separated as in PATH."""
    wikipedia_api: str | None = None
    """A MediaWiki's `api.php` to ask instead of Wikipedia."""
    language: str = "en"
    search_engines: str = ""
    """Comma-separated engines of `web_search`, asked in this order; empty for the default ones."""
    mcp: str | None = None
    """MCP servers whose tools join the toolbox: `{"mcpServers": ...}` as JSON, or the path of such a file."""
    contact: str = ""
    """An address or e-mail for the User-Agent of what is fetched, so that site owners can reach the operator."""
    mode: Literal["production", "test"] = "production"
    code_strict: bool = Field(default_factory=on_a_space)
    """Run no program where the sandbox cannot keep all its promises (`python -m tools.sandbox selftest`). On by default
    on a public Space, where strangers ask for the programs."""
    code_session: bool = False
    """Programs of one flow find the variables of the ones before, as long as the server runs."""
    otlp: str | None = Field(default=None, pattern=r"^https?://")
    """An OpenTelemetry collector's address for traces, with its path: finished runs of the page are sent there."""
    test_loopback: bool = False
    """For tests only: the web tools may fetch from this machine. Refused unless `mode` is `test`, and on a Space."""
    own_models_only: bool = Field(default_factory=on_a_space)
    """Visitors of the page may choose among these role strings and Pocket only. On by default on a public Space: a role
    string makes this machine open a file or call an address."""

    # Limits of the page, its API and its MCP server, not of the command line. 0: no limit.
    page_flows: int = _limit(200, 8)
    """Flows under way at once; more wait in line."""
    page_waiting: int = _limit(200, 40)
    """Flows in line; more are refused."""
    visitor_flows: int = _limit(0, 2)
    """Flows that one visitor has under way or in line."""
    visitor_flows_hour: int = _limit(0, 60)
    """Flows that one visitor starts within an hour."""
    flow_bytes: int = _limit(50_000_000, 5_000_000)
    """Size of one flow's events, as they are stored and exported."""
    training_seconds: float = _limit(3600, 300)
    """Of one training that a visitor of the page starts."""
    behind_proxy: bool = Field(default_factory=on_a_space)
    """Visitors are told apart by the `X-Forwarded-For` of the proxy in front, not by the connection."""

    home: Path = Field(default_factory=lambda: user_data_path("agentflow-live"))
    """Where runs are kept."""

    training_runs: Path = Path("runs")
    """Where the page finds training runs: the folder in which `training.train` makes them."""

    @field_validator("wiki_files", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("test_loopback")
    @classmethod
    def _closed_in_production(cls, value: bool, info: ValidationInfo) -> bool:
        if value and (info.data.get("mode") != "test" or on_a_space()):
            raise ValueError("it opens this machine's own servers to the web tools and is refused in production mode")
        return value

    @classmethod
    def load(cls) -> "Settings":
        """From the environment. Raises `BadInput` naming the variable."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = "AGENTFLOW_" + "_".join(str(part) for part in first["loc"]).upper()
            raise BadInput(f"{name} cannot be used: {first['msg']}.") from error

    @property
    def web(self) -> WebSettings:
        return WebSettings(cache=self.home / "web-cache.sqlite", contact=self.contact, loopback=self.test_loopback)

    @property
    def store_path(self) -> Path:
        return self.home / "runs.sqlite"

    @property
    def budget(self) -> Budget:
        return Budget(
            turns=self.max_turns,
            seconds=self.seconds,
            tokens=self.tokens or None,
            memory_tokens=self.memory_tokens,
            tool_seconds=self.tool_seconds,
        )

    def role_strings(self) -> dict[Role, str]:
        return {role: getattr(self, role) or self.model for role in ROLES}

    def tool_names(self) -> list[str] | None:
        return [name.strip() for name in self.tools.split(",") if name.strip()] or None
