"""Renders the Pocket Wiki from its facts: `python -m training.pocket.wiki` writes `assets/pocket/wiki.jsonl`."""

import json

from training.pocket.real import FACTS, real_world

WIKI = FACTS.with_name("wiki.jsonl")


def rendered() -> str:
    """The file's content: one `{"title", "text"}` a line, the same for the same facts."""
    articles = real_world().articles.items()
    return "".join(json.dumps({"title": title, "text": text}, ensure_ascii=False) + "\n" for title, text in articles)


if __name__ == "__main__":
    WIKI.write_text(rendered(), encoding="utf-8")
    print(f"{len(real_world().articles)} articles in {WIKI}")
