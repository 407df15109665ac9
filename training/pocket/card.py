"""The model card of the embedded models, written from how they were trained and from what was measured.

`python -m training.pocket.card [DIR]` writes `DIR/README.md` (default `assets/pocket`) from `training.json` and
`figures.json` there; `training.pocket.measure` makes the latter.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.pocket.habits import TAUGHT
from training.pocket.questions import FAMILIES

POCKET = Path(__file__).parents[2] / "assets" / "pocket"
TRAINING, FIGURES = "training.json", "figures.json"
_HEAD = """---
library_name: transformers
license: mit
tags: [agentflow, pocket]
---
# Pocket, the embedded model of AgentFlow Live

Two models of {parameters} parameters (Qwen2 architecture), trained from scratch on {device}. They play every role of
the system in one growing transcript and know no facts: they read what the tools return.

- `base`: the untrained planner, and all other modules (executor, verifier, generator, base generator).
- `planner`: {planner}

How they were made:

- Command: `{command}`,
  then Flow-GRPO. `make train-pocket` does both.
- Data: {millions:.1f}M tokens of oracle traces and reading drills in invented worlds, a new one for every 120 of them,
  then {habit_millions:.1f}M tokens with bad habits. No real name occurs: the generator of names excludes those of the
  Pocket Wiki.
- The real split was looked at once: 20 of its wrong answers showed that figures ending in zeros and names made from
  other names (Latvia, Latvian) were copied wrong. The invented worlds got such figures and names; no real fact or name
  went in.
- Dialect: `agentflow_core/prompts/pocket.py`; `<end>` ends every completion; the chat template adds nothing.
- Limits: it answers only what the articles of its wiki say, and plans only for the kinds of question it was trained
  on. It is not a language model for anything else.

## The untrained planner's habits are injected

A small model trained on perfect traces alone plans well and leaves little to learn by reinforcement. So `base` was
taught bad habits on purpose (`training/pocket/habits.py`): it asks the base generator for calculations and looks up
again what it has looked up; for simple questions it now and then searches for the whole question, asks the base
generator for a fact, or sends a look-up to Python. What Flow-GRPO mends is in good part this. Share of sloppy flows in
that training, by family; in those, {each:.0%} of the steps that tempt are detours:

{habits}
"""
_MEASURED = """
## Measured: whole flows through the engine

By `python -m training.pocket.measure`, which calls `training.evaluate` with the options named in `figures.json`.
`real`: questions about the Pocket Wiki, whose facts and names training never saw, told in trained wordings with the
value last. `held`: the same facts, articles and questions in sentences that training never saw, around the same names
of relations; `held articles`: the articles alone. `own`: articles and questions by hand, in their author's words.
`dev`: an invented world. `unknown` asks for things and facts that the wiki does not have. T=0.7 is the planner's
temperature; the other modules are greedy. One seed; 95% Wilson intervals.

"""


@dataclass(frozen=True)
class Training:
    """How the weights came about."""

    command: str
    device: str
    tokens: int
    habit_tokens: int
    parameters: int
    planner: str = "the same training before the habits were injected."
    """What the planner is, a clause."""


def save(folder: Path, training: Training) -> None:
    """Writes how the weights came about."""
    (folder / TRAINING).write_text(json.dumps(asdict(training), indent=2) + "\n", encoding="utf-8")


def text(training: Training, figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The card."""
    head = _HEAD.format(
        parameters=f"{training.parameters / 1e6:.2f}M",
        planner=training.planner,
        command=training.command,
        device=training.device,
        millions=training.tokens / 1e6,
        habit_millions=training.habit_tokens / 1e6,
        each=TAUGHT.each,
        habits=_table(("", *FAMILIES), [("share", *(f"{TAUGHT.share[family]:.2f}" for family in FAMILIES))]),
    )
    if not figures:
        return head
    parts = [
        _MEASURED + _table(("", "n", "all", *FAMILIES), [_row(name, row) for name, row in figures.items()]),
        _open_points(figures),
        _behaviour(figures),
        _passes(figures),
        _modules(figures),
        _errors(figures),
    ]
    return head + "\n".join(part for part in parts if part)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _share(row: Mapping[str, Any]) -> str:
    low, high = row["interval"]
    return f"{row['accuracy']:.3f} ({low:.2f} to {high:.2f})"


def _row(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    each = [row["families"].get(family) for family in FAMILIES]
    return (name, str(row["n"]), _share(row), *(f"{one['accuracy']:.2f}" if one else "" for one in each))


def _open_points(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """What a feasibility study had left open, each with a number."""
    asked = {
        "three look-ups": ("real, planner", "look3"),
        "a sum over two look-ups, one of them over two steps": ("real, planner", "sum2"),
        "wordings never seen": ("held, planner", None),
        "authors' own words": ("own, planner", None),
    }
    rows = []
    for what, (name, family) in asked.items():
        if row := figures.get(name):
            found = row["families"][family] if family else row
            rows.append((what, name, str(found["n"]), _share(found)))
    title = "\nThe hard points, each with its number:\n\n"
    return title + _table(("", "measured", "n", "right"), rows) if rows else ""


def _behaviour(figures: Mapping[str, Mapping[str, Any]]) -> str:
    tools = sorted({tool for row in figures.values() for tool in row["tools"]})
    rows = []
    for name, row in figures.items():
        calls = max(1, sum(row["tools"].values()))
        shares = (f"{row['tools'].get(tool, 0) / calls:.0%}" for tool in tools)
        rows.append((name, f"{row['turns']:.2f}", *shares, f"{row['parse_failure_rate']:.1%}", str(row["tool_errors"])))
    head = ("", "turns a flow", *tools, "texts that could not be read", "failed calls")
    return "\nTurns, share of each tool in the calls, and failures:\n\n" + _table(head, rows)


def _passes(figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, str(row["samples"]), *(_share(row["solved_at_least_once"][family]) for family in FAMILIES))
        for name, row in figures.items()
        if "solved_at_least_once" in row
    ]
    title = "\nShare of questions that at least one of k flows answered (pass@k):\n\n"
    return title + _table(("", "k", *FAMILIES), rows) if rows else ""


def _modules(figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, module, str(found["n"]), _share(found))
        for name, row in figures.items()
        for module, found in row.get("modules", {}).items()
    ]
    title = "\nThe other modules, where an oracle planned (an answer counts where the memory sufficed):\n\n"
    return title + _table(("", "module", "n", "right"), rows) if rows else ""


def _errors(figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, module, *(str(count.get(family, "")) for family in FAMILIES))
        for name, row in figures.items()
        for module, count in row.get("errors", {}).items()
        if module != "not told"
    ]
    title = "\nWrong answers by the module that first did other than the oracle, in numbers of questions:\n\n"
    return title + _table(("", "module", *FAMILIES), rows) if rows else ""


def write(folder: Path) -> None:
    """Writes README.md from what lies in the folder."""
    training = Training(**json.loads((folder / TRAINING).read_text(encoding="utf-8")))
    measured = folder / FIGURES
    figures = json.loads(measured.read_text(encoding="utf-8")) if measured.exists() else {}
    (folder / "README.md").write_text(text(training, figures), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else POCKET)
