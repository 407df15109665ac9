"""How much of what the embedded model reads it has read before: tokens taken over from earlier calls.

`python -m benchmarks.prefix_share [--flows N] [--json]`. Flows over the Pocket Wiki, one after the other and all at
once; counted where a call joins the batch: tokens of its prompt, and those that it need not compute.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from agentflow_core import Budget, Settings, assemble
from agentflow_core.models import ModelPool
from agentflow_core.models.local.sequences import SequenceBatch
from benchmarks.command import parser, show
from training.evaluate import run_all
from training.pocket import splits

FLOWS = 44


@contextmanager
def counted() -> Iterator[list[tuple[int, int]]]:
    """Tokens of each prompt and those left to compute, of all calls within."""
    found: list[tuple[int, int]] = []
    join = SequenceBatch.join

    def joined(batch: SequenceBatch, prompt: list[int]) -> list[int]:
        left = join(batch, prompt)
        found.append((len(prompt), len(left)))
        return left

    with patch.object(SequenceBatch, "join", joined):
        yield found


async def measure(flows: int, at_once: int) -> dict[str, Any]:
    questions = splits.load("real", flows, seed=0).questions
    pool = ModelPool()
    with counted() as found:
        await run_all(assemble(Settings(), pool=pool), questions, Budget(turns=6), at_once)
    await pool.close()
    read, left = (sum(one) for one in zip(*found, strict=True))
    return {
        "flows": flows,
        "at_once": at_once,
        "calls": len(found),
        "prompt_tokens": read,
        "computed": left,
        "taken_over_share": round(1 - left / read, 3),
    }


def rows(flows: int = FLOWS) -> list[dict[str, Any]]:
    return [asyncio.run(measure(flows, at_once)) for at_once in (1, flows)]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--flows", type=int, default=FLOWS)
    arguments = options.parse_args()
    show(rows(arguments.flows), arguments.json)


if __name__ == "__main__":
    main()
