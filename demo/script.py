"""The page's scripts as files that a browser keeps, and the few lines by which a component starts from its own.

Why not in the page, where `js_on_load` could hold them: it would be sent with every visit, and Gradio looks through all
of it, several times a component, for each visitor.
"""

import gzip
import hashlib
import json
import re
from functools import cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.bundle import bundle
from demo.words import NOT_LOADED, TABLES

EVENT = re.compile(r"""\btrigger\(\s*(["'`])(\w+)\1""")
LOAD = """
// Gradio takes for a component's events the names that stand here in quotes: EVENTS
const url = new URL(PATH, document.baseURI).href;
let early = [props.value]; // and what comes before the script does
watch("value", () => early?.push(props.value));
const again = async () => {
  await new Promise((soon) => setTimeout(soon, 1000));
  return import(`${url}?again`); // a browser may remember that the first address failed
};
const said = () => {
  const words = WORDS;
  const codes = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  const line = Object.assign(document.createElement("p"), { className: "af-not-loaded", role: "alert" });
  line.textContent = words[codes.find((code) => code in words) ?? "en"];
  element.prepend(line);
};
import(url).catch(again).then(({ mount }) => {
  mount({ element, props, server, watch, trigger, early });
  early = null;
}, said);
"""


class Script:
    """A module with all that it imports; it exports `mount`. Its address is made from its text and never changes."""

    def __init__(self, entry: Path) -> None:
        self.text = bundle(entry)
        self.path = f"scripts/{entry.stem}-{hashlib.sha256(self.text.encode()).hexdigest()[:16]}.js"

    @property
    def loader(self) -> str:
        """The body of `js_on_load`. The address is relative to the page's, which a proxy may have moved."""
        events = sorted({name for _, name in EVENT.findall(self.text)})
        words = {code: TABLES[code][NOT_LOADED] for code in ("en", "zh")}
        holes = {"EVENTS": events, "PATH": self.path, "WORDS": words}
        return re.sub("|".join(holes), lambda hole: json.dumps(holes[hole[0]], ensure_ascii=False), LOAD)

    @property
    def preload(self) -> str:
        """For the page's head: the browser fetches the script while Gradio starts."""
        return f'<link rel="modulepreload" href="{self.path}">'

    @property
    def route(self) -> Route:
        return Route(f"/{self.path}", self._send)

    @cached_property
    def _packed(self) -> bytes:
        """Once, and as every browser reads it; left to Gradio, each visitor's would be packed anew."""
        return gzip.compress(self.text.encode())

    async def _send(self, request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.text, media_type="text/javascript", headers=headers)
        return Response(self._packed, media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})
