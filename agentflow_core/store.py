"""Runs in SQLite: every stored event is on disk before anyone sees it, and outlives `kill -9`.

WAL with `synchronous=NORMAL`: a killed process loses nothing that was committed; a power cut may lose the last
moments but never corrupts. One process-wide writer (a lock), many readers. A run also leaves and enters as one JSON
document, schema-checked and size-limited.
"""

import secrets
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentflow_core.errors import BadInput, StoreError
from agentflow_core.events import EVENT, FORMAT, Event
from agentflow_core.state import FlowState

IMPORT_BYTES = 20_000_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, created REAL NOT NULL, question TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;
"""


class RunSummary(BaseModel):
    """One line of the history. `status` is None while a run is under way, or when its process died."""

    id: str
    created: float
    question: str
    status: str | None
    answer: str | None
    turns: int


class RunDocument(BaseModel):
    """A whole run as one JSON document."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["agentflow-run"] = "agentflow-run"
    format: int = FORMAT
    events: list[Event] = Field(min_length=1)


def new_run_id() -> str:
    """Unguessable: who knows it may see the run."""
    return secrets.token_urlsafe(16)


class RunStore:
    """The runs in one database file, made when missing. Raises `StoreError` naming the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with self._errors("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(SCHEMA)

    def append(self, run: str, event: Event) -> None:
        """Commits one event. The first event of a run makes the run."""
        body = EVENT.dump_json(event).decode()
        with self._lock, self._errors("written"), self._db:
            if event.type == "flow_started":
                self._db.execute("INSERT INTO runs VALUES (?, ?, ?)", (run, event.time, event.question))
            self._db.execute("INSERT INTO events VALUES (?, ?, ?)", (run, event.seq, body))

    async def record(
        self, run: str, events: AsyncIterator[Event], on_error: Callable[[StoreError], None] | None = None
    ) -> AsyncIterator[Event]:
        """Passes events on, each stored event only once it is on disk.

        When the disk fails on the way, `on_error` is told once and the flow goes on unsaved; without it the error is
        raised.
        """
        failed = False
        async for event in events:
            if event.type != "text_delta" and not failed:
                try:
                    self.append(run, event)
                except StoreError as error:
                    if on_error is None:
                        raise
                    failed = True
                    on_error(error)
            yield event

    def events(self, run: str) -> list[Event]:
        """All events of a run. Raises `BadInput` for an unknown id."""
        with self._lock, self._errors("read"):
            rows = self._db.execute("SELECT body FROM events WHERE run = ? ORDER BY seq", (run,)).fetchall()
        if not rows:
            raise BadInput(f"There is no run “{run}” in {self.path}: `runs` lists those that are there.")
        try:
            return [EVENT.validate_json(body) for (body,) in rows]
        except ValidationError as error:
            raise StoreError(f"Run {run} in {self.path} was written by another version: {_first(error)}.") from error

    def runs(self, limit: int = 100) -> list[RunSummary]:
        """The newest runs first."""
        with self._lock, self._errors("read"):
            ids = self._db.execute("SELECT id, created FROM runs ORDER BY created DESC LIMIT ?", (limit,)).fetchall()
        return [self._summary(run, created) for run, created in ids]

    def resolve(self, prefix: str) -> str:
        """The one run whose id starts with `prefix`. Raises `BadInput` when there is none, or several."""
        with self._lock, self._errors("read"):
            escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            rows = self._db.execute(
                "SELECT id FROM runs WHERE id LIKE ? ESCAPE '\\' LIMIT 3", (escaped + "%",)
            ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
        found = "No run" if not rows else "More than one run"
        raise BadInput(f"{found} in {self.path} has an id that starts with “{prefix}”: `runs` lists them.")

    def delete(self, run: str) -> None:
        with self._lock, self._errors("written"), self._db:
            self._db.execute("DELETE FROM runs WHERE id = ?", (run,))

    def export(self, run: str) -> str:
        """The run as one JSON document."""
        return RunDocument(events=self.events(run)).model_dump_json(indent=1)

    def load(self, text: str | bytes) -> str:
        """Stores an exported run under a new id and gives that. Raises `BadInput` saying what is wrong where."""
        events = read_document(text).events
        run = new_run_id()
        for event in events:
            self.append(run, event)
        return run

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _summary(self, run: str, created: float) -> RunSummary:
        state = FlowState.fold(self.events(run))
        return RunSummary(
            id=run,
            created=created,
            question=state.question,
            status=state.status,
            answer=state.answer.text if state.answer else None,
            turns=len(state.turns),
        )

    @contextmanager
    def _errors(self, done: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"The run store {self.path} cannot be {done}: {error}. Free or unlock that place, or set "
                "AGENTFLOW_HOME to a folder that can be written."
            ) from error


def read_document(text: str | bytes) -> RunDocument:
    """An exported run, checked: size, schema, order of events. Raises `BadInput`."""
    if len(text) > IMPORT_BYTES:
        raise BadInput(f"The file has {len(text):,} bytes, at most {IMPORT_BYTES:,} are imported.")
    try:
        document = RunDocument.model_validate_json(text)
    except ValidationError as error:
        raise BadInput(f"This is no exported run: {_first(error)}.") from error
    except RecursionError as error:
        raise BadInput("This is no exported run: it is nested too deeply.") from error
    if document.format > FORMAT:
        raise BadInput(f"The run has format {document.format}; this version reads up to {FORMAT}: update it.")
    _check_order(document.events)
    return document


def _check_order(events: Sequence[Event]) -> None:
    if events[0].type != "flow_started":
        raise BadInput("This is no whole run: its first event is not `flow_started`.")
    for place, event in enumerate(events):
        if event.seq != place or event.type == "text_delta" or (place and event.type == "flow_started"):
            raise BadInput(f"The run's events are damaged at place {place}: expected a stored event with seq {place}.")


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "document"
    return f"{where}: {first['msg']}"
