"""What a visitor may send: small bodies, no files. This page takes no file, but Gradio's upload is always there.

Separate from `headers`, which is about what leaves.
"""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 1_000_000
"""The largest request of this page, a question with its options, has about 20,000."""
UPLOADS = "/gradio_api/upload"


class Intake:
    """ASGI middleware that answers what is too large, or is a file, with a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif str(scope["path"]).rstrip("/").endswith(UPLOADS):
            await _refuse(403, "This page takes no files.")(scope, receive, send)
        elif int(_digits(Headers(scope=scope).get("content-length"))) > BODY_BYTES:
            said = f"The request is too large: at most {BODY_BYTES:,} bytes are taken."
            await _refuse(413, said)(scope, receive, send)
        else:
            await self.app(scope, _limited(receive), send)


def _refuse(status: int, said: str) -> JSONResponse:
    return JSONResponse({"detail": said}, status)


def _digits(length: str | None) -> str:
    return length if length and length.isdecimal() else "0"


def _limited(receive: Receive) -> Receive:
    """For bodies of unstated length: what comes after the limit is a lost connection to the reader."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > BODY_BYTES else message

    return limited
