"""What an older result is shortened to in the chat dialect: the sentences that bear on what was asked of the tool.

Extracted, never rewritten, so nothing in it is made up. It depends on the one result and its own request alone: once
shortened, an entry reads the same in every later prompt, and a server's prefix cache keeps it.
"""

import re
from itertools import pairwise

CHARACTERS = 120
"""Of several sentences together."""
LONGEST = 250
"""Of a single one."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\s*\n\s*")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+")
"""An ideograph is a word of its own."""


def gist(text: str, request: str) -> str:
    """The best sentence of `text`, up to `LONGEST`, more of them within `CHARACTERS`, and of how many that is.

    `text` itself when it is no longer than that. A sentence counts by the words of `request` in it, each the more the
    fewer sentences have it; among equals the earlier one. Where none has any, it is the beginning.
    """
    mark = f"… [of {len(text):,}]"
    if len(text) <= CHARACTERS + len(mark):
        return text
    sentences = [sentence for part in _SENTENCE.split(text) if (sentence := part.strip())]
    parts: list[str] = []
    for before, place in pairwise([-1, *_best(sentences, request)]):
        parts += ["" if place == before + 1 else "…", sentences[place][:LONGEST]]
    return " ".join(part for part in [*parts, mark] if part)


def _best(sentences: list[str], request: str) -> list[int]:
    """Places of the sentences to keep."""
    sought = _words(request)
    found = [_words(sentence) & sought for sentence in sentences]
    weight = {word: 1 / sum(word in words for words in found) for words in found for word in words}
    value = [sum(weight[word] for word in sorted(words)) for words in found]
    kept: list[int] = []
    left = CHARACTERS
    for place in sorted(range(len(sentences)), key=lambda place: (-value[place], place)):
        if not kept or len(sentences[place]) <= left:
            kept.append(place)
            left -= len(sentences[place]) + 1
    return sorted(kept)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
