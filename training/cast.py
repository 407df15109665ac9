"""Who plays which role in training: the planner that learns, and the frozen modules."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from agentflow_core.assemble import own_key
from agentflow_core.events import Role
from agentflow_core.models import LanguageModel, build, parse_role
from agentflow_core.models.local import weights as local
from agentflow_core.models.pool import pocket_folder
from agentflow_core.settings import Settings
from training import served
from training.config import Config
from training.policy import Policy
from training.sampler import Lockstep, LockstepModel
from training.served import ServedPlanner
from training.versions import name_of


@dataclass(frozen=True)
class Cast:
    """The models by role, and those of this process, which answer in lockstep."""

    models: dict[Role, LanguageModel]
    planner: LockstepModel | ServedPlanner
    frozen: tuple[tuple[LockstepModel, local.Weights], ...]
    lockstep: Lockstep
    judge: LanguageModel | None

    def refresh(self, policy: Policy, version: int) -> None:
        """The planner samples from the policy's weights as they are now; every model forgets what it had computed."""
        if isinstance(self.planner, ServedPlanner):
            self.planner.sync(policy, version)
        else:
            self.planner.refresh(name_of(policy.config.model, version), policy.sampling_weights())
        for model, weights in self.frozen:
            model.refresh(model.name, weights)


def of(config: Config, policy: Policy, process: int = 0, processes: int = 1) -> Cast:
    """Loads the frozen modules: those of this process join the lockstep, servers are called as they are.

    Servers get the key that the environment gives (`AGENTFLOW_API_KEY`).
    """
    lockstep, key = Lockstep(), own_key(Settings.load())
    at_once, guesses = config.rollout.at_once, config.rollout.guesses
    planner: LockstepModel | ServedPlanner
    if config.rollout.served is not None:
        planner = served.of(config, policy, key, process, processes)
    else:
        name = name_of(policy.config.model, 0)
        planner = LockstepModel(name, policy.dialect, policy.sampling_weights(), lockstep, at_once, guesses=guesses)
    made: dict[str, LanguageModel] = {}
    frozen: list[tuple[LockstepModel, local.Weights]] = []
    roles: dict[Role, str] = {
        "executor": config.frozen.executor,
        "verifier": config.frozen.verifier,
        "generator": config.frozen.generator,
    }
    for text in roles.values():
        if text in made:
            continue
        spec = parse_role(text)
        model = build(spec, key)
        if spec.backend != "openai":
            source = str(pocket_folder(spec.model)) if spec.backend == "pocket" else spec.model
            dtype = spec.option("dtype") or "auto"
            weights = local.load(source, dialect=model.dialect, device=str(policy.device), dtype=dtype)
            model = LockstepModel(
                f"{text}{_version(Path(source))}", model.dialect, weights, lockstep, at_once, guesses=guesses
            )
            frozen.append((model, weights))
        made[text] = model
    models: dict[Role, LanguageModel] = {"planner": planner, **{role: made[text] for role, text in roles.items()}}
    judge = build(parse_role(config.data.judge), key) if config.data.judge else None
    return Cast(models, planner, tuple(frozen), lockstep, judge)


def _version(folder: Path) -> str:
    """Of a local model's weights, so that a rollout tells what it was made with; a Hub name stands for itself."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        return ""
    found = sha256()
    for file in files:
        with file.open("rb") as opened:
            while block := opened.read(2**20):
                found.update(block)
    return f"@{found.hexdigest()[:12]}"
