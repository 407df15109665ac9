"""Turns public data sets into question sets for `data.train` and `data.dev`. Needs the network and `datasets`.

python -m training.prepare nq --split train --out data/nq.parquet
python -m training.prepare deepmath --limit 20000 --out data/deepmath.jsonl
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, get_args

from agentflow_core.errors import BadInput
from training.config import Kind
from training.data import Task

Row = Mapping[str, Any]


def nq(row: Row, number: int, kind: Kind) -> Task:
    """Natural Questions, open: several short answers may count as right."""
    answers = tuple(str(answer).strip() for answer in row["answer"])
    return Task(id=f"nq-{number}", question=row["question"].strip(), answer=answers, kind=kind, family="search")


def deepmath(row: Row, number: int, kind: Kind) -> Task:
    """DeepMath: the final answer is LaTeX."""
    answer = str(row["final_answer"]).strip()
    return Task(id=f"deepmath-{number}", question=row["question"].strip(), answer=answer, kind=kind, family="math")


SETS: dict[str, tuple[str, Callable[[Row, int, Kind], Task], Kind]] = {
    "nq": ("google-research-datasets/nq_open", nq, "squad"),
    "deepmath": ("zwhe99/DeepMath-103K", deepmath, "math"),
}


def converted(rows: Iterable[Row], name: str, kind: Kind | None = None, limit: int | None = None) -> Iterator[Task]:
    """The set's rows as questions, those without question or answer left out."""
    _, convert, usual = SETS[name]
    found = (convert(row, number, kind or usual) for number, row in enumerate(rows) if row["question"].strip())
    return islice((task for task in found if any(task.answers)), limit)


def write(tasks: Sequence[Task], path: Path) -> None:
    """As JSONL, or as parquet by the file's ending. Raises `BadInput` for another ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".jsonl":
            path.write_text("".join(task.model_dump_json() + "\n" for task in tasks), encoding="utf-8")
        case ".parquet":
            import pyarrow  # type: ignore[import-untyped]
            import pyarrow.parquet  # type: ignore[import-untyped]

            rows = [task.model_dump() | {"answer": list(task.answers)} for task in tasks]
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
        case other:
            raise BadInput(f"a question set ends in .jsonl or .parquet, not in {other!r}: choose another --out")


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.prepare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=tuple(SETS))
    parser.add_argument("--out", type=Path, required=True, help="a .jsonl or .parquet file")
    parser.add_argument("--split", default="train")
    parser.add_argument("--limit", type=int, default=None, help="at most so many questions")
    parser.add_argument("--kind", choices=get_args(Kind), default=None, help="how answers are checked")
    options = parser.parse_args(argv)
    from datasets import load_dataset  # type: ignore[import-untyped]

    rows = load_dataset(SETS[options.name][0], split=options.split, streaming=True)
    tasks = list(converted(rows, options.name, options.kind, options.limit))
    try:
        write(tasks, options.out)
    except BadInput as error:
        sys.exit(str(error))
    print(f"{len(tasks):,} questions in {options.out}")


if __name__ == "__main__":
    main(sys.argv[1:])
