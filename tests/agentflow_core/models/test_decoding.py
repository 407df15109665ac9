"""Decoding with guesses says what decoding without them says, in fewer passes."""

import random
from pathlib import Path

import pytest
import torch

from agentflow_core.models.base import Sampling
from agentflow_core.models.local import weights
from agentflow_core.models.local.decoding import Continuation, Decoding
from agentflow_core.models.local.sampler import Draw
from agentflow_core.models.local.sequences import SequenceBatch
from agentflow_core.models.local.weights import Weights
from tests.agentflow_core.models.tiny import make

POCKET = Path(__file__).parents[3] / "assets" / "pocket" / "base"
QUESTIONS = (
    "<q> What is the capital of the country where the Vistula flows?<ana>",
    "<q> Who was born first, Ada Lovelace or Marie Curie?<ana>",
    "<q> What is 12 times 31?<ana>",
)


@pytest.fixture(scope="module")
def pocket() -> Weights:
    return weights.load(str(POCKET), dialect="pocket", device="cpu", dtype="auto")


def run(
    loaded: Weights, prompts: list[list[int]], sampling: Sampling, monkeypatch: pytest.MonkeyPatch, most_guesses: int
) -> tuple[list[Continuation], int]:
    """All continuations, the second half joining late, and how many passes they took."""
    with monkeypatch.context() as patch:
        patch.setattr(SequenceBatch, "most_guesses", most_guesses)
        decoding = Decoding(loaded.new_batch(), loaded.ends)
        waiting = list(prompts)
        begun: list[Continuation] = []
        passes = 0
        while waiting or decoding.running:
            if waiting and (passes > 5 or len(begun) < len(prompts) // 2):
                prompt = waiting.pop(0)
                stream = random.Random(len(begun))
                begun.append(decoding.join(prompt, Draw(sampling, stream), min(sampling.max_tokens, 20 + len(begun))))
            if decoding.running:
                done = [said for said, _ in decoding.step() if said.done]
                passes += 1
                for said in done:
                    decoding.leave(said)
    return begun, passes


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_text_is_the_same_with_guesses_and_without(
    pocket: Weights, temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampling = Sampling(temperature=temperature, max_tokens=60)
    prompts = [pocket.codec.encode(question) for question in QUESTIONS * 3]
    without, slow = run(pocket, prompts, sampling, monkeypatch, 0)
    guessed, fast = run(pocket, prompts, sampling, monkeypatch, 4)
    assert [said.ids for said in guessed] == [said.ids for said in without]
    for one, other in zip(guessed, without, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-3)
        assert one.stopped == other.stopped
    assert any(said.stopped for said in guessed)
    assert fast < 0.8 * slow


def test_a_random_model_of_grouped_heads_is_taken_back_rightly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its guesses are mostly wrong."""
    loaded = weights.load(str(make(tmp_path)), dialect="chat", device="cpu", dtype="auto")
    prompts = [[5 + (7 * place) % 11 for place in range(length)] for length in (3, 40, 17, 30)]
    sampling = Sampling(temperature=0.7, max_tokens=60)
    without, _ = run(loaded, prompts, sampling, monkeypatch, 0)
    guessed, _ = run(loaded, prompts, sampling, monkeypatch, 4)
    assert [said.ids for said in guessed] == [said.ids for said in without]


def test_logits_after_guesses_are_those_of_the_texts_with_them(tmp_path: Path) -> None:
    """Rows of several lengths, with several guesses or none, beside a prompt that joins."""
    loaded = weights.load(str(make(tmp_path)), dialect="chat", device="cpu", dtype="auto")
    text = list(range(3, 60))
    batch = loaded.new_batch()
    batch.step([batch.join(text[:20]), batch.join(text[5:40])], [[], []])
    feeds = [[7], [9], batch.join(text[10:50])]
    guesses = [[4, 5, 6], [], [8]]
    together = batch.step(feeds, guesses)
    begun = [[*text[:20], 7], [*text[5:40], 9], text[10:50]]
    wanted = [
        whole + guess[:count] for whole, guess in zip(begun, guesses, strict=True) for count in range(len(guess) + 1)
    ]

    def alone(prompt: list[int]) -> torch.Tensor:
        fresh = loaded.new_batch()
        return fresh.step([fresh.join(prompt)], [[]])[0]

    torch.testing.assert_close(together, torch.stack([alone(prompt) for prompt in wanted]), atol=1e-4, rtol=1e-4)
    batch.take_back(0, 2)
    batch.take_back(2, 1)
    after = batch.step([[3], [3], [3]], [[], [], []])
    wanted = [[*begun[0], 4, 3], [*begun[1], 3], [*begun[2], 3]]
    torch.testing.assert_close(after, torch.stack([alone(prompt) for prompt in wanted]), atol=1e-4, rtol=1e-4)
