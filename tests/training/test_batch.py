"""Batches are exact, questions come as promised, and training starts only where sampler, policy and reference agree."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
import torch

from agentflow_core.errors import BadInput
from tests.training.test_config import CONFIGS
from tools.base import ToolContext
from training.batch import collect
from training.config import Rollout as Settings
from training.config import load
from training.data import FileQuestions, PocketQuestions, Task, read
from training.flow_grpo import Action, Flow
from training.metrics import Log, memory, of_rollouts, speeds
from training.pocket.questions import FAMILIES
from training.pocket.real import real_names
from training.rollout import Rollout, Seat
from training.update import Sums, check_start

SETTINGS = Settings(questions=3, flows=2, refill=4)


def tasks() -> Iterator[Task]:
    return (Task(id=str(n), question=f"{n}?", answer="a", family=f"f{n % 2}") for n in count())


def rollout(task: Task, group: int, number: int, reward: float | None) -> Rollout:
    actions = (Action((1,), (2, 3), (-1.0, -1.0)),)
    failure = None if reward is not None else "no server"
    return Rollout(
        Seat(task, group, number),
        Flow(group, actions, reward),
        "a",
        "answered",
        2,
        {},
        ("t", "t"),
        parse_failures=1,
        memory_cut=number == 0,
        failure=failure,
    )


def play_with(telling: set[str]) -> tuple[list[tuple[int, int]], object]:
    """Plays questions; the flows differ in reward for those in `telling`. Also records what was asked for."""
    asked: list[tuple[int, int]] = []

    def play(wanted: list[Task], first: int) -> list[Rollout]:
        asked.append((len(wanted), first))
        return [
            rollout(task, first + n, number, float(number == 0 and task.id in telling))
            for n, task in enumerate(wanted)
            for number in range(2)
        ]

    return asked, play


def test_groups_without_signal_are_replaced_in_their_place() -> None:
    asked, play = play_with({"0", "4", "5"})
    batch = collect(tasks(), play, SETTINGS)  # type: ignore[arg-type]
    assert asked == [(3, 0), (2, 3), (1, 5)]
    assert [group[0].seat.task.id for group in batch.groups] == ["0", "5", "4"]
    assert (len(batch.rollouts), batch.drawn, batch.without_signal) == (6, 6, 0)
    assert [r.seat.task.id for r in batch.asked] == ["0", "0", "1", "1", "2", "2"], "figures are of these"


def test_refilling_has_an_end_and_the_batch_stays_whole() -> None:
    asked, play = play_with(set())
    batch = collect(tasks(), play, SETTINGS)  # type: ignore[arg-type]
    assert asked == [(3, 0), (3, 3), (1, 6)]
    assert (len(batch.groups), len(batch.rollouts), batch.drawn, batch.without_signal) == (3, 6, 7, 3)


def test_too_few_questions_are_no_batch() -> None:
    with pytest.raises(AssertionError, match="3 questions were asked for and 2 came"):
        collect(islice(tasks(), 2), play_with(set())[1], SETTINGS)  # type: ignore[arg-type]


def test_figures_count_what_was_lost_and_score_the_rest() -> None:
    task = next(tasks())
    record = of_rollouts([rollout(task, 0, 0, 1.0), rollout(task, 0, 1, 0.0), rollout(task, 0, 2, None)])
    assert (record["reward"], record["flows"], record["infrastructure_failures"]) == (0.5, 3, 1)
    assert (record["reward/f0"], record["tools/t"], record["action_tokens"], record["parse_failures"]) == (0.5, 4, 2, 2)
    assert (record["memory_cut"], record["overflowed"], record["plan_failures"]) == (1, 0, 0)


def test_speeds_are_of_what_was_measured() -> None:
    record = {"sampled_tokens": 900, "trained_tokens": 30.0, "seconds/rollouts": 3.0, "seconds/update": 0.5}
    assert speeds(record) == {"per_second/sampled_tokens": 300.0, "per_second/trained_tokens": 60.0}
    assert speeds({"trained_tokens": 5, "seconds/evaluation": 1.0}) == {}


def test_memory_of_a_gpu_is_its_peak_since_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert torch.cuda.is_available() or memory() == {}
    reset: list[bool] = []
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.max_memory_allocated", lambda: 2_500_000_000)
    monkeypatch.setattr("torch.cuda.reset_peak_memory_stats", lambda: reset.append(True))
    assert memory() == {"gpu_memory_gb": 2.5}
    assert reset


def test_the_error_of_the_reward_counts_questions_not_flows() -> None:
    given = {0: (1.0, 1.0), 1: (0.0, 0.0), 2: (1.0, 0.0)}
    played = [rollout(next(tasks()), g, n, r) for g, rewards in given.items() for n, r in enumerate(rewards)]
    record = of_rollouts(played)
    assert (record["questions"], record["flows"], record["reward"]) == (3, 6, 0.5)
    assert record["reward_error"] == pytest.approx(0.5 / 3**0.5, abs=1e-6)
    assert of_rollouts(played[:2])["reward_error"] == 0, "one question says nothing about others"


def test_a_resumed_log_holds_nothing_of_steps_that_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    log = Log(path, 0)
    log.write({"step": 1}, {"step": 2}, {"step": 3})
    with path.open("a") as file:
        file.write('{"step": 4, "rew')
    Log(path, 2).write({"step": 3, "again": True})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"step": 1},
        {"step": 2},
        {"step": 3, "again": True},
    ]


def test_training_starts_only_where_sampler_policy_and_reference_agree() -> None:
    check_start(Sums(tokens=10, mismatch=0.05, kl=1e-6), 0.01, first=True)
    with pytest.raises(BadInput, match=r"differ from the trainer's by 0\.5000"):
        check_start(Sums(tokens=10, mismatch=5.0), 0.01, first=False)
    with pytest.raises(BadInput, match="not the reference before the first step"):
        check_start(Sums(tokens=10, kl=1.0), 0.01, first=True)
    check_start(Sums(tokens=10, kl=1.0), 0.01, first=False)
    with pytest.raises(BadInput, match="differ"):
        check_start(Sums(tokens=10, mismatch=float("nan")), 0.01, first=False)


# --- questions -----------------------------------------------------------------------------------------------------


async def test_a_lesson_is_a_function_of_seed_step_and_cursor_and_knows_no_real_name() -> None:
    found = list(islice(PocketQuestions(1).lesson(3, 20).tasks, 30))
    assert found == list(islice(PocketQuestions(1).lesson(3, 20).tasks, 30))
    assert found != list(islice(PocketQuestions(2).lesson(3, 20).tasks, 30))
    assert [task.family for task in found] == [FAMILIES[n % len(FAMILIES)] for n in range(20, 50)]
    assert len({task.id for task in found}) == 30

    async def nobody(prompt: str) -> str:
        raise AssertionError("no tool but the base generator asks a model")

    toolbox = PocketQuestions(1).lesson(3, 20).toolbox
    assert set(toolbox.names) == {"base_generator", "math_solver", "python_coder", "wikipedia_search"}
    for name in ("France", "Marie Curie", "Nile"):
        assert name.casefold() in real_names()
        told = await toolbox.call("wikipedia_search", {"query": name}, ToolContext(ask=nobody))
        assert not told.text.startswith(f"{name}:"), "the real articles are for the test"


def test_families_that_come_out_now_right_now_wrong_are_asked_more_often() -> None:
    def asked(solved: dict[str, float]) -> Counter[str]:
        tasks = PocketQuestions(1, "unsure").lesson(3, 20, solved).tasks
        return Counter(task.family for task in islice(tasks, 300))

    known = dict.fromkeys(FAMILIES, 1.0) | {"sum2": 0.5, "eq": 0.0}
    found = asked(known)
    assert found == asked(known)
    assert found["sum2"] > 120
    assert max(found[family] for family in FAMILIES if family != "sum2") < 40
    assert set(found) == set(FAMILIES), "none is forgotten: what was learnt may be lost"
    assert max(asked({}).values()) < 50


def test_dev_is_always_the_same_and_of_all_families() -> None:
    found = list(PocketQuestions(1).dev(22).tasks)
    assert found == list(PocketQuestions(1).dev(22).tasks)
    assert {task.family for task in found} == set(FAMILIES)


def question_file(path: Path, number: int) -> Path:
    entries = [{"question": f"{n}?", "answer": str(n), "kind": "numeric", "id": f"q{n}"} for n in range(number)]
    path.write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
    return path


def test_every_pass_over_a_question_set_uses_each_question_once(tmp_path: Path) -> None:
    path = question_file(tmp_path / "train.jsonl", 5)
    config = load(CONFIGS[0], ["data.source=file", "data.order=even", f"data.train=[{path}]", f"data.dev=[{path}]"])
    source = FileQuestions(config)
    drawn = [task.id for task in islice(source.lesson(0, 0).tasks, 15)]
    for begin in (0, 5, 10):
        assert sorted(drawn[begin : begin + 5]) == ["q0", "q1", "q2", "q3", "q4"]
    assert len({tuple(drawn[begin : begin + 5]) for begin in (0, 5, 10)}) > 1
    assert [task.id for task in islice(source.lesson(4, 7).tasks, 8)] == drawn[7:], "from the cursor on"
    assert len(list(source.dev(3).tasks)) == 3


def test_questions_for_a_judge_need_one(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(
        '{"question": "?", "answer": "a", "kind": "judge", "id": "j1"}', encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"1 questions want a judge \(first: j1\)"):
        FileQuestions(
            load(CONFIGS[0], ["data.source=file", "data.order=even", f"data.train=[{tmp_path / 'set.jsonl'}]"])
        )


def test_parquet_is_read_like_jsonl(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    entries = [{"question": "1+1?", "answer": "2", "kind": "math", "id": "a"}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(entries), tmp_path / "set.parquet")
    assert read([tmp_path / "set.parquet"]) == [Task(id="a", question="1+1?", answer="2", kind="math")]


@pytest.mark.parametrize("line", ['{"question": "?"}', '{"question": "?", "answer": "a", "kind": "essay"}', "[]"])
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(f'{{"question": "?", "answer": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"bad\.jsonl, line 2 is no question"):
        read([tmp_path / "bad.jsonl"])
