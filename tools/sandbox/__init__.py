"""Runs code in a process of its own, with limits: never in the server's process.

`run_python` runs a program; `run_worker` runs one of our own worker modules (see `tools.worker`) over untrusted data.
"""

from tools.sandbox.program import ProgramError, SandboxResult, run_python
from tools.sandbox.runner import Outcome, run_worker

__all__ = ["Outcome", "ProgramError", "SandboxResult", "run_python", "run_worker"]
