"""The one zygote of this process, at the highest tier that its self-test found to hold; started once, on first use.

A zygote that died (out of memory, killed by hand) is started again; a server that forked starts its own.
"""

import logging
import os
import sys
import threading
from dataclasses import dataclass, replace

from tools.sandbox.promises import PROMISES, TIERS, Standing, Tier, of_tier
from tools.sandbox.spare import Spares
from tools.sandbox.text import one_line
from tools.sandbox.zygote import Zygote, ZygoteError

log = logging.getLogger(__name__)

LAYERS: dict[Tier, tuple[str, ...]] = {"A": ("landlock", "seccomp"), "B": ("seccomp",)}


@dataclass(frozen=True)
class House:
    """Where programs run: in children of `zygote`, or in plain processes where that is None."""

    zygote: Zygote | None
    standing: Standing
    spares: Spares | None = None
    """Children that wait; None while the house is being tested."""


_lock = threading.Lock()
_houses: dict[Tier, House] = {}


def house(highest: Tier = "A") -> House:
    """The house of the best tier not above `highest`; the first call takes about a second."""
    with _lock:
        found = _houses.get(highest)
        if found is None or (found.zygote is not None and not found.zygote.alive):
            if found and found.spares and found.zygote and found.zygote.owner == os.getpid():
                found.spares.close()
            found = _houses[highest] = _settle(highest)
        return found


def prepare() -> None:
    """Starts the zygote in the background, so that the first call need not wait for it."""
    threading.Thread(target=house, name="sandbox-start", daemon=True).start()


def _settle(highest: Tier) -> House:
    """Goes down the tiers until one passes its own self-test; the last one is taken as it is."""
    reasons: list[str] = []
    for tier in TIERS[TIERS.index(highest) :]:
        if tier == "C":
            continue
        try:
            zygote = _zygote(tier)
        except ZygoteError as error:
            reasons.append(f"tier {tier}: {error}")
            continue
        candidate = House(zygote, of_tier(tier, why="; ".join(reasons)))
        why = _breach(candidate)[1]
        if not why:
            return replace(candidate, spares=Spares(zygote))
        reasons.append(f"tier {tier}: {why}")
        zygote.close()
    why = "; ".join(reasons) or "asked for"
    log.warning("programs run with limits only: %s", why)
    unconfined = House(None, of_tier("C", why=why))
    broken, _ = _breach(unconfined)
    return replace(unconfined, standing=of_tier("C", broken, why))


def _breach(candidate: House) -> tuple[tuple[str, ...], str]:
    """The promises that do not hold there, and the same as a reason; empty if all hold."""
    from tools.sandbox.selftest import broken_promises  # it runs the sandbox, which asks this module

    try:
        broken = broken_promises(candidate)
    except ZygoteError as error:
        return tuple(PROMISES), one_line(str(error))
    return broken, f"its self-test broke out ({', '.join(broken)})" if broken else ""


def _zygote(tier: Tier) -> Zygote:
    if sys.platform != "linux":
        raise ZygoteError("only Linux has the means to confine a process")
    zygote = Zygote(LAYERS[tier])
    if tier == "A" and not zygote.offers["landlock"]:
        zygote.close()
        raise ZygoteError("this kernel offers no Landlock")
    return zygote
