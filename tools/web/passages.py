"""A document as passages: pieces of a size to read and to rank, each with the heading it stands under."""

import re

from tools.wiki_passages import Passage

PASSAGE_CHARACTERS = 900
HEADING = re.compile(r"^#{1,6} (.+)$")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def passages(text: str) -> list[Passage]:
    """Neighbouring paragraphs under one heading are joined up to a passage's size; longer ones are cut at sentences."""
    found: list[Passage] = []
    section, held = "", ""
    for line in text.splitlines():
        line = " ".join(line.split())
        heading = HEADING.match(line)
        pieces = _pieces(line) if line and not heading else []
        for piece in pieces:
            if held and len(held) + len(piece) > PASSAGE_CHARACTERS:
                found.append(Passage(section, held))
                held = ""
            held = f"{held}\n{piece}" if held else piece
        if heading:
            if held:
                found.append(Passage(section, held))
            section, held = heading[1], ""
    return [*found, Passage(section, held)] if held else found


def _pieces(paragraph: str) -> list[str]:
    pieces: list[str] = []
    for sentence in SENTENCE_END.split(paragraph):
        for start in range(0, len(sentence), PASSAGE_CHARACTERS):
            part = sentence[start : start + PASSAGE_CHARACTERS]
            if pieces and len(pieces[-1]) + len(part) < PASSAGE_CHARACTERS:
                pieces[-1] += f" {part}"
            else:
                pieces.append(part)
    return pieces
