"""What a run would take, said before it is started: flows, tokens, steps and memory, without loading any weights."""

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from training.config import Config

_GIGABYTE = 1e9


def plan(config: Config) -> str:
    """For people. Numbers of tokens are upper bounds; flows that answer early take fewer."""
    rollout, evaluation = config.rollout, config.evaluation
    flows = rollout.questions * rollout.flows
    most = (rollout.questions + rollout.refill) * rollout.flows
    planner_tokens = most * rollout.turns * rollout.max_tokens
    evaluations = config.steps // evaluation.every + 1 if evaluation.every else 0
    return "\n".join(
        [
            f"run folder      {config.out}",
            f"planner         {config.planner.model}, {_trained(config)}",
            f"sampled by      {_sampler(config)}",
            f"frozen          {', '.join(sorted(set(config.frozen.model_dump().values())))}",
            f"steps           {config.steps}, of {rollout.questions} questions x {rollout.flows} flows = {flows:,} "
            f"flows (at most {most:,} with refills), {rollout.at_once} at a time",
            f"in all          {config.steps * flows:,} flows or more, {evaluations} evaluations of at most "
            f"{evaluation.questions} questions",
            f"planner tokens  at most {planner_tokens:,} a step ({rollout.turns} turns of {rollout.max_tokens:,})",
            *_memory(config),
        ]
    )


def _sampler(config: Config) -> str:
    served = config.rollout.served
    if served is None:
        return "the training process"
    return f"{', '.join(served.servers)}, weights by {served.sync}{', overlapped' if config.rollout.overlap else ''}"


def _trained(config: Config) -> str:
    lora = config.planner.lora
    return f"LoRA of rank {lora.rank}" if lora else "all weights"


def _memory(config: Config) -> list[str]:
    try:
        found = AutoConfig.from_pretrained(config.planner.model)
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(found)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        return [f"memory          unknown: {config.planner.model} is not on this machine ({first[:120]})"]
    size = 2 if config.planner.dtype == "bfloat16" else 4
    total = model.num_parameters()
    trained = _adapter_parameters(model, config) if config.planner.lora else total
    copies = 1 if config.planner.lora else 2  # the reference is a model of its own
    weights = total * size * copies + trained * size * 3  # gradient and the two moments of AdamW
    text = found.get_text_config(decoder=True)
    logits = config.optimizer.micro_batch_tokens * text.vocab_size * 4 * 3
    return [
        f"parameters      {total / 1e6:,.1f} million, {trained / 1e6:,.1f} million of them trained",
        f"memory          {weights / _GIGABYTE:,.1f} GB a process for weights, reference, gradient and optimizer; "
        f"at most {logits / _GIGABYTE:,.1f} GB for the logits of a micro-batch; activations and the cache on top",
    ]


def _adapter_parameters(model: torch.nn.Module, config: Config) -> int:
    assert config.planner.lora is not None
    targets, rank = config.planner.lora.targets, config.planner.lora.rank
    linear = [
        m for name, m in model.named_modules() if isinstance(m, torch.nn.Linear) and name.split(".")[-1] in targets
    ]
    return sum(rank * (layer.in_features + layer.out_features) for layer in linear)
