"""What of a long article is worth reading for a query: its summary, and the paragraphs that match best."""

import re
from typing import NamedTuple

from tools.wiki_index import Article, WikiIndex

SUMMARY_CHARACTERS = 1_500
PASSAGE_CHARACTERS = 700
PASSAGES = 3
HEADING = re.compile(r"^(=+)\s*(.+?)\s*\1\s*$")


class Passage(NamedTuple):
    section: str
    text: str


def summary_and_passages(content: str, query: str, title: str) -> str:
    """The introduction of a plain-text article, then the passages for what `query` asks beyond the title.

    A query that only is the title gets the section names instead, as something to ask for next.
    """
    introduction, passages = split(content)
    lines = [_short(introduction, SUMMARY_CHARACTERS)]
    asked = [word for word in re.findall(r"\w+", query) if word.casefold() not in title.casefold()]
    if asked:
        lines += [f"[{p.section}] {_short(p.text, PASSAGE_CHARACTERS)}" for p in best(passages, " ".join(asked))]
    elif passages:
        lines.append(f"Sections: {'; '.join(dict.fromkeys(p.section for p in passages))}.")
    return "\n".join(line for line in lines if line)


def split(content: str) -> tuple[str, list[Passage]]:
    """The text before the first heading, and the paragraphs after it with their section's heading."""
    introduction: list[str] = []
    passages: list[Passage] = []
    section = ""
    for line in content.splitlines():
        if heading := HEADING.match(line):
            section = heading[2]
        elif line.strip() and section:
            passages.append(Passage(section, line.strip()))
        elif line.strip():
            introduction.append(line.strip())
    return " ".join(introduction), passages


def best(passages: list[Passage], query: str, limit: int = PASSAGES) -> list[Passage]:
    """The passages that match `query` best (BM25), best first."""
    index = WikiIndex(Article(f"{number} {p.section}", p.text) for number, p in enumerate(passages))
    return [passages[int(found.title.split()[0])] for found in index.search(query, limit).articles]


def _short(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a sentence if one ends in the second half."""
    if len(text) <= limit:
        return text
    end = text.rfind(". ", limit // 2, limit)
    return f"{text[: end + 1 if end > 0 else limit].rstrip()} …"
