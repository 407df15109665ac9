"""A key that a server must not get shown: some repeat the header they were sent, in errors and even in answers.

Separate from `openai_model`, because what must not be seen is easier to check alone.
"""

import html
import json
from urllib.parse import quote

from tools.writable import writable

SHOWN = "[key]"


class Hidden:
    """One key, and the ways in which texts spell it."""

    def __init__(self, key: str) -> None:
        spelled = (key, quote(key), quote(key, safe=""), html.escape(key), json.dumps(key)[1:-1], repr(key)[1:-1])
        self._spelled = sorted({text for text in spelled if text}, key=len, reverse=True)

    def in_text(self, text: str) -> str:
        """`text` without the key."""
        for spelled in self._spelled:
            text = text.replace(spelled, SHOWN)
        return text

    def held_back(self, text: str) -> int:
        """How many characters at the end of `text` may be the beginning of the key, or half a character."""
        longest = max((len(spelled) for spelled in self._spelled), default=0)
        for size in range(min(longest - 1, len(text)), 0, -1):
            if any(spelled.startswith(text[-size:]) for spelled in self._spelled):
                return size
        return 1 if "\ud800" <= text[-1:] <= "\udbff" else 0


class Stream:
    """Pieces of text as they arrive, cut anywhere, given on without the key and whole."""

    def __init__(self, hidden: Hidden) -> None:
        self._hidden, self._rest = hidden, ""

    def add(self, piece: str) -> str:
        """What can be shown now."""
        text = self._hidden.in_text(self._rest + piece)
        kept = self._hidden.held_back(text)
        self._rest = text[len(text) - kept :]
        return writable(text[: len(text) - kept])

    def end(self) -> str:
        """What was held back."""
        rest, self._rest = self._rest, ""
        return writable(rest)
