"""Whose fault a failure is, what is trained on, and that flows in lockstep come out the same every time."""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any

import pytest
import torch

from agentflow_core import RunStore
from agentflow_core.errors import ContextOverflow, ModelUnavailable
from agentflow_core.events import Role
from agentflow_core.models import Completion, LanguageModel, Message, Sampling, ScriptedModel, TextDelta
from tests.agentflow_core.flows import ANALYSIS, ANSWER, COMMAND, CONTINUE, PLAN, STOP, Echo
from tests.training.toys import planner, policy_of
from tools.base import ToolSettings
from tools.toolbox import Toolbox
from training.config import Rollout as Settings
from training.data import Task
from training.rollout import Player, Rollout, Seat
from training.sampler import Lockstep, LockstepModel

SETTINGS = Settings(questions=1, flows=2, turns=3, temperature=0.8, max_tokens=12, frozen_max_tokens=6, retries=1)
BOX = Toolbox([Echo(ToolSettings())])


class Ids(ScriptedModel):
    """A scripted planner that reports token ids: of the n-th call [n, n + 1], after the prompt [n]."""

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        async for part in super().generate(messages, sampling=sampling, schema=schema):
            if isinstance(part, Completion):
                n = len(self.calls)
                part = part.model_copy(
                    update={"prompt_ids": (n,), "completion_ids": (n, n + 1), "logprobs": (-0.1 * n, -0.2)}
                )
            yield part


async def play(
    plans: Iterable[str | Exception],
    verdicts: Iterable[str | Exception] = (STOP,),
    answer: str = ANSWER,
    *,
    gold: str = "42",
    store: RunStore | None = None,
    **changes: Any,
) -> Rollout:
    """One flow of scripted modules."""
    models: dict[Role, LanguageModel] = {
        "planner": Ids(list(plans)),
        "executor": ScriptedModel(lambda _: COMMAND.format(n=1)),
        "verifier": ScriptedModel(list(verdicts)),
        "generator": ScriptedModel(lambda _: answer),
    }
    player = Player(models, Lockstep(), SETTINGS.model_copy(update=changes), seed=1)
    seat = Seat(Task(id="t", question="What is it?", answer=gold), group=4, number=0)
    (found,) = await player.play([seat], BOX, step=6, temperature=0.8, store=store)
    return found


async def test_the_plans_are_trained_on_and_the_analysis_is_not() -> None:
    found = await play([ANALYSIS, PLAN.format(n=1), PLAN.format(n=2)], [CONTINUE, STOP])
    assert [(a.prompt, a.tokens, a.logprobs) for a in found.flow.actions] == [
        ((2,), (2, 3), (-0.2, -0.2)),
        ((3,), (3, 4), (pytest.approx(-0.3), -0.2)),
    ]
    assert {a.temperature for a in found.flow.actions} == {0.8}
    assert (found.flow.group, found.flow.reward, found.turns, found.failure) == (4, 1.0, 2, None)
    assert found.tools == {"echo": 2}


async def test_the_analysis_is_trained_too_where_that_is_wanted() -> None:
    found = await play([ANALYSIS, PLAN.format(n=1), PLAN.format(n=2)], [CONTINUE, STOP], analysis=True)
    assert [(a.prompt, a.tokens) for a in found.flow.actions] == [((1,), (1, 2)), ((2,), (2, 3)), ((3,), (3, 4))]


async def test_an_unreadable_plan_is_an_action_of_the_policy() -> None:
    found = await play([ANALYSIS, "nonsense", PLAN.format(n=1)])
    assert [a.tokens for a in found.flow.actions] == [(2, 3), (3, 4)]
    assert (found.parse_failures, found.flow.reward) == (1, 1.0)


async def test_a_wrong_answer_and_spent_turns_are_scored() -> None:
    assert (await play([ANALYSIS, PLAN.format(n=1)], gold="43")).flow.reward == 0.0
    spent = await play([ANALYSIS, *[PLAN.format(n=n) for n in (1, 2, 3)]], [CONTINUE] * 3, answer="Answer: 7")
    assert (spent.status, spent.flow.reward, spent.failure, len(spent.flow.actions)) == ("budget", 0.0, None, 3)


async def test_an_infrastructure_failure_is_tried_again() -> None:
    down = ModelUnavailable("no server")
    found = await play([ANALYSIS, down, ANALYSIS, PLAN.format(n=1)])
    assert (found.flow.reward, found.failure) == (1.0, None)


async def test_an_infrastructure_failure_that_stays_is_no_reward_at_all() -> None:
    down = ModelUnavailable("no server")
    found = await play([ANALYSIS, down, ANALYSIS, down])
    assert found.flow.reward is None
    assert found.failure is not None
    assert "no server" in found.failure


async def test_a_flow_that_the_clock_ended_is_not_the_policys_fault() -> None:
    models: dict[Role, LanguageModel] = {
        "planner": Ids(lambda _: ANALYSIS, latency=5.0),
        **dict.fromkeys(("executor", "verifier", "generator"), ScriptedModel([])),  # type: ignore[dict-item]
    }
    hurried = SETTINGS.model_copy(update={"seconds": 0.2, "retries": 0})
    player = Player(models, Lockstep(), hurried, seed=1)
    seat = Seat(Task(id="t", question="?", answer="a"), 0, 0)
    (found,) = await player.play([seat], BOX, 0, 0.8)
    assert found.flow.reward is None
    assert found.failure is not None


async def test_a_context_that_the_plans_filled_is_the_policys_fault() -> None:
    """Not tried again, and scored as wrong; before any plan the question or the settings are too long."""
    full = ContextOverflow("too long")
    found = await play([ANALYSIS, PLAN.format(n=1), full], [CONTINUE, STOP])
    assert (found.flow.reward, found.failure, found.overflowed, len(found.flow.actions)) == (0.0, None, True, 1)
    found = await play([full, full])
    assert (found.flow.reward, found.overflowed) == (None, False)
    assert found.failure and "too long" in found.failure


async def test_what_no_longer_fits_into_the_memory_is_counted() -> None:
    plans = [ANALYSIS, *[PLAN.format(n=n).replace("the question", "the question " * 60) for n in (1, 2, 3)]]
    assert not (await play(list(plans), [CONTINUE, CONTINUE, STOP])).memory_cut
    assert (await play(list(plans), [CONTINUE, CONTINUE, STOP], memory_tokens=100)).memory_cut


async def test_unreadable_plans_and_all_tokens_are_counted() -> None:
    found = await play([ANALYSIS, "nonsense", PLAN.format(n=1)], ["nonsense", STOP])
    assert (found.parse_failures, found.plan_failures) == (2, 1)
    assert found.sampled_tokens > sum(len(action.tokens) for action in found.flow.actions)


async def test_a_rollout_is_a_run_that_can_be_opened(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    first = await play([ANALYSIS, PLAN.format(n=1)], store=store)
    again = await play([ANALYSIS, PLAN.format(n=1)], store=store)
    assert first.run == again.run == "step-00007-004-00"
    events = store.events(first.run)
    assert [e.type for e in events if e.type in ("flow_started", "flow_finished")] == ["flow_started", "flow_finished"]
    store.close()


async def test_rollouts_come_back_whole_and_in_order() -> None:
    def late(messages: list[Message]) -> str:
        return ANALYSIS if "Sub-Goal" not in messages[-1].content else PLAN.format(n=1)

    models: dict[Role, LanguageModel] = {
        "planner": Ids(late),
        "executor": ScriptedModel(lambda _: COMMAND.format(n=1)),
        "verifier": ScriptedModel(lambda _: STOP),
        "generator": ScriptedModel(lambda _: ANSWER),
    }
    player = Player(models, Lockstep(), SETTINGS.model_copy(update={"at_once": 3}), seed=1)
    seats = [Seat(Task(id=str(q), question=f"{q}?", answer="42"), q, n) for q in range(4) for n in range(2)]
    found = await player.play(seats, BOX, 0, 0.8)
    assert [rollout.seat for rollout in found] == seats


# --- lockstep --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planner(tmp_path_factory.mktemp("model") / "model")


async def texts(folder: Path, *, jitter: int, at_once: int, heat: float = 1.0) -> list[tuple[Any, ...]]:
    """What 7 callers get who ask twice each, after pauses that differ with `jitter`."""
    lockstep = Lockstep()
    model = LockstepModel("toy", "pocket", policy_of(folder).sampling_weights(), lockstep, max_batch=3)
    rng = random.Random(jitter)
    found: dict[int, list[Any]] = {}
    waiting = iter(range(7))

    async def work() -> None:
        for number in waiting:
            with lockstep.seat(number, f"seed {number}"):
                for call in range(2):
                    await asyncio.sleep(rng.random() * 0.02)
                    messages = [Message(role="user", content="the planner plans the river " * (1 + number % 2 + call))]
                    sampling = Sampling(temperature=heat, max_tokens=8)
                    async for part in model.generate(messages, sampling=sampling):
                        assert isinstance(part, Completion)
                        found.setdefault(number, []).append((part.completion_ids, part.logprobs))

    await asyncio.gather(*(work() for _ in range(at_once)))
    return [tuple(found[number]) for number in range(7)]


@pytest.mark.parametrize("heat", [0.0, 1.0])
async def test_the_clock_changes_nothing_to_the_last_bit(folder: Path, heat: float) -> None:
    first = await texts(folder, jitter=1, at_once=4, heat=heat)
    assert first == await texts(folder, jitter=2, at_once=4, heat=heat)
    assert len({ids for row in first for ids, _ in row}) > 1


async def test_flows_and_calls_have_random_streams_of_their_own(folder: Path) -> None:
    rows = await texts(folder, jitter=1, at_once=7)
    assert rows[0][0] != rows[2][0], "the same prompt, another flow"
    assert rows[0][1] != rows[1][0], "the same prompt, another call"


@pytest.mark.parametrize(("mixed", "apart"), [(False, 1e-5), (True, 0.03)], ids=["float32", "bfloat16"])
async def test_the_sampler_reports_what_the_trainer_computes(folder: Path, mixed: bool, apart: float) -> None:
    """Ratio 1 before the first update."""
    from training.flow_grpo import Action, Sample
    from training.packing import rows

    policy, lockstep = policy_of(folder, mixed=mixed), Lockstep()
    model = LockstepModel("toy", "pocket", policy.sampling_weights(), lockstep, max_batch=4)
    sampling = Sampling(temperature=0.7, max_tokens=10)
    with lockstep.seat(0, "seed"):
        async for part in model.generate([Message(role="user", content="the river runs")], sampling=sampling):
            assert isinstance(part, Completion)
            assert part.prompt_ids and part.completion_ids and part.logprobs
            action = Action(part.prompt_ids, part.completion_ids, part.logprobs, temperature=0.7)
    found = policy.scores(rows([Sample(action, 1.0, 1.0)])).logprobs_N
    assert (found - torch.tensor(action.logprobs)).abs().mean() < apart
    if mixed:
        exact = policy_of(folder).scores(rows([Sample(action, 1.0, 1.0)])).logprobs_N
        assert not torch.allclose(exact, found, atol=1e-4), "the other arithmetic was used"


async def test_new_weights_are_sampled_from_at_once(folder: Path) -> None:
    policy, lockstep = policy_of(folder), Lockstep()
    model = LockstepModel("toy", "pocket", policy.sampling_weights(), lockstep, max_batch=4)

    async def greedy() -> Completion:
        with lockstep.seat(0, "seed"):
            text = "the planner plans the river " * 3
            async for part in model.generate([Message(role="user", content=text)], sampling=Sampling(max_tokens=8)):
                assert isinstance(part, Completion)
        return part

    before = await greedy()
    for parameter in policy.parameters:
        parameter.data.mul_(-1.3)
    assert await greedy() == before, "the sampler holds what it was given"
    model.refresh("toy@2", policy.sampling_weights())
    after = await greedy()
    assert after.model == "toy@2"
    assert after.completion_ids != before.completion_ids


async def ask(model: LockstepModel, text: str, max_tokens: int, heat: float = 1.0) -> Completion:
    sampling = Sampling(temperature=heat, max_tokens=max_tokens)
    (part,) = [part async for part in model.generate([Message(role="user", content=text)], sampling=sampling)]
    assert isinstance(part, Completion)
    return part


async def test_short_answers_do_not_wait_for_a_long_one(folder: Path) -> None:
    """And the long one, around which rows come and go, is what it is alone."""
    weights, done = policy_of(folder).sampling_weights(), list[str]()

    async def short(number: int) -> None:
        with together.seat(number, f"short {number}"):
            for _ in range(3):
                await ask(model, "the planner plans the river", 1)
                done.append("short")

    async def long(model: LockstepModel, lockstep: Lockstep) -> Completion:
        with lockstep.seat(3, "long"):
            found = await ask(model, "the river runs", 24)
            done.append("long")
            return found

    together, alone = Lockstep(), Lockstep()
    model = LockstepModel("toy", "pocket", weights, together, max_batch=4)
    found, *_ = await asyncio.gather(long(model, together), *(short(number) for number in range(3)))
    assert done == [*["short"] * 9, "long"]
    assert found.completion_tokens > 3
    lonely = await long(LockstepModel("toy", "pocket", weights, alone, max_batch=4), alone)
    assert found.completion_ids == lonely.completion_ids
    assert found.logprobs == pytest.approx(lonely.logprobs, abs=1e-5)


@pytest.mark.parametrize("places", [1, 4])
async def test_a_flow_that_gives_up_leaves_the_batch(folder: Path, places: int) -> None:
    """Whether its answer was being generated or waited for a place."""
    lockstep = Lockstep()
    model = LockstepModel("toy", "pocket", policy_of(folder).sampling_weights(), lockstep, max_batch=places)

    async def long() -> None:
        with lockstep.seat(3, "long"):
            await ask(model, "the river runs", 60)

    async def short() -> list[Completion]:
        with lockstep.seat(0, "short"):
            found = [await ask(model, "the planner plans the river", 1)]
            task.cancel()
            await asyncio.wait([task])
            return [*found, await ask(model, "the planner plans the river", 20)]

    task = asyncio.create_task(long())
    first, second = await asyncio.wait_for(short(), 20)
    assert task.cancelled()
    assert first.completion_tokens == 1
    assert second.completion_ids


async def test_greedy_calls_that_ask_the_same_share_one_answer(folder: Path) -> None:
    """Also where one joins while the other is being generated; the rest of the flows are not held up."""
    lockstep = Lockstep()
    model = LockstepModel("toy", "pocket", policy_of(folder).sampling_weights(), lockstep, max_batch=4)

    async def flow(number: int) -> Completion:
        with lockstep.seat(number, str(number)):
            for _ in range(number):
                await ask(model, "the planner plans the river", 1)
            return await ask(model, "the river runs", 12, heat=0.0)

    first, *others = await asyncio.gather(*(flow(number) for number in range(4)))
    assert first.completion_tokens > 3
    assert all(other is first for other in others)


async def test_a_model_that_breaks_leaves_no_flow_waiting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lockstep = Lockstep()
    model = LockstepModel("toy", "pocket", policy_of(folder).sampling_weights(), lockstep, max_batch=4)
    monkeypatch.setattr(model, "generate_most", lambda calls: 1 / 0)

    async def flow(number: int) -> None:
        with lockstep.seat(number, "s"), pytest.raises(ModelUnavailable, match="division by zero"):
            await ask(model, "the river", 8)

    await asyncio.wait_for(asyncio.gather(flow(0), flow(1)), 20)
