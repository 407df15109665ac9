"""All settings in one place, from the environment (`AGENTFLOW_*`) or an `.env` file; the CLI and the page override."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agentflow_core.errors import BadInput
from agentflow_core.events import ROLES, Budget, Role


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
    """Comma-separated names; empty means all."""
    max_turns: int = Field(default=10, ge=1, le=1000)
    seconds: float = Field(default=300, gt=0)
    memory_tokens: int = Field(default=8000, ge=100)
    tool_seconds: float = Field(default=60, gt=0)
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=1024, ge=1)
    """Longest text of one module."""

    wikipedia: Literal["auto", "live", "offline"] | None = None
    """None: `offline` for the Pocket model, which reads only its own short articles, else `auto`."""
    wiki_files: Annotated[tuple[Path, ...], NoDecode] = ()
    """Files of further articles; in the environment separated as in PATH."""
    language: str = "en"
    own_models_only: bool = Field(default_factory=lambda: "SPACE_ID" in os.environ)
    """Visitors of the page may choose among these role strings and Pocket only. On by default on a public Space: a role
    string makes this machine open a file or call an address."""
    home: Path = Field(default_factory=lambda: user_data_path("agentflow-live"))
    """Where runs are kept."""

    @field_validator("wiki_files", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

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
    def store_path(self) -> Path:
        return self.home / "runs.sqlite"

    @property
    def budget(self) -> Budget:
        return Budget(
            turns=self.max_turns,
            seconds=self.seconds,
            memory_tokens=self.memory_tokens,
            tool_seconds=self.tool_seconds,
        )

    def role_strings(self) -> dict[Role, str]:
        return {role: getattr(self, role) or self.model for role in ROLES}

    def tool_names(self) -> list[str] | None:
        return [name.strip() for name in self.tools.split(",") if name.strip()] or None
