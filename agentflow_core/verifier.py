"""The verifier: does the memory suffice? STOP or CONTINUE, with its reason."""

import re
from typing import Any

from agentflow_core.errors import ParseFailure
from agentflow_core.events import Verdict
from agentflow_core.parsing import fields
from agentflow_core.prompts import View, pocket
from agentflow_core.request import Request

LABELS = {
    "reason": ("Reason", "Analysis", "Explanation"),
    "verdict": ("Verdict", "Conclusion"),
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "verdict": {"type": "string", "enum": ["STOP", "CONTINUE"]}},
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}


def verify(view: View) -> Request[Verdict]:
    return Request("verifier", "verify", view, _pocket if view.dialect == "pocket" else _chat, SCHEMA)


def _chat(raw: str) -> Verdict:
    found = fields(raw, LABELS, ("verdict",))
    return Verdict(stop=_is_stop(found["verdict"]), reason=found.get("reason", ""))


def _pocket(raw: str) -> Verdict:
    found = pocket.split(raw, ("say",))
    return Verdict(stop=_is_stop(found.get("say", "")), reason=found.get("", ""))


def _is_stop(text: str) -> bool:
    """Exactly one of the two words must be there: a text that says both, or neither, is no verdict."""
    words = set(re.findall(r"\b(STOP|CONTINUE)\b", text.upper()))
    if len(words) != 1:
        raise ParseFailure("verdict", f"neither plain STOP nor plain CONTINUE: {text[:80]!r}")
    return words == {"STOP"}
