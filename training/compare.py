"""Two evaluations of the same questions, compared question by question: McNemar's exact test.

python -m training.compare runs/evaluate/medqa-1a2b3c4d runs/evaluate/medqa-5e6f7a8b [--json] [--judged]

The questions that both got right, or both wrong, say nothing of the difference; of the others, as many should fall to
each side if the two were alike. With several samples a question counts as right where most of its flows are.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentflow_core.errors import BadInput
from training.benchmarks.kept import ANSWERS


@dataclass(frozen=True)
class Comparison:
    """Ids of questions by who had them right; `left_out` are in one evaluation only."""

    both: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    neither: tuple[str, ...]
    left_out: int

    @property
    def n(self) -> int:
        return len(self.both) + len(self.first) + len(self.second) + len(self.neither)

    @property
    def difference(self) -> float:
        """Accuracy of the second minus that of the first."""
        return (len(self.second) - len(self.first)) / self.n

    @property
    def p(self) -> float:
        return mcnemar(len(self.first), len(self.second))

    @property
    def interval(self) -> tuple[float, float]:
        """95%, of the difference: the paired normal one, with half a question added to each cell."""
        n, b, c = self.n + 2, len(self.first) + 0.5, len(self.second) + 0.5
        spread = 1.96 * math.sqrt(b + c - (c - b) ** 2 / n) / n
        return max(-1.0, (c - b) / n - spread), min(1.0, (c - b) / n + spread)


def mcnemar(first: int, second: int) -> float:
    """Two-sided exact p: how often a fair coin would fall at least as unevenly in `first + second` throws."""
    n = first + second
    tail = sum(math.comb(n, k) for k in range(min(first, second) + 1))
    return min(1.0, 2 * tail / (1 << n))


def compare(first: Mapping[str, bool], second: Mapping[str, bool]) -> Comparison:
    """By question ids. Raises `BadInput` where none is in both."""
    shared = [name for name in first if name in second]
    if not shared:
        raise BadInput("The two evaluations have no question in common.")
    sides: defaultdict[tuple[bool, bool], list[str]] = defaultdict(list)
    for name in shared:
        sides[first[name], second[name]].append(name)
    return Comparison(
        both=tuple(sides[True, True]),
        first=tuple(sides[True, False]),
        second=tuple(sides[False, True]),
        neither=tuple(sides[False, False]),
        left_out=len(first.keys() ^ second.keys()),
    )


def read(path: Path, judged: bool = False) -> tuple[dict[str, bool], dict[str, str]]:
    """Which questions an evaluation's folder (or its answers file) has right, and their texts."""
    file = path / ANSWERS if path.is_dir() else path
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        marks: defaultdict[str, list[bool]] = defaultdict(list)
        for row in rows:
            marks[row["id"]].append(_mark(row, judged, file))
        texts = {row["id"]: row["question"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file} holds no finished evaluation ({error}): give its folder.") from error
    return {name: 2 * sum(own) > len(own) for name, own in marks.items()}, texts


def _mark(row: Mapping[str, Any], judged: bool, file: Path) -> bool:
    if judged and row["judged"] is None and row["failed"] is None:
        raise BadInput(f"{file}: question {row['id']} was not judged; evaluate with --judge and --resume first.")
    return bool(row["judged"] if judged else row["right"])


def told(found: Comparison, names: tuple[str, str]) -> str:
    """For people."""
    low, high = found.interval
    share = [(len(found.both) + len(side)) / found.n for side in (found.first, found.second)]
    lines = [
        f"{found.n} questions in both" + (f", {found.left_out} in one only, left out" if found.left_out else ""),
        f"A {names[0]}: {share[0]:.3f}",
        f"B {names[1]}: {share[1]:.3f}",
        f"B - A: {found.difference:+.3f}, 95% interval {low:+.3f} to {high:+.3f}",
        f"right in both {len(found.both)}, only in A {len(found.first)}, only in B {len(found.second)}, "
        f"in neither {len(found.neither)}",
        f"McNemar, exact, two-sided: p = {found.p:.4g}",
    ]
    lines += [f"only {side}: {', '.join(ids)}" for side, ids in (("A", found.first), ("B", found.second)) if ids]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 compared, 2 bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m training.compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=Path, metavar="FOLDER")
    parser.add_argument("second", type=Path, metavar="FOLDER")
    parser.add_argument("--judged", action="store_true", help="by the judge's verdicts instead of the rules'")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        (first, asked), (second, also) = (read(path, options.judged) for path in (options.first, options.second))
        if other := [name for name in asked if name in also and asked[name] != also[name]]:
            raise BadInput(f"Question {other[0]} differs between the two: they are of different sets.")
        found = compare(first, second)
    except BadInput as error:
        print(f"Bad input: {error}", file=sys.stderr)
        return 2
    if options.json:
        sides = {"both": found.both, "only_first": found.first, "only_second": found.second, "neither": found.neither}
        figures = {"n": found.n, "difference": found.difference, "interval": found.interval, "p": found.p}
        print(json.dumps({**figures, "left_out": found.left_out, **sides}))
    else:
        print(told(found, (str(options.first), str(options.second))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
