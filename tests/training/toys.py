"""Planners with random weights, and flows that they never made: what an update does to them is all that is tested."""

import random
from pathlib import Path

import torch
from transformers import Qwen2ForCausalLM

import agentflow_core.prompts
from tests.agentflow_core.models.tiny import make
from training.config import Lora, Planner
from training.flow_grpo import Action, Flow
from training.policy import Policy


def planner(folder: Path) -> Path:
    """Two layers; the first ids are special."""
    return make(folder, dialect="pocket")


def chat_model(folder: Path, *, brief: float = 1.0) -> Path:
    """Of the chat dialect, with the words of its prompts and room for them. `brief`: how gladly it ends an answer."""
    prompts = Path(agentflow_core.prompts.__file__).parent / "chat"
    make(folder, texts=[file.read_text() for file in sorted(prompts.glob("*.j2"))], vocabulary=1500, context=4096)
    model = Qwen2ForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        model.lm_head.weight[model.config.eos_token_id] *= brief
    model.save_pretrained(folder)
    return folder


def policy_of(
    folder: Path, *, dtype: str = "float32", lora: Lora | None = None, checkpointing: bool = False, mixed: bool = False
) -> Policy:
    torch.manual_seed(1)
    settings = Planner(model=str(folder), dtype=dtype, lora=lora, gradient_checkpointing=checkpointing)  # type: ignore[arg-type]
    cpu = torch.device("cpu")
    return Policy(settings, cpu, lambda: torch.autocast("cpu", torch.bfloat16)) if mixed else Policy(settings, cpu)


def rollouts(*, groups: int, size: int, turns: int, longest: int, vocabulary: int, seed: int = 0) -> list[Flow]:
    """Flows of up to `turns` turns with one, or more, right and wrong answers in each group."""
    rng = random.Random(seed)

    def tokens(most: int) -> tuple[int, ...]:
        return tuple(rng.randrange(3, vocabulary) for _ in range(rng.randint(1, most)))

    def one(group: int, number: int) -> Flow:
        prompt, actions = tokens(6), []
        for _ in range(rng.randint(1, turns)):
            sampled = tokens(longest)
            actions.append(Action(prompt, sampled, tuple(-rng.random() * 5 for _ in sampled)))
            prompt = (*prompt, *sampled, *tokens(4))  # as in the Pocket transcript, the next prompt goes on from here
        return Flow(group, tuple(actions), float(number % 3 == 0))

    return [one(group, number) for group in range(groups) for number in range(size)]
