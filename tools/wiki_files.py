"""The offline articles: the Pocket Wiki that comes with the project, and a user's own files."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.wiki_index import Article, WikiIndex

BUNDLED = Path(__file__).resolve().parents[1] / "assets" / "pocket" / "wiki.jsonl"


class WikiFileError(ValueError):
    """An article file is missing or has a line that is no article: the message names file and line."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    title: str = Field(min_length=1, max_length=300)
    text: str = Field(min_length=1, max_length=100_000)


def load(files: tuple[Path, ...]) -> WikiIndex:
    """The index over `files` in this order, made once for each state of the files. Raises WikiFileError."""
    return _index(tuple((path, *_state(path)) for path in files))


def read(path: Path) -> list[Article]:
    """The articles of one JSONL file. Raises WikiFileError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WikiFileError(f"cannot read the wiki file {path}: {error}") from error
    return [_article(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _article(path: Path, number: int, line: str) -> Article:
    try:
        article = _Line.model_validate_json(line)
    except ValidationError as error:
        slip = error.errors()[0]
        where = ".".join(map(str, slip["loc"])) or "the line"
        raise WikiFileError(
            f'{path}, line {number}: {where}: {slip["msg"]}. Each line must be {{"title": "...", "text": "..."}}.'
        ) from error
    return Article(article.title, article.text)


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise WikiFileError(f"cannot read the wiki file {path}: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _index(files: tuple[tuple[Path, int, int], ...]) -> WikiIndex:
    return WikiIndex(article for path, _, _ in files for article in read(path))
