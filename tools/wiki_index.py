"""Full-text search over short articles in memory (SQLite FTS5, BM25).

The offline source of `wikipedia_search`, and the very same code that answers searches in the Pocket model's training
worlds, so that a training world behaves exactly like the real one.
"""

import re
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Article(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True)
class Found:
    """Articles found for a query, best first; `exact` when the query is an article's title."""

    articles: tuple[Article, ...]
    exact: bool


def normal(title: str) -> str:
    """Titles are compared without case, a leading "the", and surrounding punctuation."""
    return re.sub(r"^the\s+", "", " ".join(title.casefold().split()).strip(" .,;:!?\"'"))


class WikiIndex:
    """Searches `articles`; of two with one title the later wins, so that a user's file can replace an article."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._by_title = {normal(a.title): a for a in articles}
        self._db: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._by_title)

    def search(self, query: str, limit: int = 1) -> Found:
        """The article titled `query` alone, else the `limit` best by BM25 (title weighs ten times the text)."""
        if article := self._by_title.get(normal(query)):
            return Found((article,), exact=True)
        words = re.findall(r"\w+", query)
        if not words:
            return Found((), exact=False)
        match = " OR ".join(f'"{word}"' for word in words)
        with self._lock:
            rows = self._table().execute(
                "SELECT title, text FROM wiki WHERE wiki MATCH ? ORDER BY bm25(wiki, 10, 1) LIMIT ?", (match, limit)
            )
            return Found(tuple(Article(*row) for row in rows), exact=False)

    def _table(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(":memory:", check_same_thread=False)
            self._db.execute(
                "CREATE VIRTUAL TABLE wiki USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')"
            )
            self._db.executemany("INSERT INTO wiki VALUES (?, ?)", self._by_title.values())
        return self._db


def render(query: str, found: Found) -> str:
    """What the modules read: the article, or that there is none of this title and what comes closest."""
    if not found.articles:
        return f"No results for {query.strip()}."
    body = "\n".join(f"{a.title}: {a.text}" for a in found.articles)
    return body if found.exact else f"No article titled {query.strip()}. Closest: {body}"
