"""Accuracy of whole flows, run by the same engine that serves the demo.

python -m training.evaluate --benchmark pocket --split real --limit 200
python -m training.evaluate --split dev --planner pocket:base --temperature 0.7 --samples 8 --json
python -m training.evaluate --split real --planner oracle

The paper's ten sets by name, or a file (published JSON, or JSONL and parquet of question, answer, kind, id):

python -m training.evaluate --benchmark bamboogle --model openai:Qwen/Qwen2.5-7B-Instruct@http://127.0.0.1:8000/v1
python -m training.evaluate --benchmark aime24 --planner ROLE --samples 8 --temperature 0.7 --judge ROLE --resume
python -m training.evaluate --benchmark medqa --score-gold

Every flow is kept in the evaluation's folder: `python -m training.compare FOLDER FOLDER` compares two of them, and with
AGENTFLOW_HOME=FOLDER the page (/?run=RUN) and `python -m agentflow_core show RUN` open any answer as a flow.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.errors import AgentFlowError, BadInput
from agentflow_core.events import ROLES, Budget, Role
from agentflow_core.models import LanguageModel, ModelPool
from agentflow_core.models.base import Sampling
from training.benchmarks import evaluation, gold, load
from training.benchmarks.table import BENCHMARKS
from training.outcome import Outcome, modules, summary, table
from training.play import Seat, play, play_all
from training.pocket import splits
from training.pocket.question import Question
from training.pocket.replay import departure, judged, oracle_planner

TURNS = 6
POCKET, ORACLE = "pocket", "oracle"
POCKET_LIMIT = 100


async def run_one(flow: AgentFlow, question: Question, budget: Budget) -> Outcome:
    """Runs one question to its end."""
    return await play(flow, Seat(question), budget)


async def run_all(
    flow: AgentFlow, questions: Sequence[Question], budget: Budget, concurrency: int, seed: int | None = None
) -> list[Outcome]:
    """All outcomes in the order of the questions, `concurrency` flows at a time. `seed`: see `play_all`."""
    return await play_all(flow, [Seat(question) for question in questions], budget, concurrency, seed=seed)


def assembled(options: argparse.Namespace, wiki: Path, planner: LanguageModel | None = None) -> AgentFlow:
    """The flow under test: the settings of the environment, the split's wiki, the chosen planner and its sampler."""
    given: dict[str, Any] = {"planner": options.planner} if options.planner and planner is None else {}
    settings = Settings.load().model_copy(update={"wikipedia": "offline", "wiki_files": (wiki,), **given})
    flow = assemble(settings, pool=ModelPool())
    sampler = flow.sampling["planner"].model_copy(update={"temperature": options.temperature})
    sampling: dict[Role, Sampling] = {**flow.sampling, "planner": sampler}
    models = {role: flow.models[role] for role in ROLES}
    if planner is not None:
        models["planner"] = planner
    return AgentFlow(models, flow.toolbox, budget=flow.budget, sampling=sampling)


async def evaluate(options: argparse.Namespace, split: splits.Split) -> list[Outcome]:
    """Runs a split, each question `samples` times."""
    with tempfile.TemporaryDirectory() as folder:
        wiki = Path(folder) / f"{split.name}.jsonl"
        split.write_articles(wiki)
        flow = assembled(options, wiki, oracle_planner(split) if options.planner == ORACLE else None)
        budget = flow.budget.model_copy(update={"turns": options.turns or TURNS})
        try:
            questions = split.questions * options.samples
            return await run_all(flow, questions, budget, options.concurrency, seed=1_000_000 * options.seed)
        finally:
            for model in {id(model): model for model in flow.models.values()}.values():
                await model.close()


def figures(options: argparse.Namespace, split: splits.Split, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The summary, which module erred first in each wrong answer, and with an oracle planner the modules' accuracy."""
    errors: defaultdict[str, Counter[str]] = defaultdict(Counter)
    scored = [outcome for outcome in outcomes if outcome.failed is None]
    for outcome in scored:
        if not outcome.right:
            errors[_erred(split, outcome)][outcome.question.family] += 1
    found: dict[str, Any] = summary(outcomes) | {"errors": {module: dict(count) for module, count in errors.items()}}
    if options.planner == ORACLE:
        found["modules"] = modules((_pocket(o), judged(_pocket(o), split.world, o.turns, o.right)) for o in scored)
    asked = {"split": options.split, "seed": options.seed, "temperature": options.temperature}
    if options.turns:
        asked["max_turns"] = options.turns
    return found | asked | {"planner": options.planner or "pocket", "samples": options.samples}


def _pocket(outcome: Outcome) -> Question:
    if not isinstance(outcome.question, Question):
        raise TypeError(f"{outcome.question.id} is no question of a Pocket world")
    return outcome.question


def _erred(split: splits.Split, outcome: Outcome) -> str:
    """The module that first did other than the oracle, where there is one."""
    if not split.has_oracle:
        return "not told"
    return departure(_pocket(outcome), split.world, outcome.analysis, outcome.turns)


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line's options. Exits with 2 for those that do not go together."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--benchmark", default=POCKET, metavar="NAME|FILE", help=f"{POCKET} (default), {', '.join(BENCHMARKS)}, a file"
    )
    parser.add_argument("--split", choices=splits.SPLITS, default="dev", help=f"of {POCKET}")
    parser.add_argument(
        "--limit", type=_count, default=None, help=f"questions; {POCKET}: {POCKET_LIMIT}, over families"
    )
    parser.add_argument("--planner", default=None, help=f"role string; with {POCKET} also {ORACLE!r}: perfect plans")
    parser.add_argument("--concurrency", type=_count, default=16, help="flows at a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=_count, default=1, help="flows a question; more than one also gives pass@k")
    parser.add_argument("--temperature", type=float, default=0.0, help="of the planner; the others are greedy")
    parser.add_argument(
        "--turns", type=_count, default=None, help=f"at most; {POCKET}: {TURNS}, others: {evaluation.TURNS}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help=f"with {POCKET}: also show N wrong answers")
    _benchmark_options(parser.add_argument_group(f"benchmarks other than {POCKET}"))
    options = parser.parse_args(argv)
    if options.benchmark == POCKET:
        options.limit = options.limit or POCKET_LIMIT
        given = [name for name in ("out", "resume", "judge", "score_gold", "model", "tools") if getattr(options, name)]
        if given:
            parser.error(
                f"--{given[0].replace('_', '-')} is for benchmarks other than {POCKET}: name one by --benchmark"
            )
    elif options.planner == ORACLE:
        parser.error(f"the {ORACLE} plans for {POCKET} only: give --planner a role string")
    return options


def _benchmark_options(parser: "argparse._ArgumentGroup") -> None:
    parser.add_argument("--model", metavar="ROLE_STRING", help="of all roles; else the environment's")
    for role in ROLES[1:]:
        parser.add_argument(f"--{role}", metavar="ROLE_STRING")
    parser.add_argument("--tools", metavar="A,B", help="only these tools")
    parser.add_argument("--judge", metavar="ROLE_STRING", help="also asks this model about every answer")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: one of its own under runs/evaluate")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted evaluation, or add questions")
    parser.add_argument(
        "--price", type=float, nargs=2, metavar=("READ", "WRITTEN"), help="dollars for a million tokens, for the cost"
    )
    parser.add_argument("--score-gold", action="store_true", help="no model: the scorers on the set's own answers")


def _count(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{value} is not at least 1")
    return value


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 scorers that are not sound, 2 bad input, 3 a model or the store fails, 130 interrupted."""
    options = arguments(argv)
    try:
        if options.score_gold:
            return _score_gold(options.benchmark)
        found = _pocket_figures(options) if options.benchmark == POCKET else _benchmark_figures(options)
    except BadInput as error:
        print(f"Bad input: {error}", file=sys.stderr)
        return 2
    except AgentFlowError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("Interrupted. Flows of a benchmark are kept: the same command with --resume goes on.", file=sys.stderr)
        return 130
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    if "folder" in found and not options.json:
        print(f"All flows: AGENTFLOW_HOME={found['folder']}; results: {found['folder']}/answers.jsonl")
    return 0


def _score_gold(name: str) -> int:
    found = gold.check(load.load(name))
    print(gold.told(name, found))
    return 0 if found.sound else 1


def _benchmark_figures(options: argparse.Namespace) -> dict[str, Any]:
    return asyncio.run(evaluation.evaluate(options))


def _pocket_figures(options: argparse.Namespace) -> dict[str, Any]:
    split = splits.load(options.split, options.limit, options.seed)
    if options.planner == ORACLE and not split.has_oracle:
        raise BadInput(f"The split {split.name!r} has no oracle: choose another split, or another planner.")
    outcomes = asyncio.run(evaluate(options, split))
    for outcome in [o for o in outcomes if not o.right][: options.wrong]:
        gave, question, where = outcome.failed or outcome.answer, _pocket(outcome), _erred(split, outcome)
        print(f"{question.family}: {question.text} -> {gave!r}, not {question.answer!r} (first wrong: {where})")
    return figures(options, split, outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
