"""From samples to rows for the model: what is the beginning of another row is not computed again, and rows of like
length go together.

A later prompt of a flow often begins with an earlier prompt and its action (the Pocket transcript always does). In a
causal model what follows changes nothing before it, so a sample whose prompt and action are together the beginning of
another's row is read off that row: exact, and a third of the work. Only whole samples are shared in this way: flows of
one question that agree in their first prompt and then part are rows of their own, each with that prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from training.flow_grpo import Sample


@dataclass(frozen=True)
class Row:
    """One sequence, and the samples whose prompt and action it begins with."""

    ids: tuple[int, ...]
    samples: tuple[Sample, ...]


def rows(samples: Sequence[Sample]) -> list[Row]:
    """As few rows as hold all samples that weigh anything, shortest first."""
    wanted = [(sample.action.prompt + sample.action.tokens, sample) for sample in samples if sample.weight]
    found: list[tuple[tuple[int, ...], list[Sample]]] = []
    # In descending order a beginning comes right after what it begins.
    for ids, sample in sorted(wanted, key=lambda entry: entry[0], reverse=True):
        if found and found[-1][0][: len(ids)] == ids:
            found[-1][1].append(sample)
        else:
            found.append((ids, [sample]))
    return sorted((Row(ids, tuple(held)) for ids, held in found), key=lambda row: len(row.ids))


def micro_batches(rows: Sequence[Row], tokens: int) -> list[list[Row]]:
    """Cuts rows, shortest first, into batches of at most `tokens` with padding; a longer row is a batch of its own."""
    batches: list[list[Row]] = []
    for row in rows:
        if batches and len(row.ids) * (len(batches[-1]) + 1) <= tokens:
            batches[-1].append(row)
        else:
            batches.append([row])
    return batches
