"""The contract of a language model: messages in, text deltas out, then one completion with what was sampled.

Two real families implement it: `transformers_model` (in process) and `openai_model` (any compatible server).
Token in, token out: the ids in a `Completion` are the sampled ones and are never re-tokenised.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

Dialect = Literal["chat", "pocket"]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Literal["system", "user", "assistant"]
    content: str


class Sampling(BaseModel):
    """Sampler settings, always sent explicitly: no server or checkpoint default may change what is sampled."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    temperature: float = Field(default=0.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1)
    seed: int | None = None


@dataclass(frozen=True)
class TextDelta:
    """A piece of text as it is generated."""

    text: str


class Completion(BaseModel):
    """One finished generation. Ids and log-probabilities are None where the backend cannot give them.

    `logprobs[i]` is the log-probability of `completion_ids[i]` under the sampling distribution (after temperature),
    in nats; the end-of-sequence token is included when it was sampled. `token_characters[i]` says how many characters
    of `text` that token wrote (0 for an end, and for all but the last token of a character of several), so that the
    texts of the tokens need not be kept a second time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    model: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None = None
    """Tokens of the prompt that were not computed again, because an earlier or a neighbouring call began alike."""
    prompt_ids: tuple[int, ...] | None = None
    completion_ids: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    token_characters: tuple[int, ...] | None = None
    seconds: float


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do; unknown is False."""

    streaming: bool
    json_schema: bool
    token_ids: bool
    logprobs: bool
    context_tokens: int | None = None


class LanguageModel(Protocol):
    """A model that answers messages. Cancelling the consuming task frees the model at once."""

    name: str
    """As recorded with every call, e.g. `pocket:base` or `openai:qwen2.5-7b`; never holds a secret."""
    dialect: Dialect

    def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """Yields text deltas, then exactly one `Completion`.

        `schema` constrains the output to a JSON schema where the backend can; otherwise it is ignored.
        Raises: `ModelUnavailable` (no server, 5xx and 429 after retries), `ModelRefused` (wrong key, wrong model
        name, bad request), `ContextOverflow` (the prompt does not fit).
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens in `text`; exact for local models, an upper estimate for servers."""
        ...

    async def check(self) -> Capabilities:
        """Tries the real thing (loads it, or asks the server for its models) and says what it can do."""
        ...

    async def close(self) -> None:
        """Frees memory and connections."""
        ...
