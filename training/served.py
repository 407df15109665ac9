"""The planner sampled by vLLM servers, which get its new weights after every step and are checked to have them.

A flow keeps to one server, so that its prompts find their beginning there. `lora` writes the adapter under a new name
and loads it into the running server; `reload` writes all weights and has the server read them. Then a probe compares
log-probabilities with the trainer's own: of a fixed text, and of a few tokens sampled after it, as rollouts are.
"""

import asyncio
import secrets
import shutil
from collections.abc import Sequence
from statistics import fmean

from agentflow_core.errors import BadInput, InfraError
from agentflow_core.models import Sampling
from training.config import Config
from training.flow_grpo import Action
from training.policy import Policy
from training.sampler import current_seat
from training.token_planner import TokenPlanner
from training.versions import name_of
from training.vllm_server import Sampled, VllmServer

_TEXT = "What is the height of the tower, the length of the river and the year in which the bridge was built? " * 4
"""Long enough for some blocks of a prefix cache."""
_SAMPLED = 32


class ServedPlanner(TokenPlanner):
    """The planner of this process's flows, on this process's servers. `version` counts the updates of its weights."""

    def __init__(self, config: Config, policy: Policy, servers: Sequence[VllmServer], process: int = 0) -> None:
        if config.rollout.served is None or not servers:
            raise BadInput("rollout.served.servers names fewer servers than there are processes: each needs its own")
        listed = [server.models()[0] for server in servers]
        lengths = [policy.context, *(model["max_model_len"] for model in listed if model.get("max_model_len"))]
        name = name_of(policy.config.model, 0)
        super().__init__(name, policy.dialect, policy.codec, ends=policy.ends, context=min(lengths))
        self.version = -1
        self._by_adapter = config.rollout.served.sync == "lora"
        self._heat, self._limit = config.rollout.temperature, config.mismatch
        self._servers, self._bases = servers, [str(model["id"]) for model in listed]
        self._place = config.out.resolve() / "served" / f"process-{process}"
        self._own = f"{config.out.name}-{process}-{secrets.token_hex(3)}"  # a server may outlive a run that was killed
        self._adapter, self._before = "", list[float]()
        self._fixed = tuple(policy.codec.encode(_TEXT))[: self._context - _SAMPLED - 1]
        shutil.rmtree(self._place, ignore_errors=True)

    def sync(self, policy: Policy, version: int) -> None:
        """Brings the policy's weights as they are to every server.

        Raises `InfraError` for a server that does not have them then.
        """
        if version == self.version:
            return
        self._send(policy, version)
        self.name, self.version = name_of(policy.config.model, version), version
        expected = policy.logprobs(_of_fixed(self._fixed))
        for server, model in zip(self._servers, self._models, strict=True):
            self._probe(server, model, policy, expected)
        self._before = expected

    async def close(self) -> None:
        """Closes this event loop's connections."""
        for server in self._servers:
            await server.close()

    async def _sample(self, prompt: list[int], sampling: Sampling, limit: int) -> tuple[list[int], list[float]]:
        seat = current_seat()
        place = seat.number % len(self._servers)
        seed = seat.stream().getrandbits(63)
        server, model = self._servers[place], self._models[place]
        found = await server.sample(model, prompt, sampling, limit, seed, sorted(self._ends))
        return found.ids, found.logprobs

    @property
    def _models(self) -> list[str]:
        """What the planner is called on each server."""
        return [self._adapter] * len(self._servers) if self._by_adapter else self._bases

    def _send(self, policy: Policy, version: int) -> None:
        if not self._by_adapter:
            folder = self._place / "weights"
            policy.save(folder)
            for server in self._servers:
                server.reload(folder)
            return
        before, self._adapter = self._adapter, f"{self._own}-step-{version}"
        policy.save_adapter(self._place / self._adapter)
        for server in self._servers:
            server.load_adapter(self._adapter, self._place / self._adapter)
            if before:
                server.unload_adapter(before)
        if before:
            shutil.rmtree(self._place / before)

    def _probe(self, server: VllmServer, model: str, policy: Policy, expected: list[float]) -> None:
        given = server.logprobs(model, list(self._fixed))
        apart = _apart(given, expected)
        if self._before and _apart(expected, self._before) > 2 * _apart(given, self._before):
            raise self._wrong(server, "its log-probabilities are those of the step before")
        if not apart <= self._limit:
            raise self._wrong(server, self._told(apart, "a fixed text"))
        found = asyncio.run(self._sampled_by(server, model))
        action = Action(self._fixed, tuple(found.ids), tuple(found.logprobs), self._heat)
        if not (apart := _apart(found.logprobs, policy.logprobs(action))) <= self._limit:
            hint = "; it may have kept what it computed with other weights, or give them before temperature"
            raise self._wrong(server, self._told(apart, "what it sampled") + hint)

    async def _sampled_by(self, server: VllmServer, model: str) -> Sampled:
        sampling, ends = Sampling(temperature=self._heat), sorted(self._ends)
        found = await server.sample(model, list(self._fixed), sampling, _SAMPLED, self.version, ends)
        await server.close()
        return found

    def _told(self, apart: float, what: str) -> str:
        return (
            f"its log-probabilities of {what} differ from the trainer's by {apart:.4f} on average (at most "
            f"{self._limit} is taken)"
        )

    def _wrong(self, server: VllmServer, why: str) -> InfraError:
        return InfraError(
            f"{server.url} does not sample from the planner's weights of step {self.version}: {why}. Start the server "
            "again from the planner's model and resume the run; raise `mismatch` only if the precisions differ."
        )


def of(config: Config, policy: Policy, key: str | None, process: int, processes: int) -> ServedPlanner:
    """On this process's share of the servers."""
    addresses = config.rollout.served.servers if config.rollout.served else ()
    own = [VllmServer(url, key, config.rollout.seconds) for url in addresses[process::processes]]
    return ServedPlanner(config, policy, own, process)


def _of_fixed(ids: tuple[int, ...]) -> Action:
    return Action(ids[:1], ids[1:], (0.0,) * (len(ids) - 1))


def _apart(one: Sequence[float], other: Sequence[float]) -> float:
    """The mean difference."""
    return fmean(abs(a - b) for a, b in zip(one, other, strict=True))
