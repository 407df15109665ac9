"""Text that came out of the sandbox, made fit for terminals, logs and JSON."""

import re

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal or a log would obey; all but tab and new line."""


def clean(text: str) -> str:
    """`text` without characters that would steer a terminal, and without halves of surrogate pairs."""
    whole = text.encode(errors="replace").decode().replace("\r\n", "\n")
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), whole)


def one_line(text: str) -> str:
    """The same in one line."""
    return clean(text).replace("\n", "\\n").replace("\t", "\\t")
