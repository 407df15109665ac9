"""The batch of a small model: what is reused, how it is cut, and that it is the one that Pocket gets."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.models import TransformersModel
from agentflow_core.models.local import sequences, threads, weights
from agentflow_core.models.local.sequences import SequenceBatch, _cuts
from agentflow_core.models.local.small_qwen2 import Part, SmallQwen2
from tests.agentflow_core.models.calls import ask
from tests.agentflow_core.models.tiny import make

POCKET = Path(__file__).parents[3] / "assets" / "pocket" / "base"
TEXT = list(range(3, 60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("sequences"))


def batch_of(folder: Path) -> SequenceBatch:
    batch = weights.load(str(folder), dialect="chat", device="cpu", dtype="auto").new_batch()
    assert isinstance(batch, SequenceBatch)
    return batch


def step(batch: SequenceBatch, feeds: list[list[int]]) -> torch.Tensor:
    """Nothing is guessed."""
    return batch.step(feeds, [[]] * len(feeds))


def logits(batch: SequenceBatch, prompt: list[int]) -> tuple[int, torch.Tensor]:
    """Runs one prompt through an empty batch; how many of its tokens were computed, and its logits."""
    feed = batch.join(prompt)
    computed = len(feed)
    answer = step(batch, [feed])[0]
    batch.leave(0, prompt)
    return computed, answer


def test_pocket_is_run_as_a_small_model() -> None:
    batch_of(POCKET)


def test_a_text_that_goes_on_is_computed_from_where_it_ended(folder: Path) -> None:
    batch = batch_of(folder)
    assert logits(batch, TEXT[:40])[0] == 40
    computed, answer = logits(batch, TEXT)
    assert computed == len(TEXT) - 40
    torch.testing.assert_close(answer, logits(batch_of(folder), TEXT)[1])


def test_a_text_that_branches_off_early_leaves_the_other_branch_whole(folder: Path) -> None:
    batch = batch_of(folder)
    logits(batch, TEXT)
    other = TEXT[:20] + TEXT[:10]
    computed, answer = logits(batch, other)
    assert computed == 10
    torch.testing.assert_close(answer, logits(batch_of(folder), other)[1])
    computed, answer = logits(batch, [*TEXT, 5])
    assert computed == 1
    torch.testing.assert_close(answer, logits(batch_of(folder), [*TEXT, 5])[1])


def test_a_prompt_joins_while_others_are_in_the_middle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "all_threads", lambda: 2)
    batch = batch_of(folder)
    feeds = [batch.join(TEXT[:20]), batch.join(TEXT[5:30])]
    step(batch, feeds)
    feeds = [[7], [9], batch.join(TEXT[10:50])]
    together = step(batch, feeds)
    assert feeds == [[], [], []]
    for row, prompt in enumerate([[*TEXT[:20], 7], [*TEXT[5:30], 9], TEXT[10:50]]):
        torch.testing.assert_close(together[row], logits(batch_of(folder), prompt)[1], atol=1e-4, rtol=1e-4)


def test_a_long_text_outgrows_its_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "_COLUMNS", 16)
    monkeypatch.setattr(sequences, "_ROWS", 1)
    batch = batch_of(folder)
    feed = batch.join(TEXT[:20])
    step(batch, [feed])
    for token in TEXT[20:]:
        last = step(batch, [[token]])
    torch.testing.assert_close(last[0], logits(batch_of(folder), TEXT)[1], atol=1e-4, rtol=1e-4)


def test_a_text_that_begins_like_one_that_runs_takes_over_its_beginning(folder: Path) -> None:
    batch = batch_of(folder)
    step(batch, [batch.join(TEXT[:40])])
    feed = batch.join([*TEXT[:30], 4, 5])
    assert feed == [4, 5]
    torch.testing.assert_close(
        step(batch, [[TEXT[40]], feed])[1], logits(batch_of(folder), [*TEXT[:30], 4, 5])[1], atol=1e-4, rtol=1e-4
    )


def fed(batch: SequenceBatch, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gets the number of tokens of each pass from now on."""
    counts: list[int] = []
    compute = batch._model.logits

    def counted(memory: torch.Tensor, parts: list[Part]) -> torch.Tensor:
        counts.append(sum(sum(map(len, part.lasts + part.earlier)) for part in parts))
        return compute(memory, parts)

    monkeypatch.setattr(batch._model, "logits", counted)
    return counts


def test_texts_that_come_together_with_one_beginning_have_it_computed_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(folder)
    prompts = [TEXT[:50], TEXT[:50], TEXT[5:30], [*TEXT[:30], 4, 5, 6], TEXT[:50], [*TEXT[:45], 9], TEXT[:3]]
    feeds = [batch.join(prompt) for prompt in prompts]
    counts = fed(batch, monkeypatch)
    together = step(batch, feeds)
    assert feeds == [[]] * len(prompts)
    assert sum(counts) == 49 + 25 + 1 + 1 + 3 + 1 + 1 + 3, "the beginning, then what is each one's own"
    for row, prompt in enumerate(prompts):
        torch.testing.assert_close(together[row], logits(batch_of(folder), prompt)[1], atol=1e-4, rtol=1e-4)
    after = step(batch, [[7] for _ in prompts])
    for row, prompt in enumerate(prompts):
        torch.testing.assert_close(after[row], logits(batch_of(folder), [*prompt, 7])[1], atol=1e-4, rtol=1e-4)


def test_beginnings_are_shared_beside_rows_that_are_in_the_middle(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were known up to different places before."""
    batch = batch_of(folder)
    logits(batch, TEXT[:20])
    step(batch, [batch.join(TEXT[25:50])])
    feeds = [[3], batch.join(TEXT), batch.join(TEXT)]
    counts = fed(batch, monkeypatch)
    together = step(batch, feeds)
    assert sum(counts) == 1 + (len(TEXT) - 20) + 1
    for row, prompt in enumerate([[*TEXT[25:50], 3], TEXT, TEXT]):
        torch.testing.assert_close(together[row], logits(batch_of(folder), prompt)[1], atol=1e-4, rtol=1e-4)


async def test_calls_with_one_prompt_at_the_same_time_are_fed_it_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the samples of one question are, in training and on a page."""
    counts: list[int] = []
    compute = SmallQwen2.logits

    def counted(self: SmallQwen2, memory: torch.Tensor, parts: list[Part]) -> torch.Tensor:
        counts.append(sum(sum(map(len, part.lasts + part.earlier)) for part in parts))
        return compute(self, memory, parts)

    model = TransformersModel(str(folder), device="cpu")
    await model.check()
    monkeypatch.setattr(SmallQwen2, "logits", counted)
    prompt = "the planner plans, the river runs to the sea and the verifier verifies"
    answers = await asyncio.gather(
        *(ask(model, prompt, temperature=1.0, seed=seed, max_tokens=5) for seed in range(12))
    )
    await model.close()
    length = answers[0][1].prompt_tokens
    written = sum(completion.completion_tokens for _, completion in answers)
    assert length > 30
    assert sum(completion.cached_tokens or 0 for _, completion in answers) == 11 * (length - 1)
    assert sum(counts) < length + len(answers) + written, "each one's last token of the prompt, and its own text"


@given(st.lists(st.integers(1, 200), min_size=1, max_size=40), st.integers(1, 8))
def test_cuts_hold_every_row_once_in_order(counts: list[int], cores: int) -> None:
    cuts = _cuts(counts, cores)
    assert 1 <= len(cuts) <= cores
    assert cuts[0][0] == 0 and cuts[-1][1] == len(counts)
    assert all(begin < end for begin, end in cuts)
    assert all(a[1] == b[0] for a, b in pairwise(cuts))


def test_a_long_prompt_and_the_other_rows_share_two_cores() -> None:
    assert _cuts([1] * 19 + [100], 2) == [(0, 19), (19, 20)]
