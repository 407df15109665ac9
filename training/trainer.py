"""The training run: roll out, weigh, update, evaluate, save; and again. Flow-GRPO itself is in `flow_grpo`.

A step is a function of the checkpoint before it: killed at any moment and resumed, a run on a CPU ends with the same
bits. Several processes (`accelerate launch`) share the questions of a step and the micro-batches of its update; each
holds all weights.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, islice

import torch
import yaml  # type: ignore[import-untyped]
from accelerate import Accelerator  # type: ignore[import-untyped]
from accelerate.utils import InitProcessGroupKwargs, gather_object  # type: ignore[import-untyped]

from agentflow_core import RunStore
from agentflow_core.errors import BadInput, InfraError
from training import cast, checkpoint, experts, metrics
from training.batch import collect
from training.checkpoint import Checkpoint, Progress
from training.config import Config, changes
from training.data import Lesson, PocketQuestions, Task, questions
from training.flow_grpo import Sample, assign
from training.metrics import Clock, Log, Record, Stopwatch
from training.packing import Row, micro_batches, rows
from training.policy import Policy
from training.rollout import Player, Rollout, Seat
from training.update import Sums, accumulate, check_start, rate_at, sum_gradients
from training.versions import version_of

log = logging.getLogger(__name__)

CONFIG = "config.yaml"
LOST = 0.5
"""A step that loses a larger share of its flows to infrastructure is no step."""
NEWS = 0.3
"""Weight of a step's rewards in what is known of each family."""


@dataclass(frozen=True)
class Ahead:
    """The next step's flows of this process, and the questions that go on from theirs."""

    lesson: Lesson
    played: list[Rollout]


class Trainer:
    """One process's part of a run."""

    def __init__(self, config: Config, *, resume: bool = False) -> None:
        self._config = config
        trackers = list(config.trackers)
        self._accelerator = Accelerator(
            cpu=config.device == "cpu",
            mixed_precision=config.mixed_precision,
            log_with=trackers or None,
            project_dir=config.out,
            kwargs_handlers=[InitProcessGroupKwargs(timeout=patience(config))],
        )
        self._threads = torch.get_num_threads()
        torch.manual_seed(config.seed)
        self._policy = Policy(config.planner, self._accelerator.device, self._accelerator.autocast)
        settings = config.optimizer
        self._optimizer = torch.optim.AdamW(
            self._policy.parameters, lr=settings.lr, betas=settings.betas, weight_decay=settings.weight_decay
        )
        self._progress, self._reference, self._stopwatch, self._sampled = Progress(), "", Stopwatch(), 0
        self._open(resume)
        self._questions = questions(config)
        accelerator = self._accelerator
        self._cast = cast.of(config, self._policy, accelerator.process_index, accelerator.num_processes)
        made = self._cast
        self._player = Player(made.models, made.lockstep, config.rollout, config.seed, made.judge)
        self._ahead: Ahead | None = None

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes."""
        return bool(self._accelerator.is_main_process)

    def run(self) -> None:
        """All steps that are left. Afterwards `RUN/planner` is the best planner by dev, or without dev the last."""
        config, clock = self._config, Clock(self._progress.step, self._config.steps)
        self._start_logs()
        if config.evaluation.every and self._progress.best < 0:
            self._finish_step({}, clock, evaluate=True)
        while not self._over:
            self._step(clock)
        if self.is_main and not config.evaluation.every:
            self._export()
        self._accelerator.end_training()

    def _step(self, clock: Clock) -> None:
        config = self._config
        samples, record = self._taught() if config.method == "sft" else self._played()
        packed = micro_batches(rows(samples), config.optimizer.micro_batch_tokens)
        with self._overlapped(), self._stopwatch("update"):
            record |= self._update(packed, stale=bool(record.get("staleness")))
        before = self._progress
        self._progress = replace(before, step=before.step + 1, tokens=before.tokens + int(record["trained_tokens"]))
        every = config.evaluation.every
        self._finish_step(record, clock, evaluate=bool(every and (self._progress.step % every == 0 or self._spent)))

    def _played(self) -> tuple[list[Sample], Record]:
        """What the planner's own flows teach."""
        config, before = self._config, self._progress
        step = before.step
        self._refresh(step)
        lesson, self._sampled = self._ahead.lesson if self._ahead else self._lesson(), 0
        with self._stopwatch("rollouts"):
            batch = collect(lesson.tasks, lambda tasks, first: self._play(tasks, first, lesson, step), config.rollout)
        samples = assign([rollout.flow for rollout in batch.rollouts], config.objective)
        if self.is_main:
            found = metrics.advantages(batch.rollouts, samples)
            self._flows.write(*metrics.lines(step + 1, batch.rollouts, found))
        record = metrics.of_rollouts(batch.asked)
        solved = {name[7:]: float(value) for name, value in record.items() if name.startswith("reward/")}
        told = {family: before.solved.get(family, now) * (1 - NEWS) + now * NEWS for family, now in solved.items()}
        self._progress = replace(before, drawn=before.drawn + batch.drawn, solved=before.solved | told)
        record["sampled_tokens"] = self._sampled
        record["staleness"] = metrics.staleness(batch.rollouts, step)
        record["groups_without_signal"] = batch.without_signal
        record["refilled"] = batch.drawn - config.rollout.questions
        if not config.optimizer.equal_groups:
            samples = [sample for sample in samples if sample.advantage]
        return samples, record

    def _taught(self) -> tuple[list[Sample], Record]:
        """What an oracle teaches, in as many flows."""
        settings, before = self._config.rollout, self._progress
        if not isinstance(self._questions, PocketQuestions) or self._policy.dialect != "pocket":
            raise BadInput(
                f"method=sft imitates the Pocket oracle, whose plans {self._config.planner.model} cannot read"
            )
        flows, tokenizer = settings.questions * settings.flows, self._policy.tokenizer.backend_tokenizer
        samples = experts.samples(self._questions, before.step, before.drawn, flows, tokenizer)
        self._progress = replace(before, drawn=before.drawn + flows)
        return samples, {"flows": flows}

    # --- rollouts -------------------------------------------------------------------------------------------------

    def _refresh(self, step: int) -> None:
        with self._stopwatch("sync"):
            self._cast.refresh(self._policy, step)

    def _lesson(self) -> Lesson:
        """The questions of the step that comes."""
        return self._questions.lesson(self._progress.step, self._progress.drawn, self._progress.solved)

    @contextmanager
    def _overlapped(self) -> Iterator[None]:
        """With `overlap`, the next step's flows run beside what is done here, from the servers' present weights."""
        before, settings = self._progress, self._config.rollout
        if not settings.overlap or self._config.method == "sft" or before.step + 1 >= self._config.steps:
            yield
            return
        step = before.step + 1
        lesson = self._questions.lesson(step, before.drawn, before.solved)
        tasks = list(islice(lesson.tasks, settings.questions))
        seats = self._seats(tasks, 0)
        with ThreadPoolExecutor(1) as thread:  # left only when the flows have ended
            playing = thread.submit(self._mine, seats, lesson, step, settings.temperature, store=settings.store)
            yield
            with self._stopwatch("rollouts"):
                played = playing.result()
        self._ahead = Ahead(replace(lesson, tasks=chain(tasks, lesson.tasks)), played)

    def _seats(self, tasks: Sequence[Task], first: int) -> list[Seat]:
        return [
            Seat(task, first + n, flow) for n, task in enumerate(tasks) for flow in range(self._config.rollout.flows)
        ]

    def _play(self, tasks: Sequence[Task], first: int, lesson: Lesson, step: int) -> list[Rollout]:
        settings, ahead, seats = self._config.rollout, self._ahead, self._seats(tasks, first)
        self._ahead = None
        if ahead is not None:
            return self._everyone(ahead.played, len(seats), step)
        return self._together(seats, lesson, step, settings.temperature, store=settings.store)

    def _together(self, seats: Sequence[Seat], lesson: Lesson, step: int, heat: float, *, store: bool) -> list[Rollout]:
        return self._everyone(self._mine(seats, lesson, step, heat, store=store), len(seats), step)

    def _mine(self, seats: Sequence[Seat], lesson: Lesson, step: int, heat: float, *, store: bool) -> list[Rollout]:
        """This process's share of the questions."""
        mine = [
            seat for seat in seats if seat.group % self._accelerator.num_processes == self._accelerator.process_index
        ]
        with ExitStack() as stack:
            runs = stack.enter_context(closing(RunStore(self._config.out / "runs.sqlite"))) if store else None
            return asyncio.run(self._ended(mine, lesson, step, heat, runs))

    async def _ended(
        self, seats: list[Seat], lesson: Lesson, step: int, heat: float, store: RunStore | None
    ) -> list[Rollout]:
        try:
            return await self._player.play(seats, lesson.toolbox, step, heat, store)
        finally:  # connections belong to this event loop, which ends
            for model in set(self._cast.models.values()):
                await model.close()

    def _everyone(self, played: list[Rollout], asked: int, step: int) -> list[Rollout]:
        """Every process has played its share; all get all rollouts, in the order of the seats."""
        everyone: list[Rollout] = gather_object(played) if self._accelerator.num_processes > 1 else played
        everyone = sorted(everyone, key=lambda rollout: (rollout.seat.group, rollout.seat.number))
        self._sampled += sum(rollout.sampled_tokens for rollout in everyone)
        self._check(everyone, asked, step)
        return everyone

    def _check(self, rollouts: Sequence[Rollout], asked: int, step: int) -> None:
        """A batch is whole, comes from the policy as it is (with `overlap`, or as it was a step ago), and was not lost
        to infrastructure."""
        if len(rollouts) != asked:
            raise AssertionError(f"{asked} flows were asked for and {len(rollouts)} came back")
        named = {version_of(rollout.models["planner"]) for rollout in rollouts}
        versions = named | {action.version for rollout in rollouts for action in rollout.flow.actions}
        if strange := versions - {step, max(0, step - self._config.rollout.overlap)}:
            raise AssertionError(f"flows of weights of step {sorted(strange)} in a batch of step {step}")
        failures = [rollout.failure for rollout in rollouts if rollout.failure]
        if len(failures) > LOST * asked:
            raise InfraError(
                f"step {step + 1}: {len(failures)} of {asked} flows were lost to infrastructure, the first because: "
                f"{failures[0]} Mend that and resume the run; nothing before this step is lost."
            )

    # --- update ---------------------------------------------------------------------------------------------------

    def _update(self, batches: list[list[Row]], *, stale: bool = False) -> Record:
        """One optimizer step for each pass over the batch."""
        torch.set_num_threads(self._threads)  # generation works with one each
        settings, policy, alone = self._config.optimizer, self._policy, self._config.method == "sft"
        goal = experts.objective(self._config.objective) if alone else self._config.objective
        rate = rate_at(self._progress.step, self._config.steps, settings)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        mine = batches[self._accelerator.process_index :: self._accelerator.num_processes]
        references = [policy.reference_logprobs(batch) for batch in mine]
        olds: list[torch.Tensor] = []
        norm, sums = 0.0, Sums()
        policy.model.train()
        for number in range(settings.updates if batches else 0):
            sums = accumulate(policy, mine, references, olds, goal).over_processes(policy.device)
            if number == 0 and not alone and not stale:  # older weights differ, and the servers' were probed
                first = self._progress.tokens == 0
                check_start(sums, self._config.mismatch, first=first)
            sum_gradients(policy)
            norm = float(torch.nn.utils.clip_grad_norm_(policy.parameters, settings.max_norm))
            self._optimizer.step()
            self._optimizer.zero_grad()
        policy.model.eval()
        count = max(1.0, sums.tokens)
        sampled: Record = {"mismatch": sums.mismatch / count, "worst_mismatch": sums.worst_mismatch}
        return {
            "loss": sums.loss,
            "kl": sums.kl / count,
            "entropy": sums.entropy / count,
            "clipped": sums.clipped / count,
            "importance": sums.importance / count,
            **({} if alone else sampled),
            "gradient_norm": norm,
            "rate": rate,
            "trained_tokens": sums.tokens,
            "rows": sum(len(batch) for batch in batches),
            "row_tokens": sum(len(row.ids) for batch in batches for row in batch),
        }

    # --- evaluation, log, checkpoint ----------------------------------------------------------------------------------

    @property
    def _settled(self) -> bool:
        """Dev has not become better for long enough."""
        patience = self._config.evaluation.patience
        return bool(patience and self._progress.waited >= patience)

    @property
    def _spent(self) -> bool:
        """As many tokens were trained as the run may have."""
        return 0 < self._config.tokens <= self._progress.tokens

    @property
    def _over(self) -> bool:
        return self._progress.step >= self._config.steps or self._settled or self._spent

    def _evaluate(self) -> Record:
        settings, step = self._config.evaluation, self._progress.step
        self._refresh(step)
        lesson = self._questions.dev(settings.questions)
        seats = [Seat(task, number, 0) for number, task in enumerate(lesson.tasks)]
        if not seats:
            raise BadInput(
                "evaluation.every is set and there are no dev questions: give data.dev, or evaluation.every=0"
            )
        with self._stopwatch("evaluation"):
            played = self._together(seats, lesson, step, settings.temperature, store=False)
        found = metrics.of_rollouts(played)
        before = self._progress
        if found["reward"] > before.best:
            self._progress = replace(before, best=float(found["reward"]), best_step=step, waited=0)
            if self.is_main:
                self._export()
        else:
            self._progress = replace(before, waited=before.waited + 1)
        return {f"dev/{name}": value for name, value in found.items()}

    def _finish_step(self, record: Record, clock: Clock, *, evaluate: bool) -> None:
        if evaluate:
            record = record | self._evaluate()
        step = self._progress.step
        if self.is_main:
            record |= self._stopwatch.lap() | metrics.memory()
            record |= metrics.speeds(record)
            self._metrics.write({"step": step} | record)
            self._accelerator.log(record, step=step)
            shown = ", ".join(
                f"{name} {record[name]:.3f}" for name in ("reward", "dev/reward", "kl", "entropy") if name in record
            )
            print(f"step {step} of {self._config.steps}: {shown}; {clock.left(step)} left", flush=True)
            if step % self._config.checkpoints.every == 0 or self._over:
                self._save()
        self._accelerator.wait_for_everyone()

    def _save(self) -> None:
        made = Checkpoint(
            self._progress,
            self._policy.state(),
            self._optimizer.state_dict(),
            self._reference,
            self._config.planner.model,
            torch.get_rng_state(),
        )
        checkpoint.save(self._config.out / "checkpoints", made, self._config.checkpoints.keep)

    def _export(self) -> None:
        beside, place = self._config.out / "planner.unfinished", self._config.out / "planner"
        checkpoint.replace_folder(beside, place, self._policy.save)

    # --- start ----------------------------------------------------------------------------------------------------

    def _open(self, resume: bool) -> None:
        """A new run folder, or the newest checkpoint of an old one."""
        out = self._config.out
        found = checkpoint.complete(out / "checkpoints")
        if found and not resume:
            raise BadInput(
                f"{out} holds a run already: add --resume to go on with it, or choose another place with out=..."
            )
        out.mkdir(parents=True, exist_ok=True)
        if found:
            self._restore(checkpoint.load(found[-1]))
        else:
            self._reference = checkpoint.digest(self._policy.reference_state())
            if self.is_main:
                checkpoint.save_tensors(out / "reference.safetensors", self._policy.reference_state())
        self._accelerator.wait_for_everyone()
        if self.is_main:
            text = yaml.safe_dump(self._config.model_dump(mode="json"))
            (out / CONFIG).write_text(text, encoding="utf-8")

    def _restore(self, saved: Checkpoint) -> None:
        out = self._config.out
        free, bound = changes(out / CONFIG, self._config)
        if bound:
            told = "; ".join(f"{name} was {values}" for name, values in bound.items())
            raise BadInput(f"{out} is another run: {told}. Resume with its own {CONFIG}, or choose another out=...")
        if free and self.is_main:
            print(f"{CONFIG} is rewritten: " + "; ".join(f"{n} was {values}" for n, values in free.items()), flush=True)
        reference = checkpoint.load_tensors(out / "reference.safetensors")
        if checkpoint.digest(reference) != saved.reference:
            raise BadInput(
                f"{out} was started from {saved.source}, and its reference is not the one that was saved then: begin "
                "a new run"
            )
        self._policy.load_reference(reference)
        self._policy.load_state(saved.trained)
        self._optimizer.load_state_dict(saved.optimizer)
        torch.set_rng_state(saved.torch_rng)
        self._progress, self._reference = saved.progress, saved.reference

    def _start_logs(self) -> None:
        if not self.is_main:
            return
        out, step = self._config.out, self._progress.step
        self._metrics, self._flows = Log(out / "metrics.jsonl", step), Log(out / "flows.jsonl", step)
        if self._config.trackers:
            self._accelerator.init_trackers("flow-grpo")


def patience(config: Config) -> timedelta:
    """How long a process waits for the others: as long as one may need whose flows all run out of time."""
    settings = config.rollout
    flows = max(settings.questions * settings.flows, config.evaluation.questions)
    waves = -(-flows // settings.at_once)
    return timedelta(minutes=10, seconds=waves * (settings.retries + 1) * settings.seconds)
