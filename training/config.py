"""All settings of a training run: one YAML file, any field of it overridable on the command line as `a.b=value`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import yaml  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agentflow_core.errors import BadInput
from training.flow_grpo import Objective

Kind = Literal["exact", "squad", "numeric", "math", "choice", "game24", "f1", "judge"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(Section):
    """A low-rank adapter in place of full weights. A base with random weights learns only with `lm_head` in targets."""

    rank: int = Field(default=16, ge=1)
    alpha: int = Field(default=32, ge=1)
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class Planner(Section):
    """The model that is trained: a folder or a Hub name."""

    model: str
    dtype: Literal["float32", "float64", "bfloat16"] = "float32"
    """Of the weights. Full training in bfloat16 loses small updates: keep float32 and set `mixed_precision`."""
    lora: Lora | None = None
    gradient_checkpointing: bool = False


class Frozen(Section):
    """Role strings of the other modules, as everywhere in the project."""

    executor: str
    verifier: str
    generator: str


class Data(Section):
    """Where questions come from: `pocket` invents a world for each step, `file` reads question sets."""

    source: Literal["pocket", "file"] = "pocket"
    train: tuple[Path, ...] = ()
    """JSONL or parquet with question, answer, kind, id."""
    dev: tuple[Path, ...] = ()
    tools: tuple[str, ...] = ()
    """Empty: all there are."""
    wikipedia: Literal["offline", "live", "auto"] = "auto"
    order: Literal["even", "unsure"] = "even"
    """Families of Pocket questions: in turn, or more of those whose flows came out now right, now wrong."""
    judge: str | None = None
    """Role string of the model that judges answers of kind `judge`."""


class Served(Section):
    """vLLM servers that sample the planner in place of this process. Their key is AGENTFLOW_API_KEY."""

    servers: tuple[str, ...] = Field(min_length=1)
    """Addresses that end in /v1; several processes share them out, each its own."""
    sync: Literal["lora", "reload"] = "lora"
    """How new weights get there: as an adapter under a new name, or all of them from a folder. Both go by files, which
    servers and trainer must see under the same path."""


class Rollout(Section):
    questions: int = Field(default=16, ge=1)
    """Q, a step."""
    flows: int = Field(default=8, ge=2)
    """G, a question."""
    refill: int = Field(default=0, ge=0)
    """Questions a step may draw in place of those whose flows all earned the same."""
    turns: int = Field(default=3, ge=1)
    temperature: float = Field(default=1.0, gt=0)
    max_tokens: int = Field(default=2048, ge=1)
    """Of one answer of the planner."""
    frozen_max_tokens: int = Field(default=1024, ge=1)
    memory_tokens: int = Field(default=8000, ge=100)
    seconds: float = Field(default=1800, gt=0)
    """A flow that takes longer is an infrastructure failure."""
    tool_seconds: float = Field(default=120, gt=0)
    at_once: int = Field(default=64, ge=1)
    """Flows under way together."""
    retries: int = Field(default=1, ge=0)
    """Of a flow that infrastructure ended."""
    store: bool = True
    """Every flow as a run, to be opened in the inspector."""
    analysis: bool = False
    """Whether the planner's analysis of the question is an action too, which the paper leaves as it is."""
    guesses: bool = True
    """Whether a small model on a CPU guesses tokens ahead: quicker, and the same up to rounding."""
    served: Served | None = None
    """None: the planner samples in the training process."""
    overlap: bool = False
    """The next step's flows run while this one's are trained on: they come from weights one update older, which the
    importance correction makes up for."""


class Optimizer(Section):
    lr: float = Field(default=1e-6, gt=0)
    decay: Literal["constant", "linear", "cosine"] = "constant"
    warmup: int = Field(default=0, ge=0)
    """Steps."""
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = Field(default=0.0, ge=0)
    max_norm: float = Field(default=1.0, gt=0)
    """Gradients are shortened to it."""
    updates: int = Field(default=1, ge=1)
    """Passes over a batch; from the second on the ratio leaves 1 and clipping matters."""
    micro_batch_tokens: int = Field(default=8192, ge=1)
    equal_groups: bool = True
    """Whether groups without signal stay in the loss, where only their KL counts."""


class Evaluation(Section):
    every: int = Field(default=5, ge=0)
    """Steps; 0 for never."""
    questions: int = Field(default=64, ge=1)
    temperature: float = Field(default=0.0, ge=0)
    patience: int = Field(default=0, ge=0)
    """Evaluations without a better one before training stops; 0 for never."""


class Checkpoints(Section):
    every: int = Field(default=1, ge=1)
    keep: int = Field(default=2, ge=1)


class Config(Section):
    out: Path
    seed: int = 1
    method: Literal["flow-grpo", "sft"] = "flow-grpo"
    """`sft` is the baseline: the same trainer on an oracle's plans for questions of the same worlds."""
    steps: int = Field(ge=1)
    tokens: int = Field(default=0, ge=0)
    """Training ends early once so many tokens were trained; 0 for never."""
    planner: Planner
    frozen: Frozen
    data: Data = Data()
    rollout: Rollout = Rollout()
    objective: Objective = Objective()
    optimizer: Optimizer = Optimizer()
    evaluation: Evaluation = Evaluation()
    checkpoints: Checkpoints = Checkpoints()
    device: Literal["auto", "cpu"] = "auto"
    mixed_precision: Literal["no", "bf16"] = "no"
    trackers: tuple[Literal["tensorboard", "wandb", "trackio"], ...] = ("tensorboard",)
    mismatch: float = Field(default=0.01, gt=0)
    """Largest mean difference of log-probabilities between sampler and trainer that training starts with."""

    @field_validator("mixed_precision", mode="before")
    @classmethod
    def _no_is_a_word(cls, value: Any) -> Any:
        """YAML reads a bare `no` as false."""
        return "no" if value is False else value

    @model_validator(mode="after")
    def _servers_can_be_used(self) -> Self:
        served, frozen = self.rollout.served, self.frozen.model_dump().values()
        if self.rollout.overlap and (served is None or self.objective.importance_cap is None):
            raise ValueError(
                "rollout.overlap needs rollout.served, and objective.importance_cap: its flows are a step old"
            )
        if served is None:
            return self
        if served.sync == "lora" and self.planner.lora is None:
            raise ValueError(
                "rollout.served.sync=lora needs planner.lora: all weights go by rollout.served.sync=reload"
            )
        shared = [address for address in served.servers if any(f"@{address.rstrip('/')}" in role for role in frozen)]
        if served.sync == "reload" and shared:
            raise ValueError(
                f"{shared[0]} has frozen modules and rollout.served.sync=reload would change them: serve them elsewhere"
            )
        return self

    @model_validator(mode="after")
    def _pocket_only(self) -> Self:
        if self.data.source != "pocket" and (self.method == "sft" or self.data.order != "even"):
            raise ValueError("method=sft and data.order=unsure need data.source=pocket: only there is an oracle")
        return self


def load(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Reads a file and applies `section.field=value`, each value as YAML. Raises `BadInput` naming the field."""
    try:
        values: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadInput(f"the config {path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise BadInput(f"the config {path} holds no fields: see training/configs for examples")
    for override in overrides:
        _apply(values, override)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        slips = [f"{'.'.join(map(str, slip['loc']))}: {slip['msg']}" for slip in error.errors(include_url=False)]
        raise BadInput(f"the config {path} cannot be used: {'; '.join(slips)}") from error


_FREE = (
    "out", "steps", "tokens", "device", "trackers", "mismatch", "checkpoints", "evaluation.patience", "rollout.at_once",
    "rollout.seconds", "rollout.tool_seconds", "rollout.retries", "rollout.store",
    "rollout.served.servers",
)  # fmt: skip
"""What may be another when a run goes on: how long, where, how fast, and what is kept; not what is learnt from what."""


def changes(path: Path, config: Config) -> tuple[dict[str, str], dict[str, str]]:
    """The fields in which a run's own config differs from another one: those that may, and those that may not.

    The address of a server is free, its model is not. Raises `BadInput` for a file that cannot be read.
    """
    before, now = _flat(load(path).model_dump(mode="json")), _flat(config.model_dump(mode="json"))
    free, bound = dict[str, str](), dict[str, str]()
    for name in sorted(before.keys() | now.keys()):
        was, is_now = before.get(name), now.get(name)
        if was == is_now:
            continue
        moved = isinstance(was, str) and isinstance(is_now, str) and was.split("@http")[0] == is_now.split("@http")[0]
        may = moved or any(name == one or name.startswith(f"{one}.") for one in _FREE)
        (free if may else bound)[name] = f"{was!r}, now {is_now!r}"
    return free, bound


def _flat(values: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found


def _apply(values: dict[str, Any], override: str) -> None:
    name, mark, text = override.partition("=")
    if not mark:
        raise BadInput(f"{override!r} is no override: write section.field=value, for example optimizer.lr=1e-4")
    *sections, field = name.lstrip("-").split(".")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise BadInput(f"{name} cannot be set: {section} is no section")
    values[field] = yaml.safe_load(text)
