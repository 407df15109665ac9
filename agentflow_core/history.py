"""The history: whose a run is, its name and mark, and search over what it says.

Beside `store`, which keeps the events: this keeps what people do with runs, and an index (SQLite FTS5) that is brought
up to date whenever it is asked. It lives in the same file over a connection of its own, so that no flow ever waits for
a search. An owner is whatever string the caller tells people apart by; it must not be guessable.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agentflow_core.digest import Digest, digest
from agentflow_core.errors import BadInput, StoreError
from agentflow_core.store import RunStore

SCHEMA = """
CREATE TABLE IF NOT EXISTS shelf (
    number INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE REFERENCES runs(id) ON DELETE CASCADE, owner TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '', mark TEXT NOT NULL DEFAULT '',
    indexed INTEGER NOT NULL DEFAULT -1, digest TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS shelf_owner ON shelf(owner);
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(
    name, question, plans, results, answer, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER IF NOT EXISTS shelf_emptied AFTER DELETE ON shelf
    BEGIN DELETE FROM texts WHERE rowid = old.number; END;
"""
HIT = ("\x02", "\x03")
"""Around each word that was found, in `Entry.found`."""
EXCERPT_TOKENS = 16
NAME_CHARACTERS = 200
NOT_YOURS = "This run is not in your history."
_IDEOGRAPH = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])")

Mark = Literal["", "right", "wrong"]


class Wanted(BaseModel):
    """Which runs to list; an empty field takes all.

    `outcome`: `answered`; `failed`: ended without a verified answer; `trouble`: a module or a tool failed on the way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = Field(default="", max_length=500)
    tool: str = Field(default="", max_length=200)
    mark: Mark = ""
    outcome: Literal["", "answered", "failed", "trouble"] = ""
    limit: int = Field(default=100, ge=1, le=500)


class Entry(Digest):
    """One run of the history. `found` is an excerpt around the words that were searched."""

    run: str
    name: str
    mark: Mark
    found: str = ""


class History:
    """The runs of all owners in one store, each only reachable with its owner's string. Raises `StoreError`."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self._lock = threading.Lock()
        with self._errors("opened"):
            self._db = sqlite3.connect(store.path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(SCHEMA)

    def claim(self, owner: str, run: str) -> bool:
        """Puts a run on the owner's shelf, unless it is on another's. False when it is not in the store (yet)."""
        with self._lock, self._errors("written"), self._db:
            if self._db.execute("SELECT 1 FROM runs WHERE id = ?", (run,)).fetchone() is None:
                return False
            self._db.execute("INSERT OR IGNORE INTO shelf (run, owner) VALUES (?, ?)", (run, owner))
        return True

    def owns(self, owner: str, run: str) -> bool:
        """Whether the run is on this owner's shelf."""
        with self._lock, self._errors("read"):
            found = self._db.execute("SELECT 1 FROM shelf WHERE run = ? AND owner = ?", (run, owner)).fetchone()
        return found is not None

    def mark_of(self, owner: str, run: str) -> str | None:
        """The run's mark; None when it is not on this owner's shelf."""
        with self._lock, self._errors("read"):
            found = self._db.execute("SELECT mark FROM shelf WHERE run = ? AND owner = ?", (run, owner)).fetchone()
        return str(found[0]) if found else None

    def find(self, owner: str, wanted: Wanted = Wanted()) -> list[Entry]:  # noqa: B008  (frozen)
        """The owner's runs that are wanted, the newest first. A text is looked for by the beginnings of its words."""
        self._refresh(owner)
        query, search = match_query(wanted.text), ""
        values: list[str] = [owner]
        excerpt = "''"
        if query:
            search = "AND texts MATCH ?"
            values.append(query)
            excerpt = f"snippet(texts, -1, '{HIT[0]}', '{HIT[1]}', ' … ', {EXCERPT_TOKENS})"
        with self._lock, self._errors("read"):
            rows = self._db.execute(
                f"SELECT shelf.run, shelf.name, mark, digest, {excerpt} FROM shelf "
                f"JOIN runs ON runs.id = shelf.run JOIN texts ON texts.rowid = shelf.number "
                f"WHERE owner = ? {search} ORDER BY runs.created DESC, number DESC",
                values,
            ).fetchall()
        entries = (_entry(*row) for row in rows)
        return [entry for entry in entries if _is_wanted(entry, wanted)][: wanted.limit]

    def rename(self, owner: str, run: str, name: str) -> None:
        """Gives the run a name; an empty one takes it away."""
        name = " ".join(name.split())[:NAME_CHARACTERS]
        number = self._change(owner, run, "name", name)
        with self._lock, self._errors("written"), self._db:
            self._db.execute("UPDATE texts SET name = ? WHERE rowid = ?", (spaced(name), number))

    def mark(self, owner: str, run: str, mark: Mark) -> None:
        """Notes whether the answer is right."""
        self._change(owner, run, "mark", mark)

    def delete(self, owner: str, run: str) -> None:
        """Deletes the run itself, for everyone."""
        if not self.owns(owner, run):
            raise BadInput(NOT_YOURS)
        self.store.delete(run)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _change(self, owner: str, run: str, column: str, value: str) -> int:
        with self._lock, self._errors("written"), self._db:
            found = self._db.execute(
                f"UPDATE shelf SET {column} = ? WHERE run = ? AND owner = ? RETURNING number", (value, run, owner)
            ).fetchone()
        if found is None:
            raise BadInput(NOT_YOURS)
        return int(found[0])

    def _refresh(self, owner: str) -> None:
        """Indexes what the owner's runs have gained since they were indexed last."""
        with self._lock, self._errors("read"):
            rows = self._db.execute(
                "SELECT number, run, name, (SELECT coalesce(max(seq), -1) FROM events WHERE events.run = shelf.run) AS "
                "last FROM shelf WHERE owner = ? AND last IS NOT indexed",
                (owner,),
            ).fetchall()
        for number, run, name, last in rows:
            self._index(number, run, name, last)

    def _index(self, number: int, run: str, name: str, last: int) -> None:
        try:
            told = digest(self.store.events(run))
        except (StoreError, BadInput):  # of another version: stays listed under the question that the store knows
            told = Digest(question=self._question(run), created=0.0, status="unreadable")
        said = tuple(spaced(text) for text in (name, told.question, told.plans, told.results, told.answer or ""))
        brief = told.model_copy(update={"plans": "", "results": ""}).model_dump_json()
        with self._lock, self._errors("written"), self._db:
            self._db.execute("DELETE FROM texts WHERE rowid = ?", (number,))
            self._db.execute(
                "INSERT INTO texts (rowid, name, question, plans, results, answer) VALUES (?, ?, ?, ?, ?, ?)",
                (number, *said),
            )
            self._db.execute("UPDATE shelf SET indexed = ?, digest = ? WHERE number = ?", (last, brief, number))

    def _question(self, run: str) -> str:
        with self._lock, self._errors("read"):
            found = self._db.execute("SELECT question FROM runs WHERE id = ?", (run,)).fetchone()
        return str(found[0]) if found else ""

    @contextmanager
    def _errors(self, done: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"The history in {self.store.path} cannot be {done}: {error}.") from error


def match_query(text: str) -> str:
    """FTS5's query for a person's words: all of them, each as the beginning of a word. Nothing in it is an operator."""
    terms = (term.replace('"', '""') for term in text.replace("\0", " ").split())
    return " ".join(f'"{spaced(term).strip()}"*' for term in terms if any(c.isalnum() for c in term))


def spaced(text: str) -> str:
    """Chinese, Japanese and Korean have no spaces between words: each of their characters becomes one."""
    return re.sub(" {2,}", " ", _IDEOGRAPH.sub(r" \1 ", text))


def _entry(run: str, name: str, mark: Mark, brief: str, found: str) -> Entry:
    told = Digest.model_validate_json(brief)
    return Entry(**dict(told), run=run, name=name, mark=mark, found=found)


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    if wanted.mark and entry.mark != wanted.mark:
        return False
    if wanted.tool and wanted.tool not in entry.tools:
        return False
    match wanted.outcome:
        case "answered":
            return entry.status == "answered"
        case "failed":
            return entry.status not in ("answered", None)
        case "trouble":
            return bool(entry.trouble)
        case _:
            return True
