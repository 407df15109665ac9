"""Makes what the report shows: trainings, their ablations and baselines, and the evaluations of each planner.

python -m training.evidence                        all of it: hours on a laptop; what is done is skipped
python -m training.evidence --list                 its parts, and what each has so far
python -m training.evidence --only base seed-1     some parts, with those that they need
python -m training.report runs/evidence --out report.html      at any time, of what is there

Every part is a run of `training.train` with a few fields changed, in a folder of its own that also holds its
evaluations; it goes on where it was interrupted. Two processes share a training where there are two cores. Choices are
made on dev; the real split only tells. Ablations and the small planner train fewer steps: they are compared at that.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from agentflow_core.errors import AgentFlowError, BadInput, InfraError

REAL = "--split real --limit 500 --seed 1"
HOT = "--temperature 0.7"
BUDGETS = (1, 2, 3, 5, 8)
PLAIN, BOTH = ("real",), ("real", "real-hot")
ALL = (*BOTH, *(f"turns-{turns}" for turns in BUDGETS))
EVALUATIONS = {"real": REAL, "real-hot": f"{REAL} {HOT}"} | {f"turns-{n}": f"{REAL} --turns {n}" for n in BUDGETS}


SHORT = ("steps=20", "rollout.guesses=true")
"""Of parts that only say whether something matters, sooner; the report names the steps of each."""


@dataclass(frozen=True)
class Part:
    """One planner: how it is trained, and how it is looked at."""

    name: str
    title: str
    kind: str
    """base, flow-grpo, baseline, ablation or size"""
    overrides: tuple[str, ...] = ()
    """Of the config."""
    evaluations: tuple[str, ...] = PLAIN
    needs: str = ""
    """The part that must be there before."""


PARTS = (
    Part("base", "untrained", "base", evaluations=ALL),
    Part("seed-1", "Flow-GRPO", "flow-grpo", ("seed=1",), ALL, needs="base"),
    Part("seed-2", "Flow-GRPO, seed 2", "flow-grpo", ("seed=2",), BOTH),
    Part("seed-3", "Flow-GRPO, seed 3", "flow-grpo", ("seed=3",), BOTH),
    # It trains until it had as many tokens, however dev does.
    Part("sft", "supervised, expert plans", "baseline", ("method=sft", "evaluation.patience=0"), BOTH, needs="seed-1"),
    Part(
        "turns",
        "statistics over turns, weights over tokens",
        "ablation",
        ("objective.statistics=turns", "objective.weighting=token", *SHORT),
    ),
    Part("no-kl", "no KL", "ablation", ("objective.beta=0", *SHORT)),
    Part("no-importance", "no importance correction", "ablation", ("objective.importance_cap=null", *SHORT)),
    Part("flows-4", "G = 4", "ablation", ("rollout.flows=4", "rollout.questions=16", *SHORT)),
    Part("flows-16", "G = 16", "ablation", ("rollout.flows=16", "rollout.questions=4", *SHORT)),
    Part("analysis", "the analysis trained too", "ablation", ("rollout.analysis=true", *SHORT)),
    Part("small-base", "small, untrained", "size", evaluations=BOTH),
    Part("small", "small, Flow-GRPO", "size", SHORT, BOTH, needs="small-base"),
)


class Evidence:
    """The folder that holds all parts."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options, self._out = options, options.out
        self._began = time.monotonic()

    def make(self, parts: Sequence[Part]) -> None:
        for number, part in enumerate(parts, start=1):
            folder = self._out / part.name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "part.json").write_text(json.dumps(asdict(part), indent=1), encoding="utf-8")
            self._say(f"{number} of {len(parts)}: {part.title}")
            self._train(part)
            for name in part.evaluations:
                self._evaluate(part, name)

    def missing(self, part: Part) -> list[str]:
        """What a part has not got yet."""
        training = [] if self._trained(part) else ["training"]
        return training + [name for name in part.evaluations if not self._figures(part, name).exists()]

    def _trained(self, part: Part) -> bool:
        return part.name == "base" or (self._out / part.name / "trained").exists()

    def _train(self, part: Part) -> None:
        if self._trained(part):
            return
        folder = self._out / part.name
        self._say(f"   training, see {folder}")
        if part.name == "small-base":
            self._run([*self._small_base(folder)])
        else:
            resume = ["--resume"] if (folder / "checkpoints").exists() else []
            overrides = [*self._frozen(), *part.overrides, *self._special(part), f"out={folder}"]
            self._run([*self._launcher(), "--config", str(self._options.config), *resume, *overrides])
        (folder / "trained").touch()

    def _launcher(self) -> Iterator[str]:
        if self._options.processes > 1:
            yield from ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(self._options.processes))
        yield from ("-m", "training.train")

    def _small_base(self, folder: Path) -> Iterator[str]:
        yield from ("-m", "training.pocket.train", "--size", "small", "--tokens", "9000000", "--device", "cpu")
        yield from ("--processes", str(self._options.processes), "--out", str(folder))

    def _special(self, part: Part) -> Iterator[str]:
        """What depends on another part."""
        yield f"planner.model={self._start(part)}"
        if part.name == "sft":
            yield f"tokens={trained_tokens(self._out / part.needs)}"

    def _start(self, part: Part) -> Path:
        small: Path = self._out / "small-base" / "base"
        base: Path = self._options.base
        return small if part.kind == "size" else base

    def _frozen(self) -> Iterator[str]:
        return (f"frozen.{role}={self._options.frozen}" for role in ("executor", "verifier", "generator"))

    def _figures(self, part: Part, name: str) -> Path:
        found: Path = self._out / part.name / "evaluations" / f"{name}.json"
        return found

    def _evaluate(self, part: Part, name: str) -> None:
        place = self._figures(part, name)
        if place.exists():
            return
        trained = self._out / part.name / "planner"
        planner = self._start(part) if part.name in ("base", "small-base") else trained
        self._say(f"   evaluation {name}")
        asked = [*EVALUATIONS[name].split(), "--planner", f"transformers:{planner}"]
        said = self._run(["-m", "training.behaviour", *asked], capture=True)
        if lost := json.loads(said)["infrastructure_failures"]:
            raise InfraError(f"{part.name}, {name}: {lost} flows were lost to infrastructure; run the same again")
        place.parent.mkdir(exist_ok=True)
        beside = place.with_suffix(".unfinished")
        beside.write_text(said, encoding="utf-8")
        beside.replace(place)

    def _run(self, arguments: Sequence[str], *, capture: bool = False) -> str:
        """In a process of its own, which leaves no memory and no threads behind."""
        environment = os.environ | {"AGENTFLOW_MODEL": self._options.frozen}
        done = subprocess.run(
            [sys.executable, *arguments], stdout=subprocess.PIPE if capture else None, text=True, env=environment
        )
        if done.returncode:
            raise InfraError(
                f"`python {' '.join(arguments)}` ended with {done.returncode}: mend it and run the same again"
            )
        return done.stdout or ""

    def _say(self, text: str) -> None:
        minutes, seconds = divmod(round(time.monotonic() - self._began), 60)
        print(f"{minutes:3}:{seconds:02} {text}", flush=True)


def trained_tokens(run: Path) -> int:
    """By all updates of a run."""
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return int(sum(json.loads(line).get("trained_tokens", 0) for line in lines))


def chosen(names: Sequence[str]) -> list[Part]:
    """The parts of these names, after those that they need. Raises `BadInput` for a name that is none."""
    by_name = {part.name: part for part in PARTS}
    if unknown := [name for name in names if name not in by_name]:
        raise BadInput(f"there is no part {unknown[0]!r}: choose from {', '.join(by_name)}")
    wanted: dict[str, None] = {}
    for name in names:
        chain = [name]
        while needed := by_name[chain[-1]].needs:
            chain.append(needed)
        wanted |= dict.fromkeys(reversed(chain))
    return [by_name[name] for name in wanted]


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.evidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("runs/evidence"))
    parser.add_argument("--only", nargs="+", metavar="PART", default=[part.name for part in PARTS])
    parser.add_argument("--list", action="store_true", help="only say what is there")
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "pocket.yaml")
    parser.add_argument("--base", type=Path, default=Path("assets/pocket/base"), help="the untrained planner")
    parser.add_argument("--frozen", default="pocket:base", metavar="ROLE", help="role string of the other modules")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), help="of each training")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> None:
    options = arguments(argv)
    evidence = Evidence(options)
    try:
        parts = chosen(options.only)
        if not options.list:
            evidence.make(parts)
            print(f"Done. python -m training.report {options.out} --out {options.out / 'report.html'}")
            return
        for part in parts:
            print(f"{part.name:<15}{part.title:<28}{', '.join(evidence.missing(part)) or 'done'}")
    except AgentFlowError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
