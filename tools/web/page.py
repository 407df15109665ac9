"""What a fetch gives."""

import codecs
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One reply. `url` is where it came from in the end, `redirects` what led there."""

    url: str
    status: int
    content_type: str
    """Without parameters, in lower case; empty when the server named none."""
    charset: str | None
    body: bytes
    redirects: tuple[str, ...] = ()
    cached: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; bytes that are none become replacement characters."""
        return self.body.decode(self.charset or "utf-8", errors="replace")


def read_content_type(value: str) -> tuple[str, str | None]:
    """The type and the charset of a Content-Type header; a charset unknown to Python, or to pages, is none."""
    kind, *parameters = value.split(";")
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), _known(charset.strip().strip("\"'"))
    return kind.strip().lower(), None


ESCAPES = ("utf-7", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape")
"""Python's names of codecs that make half characters, which nothing can write again, out of plain ASCII."""


def _known(charset: str) -> str | None:
    try:
        b"\xff".decode(charset, "replace")
        if codecs.lookup(charset).name in ESCAPES:
            return None
    except (LookupError, ValueError):
        return None
    return charset
