"""Messages to token ids, and token ids to text as they arrive.

Separate from the weights because it needs the tokenizer only, and because the two dialects differ here alone: `chat`
goes through the model's chat template with its control tokens neutralised in the contents (they are hostile), `pocket`
is already one transcript, whose tags the engine has cleaned, and passes unchanged.
"""

import re
import threading
from functools import lru_cache
from typing import Any

import jinja2

from agentflow_core.errors import ModelRefused
from agentflow_core.models.base import Dialect, Message
from agentflow_core.models.control_tokens import Restored, disarmed

_REPLACEMENT = "\ufffd"
_SEGMENTS = 4096
"""Pieces of transcripts whose ids are remembered, some 100 bytes each."""


class Codec:
    """A tokenizer with its dialect; `encode` may be called from any thread."""

    def __init__(self, tokenizer: Any, dialect: Dialect, model: str) -> None:
        self._tokenizer = tokenizer
        self._dialect = dialect
        self._model = model
        self._lock = threading.Lock()  # fast tokenizers refuse two callers at once
        added = tokenizer.added_tokens_decoder.values()
        control = {str(token) for token in added if len(str(token)) > 2 and (token.special or str(token)[0] == "<")}
        self._before_tags = re.compile("|".join(f"(?={re.escape(tag)})" for tag in control) or "(?!)")
        self._opening = re.compile(f"(?:{self._before_tags.pattern}).", re.DOTALL)
        self._encode_known = lru_cache(maxsize=_SEGMENTS)(self.encode)

    def encode(self, text: str) -> list[int]:
        with self._lock:
            ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def prompt(self, messages: list[Message]) -> list[int]:
        """Token ids of the whole prompt, ready for the model's answer."""
        if self._dialect == "pocket":
            return self._transcript("".join(message.content for message in messages))
        turns = [{"role": m.role, "content": disarmed(m.content, self._opening)} for m in messages]
        if not self._tokenizer.chat_template:
            raise ModelRefused(f"{self._model} has no chat template: choose an instruct or chat model")
        try:
            return self.encode(self._render(turns))
        except jinja2.TemplateError:
            pass  # some templates know no system role: say the same in the first user turn
        try:
            return self.encode(self._render(_system_as_user(turns)))
        except jinja2.TemplateError as error:
            roles = ", ".join(turn["role"] for turn in turns)
            raise ModelRefused(f"the chat template of {self._model} rejects the turns ({roles}): {error}") from error

    def _transcript(self, text: str) -> list[int]:
        """As `encode`, but what a flow's earlier calls have said is not tokenised again.

        A tag is a token of its own wherever it stands, so the text before one does not change what follows.
        """
        return [token for segment in self._before_tags.split(text) for token in self._encode_known(segment)]

    def detokenizer(self) -> "Detokenizer":
        return Detokenizer(self._tokenizer, chat=self._dialect == "chat")

    def decode(self, ids: list[int]) -> str:
        """What a detokenizer says of these ids in all."""
        detokenizer = self.detokenizer()
        return detokenizer.push(*ids) + detokenizer.flush()

    def _render(self, turns: list[dict[str, str]]) -> str:
        text: str = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return text


def _system_as_user(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    system = "\n\n".join(turn["content"] for turn in turns if turn["role"] == "system")
    rest = [turn for turn in turns if turn["role"] != "system"]
    if not system or not rest or rest[0]["role"] != "user":
        return turns
    return [{"role": "user", "content": f"{system}\n\n{rest[0]['content']}"}, *rest[1:]]


class Detokenizer:
    """Text of a growing list of ids, in pieces that never end in half a UTF-8 character.

    Each piece is decoded with the tokens of the piece before it as context, because a tokenizer may write a token
    differently at the start of a text.
    """

    def __init__(self, tokenizer: Any, *, chat: bool) -> None:
        self._tokenizer = tokenizer
        self._chat = chat
        self._restored = Restored()
        self._ids: list[int] = []
        self._context = 0
        self._done = 0

    def push(self, *tokens: int) -> str:
        """The text that has become certain with these tokens; empty while a character is incomplete."""
        self._ids += tokens
        return self._advance(final=False)

    def flush(self) -> str:
        """What was held back, at the end of the generation."""
        return self._advance(final=True)

    def _advance(self, *, final: bool) -> str:
        known = self._decode(self._ids[self._context : self._done])
        now = self._decode(self._ids[self._context :])
        if now.endswith(_REPLACEMENT) and not final:
            return ""
        self._context, self._done = self._done, len(self._ids)
        piece = now[len(known) :]
        return self._restored.add(piece) if self._chat else piece

    def _decode(self, ids: list[int]) -> str:
        if not ids:
            return ""
        text: str = self._tokenizer.decode(ids, skip_special_tokens=self._chat, clean_up_tokenization_spaces=False)
        return text
