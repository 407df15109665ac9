"""A Content-Security-Policy and its relatives: what slipped into the page in spite of all could not run or report.

Gradio starts from inline scripts whose text changes with every visitor, so each document is read on its way out and its
own inline scripts are allowed by hash; nothing that enters the page later is. Why separate: the policy is one list that
one can read beside SECURITY.md.
"""

import base64
import hashlib
from html.parser import HTMLParser

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.frames import with_fewer_frames
from tools.space import on_a_space

DOCUMENTS = ("", "/gradio_api/mcp")
"""Paths (without the last slash) whose inline scripts are the server's own. Everything else is no page at all."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-eval'",  # Gradio compiles a component's template and script with `new Function`
    "style-src": "'self' 'unsafe-inline'",  # Svelte writes style attributes, Gradio style elements
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'none'",
}
NO_PAGE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For whatever is no document of this server, such as a file that somebody put into Gradio's cache."""

OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address holds the run's token
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Headers:
    """ASGI middleware; must see bodies before they are compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(scope, send))


class _Answer:
    """Holds a document back until its scripts are known, one of ours first; passes anything else on at once."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._known = str(scope["path"]).rstrip("/").removeprefix(str(scope.get("root_path", ""))) in DOCUMENTS
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(OTHERS)
            if self._known and headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
            headers["Content-Security-Policy"] = NO_PAGE
        elif self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            document = with_fewer_frames(self._body.decode())
            body = document.encode()
            headers = MutableHeaders(scope=self._start)
            headers.update({"Content-Security-Policy": policy(document), "Content-Length": str(len(body))})
            await self._send(self._start)
            message, self._start = {"type": "http.response.body", "body": body}, None
        await self._send(message)


def policy(document: str) -> str:
    """The policy under which only this document's own inline scripts run."""
    hashes = "".join(f" '{_hash(text)}'" for text in inline_scripts(document))
    rules = POLICY | {"script-src": POLICY["script-src"] + hashes, "frame-ancestors": _ancestors()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def inline_scripts(document: str) -> list[str]:
    """The texts of the script elements without an address, as a browser reads them."""
    reader = _Scripts()
    reader.feed(document.replace("\r\n", "\n"))
    reader.close()
    return reader.found


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and not any(name == "src" for name, _ in attrs):
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _ancestors() -> str:
    """A Space is shown inside a frame of its host; elsewhere only the page itself may frame the page."""
    return "'self' https://huggingface.co https://*.huggingface.co" if on_a_space() else "'self'"
