"""The limits of everything that is fetched from the web, and the one setting that opens the guard for tests."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class WebSettings(BaseModel):
    """One object for a process; hashable, so that equal settings share one fetcher."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    seconds: float = Field(default=8, gt=0)
    """For one fetch in all: name look-up, redirects and body."""
    body_bytes: int = Field(default=5_000_000, ge=1)
    """Largest body, after decompression."""
    redirects: int = Field(default=5, ge=0)
    requests_per_second: float = Field(default=2, gt=0)
    """To one host, after the first `burst` requests."""
    burst: int = Field(default=8, ge=1)
    cache: Path | None = None
    """SQLite file that keeps fetched pages; None keeps nothing."""
    cache_seconds: float = Field(default=3600, ge=0)
    cache_bytes: int = Field(default=100_000_000, ge=0)
    contact: str = Field(default="", max_length=200, pattern=r"^[\x21-\x7e]*$")
    """An address or e-mail that the User-Agent names, so that site owners can reach the operator."""
    loopback: bool = False
    """For tests only: this machine's own servers may be fetched, on any port. The app refuses it in production."""
