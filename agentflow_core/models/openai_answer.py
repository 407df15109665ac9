"""What a chat completion server streams, validated once, and the answer that it adds up to.

Models of our own because the official client builds each chunk field by field in Python: with many flows at once that
was a third of the engine's time. Fields that nothing here reads are left out.
"""

from dataclasses import dataclass, field

from pydantic import BaseModel


class _Delta(BaseModel):
    content: str | None = None


class _TokenLogprob(BaseModel):
    token: str
    logprob: float | None = None


class _Logprobs(BaseModel):
    content: list[_TokenLogprob] | None = None


class _Choice(BaseModel):
    delta: _Delta
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None
    token_ids: list[int] | None = None
    """vLLM's."""


class _PromptTokensDetails(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptTokensDetails | None = None


class Chunk(BaseModel):
    """One event of the stream."""

    choices: list[_Choice]
    usage: _Usage | None = None
    prompt_token_ids: list[int] | None = None
    """vLLM's."""


@dataclass
class Answer:
    """What a stream has brought so far."""

    text: list[str] = field(default_factory=list)
    finish: str | None = None
    prompt_ids: list[int] | None = None
    ids: list[int] = field(default_factory=list)
    logprobs: list[float | None] = field(default_factory=list)
    token_characters: list[int] = field(default_factory=list)
    usage: _Usage = field(default_factory=_Usage)

    def read(self, chunk: Chunk) -> str:
        """Takes a chunk in; gives its text."""
        self.usage = chunk.usage or self.usage
        self.prompt_ids = chunk.prompt_token_ids or self.prompt_ids
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.ids.extend(choice.token_ids or [])
        for token in (choice.logprobs and choice.logprobs.content) or []:
            self.logprobs.append(token.logprob)
            self.token_characters.append(len(token.token))
        self.finish = choice.finish_reason or self.finish
        return choice.delta.content or ""

    @property
    def cached_tokens(self) -> int | None:
        details = self.usage.prompt_tokens_details
        return details.cached_tokens if details else None

    def characters(self, text: str) -> tuple[int, ...] | None:
        """What each token wrote; None where the server's token texts are not those of the answer."""
        return tuple(self.token_characters) if sum(self.token_characters) == len(text) else None
