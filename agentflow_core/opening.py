"""How the run store's file is opened: to write, or only to read where its disk or its owner allows no more."""

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

PATIENCE = 10
"""Seconds to wait for another process's lock."""

_UNWRITABLE = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}


def to_write(path: Path, schema: str) -> sqlite3.Connection:
    """Makes the file and its tables where they are missing."""
    db = sqlite3.connect(path, check_same_thread=False, timeout=PATIENCE)
    _write_ahead(db)
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("PRAGMA foreign_keys=ON")
    db.executescript(schema)
    return db


def to_read(path: Path) -> sqlite3.Connection:
    """Writes nothing. A log that another process left beside the file, or has open, is read too; without one SQLite
    would have to make it, unless it is told that nothing changes."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        return _readable(uri)
    except sqlite3.OperationalError:
        return _readable(f"{uri}&immutable=1")


def _readable(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=PATIENCE)
    db.execute("SELECT 1 FROM sqlite_master").fetchone()
    return db


def why_read_only(path: Path, error: sqlite3.OperationalError | OSError) -> str | None:
    """Why a file that is there could not be opened to write, if that is what `error` says."""
    if not path.is_file():
        return None
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF not in _UNWRITABLE:
        return None
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "its disk is mounted read-only"
    return f"it may not be written here ({error})"


def _write_ahead(db: sqlite3.Connection) -> None:
    """SQLite waits for no lock to turn a new file to WAL, whatever its timeout, and several processes may open it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
