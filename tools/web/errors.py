"""What can go wrong with a fetch, and whose decision it was.

    WebError
    ├── Blocked          the guard refuses: scheme, address, port, name, content type
    ├── LimitReached     too large, too slow, too many redirects, a reply without end
    │   └── RateLimited  the server asked for a pause (429, 503 with Retry-After), or we keep one
    └── Unreachable      no connection, a broken one, a certificate that does not fit

Each message says what happened, to which address, and is fit to be shown to a planner.
"""

from typing import ClassVar, Literal

Decision = Literal["allow", "block", "limit", "error"]


class WebError(Exception):
    """Base of all; `decision` is how the command line and the tests name it."""

    decision: ClassVar[Decision] = "error"


class Blocked(WebError):
    """The guard refuses the address or what it sends."""

    decision = "block"


class LimitReached(WebError):
    """A limit on time, size or redirects was reached."""

    decision = "limit"


class RateLimited(LimitReached):
    """The host wants fewer requests; `seconds` is how long to stay away, as far as known."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unreachable(WebError):
    """The server could not be reached, or the connection broke."""
