"""What a server's failure means: wait and try again, try again without an extra, or give up, and with which error.

Pure functions beside `openai_model`, which does the calling. Servers agree on status codes but not on texts, so an
extra counts as refused when the server's answer names it.
"""

import email.utils
import random
import time
from collections.abc import Callable, Collection

import openai

from agentflow_core.errors import ContextOverflow, InfraError, ModelRefused, ModelUnavailable

LONGEST_WAIT = 60.0
"""Seconds; a server that asks for a longer pause is reported instead."""

_MARKS = {
    "response_format": ("response_format", "json_schema", "guided", "grammar", "structured"),
    "logprobs": ("logprobs",),
    "return_token_ids": ("return_token_ids",),
    "skip_special_tokens": ("skip_special_tokens",),
    "stream_options": ("stream_options", "include_usage"),
    "seed": ("seed",),
    "max_tokens": ("max_completion_tokens",),
}
_OVERFLOW = ("context length", "context_length", "context window", "context size", "maximum context", "too long")


class BrokenStream(Exception):
    """The server's stream ended before the answer did, or is no chat completion."""


def refused_extras(error: Exception, sent: Collection[str]) -> set[str]:
    """Those of the `sent` extras that the server's answer names as the trouble.

    A bare 500 on a request with a schema counts too: llama.cpp answers so when it cannot turn one into a grammar.
    """
    if not isinstance(error, openai.APIStatusError):
        return set()
    if error.status_code == 500 and "response_format" in sent:
        return {"response_format"}
    if error.status_code not in (400, 404, 422) or is_overflow(error):
        return set()
    text = _server_text(error).lower()
    return {extra for extra, marks in _MARKS.items() if extra in sent and any(mark in text for mark in marks)}


def wait_before_retry(error: Exception, attempt: int) -> float | None:
    """Seconds until the next attempt (the first has number 0), or None where trying again is pointless."""
    backoff = min(0.5 * 2.0**attempt, 8.0) * random.uniform(0.75, 1.0)
    if isinstance(error, openai.APIStatusError):
        if error.status_code not in (408, 429) and error.status_code < 500:
            return None
        asked = _retry_after(error.response.headers.get("retry-after"))
        if asked is None:
            return backoff
        return asked if asked <= LONGEST_WAIT else None
    return backoff  # no connection, or a stream that broke before it said anything


def is_overflow(error: openai.APIStatusError) -> bool:
    return error.status_code in (400, 413, 422) and any(mark in _server_text(error).lower() for mark in _OVERFLOW)


def explained(error: Exception, server: str, model: str, hide: Callable[[str], str] = str) -> InfraError:
    """The engine's error for it: what happened, where, and what to do. `hide` takes out what must not be shown."""
    if not isinstance(error, openai.APIStatusError):
        return _unreachable(error, server)
    status, said = error.status_code, hide(_server_text(error))[:500]
    if is_overflow(error):
        return ContextOverflow(f"{model} at {server} says that the prompt is too long: {said}")
    if status in (401, 403):
        return ModelRefused(f"{server} does not accept the API key for {model} ({status}): {said}; check the key")
    if status == 404:
        return ModelRefused(f"{server} does not know {model} or this address (404): {said}; check both")
    if status in (408, 429) or status >= 500:
        return ModelUnavailable(f"{server} cannot answer now ({status}, after all retries): {said}; try again later")
    return ModelRefused(f"{server} rejects the request to {model} ({status}): {said}")


def _unreachable(error: Exception, server: str) -> ModelUnavailable:
    if isinstance(error, BrokenStream | ValueError | TypeError | AttributeError):
        detail = str(error) if isinstance(error, BrokenStream) else "it is no chat completion stream"
        return ModelUnavailable(f"the answer of {server} cannot be used: {detail}; check the URL and the server's log")
    if isinstance(error, openai.APITimeoutError) and _time_ran_out(error):
        return ModelUnavailable(f"{server} did not answer in time: check that it is not overloaded, then try again")
    if isinstance(error, openai.APIConnectionError):
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        return ModelUnavailable(f"cannot reach {server}{cause}: start the server or check the URL")
    return ModelUnavailable(f"{server} broke off its answer: {error}; try again")


def _time_ran_out(error: BaseException | None) -> bool:
    """By the transport's own error: the client takes a refused or lost connection of aiohttp for a timeout too."""
    while error is not None and not isinstance(error, TimeoutError):
        error = error.__cause__
    return error is not None


def _server_text(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body.get("error") or body
    return " ".join(str(body or error.message).split())


def _retry_after(header: str | None) -> float | None:
    """Seconds, from either form of the header."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None
