"""How each command of the documentation is run by a test, or why it cannot be: the table, and where it is run.

A documented line is typed into a shell as it stands, but for `instead`: words that stand for something of the reader's
(RUN, FILE, "...", a server that is not here), and numbers that would take hours. Each must occur in the line.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.pages import ROOT, page

ASK = 'python -m agentflow_core ask "How long is the longest river of France?"'
TRAIN = "python -m training.train --config training/configs/pocket.yaml"
EVALUATE = "python -m training.evaluate --benchmark NAME|FILE"
OTHER = "python -m training.evaluate --benchmark mine.json --limit 2 --planner pocket:base --out other"
CUT = 'python -m agentflow_core ask "How long is the longest river of Germany?" --max-turns 1'
"""These are not in the documentation: an evaluation to compare with, and a run that did not come to its end."""
IDS = {ASK: "run", CUT: "cut"}
"""What the run of a line is called in others."""

QUESTION = {'"..."': '"What is the capital of France?"'}
SERVER = "http://127.0.0.1:8000/v1"
QWEN = "openai:Qwen/Qwen2.5-7B-Instruct@" + SERVER
SMALL = (
    "rollout.questions=2 rollout.flows=2 rollout.refill=0 rollout.turns=2 rollout.max_tokens=24 "
    "rollout.frozen_max_tokens=24 evaluation.questions=11 evaluation.every=1"
)
ONE_STEP = f" steps=1 {SMALL}"
RANDOM = "python -m training.random_model qwen2.5-0.5b --out runs/random"
LORA = "python -m training.train --config training/configs/qwen_0_5b_lora.yaml"


@dataclass(frozen=True)
class Runs:
    """Really, to its end. `then` is added to the line; `after` are lines that must have been run before.

    In `instead` and `then`, {run}, {cut}, {stub} and {collector} stand for what the tests have.
    """

    instead: Mapping[str, str] = field(default_factory=dict)
    then: str = ""
    codes: tuple[int, ...] = (0,)
    says: str = ""
    """What stands in its output."""
    makes: str = ""
    """A file that is there then."""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Serves:
    """Really, until the page is served; then it is stopped. {port} stands for a free one."""

    instead: Mapping[str, str]


@dataclass(frozen=True)
class InCI:
    """Run by `.ci/run`, which runs these tests too."""


@dataclass(frozen=True)
class Cannot:
    """Not run: why, and the test that comes closest."""

    why: str
    closest: str = ""


How = Runs | Serves | InCI | Cannot

MODEL = "it fetches a model of several gigabytes"
NETWORK = "it needs the network"
PACKAGES = "it installs packages from the network"
GPU = "it needs GPUs"
HOURS = "it takes hours"

TABLE: dict[str, How] = {
    # --- asking
    ASK: Runs(says="km"),
    'python -m agentflow_core ask "..." --json': Runs(QUESTION, says='"type":"flow_finished"'),
    'python -m agentflow_core ask "..." --tools wikipedia_search,math_solver --max-turns 4': Runs(
        QUESTION, says="Paris"
    ),
    'python -m agentflow_core ask "..." --wiki mine.jsonl': Runs(
        {'"..."': '"What is the capital of Freedonia?"'}, says="Fredville"
    ),
    f'python -m agentflow_core ask "..." --planner openai:AgentFlow/agentflow-planner-7b@{SERVER}': Runs(
        {**QUESTION, f"openai:AgentFlow/agentflow-planner-7b@{SERVER}": "{stub}"},
        codes=(0, 1, 4),
        says="base_generator",
    ),
    'AGENTFLOW_API_KEY=... python -m agentflow_core ask "..." --model openai:MODEL@https://HOST/v1': Runs(
        {"...\"": 'What is it?"', "AGENTFLOW_API_KEY=...": "AGENTFLOW_API_KEY=secret",
         "openai:MODEL@https://HOST/v1": "{stub}"},
        says="42",
    ),
    'python -m agentflow_core ask "Which year is MCMXCIV?" --model openai:MODEL@URL '
    "--tools roman_numerals,base_generator": Runs({"openai:MODEL@URL": "{stub}"}, says="42"),
    # --- runs
    "python -m agentflow_core runs": Runs(says="longest river of France", after=(ASK,)),
    "python -m agentflow_core show RUN": Runs({"RUN": "{run}"}, says="km", after=(ASK,)),
    "python -m agentflow_core show RUN --json": Runs({"RUN": "{run}"}, says='"seq":0', after=(ASK,)),
    "python -m agentflow_core resume RUN": Runs({"RUN": "{cut}"}, then=" --max-turns 4", says="Answer", after=(CUT,)),
    "python -m agentflow_core export RUN": Runs(
        {"RUN": "{run} > run.json"}, makes="run.json", after=(ASK,)
    ),
    "python -m agentflow_core import FILE": Runs(
        {"FILE": "run.json"}, says="Imported as", after=("python -m agentflow_core export RUN",)
    ),
    "python -m agentflow_core export RUN --format otlp > spans.json": Runs(
        {"RUN": "{run}"}, makes="spans.json", after=(ASK,)
    ),
    "python -m agentflow_core export RUN --to http://127.0.0.1:6006/v1/traces": Runs(
        {"RUN": "{run}", "http://127.0.0.1:6006/v1/traces": "{collector}"}, says="Sent ", after=(ASK,)
    ),
    "python -m agentflow_core fork RUN --at 4 --edit tool=math_solver": Runs(
        {"RUN": "{run}"}, codes=(0, 1, 4), says="cannot read 'France'", after=(ASK,)
    ),
    # --- tools
    "python -m tools.sandbox selftest": Runs(codes=(0, 1), says="tier "),
    "python -m tools.sandbox selftest --strict": Runs(codes=(0, 1), says="tier "),
    "python -m tools.sandbox run program.py --timeout 5 --json": Runs(says='"stdout": "42'),
    "python -m tools.web check URL": Runs({"URL": "http://127.0.0.1/"}, codes=(1,), says="not a public address"),
    "python -m tools.web check http://169.254.169.254/ --json": Runs(codes=(1,), says="not a public address"),
    "python -m tools.web fetch URL": Cannot(NETWORK, "tests/tools/web/test_command_line.py"),
    # --- evaluating
    "python -m training.evaluate --split real --limit 2500 --seed 1": Runs({"2500": "2"}, says="95% interval"),
    "python -m training.evaluate --benchmark pocket --split real --limit 200": Runs({"200": "2"}, says="95% interval"),
    "python -m training.evaluate --benchmark pocket --split real --planner "
    "transformers:runs/pocket-flow-grpo/planner": Runs(then=" --limit 2", says="95% interval", after=(TRAIN,)),
    EVALUATE: Runs({"NAME|FILE": "mine.json"}, " --limit 2 --out one", says="95% interval", makes="one/answers.jsonl"),
    f"python -m training.evaluate --benchmark bamboogle --model {QWEN}": Runs(
        {QWEN: "{stub}"}, " --limit 1", says="95% interval"
    ),
    "python -m training.evaluate --benchmark bamboogle --model ROLE_STRING": Runs(
        {"ROLE_STRING": "pocket"}, " --limit 1", says="95% interval"
    ),
    "python -m training.evaluate --benchmark medqa --score-gold": Runs(says="sound"),
    "python -m training.compare A B": Runs({"A B": "one other"}, says="McNemar", after=(EVALUATE, OTHER)),
    "python -m training.compare FOLDER FOLDER": Runs(
        {"FOLDER FOLDER": "one other --json"}, says='"p":', after=(EVALUATE, OTHER)
    ),
    # --- training
    TRAIN: Runs(then=ONE_STEP, makes="runs/pocket-flow-grpo/metrics.jsonl"),
    f"{TRAIN} --resume": Runs(then=f" steps=2 {SMALL}", makes="runs/pocket-flow-grpo/planner", after=(TRAIN,)),
    f"{TRAIN} steps=5 optimizer.lr=3e-5 out=runs/try": Runs(
        {"steps=5": "steps=1"}, f" {SMALL}", makes="runs/try/planner"
    ),
    f"python -m torch.distributed.run --standalone --nproc-per-node 2 {TRAIN.removeprefix('python ')}": Runs(
        then=f"{ONE_STEP} out=runs/two", makes="runs/two/planner"
    ),
    f"{LORA} --dry-run": Runs(says="planner tokens"),
    RANDOM: Runs({"qwen2.5-0.5b": "tiny"}, makes="runs/random/questions.jsonl"),
    f"{LORA} steps=3 out=runs/try planner.model=runs/random frozen.executor=transformers:runs/random "
    "frozen.verifier=transformers:runs/random frozen.generator=transformers:runs/random "
    '"data.train=[runs/random/questions.jsonl]" "data.dev=[]" evaluation.every=0': Runs(
        {"steps=3": "steps=1", "out=runs/try": "out=runs/tiny"},
        " rollout.questions=1 rollout.flows=2 rollout.turns=1 rollout.max_tokens=16 rollout.frozen_max_tokens=16 "
        "data.wikipedia=offline",
        makes="runs/tiny/planner",
        after=(RANDOM,),
    ),
    "accelerate launch --num_processes 8 -m training.train --config training/configs/qwen_7b.yaml": Cannot(
        GPU, "tests/training/test_launch.py"
    ),
    "python -m training.bridges.verl.train --config training/configs/qwen_7b.yaml --gpus 8": Cannot(
        GPU, "tests/training/bridges/test_verl.py"
    ),
    "python -m training.prepare nq --split train --out data/nq.parquet": Cannot(
        NETWORK, "tests/training/test_prepare.py"
    ),
    "python -m training.prepare deepmath --limit 20000 --out data/deepmath.jsonl": Cannot(
        NETWORK, "tests/training/test_prepare.py"
    ),
    "python -m training.pocket.measure": Runs(
        then=' --only "own, planner"', says="own, planner", makes="assets/pocket/README.md"
    ),
    "python -m training.evidence --list": Runs(says="seed-1"),
    "python -m training.evidence --only base seed-1": Cannot(HOURS, "tests/training/test_evidence.py"),
    "python -m training.report": Runs(then=" --help", says="usage:"),
    "python -m training.report runs/evidence --out report.html": Runs(
        {"runs/evidence": "runs"}, says="written", makes="report.html", after=(TRAIN,)
    ),
    # --- measuring
    "python -m demo.record": Runs(makes="assets/recordings/index.json"),
    # --- the page
    "make demo": Serves({"make": "PORT={port} make"}),
    "GRADIO_SERVER_NAME=0.0.0.0 PORT=8080 make demo": Serves({"8080": "{port}"}),
    "PORT=7870 make demo": Serves({"7870": "{port}"}),
    "AGENTFLOW_MODEL=transformers:Qwen/Qwen2.5-0.5B-Instruct make demo": Serves(
        {"Qwen/Qwen2.5-0.5B-Instruct": "assets/pocket/base", "make": "PORT={port} make"}
    ),
    'AGENTFLOW_MODEL="transformers:Qwen/Qwen2.5-7B-Instruct?adapter=runs/planner" make demo': Serves(
        {"Qwen/Qwen2.5-7B-Instruct": "assets/pocket/base", "make": "PORT={port} make"}
    ),
    "AGENTFLOW_OTLP=http://127.0.0.1:6006/v1/traces make demo": Serves(
        {"http://127.0.0.1:6006/v1/traces": "{collector}", "make": "PORT={port} make"}
    ),
    'AGENTFLOW_MCP=\'{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}\' make demo': Serves(
        {'"uvx"': '"python"', '"mcp-server-time"': '"tests/tools/mcp/server.py"', "make": "PORT={port} make"}
    ),
    # --- what CI does, and what nobody does in passing
    "make test": InCI(),
    "make check": InCI(),
    "make test-integration": InCI(),
    "make format": Cannot("it changes the sources; `make check` runs the same tools"),
    "make PYTHON=python3.12 demo": Cannot("it needs a second Python, and " + PACKAGES),
    "make bench": Cannot("it takes minutes", "tests/benchmarks/test_parts.py"),
    "python -m benchmarks --only setup": Cannot(PACKAGES, "tests/benchmarks/test_parts.py"),
    "python -m benchmarks --page": Runs(makes="benchmarks/results.md"),
    "make test-load": Cannot("it takes five minutes", "tests/reliability/test_page_load.py"),
    "make train-planner": Cannot(HOURS, "tests/training/test_resume.py"),
    "make train-pocket": Cannot(HOURS, "tests/training/pocket/test_toy_training.py"),
    "make train-pocket RECIPE=best": Cannot(HOURS, "tests/training/pocket/test_toy_training.py"),
    "make evidence": Cannot(HOURS, "tests/training/test_evidence.py"),
    "make serve": Cannot(MODEL, "tests/serving/test_vllm_server.py"),
    "make serve MODEL=...": Cannot(MODEL, "tests/serving/test_vllm_server.py"),
    'make serve MODEL=... ARGS="--port 8001 --context 16384 --flows 64"': Cannot(MODEL, "tests/docs/test_docs.py"),
    "make serve MODEL=Qwen/Qwen2.5-7B-Instruct": Cannot(MODEL, "tests/vllm"),
    "make serve MODEL=Qwen/Qwen2.5-7B-Instruct [LORA=planner=FOLDER]": Cannot(MODEL, "tests/vllm"),
    "make test-vllm": Cannot(PACKAGES, "tests/vllm"),
    "make test-llama-cpp": Cannot(PACKAGES, "tests/integration/test_llama_cpp.py"),
    "AGENTFLOW_API_KEY=secret make serve MODEL=Qwen/Qwen2.5-0.5B-Instruct ARGS=--training": Cannot(
        MODEL, "tests/vllm/test_training.py"
    ),
    f'AGENTFLOW_API_KEY=secret {LORA} "rollout.served={{servers: [{SERVER}]}}"': Runs(
        then=" --dry-run", says="weights by lora"
    ),
    "docker build -t agentflow-live .": Cannot("it needs Docker and the network", "tests/serving/test_docker.py"),
    "docker run --gpus all -p 127.0.0.1:7860:7860 -v agentflow:/home/agentflow agentflow-live": Cannot(
        GPU, "tests/serving/test_docker.py"
    ),
    "apt install chromium": Cannot(PACKAGES),
    "apt install python3-venv": Cannot(PACKAGES),
    "pip install -r requirements-otel.txt": Cannot(PACKAGES),
    "pip install -r requirements-train.txt": Cannot(PACKAGES),
    "pip install datasets": Cannot(PACKAGES),
}  # fmt: skip

IN_COMMENTS = {f"python -m agentflow_core {words}" for words in ("show RUN", "resume RUN", "export RUN", "import FILE")}
"""Told in the comment of `runs`."""
IN_WORDS = {"python -m tools.web fetch URL"}
"""Told beside `check URL`."""


def checkout(folder: Path) -> Path:
    """A copy of this repository as a reader has it after `make setup`, of links but for what the commands write."""
    for path in ROOT.iterdir():
        if path.name in {"README.md", "README.zh.md"}:
            shutil.copy(path, folder)
        elif path.name in {"benchmarks", "docs"}:
            shutil.copytree(path, folder / path.name)
        elif path.name not in {".git", ".venv", "assets", "data", "runs", "tools", ".env"}:
            (folder / path.name).symlink_to(path)
    _linked(ROOT / "tools", folder / "tools")
    (folder / "tools" / "roman_numerals.py").write_text(page("docs/add_a_tool.md").blocks("python")[0], "utf-8")
    _linked(ROOT / "assets", folder / "assets", apart={"pocket", "recordings"})
    for name in ("pocket", "recordings"):
        _linked(ROOT / "assets" / name, folder / "assets" / name)
        for path in (ROOT / "assets" / name).iterdir():
            if path.is_file():
                (folder / "assets" / name / path.name).unlink()
                shutil.copy(path, folder / "assets" / name)
    _environment(folder / ".venv")
    return folder


def _linked(source: Path, target: Path, apart: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    target.mkdir()
    for path in source.iterdir():
        if path.name not in apart:
            (target / path.name).symlink_to(path)


def _environment(folder: Path) -> None:
    """Ours under the name that `make` knows, with the stamps of an installation that is up to date."""
    own = Path(sys.prefix)
    folder.mkdir()
    for path in own.iterdir():
        if not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    for name in ("", "-dev", "-train", "-otel"):
        (folder / f".requirements{name}-installed").touch()


def typed(line: str, how: Runs | Serves, values: Mapping[str, str]) -> str:
    """What is typed in the line's place."""
    for old, new in how.instead.items():
        if old not in line:
            raise ValueError(f"{old!r} does not occur in {line!r}")
        line = line.replace(old, new)
    line += how.then if isinstance(how, Runs) else ""
    for name, value in values.items():
        line = line.replace("{" + name + "}", value)
    return line


def ended(line: str, folder: Path, environment: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """The line in a shell, to its end."""
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )
