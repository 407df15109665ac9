"""Runs code where it can do no harm: never in the server's process.

`run_python` runs a program; `run_worker` runs one of our own worker modules (see `tools.worker`) over untrusted data;
`tools.sandbox.promises` says what holds. `python -m tools.sandbox` does it from the command line.
"""

from tools.sandbox.house import prepare
from tools.sandbox.program import MadeFile, ProgramError, SandboxResult, run_python
from tools.sandbox.promises import PROMISES, Standing, Tier
from tools.sandbox.runner import Outcome, run_worker

__all__ = [
    "PROMISES",
    "MadeFile",
    "Outcome",
    "ProgramError",
    "SandboxResult",
    "Standing",
    "Tier",
    "prepare",
    "run_python",
    "run_worker",
]
