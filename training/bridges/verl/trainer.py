"""verl's synchronous trainer with Flow-GRPO's advantages. UNTESTED: written from the source of verl 0.9.1."""

import math
from pathlib import Path
from typing import Any

import ray  # type: ignore[import-not-found]
import transfer_queue as tq  # type: ignore[import-not-found]
from omegaconf import DictConfig, OmegaConf, open_dict  # type: ignore[import-not-found]
from tensordict import TensorDict  # type: ignore[import-not-found]
from verl.trainer.ppo.v1 import AgentLoopManagerTQ, PPOTrainerSync  # type: ignore[import-not-found]
from verl.workers.utils.padding import response_to_nested  # type: ignore[import-not-found]

from training.bridges.verl.advantages import Outline, shares, token_advantages
from training.bridges.verl.rows import Key
from training.config import load


class FlowGrpoTrainer(PPOTrainerSync):  # type: ignore[misc]
    """One update for each batch, by the advantages and weights of `flow_grpo.assign`."""

    def _compute_advantage(self, batch: Any, metrics: dict[str, Any]) -> Any:
        """verl's batch is the whole step's, on one process; its rows come in any order."""
        config = load(Path(self.config.agentflow.config))
        fields = ["response_mask", "rm_scores", "rollout_log_probs", "old_log_probs", "ref_log_prob"]
        data = tq.kv_batch_get(keys=batch.keys, partition_id=batch.partition_id, select_fields=fields)
        mask = data["response_mask"]
        lengths = mask.offsets().diff().tolist()
        padded = data.to_padded_tensor()
        trained, rewards = padded["response_mask"].sum(-1).tolist(), padded["rm_scores"].sum(-1).tolist()
        outlines = [
            Outline(
                key=Key.parse(key),
                length=length,
                reward=reward,
                truncated=not tokens,
                padding=bool(tag.get("is_padding", False)),
            )
            for key, tag, length, tokens, reward in zip(batch.keys, batch.tags, lengths, trained, rewards, strict=True)
        ]
        found = shares(outlines, config.objective, equal_groups=config.optimizer.equal_groups)
        advantages_BT = token_advantages(
            found,
            padded["response_mask"],
            padded["old_log_probs"],
            padded["rollout_log_probs"],
            padded.get("ref_log_prob", None),
            config.objective,
        )
        nested = response_to_nested(advantages_BT, mask)
        output = TensorDict({"advantages": nested, "returns": nested}, batch_size=len(batch))
        return tq.kv_batch_put(keys=batch.keys, partition_id=batch.partition_id, fields=output)

    def _get_required_batch_multiple(self, dp_size: int) -> int:
        """A flow has several rows, so a batch has any number of them: padded only as far as it must be."""
        return math.lcm(dp_size, int(self.config.actor_rollout_ref.rollout.n))

    def _update_actor(self, batch: Any, metrics: dict[str, Any]) -> Any:
        """With all rows of the batch in one mini-batch, which verl counts in questions."""
        with open_dict(self.config):
            flows = int(self.config.actor_rollout_ref.rollout.n)
            self.config.actor_rollout_ref.actor.ppo_mini_batch_size = len(batch) // flows
        return super()._update_actor(batch, metrics)


@ray.remote
class Runner:
    """What verl's `TaskRunnerV1` does, with this trainer."""

    def run(self, config: DictConfig) -> None:
        config.transfer_queue.enable = True
        OmegaConf.resolve(config)
        tq.init(config.transfer_queue)
        try:
            trainer = FlowGrpoTrainer(config=config)
            trainer.init()
            manager = AgentLoopManagerTQ.create(
                config=config,
                llm_client=trainer.get_llm_client(),
                teacher_client=trainer.get_teacher_client(),
                reward_loop_worker_handles=trainer.get_reward_handles(),
            )
            trainer.fit(manager)
        finally:
            tq.close()
