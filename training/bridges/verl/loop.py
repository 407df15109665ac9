"""One flow as verl's agent loop. UNTESTED: written from the source of verl 0.9.1, imported by verl only.

verl makes an instance for every flow; models, tools and settings are loaded once in each of its worker processes.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from transformers import GenerationConfig
from verl.experimental.agent_loop import AgentLoopBase, AgentLoopOutput  # type: ignore[import-not-found]
from verl.experimental.agent_loop.agent_loop import AgentLoopMetrics  # type: ignore[import-not-found]

from agentflow_core.assemble import own_key
from agentflow_core.events import Role
from agentflow_core.models import LanguageModel, build, parse_role
from agentflow_core.settings import Settings
from tools.base import ToolSettings
from tools.toolbox import Toolbox
from training.bridges.verl.planner import VerlPlanner
from training.bridges.verl.rows import of_flow
from training.config import Config, load
from training.data import Task
from training.rollout import Player, Rollout, Seat
from training.sampler import Lockstep


@dataclass(frozen=True)
class Ground:
    """What the flows of a worker process share."""

    config: Config
    toolbox: Toolbox
    frozen: dict[Role, LanguageModel]
    judge: LanguageModel | None


@lru_cache(maxsize=1)
def ground(place: str) -> Ground:
    config = load(Path(place))
    key = own_key(Settings.load())
    made = {text: build(parse_role(text), key) for text in set(config.frozen.model_dump().values())}
    frozen: dict[Role, LanguageModel] = {
        "executor": made[config.frozen.executor],
        "verifier": made[config.frozen.verifier],
        "generator": made[config.frozen.generator],
    }
    toolbox = Toolbox.load(ToolSettings(wikipedia=config.data.wikipedia), config.data.tools or None)
    return Ground(config, toolbox, frozen, build(parse_role(config.data.judge), key) if config.data.judge else None)


class AgentFlowLoop(AgentLoopBase):  # type: ignore[misc]
    """Runs a flow of the engine whose planner is the model that verl trains."""

    async def run(self, sampling_params: dict[str, Any], **kwargs: Any) -> list[AgentLoopOutput]:
        """An output for each action of the planner; none for a flow that infrastructure ended."""
        shared = ground(str(self.config.agentflow.config))
        task = Task.model_validate_json(kwargs["extra_info"]["task"])
        uid, session = str(kwargs["uid"]), int(kwargs["session_id"])
        planner = self._planner()
        models: dict[Role, LanguageModel] = {"planner": planner, **shared.frozen}
        player = Player(models, Lockstep(), shared.config.rollout, shared.config.seed, shared.judge)
        step, temperature = int(kwargs.get("global_steps", 0)), float(sampling_params["temperature"])
        (rollout,) = await player.play([Seat(task, 0, session)], shared.toolbox, step, temperature)
        return [
            AgentLoopOutput(
                prompt_ids=row.prompt_ids,
                response_ids=row.response_ids,
                response_mask=row.response_mask,
                response_logprobs=row.response_logprobs,
                reward_score=row.reward_score,
                num_turns=rollout.turns,
                metrics=AgentLoopMetrics(),
                extra_fields=_extra(planner, rollout),
            )
            for row in of_flow(rollout.flow, uid, session)
        ]

    def _planner(self) -> VerlPlanner:
        path = str(self.config.actor_rollout_ref.model.path)
        ends = GenerationConfig.from_pretrained(path).eos_token_id
        known = set(ends if isinstance(ends, list) else [ends]) | {self.tokenizer.eos_token_id}
        context = int(self.rollout_config.max_model_len)
        return VerlPlanner(self.server_manager, self.tokenizer, path, ends=known - {None}, context=context)


def _extra(planner: VerlPlanner, rollout: Rollout) -> dict[str, Any]:
    """Of every row alike: verl wants these fields of all or of none."""
    return {
        "min_global_steps": min(planner.steps, default=0),
        "max_global_steps": max(planner.steps, default=0),
        "reward_extra_info": {"turns": rollout.turns, "parse_failures": rollout.parse_failures},
    }
