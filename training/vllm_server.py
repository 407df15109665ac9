"""One vLLM server as training uses it: it samples from ids, scores a text, and takes new weights while it runs.

Started as `make serve ... ARGS=--training`: the routes that change weights are vLLM's development mode, and
log-probabilities are those of the distribution that was sampled from.
"""

import asyncio
import ssl
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from agentflow_core.errors import BadInput, ModelRefused, ModelUnavailable
from agentflow_core.models import Sampling

_CONNECT_SECONDS = 5.0
_START_AGAIN = "start it with `make serve MODEL=... ARGS=--training`"


@dataclass(frozen=True)
class Sampled:
    """What a server sampled."""

    ids: list[int]
    logprobs: list[float]


class VllmServer:
    """`url` ends in /v1. `seconds` is the longest wait for an answer. The key is in no message."""

    def __init__(self, url: str, key: str | None, seconds: float) -> None:
        self.url = url.rstrip("/")
        if not self.url.endswith("/v1"):
            raise BadInput(f"rollout.served.servers: {url} is no vLLM address: it ends in /v1")
        self._root = self.url.removesuffix("/v1")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        self._tls = ssl.create_default_context()  # made once: it takes longer than a call
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]
        self._clients = weakref.WeakKeyDictionary()  # connections belong to one event loop

    # --- sampling -------------------------------------------------------------------------------------------------

    async def sample(
        self, model: str, prompt: list[int], sampling: Sampling, limit: int, seed: int, ends: list[int]
    ) -> Sampled:
        """Nothing but temperature shapes the distribution, whatever the server's defaults are."""
        body = {
            "model": model,
            "prompt": prompt,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": 0,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
            "max_tokens": limit,
            "seed": seed,
            "stop_token_ids": ends,
            "skip_special_tokens": False,
            "logprobs": 0,
            "return_token_ids": True,
        }
        try:
            answer = await self._client().post(f"{self.url}/completions", json=body)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        return self._sampled(self._checked(answer), model)

    async def close(self) -> None:
        """Closes this event loop's connections."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.aclose()

    def logprobs(self, model: str, ids: list[int]) -> list[float]:
        """Of all ids but the first, at temperature 1; computed afresh, whatever is in the prefix cache."""
        body = {"model": model, "prompt": ids, "max_tokens": 1, "temperature": 1.0, "prompt_logprobs": 0}
        found = self._post(f"{self.url}/completions", json=body)["choices"][0].get("prompt_logprobs")
        if not found or len(found) != len(ids):
            raise ModelRefused(f"{self.url} gives no log-probabilities of prompts: it is no vLLM that training can use")
        return [entry[str(token)]["logprob"] for entry, token in zip(found[1:], ids[1:], strict=True)]

    # --- weights --------------------------------------------------------------------------------------------------

    def models(self) -> list[dict[str, Any]]:
        """The model that it was started with comes first, adapters have a `parent`."""
        found: list[dict[str, Any]] = self._checked(self._send("GET", f"{self.url}/models"))["data"]
        return found

    def load_adapter(self, name: str, folder: Path) -> None:
        self._post(f"{self.url}/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder.resolve())})

    def unload_adapter(self, name: str) -> None:
        self._post(f"{self.url}/unload_lora_adapter", json={"lora_name": name})

    def reload(self, folder: Path) -> None:
        """All weights from a folder. Calls that run are finished first, and nothing computed before is kept."""
        self._post(f"{self._root}/pause", params={"mode": "wait"})
        try:
            kwargs = {"weights_path": str(folder.resolve())}
            self._post(f"{self._root}/collective_rpc", json={"method": "reload_weights", "kwargs": kwargs})
            if not self._post(f"{self._root}/reset_prefix_cache").get("success"):
                raise ModelUnavailable(
                    f"{self._root} did not forget what it had computed with the old weights: stop its other clients"
                )
        finally:
            self._post(f"{self._root}/resume")

    # --- calls ----------------------------------------------------------------------------------------------------

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            unbounded = httpx.Limits(max_connections=None, max_keepalive_connections=None)
            transport = httpx.AsyncHTTPTransport(retries=3, limits=unbounded, verify=self._tls)
            self._clients[loop] = httpx.AsyncClient(
                headers=self._headers, timeout=self._timeout, transport=transport, trust_env=False
            )
        return self._clients[loop]

    def _post(self, url: str, **options: Any) -> dict[str, Any]:
        return self._checked(self._send("POST", url, **options))

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        with httpx.Client(headers=self._headers, timeout=self._timeout, verify=self._tls, trust_env=False) as client:
            try:
                return client.request(method, url, **options)
            except httpx.HTTPError as error:
                raise self._unreachable(error) from None

    def _checked(self, answer: httpx.Response) -> dict[str, Any]:
        """Its JSON, if there is any."""
        if answer.status_code < 400:
            kind = answer.headers.get("content-type", "")
            return answer.json() if answer.content and kind.startswith("application/json") else {}
        told, place = " ".join(answer.text.split())[:500], answer.request.url.path
        if answer.status_code in (401, 403):
            raise ModelRefused(f"{self.url} does not accept the API key ({answer.status_code}): set AGENTFLOW_API_KEY")
        if answer.status_code == 404 and "does not exist" not in told:
            raise ModelRefused(f"{self.url} has no {place}: {_START_AGAIN}")
        failed = ModelUnavailable if answer.status_code >= 500 else ModelRefused
        raise failed(f"{self.url} answers {place} with {answer.status_code}: {told}")

    def _unreachable(self, error: httpx.HTTPError) -> ModelUnavailable:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return ModelUnavailable(f"cannot reach {self.url}: {_START_AGAIN}, or mend rollout.served.servers")
        told = str(error) or type(error).__name__
        return ModelUnavailable(f"{self.url} broke off a call ({told}): look into the server's log")

    def _sampled(self, answer: dict[str, Any], model: str) -> Sampled:
        choice = answer["choices"][0]
        ids, logprobs = choice.get("token_ids"), (choice.get("logprobs") or {}).get("token_logprobs")
        if answer.get("model") != model:
            raise ModelRefused(f"{self.url} was asked for {model} and answered as {answer.get('model')}")
        if not ids or not logprobs or len(ids) != len(logprobs):
            raise ModelRefused(f"{self.url} gives no token ids with log-probabilities: {_START_AGAIN}")
        return Sampled(ids, logprobs)
