"""Raw model text to fields, with failures that name the field. No module guesses: what cannot be read is asked again.

Two notations are read: JSON (possibly fenced or with words around it) and labelled text, one `Label: value` after
another, as the released 7B planner writes it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agentflow_core.errors import ParseFailure
from tools.writable import writable_data

_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```[\w+-]*\n(.*?)```", re.DOTALL)


def strip_thinking(raw: str) -> str:
    """Without the `<think>` part that reasoning models put first (also when only its end is there)."""
    text = _THINKING.sub("", raw)
    return text.rsplit("</think>", 1)[-1].strip()


def json_object(raw: str) -> dict[str, Any] | None:
    """The first JSON object in `raw`, or None."""
    decoder = json.JSONDecoder()
    start = raw.find("{")
    while start >= 0:
        try:
            value, _ = decoder.raw_decode(raw, start)
        except (ValueError, RecursionError):  # also a number of thousands of digits
            start = raw.find("{", start + 1)
            continue
        return writable_data(value) if isinstance(value, dict) else None
    return None


def fenced(raw: str) -> str | None:
    """The content of the first fenced block, or None."""
    match = _FENCE.search(raw)
    return match.group(1).strip() if match else None


def labelled(raw: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Values of `Label: value` text, `labels` mapping each field to its spellings; the last value of a label counts.

    Labels are found at the start of a line, in any case, with Markdown decoration around them.

    >>> labelled("**Sub-Goal:** find it\\nTool: search", {"goal": ["sub-goal"], "tool": ["tool name", "tool"]})
    {'goal': 'find it', 'tool': 'search'}
    """
    spelled = {label.lower(): field for field, names in labels.items() for label in names}
    names = "|".join(re.escape(name) for name in sorted(spelled, key=len, reverse=True))
    mark = re.compile(rf"^[ \t>#*_\-`\d.]*({names})[ \t]*[*_`]*[ \t]*:[*_` \t]*", re.IGNORECASE | re.MULTILINE)
    found = list(mark.finditer(raw))
    ends = [*(m.start() for m in found[1:]), len(raw)]
    return {spelled[m[1].lower()]: raw[m.end() : end].strip() for m, end in zip(found, ends, strict=False)}


def fields(raw: str, labels: Mapping[str, Sequence[str]], required: Sequence[str]) -> dict[str, str]:
    """Fields of JSON or labelled text. Raises `ParseFailure` for the first required field that is missing or empty."""
    text = strip_thinking(raw)
    values = _from_json(text, labels) or labelled(text, labels)
    for name in required:
        if not values.get(name):
            wanted = labels[name][0]
            raise ParseFailure(name, f"no “{wanted}” was found in the text" if name not in values else "it is empty")
    return values


def _from_json(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = json_object(text) or {}
    plain = {re.sub(r"[\s_-]+", " ", key).lower(): value for key, value in found.items()}
    spelled = {
        re.sub(r"[\s_-]+", " ", name).lower(): field for field, names in labels.items() for name in (field, *names)
    }
    return {field: str(plain[name]).strip() for name, field in spelled.items() if plain.get(name) is not None}
