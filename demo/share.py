"""Runs that leave and enter the page: export as text, import in pieces, and spans to the operator's collector.

A page takes no files and no large requests (`intake`): a file to import comes as text, piece by piece, is put together
here within narrow limits, and becomes a run only after it was checked in full.
"""

import asyncio
import logging
import time
from typing import Any

from pydantic import Field, ValidationError

from agentflow_core import Event
from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.formats import Format, read_run, write_run
from agentflow_core.history import History
from agentflow_core.imports import IMPORT_BYTES
from agentflow_core.otlp_http import send
from demo.hand import Said, first
from demo.handlers import UNKNOWN_RUN
from demo.history import RunId, VisitorKey, owner_of
from demo.limits import Gate, Limits
from demo.registry import Registry, Run

log = logging.getLogger(__name__)

PIECE_CHARACTERS = 400_000
"""Of a file to import; more than this with its quoting would not fit into one request."""
UPLOADS = 6
UPLOAD_SECONDS = 60.0
BUSY = "Several files are being imported here: try again in a minute."


class Export(Said):
    run: RunId
    format: Format = "json"


class Piece(Said):
    """A piece of a file to import; `upload` is any name the browser gives the whole."""

    visitor: VisitorKey
    upload: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    piece: str = Field(max_length=PIECE_CHARACTERS)
    last: bool


class Upload:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.bytes = 0
        self.touched = time.monotonic()

    def add(self, piece: str, most: int) -> None:
        """Raises `BadInput` when the file is larger than `most` bytes."""
        self.touched = time.monotonic()
        self.pieces.append(piece)
        self.bytes += len(piece.encode(errors="surrogatepass"))
        if self.bytes > most:
            raise BadInput(f"The file is too large: at most {most:,} bytes are imported here.")


class Sharing:
    """Export and import for one page."""

    def __init__(self, registry: Registry, history: History | None, limits: Limits, most_bytes: int = 0) -> None:
        self._registry, self._history = registry, history
        self._most = min(most_bytes or IMPORT_BYTES, IMPORT_BYTES)
        self._gate = Gate(Limits(visitor_flows_hour=limits.visitor_flows_hour))
        self._uploads: dict[tuple[str, str], Upload] = {}

    async def export(self, request: Any) -> dict[str, Any]:
        """A run as text: `{run, format}`; whoever may see a run may keep it."""
        try:
            asked = Export.model_validate(request)
        except ValidationError as error:
            return {"problem": f"This cannot be exported: {first(error)}."}
        run = await self._registry.get(asked.run)
        if run is None or not run.events:
            return {"problem": UNKNOWN_RUN}
        return {"text": await asyncio.to_thread(write_run, list(run.events), run.token, asked.format)}

    async def load(self, request: Any, caller: str = "") -> dict[str, Any]:
        """Takes one piece of a file; after the last one the run is there: `{run}`."""
        try:
            piece = Piece.model_validate(request)
            text = self._taken(piece)
            if text is None:
                return {"more": True}
            self._gate.leave(self._gate.enter(caller))
            events = await asyncio.to_thread(read_run, text)
            return {"run": (await self._kept(events, owner_of(piece.visitor))).token}
        except ValidationError as error:
            return {"problem": f"The file cannot be imported: {first(error)}."}
        except AgentFlowError as error:
            return {"problem": str(error)}

    def _taken(self, piece: Piece) -> str | None:
        """The whole text once its last piece is there."""
        self._forget_stale()
        key = (owner_of(piece.visitor), piece.upload)
        if key not in self._uploads and len(self._uploads) >= UPLOADS:
            raise BadInput(BUSY)
        upload = self._uploads.setdefault(key, Upload())
        try:
            upload.add(piece.piece, self._most)
        except BadInput:
            del self._uploads[key]
            raise
        if not piece.last:
            return None
        del self._uploads[key]
        return "".join(upload.pieces)

    def _forget_stale(self) -> None:
        old = time.monotonic() - UPLOAD_SECONDS
        for key in [key for key, upload in self._uploads.items() if upload.touched < old]:
            del self._uploads[key]

    async def _kept(self, events: list[Event], owner: str) -> Run:
        run = await self._registry.keep(events)
        if self._history is not None:
            await asyncio.to_thread(self._history.claim, owner, run.token)
        return run


class Collector:
    """Sends each finished run to the operator's OpenTelemetry collector. A collector that fails costs no run."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    async def __call__(self, run: Run) -> None:
        if not run.events:
            return
        try:
            await asyncio.to_thread(send, list(run.events), run.token, self._endpoint)
        except AgentFlowError as error:
            log.warning("a run was not sent: %s", error)
