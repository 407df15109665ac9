"""Draws the report: `python -m training.report RUN [RUN ...] --out FILE.html`.

A RUN is a run folder of `training.train`, or a folder of parts that `training.evidence` made. The page needs no network
and no script; analyses whose runs are not there say so.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agentflow_core.errors import BadInput
from training.report.analyses import all_of
from training.report.runs import Run, load


def page(runs: Sequence[Run]) -> str:
    """The whole page; whatever text a run holds is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html.j2").render(runs=runs, analyses=all_of(runs))


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.html")
    options = parser.parse_args(argv)
    try:
        made = page(load(options.runs))
    except BadInput as error:
        sys.exit(str(error))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(made, encoding="utf-8")
    print(f"written: {options.out}")


if __name__ == "__main__":
    main(sys.argv[1:])
