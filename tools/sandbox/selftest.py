"""Tries to break out of the sandbox, from inside it, and says which promises did not hold."""

import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.sandbox.limits import Limits
from tools.sandbox.promises import PROMISES
from tools.sandbox.runner import Call, Status

if TYPE_CHECKING:
    from tools.sandbox.house import House

REACHED: dict[str, tuple[Limits, Status]] = {
    "time": (Limits(seconds=0.2), "timeout"),
    "memory": (Limits(seconds=10, memory=64 << 20), "exited"),
    "output": (Limits(seconds=10), "output_limit"),
}
"""What a program that goes beyond each limit may have, and how it must end."""
CANARY = "agentflow self-test canary"


def broken_promises(house: "House") -> tuple[str, ...]:
    """Names of the promises that the sandbox in `house` does not keep, as a program in it and the server see it."""
    with (
        tempfile.TemporaryDirectory(prefix="agentflow-outside-") as name,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        outside = Path(name)
        outside.chmod(0o777)
        secret, planted = outside / "secret", outside / "planted"
        secret.write_text(CANARY)
        secret.chmod(0o644)
        port = server.getsockname()[1]
        task = {"secret": str(secret), "outside": str(planted), "port": port, "pid": os.getpid()}
        outcome = Call("tools.worker.probe", task, Limits(seconds=10)).run_in(house)
        if outcome.report is None:
            return tuple(PROMISES)  # it could not even be asked: nothing is known to hold
        broken = set(outcome.report.get("broken", PROMISES))
        if planted.exists():
            broken.add("writes")
        if CANARY in outcome.stdout + outcome.stderr:
            broken.add("files")
    for limit, (limits, end) in REACHED.items():
        if Call("tools.worker.probe", {"exceed": limit}, limits).run_in(house).status != end:
            broken.add("limits")
    return tuple(promise for promise in PROMISES if promise in broken)
