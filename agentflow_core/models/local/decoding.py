"""Continuations of prompts, decoded together: they join a batch, get tokens pass by pass, and leave when done."""

from dataclasses import dataclass, field
from itertools import islice

from agentflow_core.models.local.batch import Batch
from agentflow_core.models.local.guesses import CONTEXT, Guesses
from agentflow_core.models.local.sampler import Draw, pick


@dataclass(eq=False)
class Continuation:
    """What a model says after a prompt, token by token."""

    prompt: list[int]
    draw: Draw
    limit: int
    """Most tokens."""
    feed: list[int]
    """Tokens that the batch has not been fed; when it is empty after a pass, the next token is sampled."""
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    reused: int = 0
    """Tokens of the prompt that were not computed."""
    stopped: bool = False
    """By a token that ends it."""

    @property
    def done(self) -> bool:
        return self.stopped or len(self.ids) >= self.limit

    def last(self, tokens: int) -> list[int]:
        """Of the prompt and what was said."""
        missing = tokens - len(self.ids)
        return self.prompt[-missing:] + self.ids if missing > 0 else self.ids[-tokens:]


class Decoding:
    """A batch and its continuations, which are in the same order."""

    def __init__(self, batch: Batch, ends: frozenset[int], *, guesses: bool = True) -> None:
        self._batch, self._ends = batch, ends
        self._guesses = Guesses(ends)
        self._most_guesses = batch.most_guesses if guesses else 0
        self.running: list[Continuation] = []

    def join(self, prompt: list[int], draw: Draw, limit: int) -> Continuation:
        one = Continuation(prompt, draw, limit, feed=self._batch.join(prompt))
        self.running.append(one)
        if self._most_guesses:
            self._guesses.learn(prompt)
        return one

    def step(self) -> list[tuple[Continuation, list[int]]]:
        """One pass; gives those that have new tokens, with them. Who is done stays until it is told to leave."""
        guesses = [self._guess(one) for one in self.running]
        logits = self._batch.step([one.feed for one in self.running], guesses)
        rows: list[int] = []
        draws: list[Draw] = []
        places: list[int] = []
        row = 0
        for one, guess in zip(self.running, guesses, strict=True):
            if not one.feed:
                rows += range(row, row + len(guess) + 1)
                draws += [one.draw] * (len(guess) + 1)
                places += range(len(one.ids), len(one.ids) + len(guess) + 1)
            row += len(guess) + 1
        if not rows:
            return []
        ids, logprobs = pick(logits if len(rows) == len(logits) else logits[rows], draws, places)
        sampled = zip(ids, logprobs, strict=True)
        return [
            (one, self._take(row, one, guess, list(islice(sampled, len(guess) + 1))))
            for row, (one, guess) in enumerate(zip(self.running, guesses, strict=True))
            if not one.feed
        ]

    def leave(self, one: Continuation) -> None:
        """Takes it out of the batch, done or not."""
        row = self.running.index(one)
        fed = one.prompt + one.ids
        self._batch.leave(row, fed[: len(fed) - len(one.feed)])
        last = self.running.pop()  # takes the place of the one that leaves, as in the batch
        if last is not one:
            self.running[row] = last

    def _guess(self, one: Continuation) -> list[int]:
        most = min(self._most_guesses, one.limit - len(one.ids) - 1)
        return self._guesses.after(one.last(CONTEXT), most) if most > 0 else []

    def _take(self, row: int, one: Continuation, guess: list[int], sampled: list[tuple[int, float]]) -> list[int]:
        """Adds samples as long as the ones before were what had been guessed; gives the tokens."""
        before = one.last(CONTEXT)
        tokens: list[int] = []
        for guessed, (token, logprob) in zip([*guess, None], sampled, strict=True):
            tokens.append(token)
            one.logprobs.append(logprob)
            one.stopped = token in self._ends
            if one.stopped or token != guessed:
                break
        one.ids += tokens
        one.feed.append(tokens[-1])
        one.reused = self._batch.reused(row)
        if wrong := len(guess) - (len(tokens) - 1):
            self._batch.take_back(row, wrong)
        if self._most_guesses:
            self._guesses.learn(before + tokens)
        return tokens
