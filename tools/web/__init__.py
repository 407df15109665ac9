"""Fetching from the web behind one guard; `python -m tools.web check URL` shows what it decides."""

from tools.web.errors import Blocked, LimitReached, RateLimited, Unreachable, WebError
from tools.web.fetcher import Fetcher, shared_fetcher
from tools.web.page import Page
from tools.web.settings import WebSettings

__all__ = [
    "Blocked",
    "Fetcher",
    "LimitReached",
    "Page",
    "RateLimited",
    "Unreachable",
    "WebError",
    "WebSettings",
    "shared_fetcher",
]
