"""What the benchmarks' command lines have in common."""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any


def parser(description: str | None) -> argparse.ArgumentParser:
    """With `--json`; a benchmark adds its own options."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", action="store_true", help="one object a line")
    return made


def show(found: Mapping[str, Any] | Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Prints a row, or several."""
    for row in [found] if isinstance(found, Mapping) else found:
        print(json.dumps(row) if as_json else "  ".join(f"{name} {value}" for name, value in row.items()))
