"""A reply's body within a size limit that counts decompressed bytes while they stream in.

Only gzip and no encoding are asked for and accepted. Decompression is stepwise: a bomb is stopped at the limit, not
after it has filled the memory.
"""

import zlib
from collections.abc import AsyncIterable

from tools.web.errors import LimitReached

STEP = 65_536
GZIP = 31
"""zlib's window bits for a gzip stream."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, declared: str | None, limit: int) -> bytes:
    """All of the body. Raises LimitReached when it is, or says it is, larger than `limit`."""
    if declared is not None and declared.isdecimal() and int(declared) > limit:
        raise LimitReached(f"the page has {int(declared):,} bytes; at most {limit:,} are read")
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        unpack = None
    elif encoding in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(GZIP)
    else:
        raise LimitReached(f"the page is packed as {encoding[:40]!r}, which is not read; only gzip is")
    body = bytearray()
    async for chunk in chunks:
        try:
            _add(body, chunk, unpack, limit)
        except zlib.error as error:
            raise LimitReached(f"the page says it is gzip, but cannot be unpacked: {error}") from error
        if unpack is not None and unpack.eof:
            break  # what follows the first gzip member is nobody's page
    return bytes(body)


def _add(body: bytearray, chunk: bytes, unpack: "zlib._Decompress | None", limit: int) -> None:
    while chunk:
        if unpack is None:
            piece, chunk = chunk, b""
        else:
            piece = unpack.decompress(chunk, STEP)
            chunk = b"" if unpack.eof else unpack.unconsumed_tail
        body += piece
        if len(body) > limit:
            raise LimitReached(f"the page is larger than the {limit:,} bytes that are read")
