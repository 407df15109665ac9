"""How a model server is: whether it answers, what it serves, how many requests run and wait, what its cache spared.

The list of models is part of the OpenAI API. Load and cache are read from the Prometheus text at `/metrics` that vLLM
(and others under the same names) offers beside it; where there is none, those figures are None.
"""

import re

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from agentflow_core.errors import ModelRefused, ModelUnavailable

_SECONDS = 5.0
_MOST_BYTES = 2_000_000
_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{.*\})?\s+(?P<value>[-+.\deE]+|NaN|[+-]?Inf)(?:\s+\d+)?$", re.M)


class ServerStatus(BaseModel):
    """A moment's view of a server; counts are of requests, tokens since its start."""

    model_config = ConfigDict(frozen=True)
    models: tuple[str, ...]
    running: int | None = None
    waiting: int | None = None
    prompt_tokens: int | None = None
    """Prompt tokens that were looked up in the prefix cache."""
    cached_tokens: int | None = None
    """Those of them that were found there and not computed again."""


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


async def server_status(base_url: str, api_key: str | None = None) -> ServerStatus:
    """Asks the server at `base_url`, which ends in `/v1`.

    Raises `ModelUnavailable`, or `ModelRefused` for a wrong key.
    """
    base_url = base_url.rstrip("/")
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    async with httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
        try:
            listed = await client.get(f"{base_url}/models", headers=headers)
            # The key stays with the API: whoever answers for /metrics does not get it.
            measured = await client.get(f"{base_url.removesuffix('/v1')}/metrics")
        except httpx2.HTTPError as error:
            raise ModelUnavailable(
                f"no model server answers at {base_url} ({type(error).__name__}): is it started, and the port right?"
            ) from None
    if listed.status_code in (401, 403):
        raise ModelRefused(f"{base_url} refuses the API key: set AGENTFLOW_API_KEY to the one it was started with")
    try:
        models = _Models.model_validate_json(listed.content[:_MOST_BYTES])
    except ValidationError:
        raise ModelUnavailable(f"{base_url}/models gives no list of models (status {listed.status_code})") from None
    counts = _counts(measured.text[:_MOST_BYTES]) if measured.status_code == 200 else {}
    return ServerStatus(
        models=tuple(model.id for model in models.data),
        running=counts.get("vllm:num_requests_running"),
        waiting=counts.get("vllm:num_requests_waiting"),
        prompt_tokens=counts.get("vllm:prefix_cache_queries_total"),
        cached_tokens=counts.get("vllm:prefix_cache_hits_total"),
    )


def _counts(text: str) -> dict[str, int]:
    """Samples of a Prometheus text, summed over their labels (one for each engine of a server)."""
    counts: dict[str, int] = {}
    for sample in _SAMPLE.finditer(text):
        value = float(sample["value"])
        if abs(value) < 1e15:  # neither NaN nor infinite
            counts[sample["name"]] = counts.get(sample["name"], 0) + int(value)
    return counts
