"""Runs in SQLite: every stored event is on disk before anyone sees it, and outlives `kill -9`.

WAL with `synchronous=NORMAL`: a killed process loses nothing that was committed; a power cut may lose the last
moments but never corrupts. One process-wide writer (a lock), many readers. A run also leaves and enters as one JSON
document, schema-checked and size-limited.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentflow_core import opening
from agentflow_core.errors import BadInput, StoreError
from agentflow_core.events import EVENT, FORMAT, Event
from agentflow_core.imports import check_events, check_json
from agentflow_core.state import FlowState

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, created REAL NOT NULL, question TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forks (
    run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, parent TEXT NOT NULL REFERENCES runs(id),
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS forks_parent ON forks(parent);
CREATE TABLE IF NOT EXISTS wikis (
    run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, files TEXT NOT NULL
) WITHOUT ROWID;
"""

WHOLE = """
WITH RECURSIVE line(run, upto) AS (
    SELECT ?, 9223372036854775807
    UNION ALL SELECT forks.parent, min(line.upto, forks.at) FROM line JOIN forks ON forks.run = line.run
)
SELECT body FROM line JOIN events ON events.run = line.run AND events.seq <= line.upto ORDER BY seq
"""
"""A run's events with the history that it shares with those it was forked from."""


class RunSummary(BaseModel):
    """One line of the history.

    `status` is None while a run is under way, or when its process died; `unreadable` for one of another version.
    """

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
    format: int = Field(default=FORMAT, ge=1)
    events: list[Event] = Field(min_length=1)


def new_run_id() -> str:
    """Unguessable: who knows it may see the run. In lower-case letters and digits alone: an id that begins with `-`
    would be an option on a command line, and SQLite's LIKE takes capitals for small letters."""
    return secrets.token_hex(16)


class RunStore:
    """The runs in one database file, made when missing. Raises `StoreError` naming the file.

    `read_only` says why nothing can be written, where a store that is there can only be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_only: str | None = None
        self._lock = threading.Lock()
        with self._errors("opened"):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._db = opening.to_write(path, SCHEMA)
            except (sqlite3.OperationalError, OSError) as error:
                self.read_only = opening.why_read_only(path, error)
                if self.read_only is None:
                    raise
                self._db = opening.to_read(path)

    def append(self, run: str, event: Event) -> None:
        """Commits one event. The first event of a run makes the run; each later one must follow the one before."""
        self._write(run, (event,))

    def _write(self, run: str, events: Sequence[Event], wiki: Sequence[Path] = ()) -> None:
        """All of them or none."""
        bodies = [EVENT.dump_json(event).decode() for event in events]
        with self._writing():
            length = self._length(run)
            for event, body in zip(events, bodies, strict=True):
                if event.seq != length:
                    raise StoreError(
                        f"Event {event.seq} of run {run} cannot follow in {self.path}: {length} is next there, and a "
                        "run with a gap could not be read. Is another program going on with the same run?"
                    )
                if event.type == "flow_started":
                    self._db.execute("INSERT INTO runs VALUES (?, ?, ?)", (run, event.time, event.question))
                self._db.execute("INSERT INTO events VALUES (?, ?, ?)", (run, event.seq, body))
                length += 1
            if wiki:
                files = json.dumps([str(file.absolute()) for file in wiki])
                self._db.execute("INSERT OR REPLACE INTO wikis VALUES (?, ?)", (run, files))

    def _length(self, run: str) -> int:
        """Events of a run, shared ones included: the next one has this `seq`."""
        found = self._db.execute("SELECT max(seq) FROM events WHERE run = ?", (run,)).fetchone()[0]
        return 0 if found is None else int(found) + 1

    def fork(self, run: str, parent: str, at: int, own: Sequence[Event]) -> None:
        """Makes `run`, which shares its parent's events up to `at` and goes on with `own`. Nothing shared is copied.

        Raises `BadInput` when the parent is not here up to there.
        """
        bodies = [EVENT.dump_json(event).decode() for event in own]
        with self._writing():
            found = self._db.execute("SELECT question FROM runs WHERE id = ?", (parent,)).fetchone()
            if found is None or self._length(parent) <= at:
                raise BadInput(f"There is no run “{parent}” with an event {at} in {self.path} to fork.")
            self._db.execute("INSERT INTO runs (id, created, question) VALUES (?, ?, ?)", (run, own[0].time, found[0]))
            self._db.execute("INSERT INTO forks VALUES (?, ?, ?)", (run, parent, at))
            rows = [(run, event.seq, body) for event, body in zip(own, bodies, strict=True)]
            self._db.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)

    def keep(self, run: str, events: Sequence[Event]) -> None:
        """Stores a run that comes whole, all of it or nothing."""
        self._write(run, events)

    def origin(self, run: str) -> tuple[str, int] | None:
        """The run that this one was forked from, and the last event that they share."""
        with self._lock, self._errors("read"):
            found = self._db.execute("SELECT parent, at FROM forks WHERE run = ?", (run,)).fetchone()
        return (str(found[0]), int(found[1])) if found else None

    def wiki(self, run: str) -> tuple[Path, ...]:
        """The files of articles that a run reads, as far as `record` was told."""
        with self._lock, self._errors("read"):
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'wikis'").fetchone():
                return ()  # an older store, open for reading only
            found = self._db.execute("SELECT files FROM wikis WHERE run = ?", (run,)).fetchone()
        return tuple(Path(file) for file in json.loads(found[0])) if found else ()

    async def record(
        self,
        run: str,
        events: AsyncIterator[Event],
        on_error: Callable[[StoreError], None] | None = None,
        before: Sequence[Event] = (),
        wiki: Sequence[Path] = (),
    ) -> AsyncIterator[Event]:
        """Passes events on, each stored event only once it is on disk.

        `before`: those that the flow goes on from; the ones that a full disk once cost the store are written first.
        `wiki`: files of articles that it reads. They are noted beside the events: no exported run shall name files of
        this machine, and no imported one say which are read.
        When the disk fails on the way, `on_error` is told once and the flow goes on unsaved; without it the error is
        raised.
        """
        failed = False
        async for event in events:
            if event.type != "text_delta" and not failed:
                try:
                    self._write(run, (*self._missing(run, before), event), wiki)
                    before = wiki = ()
                except StoreError as error:
                    if on_error is None:
                        raise
                    failed = True
                    on_error(error)
            yield event

    def _missing(self, run: str, events: Sequence[Event]) -> Sequence[Event]:
        if not events:
            return ()
        with self._lock, self._errors("read"):
            length = self._length(run)
        return [event for event in events if event.seq >= length]

    def events(self, run: str) -> list[Event]:
        """All events of a run. Raises `BadInput` for an unknown id."""
        bodies = self._bodies(run)
        if not bodies:
            raise BadInput(f"There is no run “{run}” in {self.path}: `runs` lists those that are there.")
        try:
            return [EVENT.validate_json(body) for body in bodies]
        except ValidationError as error:
            raise StoreError(f"Run {run} in {self.path} was written by another version: {_first(error)}.") from error

    def runs(self, limit: int = 100) -> list[RunSummary]:
        """The newest runs first."""
        with self._lock, self._errors("read"):
            rows = self._db.execute(
                "SELECT id, created, question FROM runs ORDER BY created DESC LIMIT ?", (limit,)
            ).fetchall()
        return [self._summary(*row) for row in rows]

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
        """Forks of the run keep the history that they share with it."""
        with self._writing():
            self._leave_forks(run)
            self._db.execute("DELETE FROM runs WHERE id = ?", (run,))

    def _leave_forks(self, run: str) -> None:
        above = self._db.execute("SELECT parent, at FROM forks WHERE run = ?", (run,)).fetchone()
        for child, at in self._db.execute("SELECT run, at FROM forks WHERE parent = ?", (run,)).fetchall():
            self._db.execute(
                "INSERT INTO events SELECT ?, seq, body FROM events WHERE run = ? AND seq <= ?", (child, run, at)
            )
            if above is None:
                self._db.execute("DELETE FROM forks WHERE run = ?", (child,))
            else:
                self._db.execute(
                    "UPDATE forks SET parent = ?, at = ? WHERE run = ?", (above[0], min(above[1], at), child)
                )

    def export(self, run: str) -> str:
        """The run as one JSON document."""
        return RunDocument(events=self.events(run)).model_dump_json(indent=1)

    def load(self, text: str | bytes) -> str:
        """Stores an exported run under a new id and gives that. Raises `BadInput` saying what is wrong where."""
        events = read_document(text).events
        run = new_run_id()
        self._write(run, events)
        return run

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _bodies(self, run: str) -> list[str]:
        with self._lock, self._errors("read"):
            return [body for (body,) in self._db.execute(WHOLE, (run,))]

    def _summary(self, run: str, created: float, question: str) -> RunSummary:
        try:
            state = FlowState.fold(EVENT.validate_json(body) for body in self._bodies(run))
        except ValidationError:  # one such run is no reason to hide the others
            return RunSummary(id=run, created=created, question=question, status="unreadable", answer=None, turns=0)
        return RunSummary(
            id=run,
            created=created,
            question=question,
            status=state.status,
            answer=state.answer.text if state.answer else None,
            turns=len(state.turns),
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all or nothing."""
        if self.read_only is not None:
            raise StoreError(
                f"The run store {self.path} can be read, but nothing can be kept in it: {self.read_only}. Set "
                "AGENTFLOW_HOME to a folder that can be written."
            )
        with self._lock, self._errors("written"), self._db:
            yield

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
    """An exported run, checked: size, depth, schema, order of events. Opens nothing it names. Raises `BadInput`."""
    check_json(text)
    try:
        document = RunDocument.model_validate_json(text)
    except ValidationError as error:
        raise BadInput(f"This is no exported run: {_first(error)}.") from error
    if document.format > FORMAT:
        raise BadInput(f"The run has format {document.format}; this version reads up to {FORMAT}: update it.")
    check_events(document.events)
    return document


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "document"
    return f"{where}: {first['msg']}"
