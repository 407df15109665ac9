"""A visitor's training, in a process of its own: polite to the server, and gone when the server is.

    python -m demo.training.worker FOLDER --config FILE [FIELD=VALUE ...]

Reads its standard input, on which nothing comes: its end is the server's end, however that ended.
"""

import json
import os
import shutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

NICE = 10


def main(argv: Sequence[str]) -> None:
    folder, *rest = argv
    os.nice(NICE)
    threading.Thread(target=_end_with_the_server, args=(Path(folder),), daemon=True).start()
    from training.train import main as train

    train([*rest, f"out={json.dumps(folder)}"])


def _end_with_the_server(folder: Path) -> None:
    while os.read(0, 1024):  # not through `sys.stdin`, whose lock Python wants when it ends
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
