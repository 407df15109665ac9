"""The model card that goes with the weights."""

from pathlib import Path

from transformers import AutoModelForCausalLM

from training.pocket.sft import Recipe

_CARD = """---
library_name: transformers
license: mit
tags: [agentflow, pocket]
---
# Pocket, the embedded model of AgentFlow Live

{parameters} parameters, trained from scratch on a CPU. It plays every role of the system (analysis, planner, executor,
verifier, generator, small talk) in one growing transcript, and knows no facts: it reads what its tools return.

- Command: `python -m training.pocket.train --out DIR --tokens {tokens} --seed {seed} --processes {processes}`
- Data: {tokens_m:.1f}M tokens of oracle traces in invented worlds, a new world for every {per_world} transcripts,
  {drills:.0%} of them reading drills. No real name occurs; real ones are excluded when names are drawn.
- Dialect: `agentflow_core/prompts/pocket.py`; `<end>` ends every completion; the chat template adds nothing.
- Limits: it answers only what the articles of its wiki say, and plans only for the kinds of
  question it was trained on. It is not a language model for anything else.
"""


def write(folder: Path, recipe: Recipe) -> None:
    """Writes README.md into the folder of a trained model."""
    model = AutoModelForCausalLM.from_pretrained(folder)
    text = _CARD.format(
        parameters=f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M",
        tokens=recipe.tokens,
        tokens_m=recipe.tokens / 1e6,
        seed=recipe.seed,
        processes=recipe.processes,
        per_world=recipe.per_world,
        drills=recipe.drills,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")
