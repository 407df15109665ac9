"""What the sandbox promises, by what the system offers; the self-test (`tools.sandbox.selftest`) checks each.

| tier | where | holds |
|---|---|---|
| A | Linux with Landlock and seccomp | all promises; programs have real files in a folder of their own |
| B | Linux with seccomp only | all promises; files are in memory, libraries only those loaded beforehand |
| C | macOS, Linux without seccomp | limits only; the rest is missing, as every result says |
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Tier = Literal["A", "B", "C"]
TIERS: tuple[Tier, ...] = ("A", "B", "C")

PROMISES = {
    "files": "reads no file but the interpreter, its libraries and the program's own folder",
    "writes": "writes nowhere but in its own folder, which is removed afterwards",
    "network": "reaches no network and no local socket",
    "processes": "starts no other process",
    "signals": "signals no other process",
    "clean": "gets nothing of the server's environment, memory or open files",
    "limits": "is stopped at limits of time, CPU, memory, disk and output",
}
OF_LIMITS_ONLY = ("limits",)
"""A process that is not confined starts without the server's environment and files, but may look for them in /proc."""


class Standing(BaseModel):
    """How well programs are contained here."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    tier: Tier
    missing: tuple[str, ...] = ()
    """Names of `PROMISES` that do not hold."""
    why: str = ""
    """What keeps a higher tier away; empty for the highest."""

    def notice(self) -> str | None:
        """For people: what is not promised, or None when everything is."""
        if not self.missing:
            return None
        broken = "; ".join(f"it is not promised that a program {PROMISES[name]}" for name in self.missing)
        return f"This machine cannot fully contain programs ({self.why}): {broken}."


def of_tier(tier: Tier, broken: tuple[str, ...] = (), why: str = "") -> Standing:
    """The standing of a tier, of which the self-test found `broken`."""
    lacking = () if tier != "C" else tuple(name for name in PROMISES if name not in OF_LIMITS_ONLY)
    missing = tuple(name for name in PROMISES if name in (*lacking, *broken))
    return Standing(tier=tier, missing=missing, why=why)
