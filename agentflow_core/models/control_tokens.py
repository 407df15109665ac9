"""Control tokens in texts of users, tools and pages: a model reads them as plain text, people see them unchanged.

Chat templates put marks such as `<|im_start|>` between turns, and a tokenizer reads them as marks wherever they stand.
On its way to a model a text gets an invisible character into each (servers take text, not ids, so there is no other
way to quote it); in what the model writes, that character is taken out again. Nothing else is changed or kept.
"""

import re

from tools.quoting import MARK

SERVERS = re.compile(
    r"[<\[](?="
    r"\|[^|<>]{1,64}\|>"  # Qwen, Llama 3, Phi, GPT and many more
    r"|｜[^｜<>]{1,64}｜>"  # DeepSeek
    r"|/?(?:s|bos|eos|pad|unk|mask|end|think|tool_call|tool_response|start_of_turn|end_of_turn)>"
    r"|/?(?:start_of|end_of)_[a-z_]{1,32}>"
    r"|/?<?/?SYS>>"
    r"|/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|SYSTEM_PROMPT|IMG|PREFIX|SUFFIX|MIDDLE)\]"
    r")"
)
"""What opens a control token of some known family: which of them a server's model has, it does not say."""

_MARKED = re.compile(f"(?<=[<\\[]){MARK}+")


def disarmed(text: str, opening: re.Pattern[str] = SERVERS) -> str:
    """`text` in which nothing is a control token. `opening` matches the first character of each."""
    return opening.sub(lambda found: found[0] + MARK, text)


class Restored:
    """What a model writes, in pieces cut anywhere, without the marks that it copied."""

    def __init__(self) -> None:
        self._last = ""

    def add(self, piece: str) -> str:
        text = _MARKED.sub("", self._last + piece)
        piece = text[len(self._last) :]
        self._last = text[-1:]
        return piece
