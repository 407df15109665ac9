"""Our settings as verl's, and our questions as its data set. Names are those of verl 0.9.1's `ppo_trainer.yaml`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agentflow_core.errors import BadInput
from training.config import Config
from training.data import Task

AGENTS = Path(__file__).with_name("agents.yaml")


def check(config: Config) -> None:
    """Raises `BadInput` for what this bridge cannot do as our trainer does it."""
    frozen = config.frozen
    reasons = {
        "method must be flow-grpo": config.method != "flow-grpo",
        "data.source must be file: an invented world needs a step's questions together": config.data.source != "file",
        "the frozen modules must be openai: servers": not all(
            text.startswith("openai:") for text in (frozen.executor, frozen.verifier, frozen.generator)
        ),
        "optimizer.updates must be 1: the KL enters with the advantage": config.optimizer.updates != 1,
        "optimizer.decay must be constant or cosine": config.optimizer.decay == "linear",
        "rollout.refill must be 0": config.rollout.refill > 0,
        "tokens must be 0": config.tokens > 0,
    }
    if wrong := [reason for reason, holds in reasons.items() if holds]:
        raise BadInput(f"verl cannot train this config: {'; '.join(wrong)}")


def overrides(config: Config, place: Path, train: Path, dev: Path, *, gpus: int, nodes: int) -> list[str]:
    """For verl's hydra config. `place` is a file with our settings, which the agent loop and the trainer read."""
    rollout, optimizer, objective = config.rollout, config.optimizer, config.objective
    # A prompt holds the memory and, around it, question, tools and instructions.
    prompt, response = 2 * rollout.memory_tokens, rollout.max_tokens
    actor, sampler, model = "actor_rollout_ref.actor", "actor_rollout_ref.rollout", "actor_rollout_ref.model"
    low, high = objective.clip_low, objective.clip_high
    values: dict[str, Any] = {
        "+agentflow.config": place.resolve(),
        "algorithm.adv_estimator": "grpo",  # no critic; our trainer computes the advantages
        "data.train_files": train.resolve(),
        "data.val_files": dev.resolve(),
        "data.train_batch_size": rollout.questions,
        "data.max_prompt_length": prompt,
        "data.max_response_length": response,
        "data.seed": config.seed,
        f"{model}.path": config.planner.model,
        f"{model}.enable_gradient_checkpointing": str(config.planner.gradient_checkpointing).lower(),
        f"{actor}.strategy": "fsdp2",
        f"{actor}.ppo_mini_batch_size": rollout.questions,
        f"{actor}.ppo_epochs": 1,
        f"{actor}.use_dynamic_bsz": "true",
        f"{actor}.ppo_max_token_len_per_gpu": max(optimizer.micro_batch_tokens, prompt + response),
        f"{actor}.loss_agg_mode": "token-sum",  # the weights are in the advantages
        f"{actor}.clip_ratio_low": low,
        f"{actor}.clip_ratio_high": high,
        f"{actor}.entropy_coeff": 0,
        # Makes verl compute the reference's log-probabilities; its own KL term stays off.
        f"{actor}.use_kl_loss": str(objective.beta > 0).lower(),
        f"{actor}.kl_loss_coef": 0.0,
        f"{actor}.optim.lr": optimizer.lr,
        f"{actor}.optim.lr_scheduler_type": optimizer.decay,
        f"{actor}.optim.min_lr_ratio": 0.1,
        f"{actor}.optim.lr_warmup_steps": optimizer.warmup,
        f"{actor}.optim.betas": f"[{optimizer.betas[0]},{optimizer.betas[1]}]",
        f"{actor}.optim.weight_decay": optimizer.weight_decay,
        f"{actor}.optim.clip_grad": optimizer.max_norm,
        f"{sampler}.name": "vllm",
        f"{sampler}.n": rollout.flows,
        f"{sampler}.temperature": rollout.temperature,
        f"{sampler}.top_p": 1.0,
        f"{sampler}.top_k": -1,
        f"{sampler}.calculate_log_probs": "true",
        f"{sampler}.logprobs_mode": "processed_logprobs",
        f"{sampler}.tensor_model_parallel_size": 1,
        f"{sampler}.max_model_len": prompt + response,
        f"{sampler}.val_kwargs.temperature": config.evaluation.temperature,
        f"{sampler}.agent.default_agent_loop": "agentflow",
        f"{sampler}.agent.agent_loop_config_path": AGENTS,
        "trainer.total_training_steps": config.steps,
        "trainer.test_freq": config.evaluation.every or -1,
        "trainer.save_freq": config.checkpoints.every,
        "trainer.default_local_dir": (config.out / "verl").resolve(),
        "trainer.n_gpus_per_node": gpus,
        "trainer.nnodes": nodes,
    }
    if lora := config.planner.lora:
        targets = ",".join(lora.targets)
        values |= {
            f"{model}.lora_rank": lora.rank,
            f"{model}.lora_alpha": lora.alpha,
            f"{model}.target_modules": f"[{targets}]",
        }
    return [f"{name}={value}" for name, value in values.items()]


def data_rows(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """A data set as verl reads it; the agent loop takes the whole task from `extra_info`."""
    return [
        {
            "data_source": "agentflow",
            "prompt": [{"role": "user", "content": task.question}],
            "reward_model": {"style": "rule", "ground_truth": task.answers[0]},
            "extra_info": {"index": number, "task": task.model_dump_json()},
        }
        for number, task in enumerate(tasks)
    ]
