"""Texts that would run or disguise themselves if any of them were taken for markup, a template or a control code."""

import json
import re
from pathlib import Path
from typing import Any

from agentflow_core.store import RunDocument
from tests.demo.flows import recorded

CASES = [json.loads(line)["payload"] for line in (Path(__file__).parent / "xss_cases.jsonl").read_text().splitlines()]
TRICKS = [
    # What Gradio would do with a value in a template: expand it, then run it as a template literal.
    "${window.__xss=1}",
    "`${window.__xss=1}`",
    "`; window.__xss=1; `",
    "{{value}} ${value} {{#each value}}${window.__xss=1}{{/each}} {{{this}}} @children",
    "${(() => { window.__xss = 1 })()} \\${window.__xss=1} \\\\`${window.__xss=1}",
    # What Markdown and LaTeX would do.
    "[x](javascript:window.__xss=1) ![x](x onerror=window.__xss=1) <javascript:window.__xss=1>",
    '<a href="javascript:window.__xss=1">x</a> <a href=javascript:window.__xss=1>x</a>',
    # Elements that run, load or ask on their own.
    "<svg onload=window.__xss=1><animate onbegin=window.__xss=1 attributeName=x>",
    '<iframe srcdoc="<script>parent.__xss=1</script>"></iframe><object data=x></object><embed src=x>',
    "<style>@import '/hostile';*{background:url(/hostile)}</style><link rel=stylesheet href=/hostile>",
    '<meta http-equiv=refresh content="0;url=/hostile"><base href=/hostile><form action=/hostile><input name=key>',
    "<img src=/hostile><video src=/hostile onerror=window.__xss=1><input onfocus=window.__xss=1 autofocus>",
    "<details open ontoggle=window.__xss=1><marquee onstart=window.__xss=1>x</marquee>",
    "\u2028window.__xss=1\u2029<!--<script>window.__xss=1//-->",
    # What leaves an element, an attribute, a comment or a script that it was put into.
    "</textarea></title></style></script><script>window.__xss=1</script>",
    "--!><img src=x onerror=window.__xss=1><!--",
    "]]><img src=x onerror=window.__xss=1><![CDATA[",
    "' onmouseover='window.__xss=1' x='\" onmouseover=\"window.__xss=1\" autofocus tabindex=1 onfocus=\"window.__xss=1",
    "\\u003cimg src=x onerror=window.__xss=1\\u003e \\x3cimg src=x onerror=window.__xss=1\\x3e",
    "&lt;img src=x onerror=window.__xss=1&gt; &#60;img src=x onerror=window.__xss=1&#62;",
    '"}]};window.__xss=1;//</script>',
    # What a parser mends into something else than was written.
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=window.__xss=1>'>",
    "<svg></p><style><a title='</style><img src=x onerror=window.__xss=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.__xss=1>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=window.__xss=1>",
    "<template><script>window.__xss=1</script></template><template shadowrootmode=open><img src=/hostile></template>",
    "<img/src=x/onerror=window.__xss=1><svg/onload=window.__xss=1><body/onpageshow=window.__xss=1>",
    "<a href='java\tscript:window.__xss=1'>x</a><a href='&#x6a;avascript:window.__xss=1'>x</a>",
    "<scr<script>ipt>window.__xss=1</scr</script>ipt>",
    # What asks, opens or names without a script.
    "<img srcset='/hostile 1x'><picture><source srcset=/hostile></picture><audio src=/hostile autoplay></audio>",
    "<link rel=prefetch href=/hostile><link rel=preconnect href=//h.example><meta name=referrer content=unsafe-url>",
    "<a id=__xss name=__xss href=x>x</a><img name=fetch><form id=document><input name=cookie></form>",
    "<button popovertarget=p onclick=window.__xss=1>x</button><div popover id=p onbeforetoggle=window.__xss=1>x</div>",
    "<div style='background:url(/hostile);animation:x 1s' onanimationstart=window.__xss=1>x</div>",
    "http://x/'onmouseover='window.__xss=1 https://x\"onmouseover=\"window.__xss=1",
    "\\(\\href{javascript:window.__xss=1}{x}\\) $$\\includegraphics{/hostile}$$ \\htmlData{x=1}{y}",
    "\u0000<\u0000img src=x onerror=window.__xss=1>\ufeff\u202e<script>window.__xss=1</script>",
    "{% raw %}{{ ''.__class__ }}{% endraw %} {{constructor.constructor('window.__xss=1')()}} #{window.__xss=1}",
]
PAYLOADS = (*CASES, *TRICKS)
GROUPS = tuple(" ¦ ".join(PAYLOADS[first::6]) for first in range(6))
"""The same texts several at a time, for what takes a whole flow each."""

HIDDEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
FIXED = {"type", "kind", "role", "phase", "dialect", "status", "finish_reason"}
"""Fields whose words the schema fixes."""


def shown(payload: str) -> str:
    """How the page shows it: control and direction characters written out."""
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", payload)


def poisoned(payload: str) -> str:
    """An exported run in which every text that may be anything is the payload, and so are names in a tool's data."""
    document: Any = json.loads(RunDocument(events=recorded()).model_dump_json())
    for event in document["events"]:
        if "result" in event:
            event["result"]["data"] |= {payload: payload, "images": [payload], "articles": [_article(payload)]}
            event["result"]["sources"] = [{"title": payload, "url": payload}, {"title": payload, "url": None}]
    return json.dumps(_replaced(document, payload))


def _article(payload: str) -> dict[str, str]:
    return {"title": payload, "text": payload, "url": payload}


def _replaced(value: Any, payload: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, payload, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, payload, name) for inner in value]
    if isinstance(value, str) and name not in FIXED:
        return value if name == "tool" and value in KNOWN_TOOLS else payload
    return value


KNOWN_TOOLS = {"wikipedia_search", "math_solver", "python_coder"}
"""Each is shown in its own way, so the page must know which one it was."""


def odd_shapes() -> list[str]:
    """Exported runs that keep to the schema and still are nothing like what the tools here give."""
    found = []
    for first in range(0, len(ODD_DATA), 3):
        document = json.loads(RunDocument(events=recorded()).model_dump_json())
        results = [event["result"] for event in document["events"] if "result" in event]
        for result, data in zip(results, ODD_DATA[first : first + 3], strict=False):
            result |= {"data": data, "error": None}
        found.append(json.dumps(document))
    return found


ODD_DATA: list[dict[str, Any]] = [
    {"articles": "text"},
    {"articles": {"title": "x"}},
    {"articles": [None, 1, "x", [], {}, {"title": None, "text": {}}]},
    {"articles": [], "exact": "no", "source": {"a": 1}, "images": 3, "notes": 4},
    {"images": [None, {}, "javascript:1", "data:text/html,<script>window.__xss=1</script>"]},
    {"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}, "hasOwnProperty": 1},
]
