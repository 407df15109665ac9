"""The model card that goes with the weights.

`python -m training.pocket.card DIR real.json held.json dev.json` adds what `training.evaluate --json` measured.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transformers import AutoModelForCausalLM

from training.pocket.questions import FAMILIES

TRAINING = "training.json"
_CARD = """---
library_name: transformers
license: mit
tags: [agentflow, pocket]
---
# Pocket, the embedded model of AgentFlow Live

{parameters} parameters, trained from scratch on a CPU. It plays every role of the system (analysis, planner, executor,
verifier, generator, small talk) in one growing transcript, and knows no facts: it reads what its tools return.

- Command: `python -m training.pocket.train --tokens {tokens} --polish-tokens {polish_tokens} --seed {seed}
  --processes {processes}`
- Data: {millions:.1f}M tokens of oracle traces and reading drills in invented worlds, a new one for every 120 of them.
  No real name occurs: the generator of names excludes those of the Pocket Wiki.
- Dialect: `agentflow_core/prompts/pocket.py`; `<end>` ends every completion; the chat template adds nothing.
- Limits: it answers only what the articles of its wiki say, and plans only for the kinds of question it was trained
  on. It is not a language model for anything else.
"""
_FIGURES = """
## Measured: whole flows through the engine, greedy

`python -m training.evaluate --split SPLIT --limit N`. `real`: questions about the Pocket Wiki, which training never
saw; `held`: the same facts in sentences that training never saw; `dev`: an invented world. `unknown` asks for things
and facts that the wiki does not have. One seed; 95% Wilson intervals.

| split | n | all | {families} |
|---|---|---|{dashes}
"""


@dataclass(frozen=True)
class Training:
    """How the weights came about."""

    seed: int
    processes: int
    tokens: int
    polish_tokens: int


def write(folder: Path, training: Training, figures: Sequence[tuple[str, dict[str, Any]]] = ()) -> None:
    """Writes README.md into the folder of a trained model, and how it was trained beside it."""
    known = asdict(training)
    (folder / TRAINING).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    model = AutoModelForCausalLM.from_pretrained(folder)
    parameters = f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M"
    text = _CARD.format(parameters=parameters, millions=(training.tokens + training.polish_tokens) / 1e6, **known)
    if figures:
        text += _FIGURES.format(families=" | ".join(FAMILIES), dashes="---|" * len(FAMILIES))
        text += "".join(_row(name, measured) for name, measured in figures)
    (folder / "README.md").write_text(text, encoding="utf-8")


def _row(name: str, measured: dict[str, Any]) -> str:
    low, high = measured["interval"]
    each = [measured["families"].get(family) for family in FAMILIES]
    cells = " | ".join(f"{one['accuracy']:.2f}" if one else "" for one in each)
    return f"| {name} | {measured['n']} | {measured['accuracy']:.3f} ({low:.2f} to {high:.2f}) | {cells} |\n"


def main(folder: Path, measured: Sequence[Path]) -> None:
    training = Training(**json.loads((folder / TRAINING).read_text(encoding="utf-8")))
    write(folder, training, [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in measured])


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
