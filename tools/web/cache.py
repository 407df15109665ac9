"""Fetched pages on disk: each for a while, all together within a size. A broken file is a slower fetch, no failure."""

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from tools.web.page import Page

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    key TEXT PRIMARY KEY, about TEXT NOT NULL, body BLOB NOT NULL, size INTEGER NOT NULL,
    expires REAL NOT NULL, used REAL NOT NULL
)"""
EVICT = """
DELETE FROM pages WHERE key IN (
    SELECT key FROM (SELECT key, SUM(size) OVER (ORDER BY used DESC, key) AS total FROM pages) WHERE total > ?
)"""


class PageCache:
    """Blocks on the disk: call it in a thread. The least recently used pages make room for new ones."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit

    def get(self, key: str) -> Page | None:
        """The page kept under `key`, unless its time is over."""
        now = time.time()
        try:
            with self._open() as db:
                row = db.execute("SELECT about, body FROM pages WHERE key = ? AND expires > ?", (key, now)).fetchone()
                if row is None:
                    return None
                db.execute("UPDATE pages SET used = ? WHERE key = ?", (now, key))
            about = json.loads(row[0])
            about["redirects"] = tuple(about["redirects"])
            return Page(**about, body=row[1], cached=True)
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            log.warning("the web cache %s cannot be read, the page is fetched again: %s", self._path, error)
            return None

    def put(self, key: str, page: Page, seconds: float) -> None:
        """Keeps `page` for `seconds`, if it is not larger than the whole cache may be."""
        about = {name: value for name, value in asdict(page).items() if name not in ("body", "cached")}
        now = time.time()
        text = json.dumps(about)
        row = (key, text, page.body, len(page.body) + len(text), now + seconds, now)
        try:
            with self._open() as db:
                db.execute("DELETE FROM pages WHERE expires <= ?", (now,))
                db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", row)
                db.execute(EVICT, (self._limit,))
        except (sqlite3.Error, OSError) as error:
            log.warning("the web cache %s cannot be written, the page is not kept: %s", self._path, error)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=2)) as db:
            if not db.execute("PRAGMA page_count").fetchone()[0]:
                db.execute("PRAGMA auto_vacuum = FULL")  # only before the first table; the file then shrinks too
            db.execute(SCHEMA)
            with db:
                yield db
