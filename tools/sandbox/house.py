"""The one zygote of this process, at the highest tier that its self-test found to hold; started once, on first use.

A zygote that died (out of memory, killed by hand) is started again; a server that forked starts its own.
"""

import logging
import sys
import threading
from dataclasses import dataclass

from tools.sandbox.promises import TIERS, Standing, Tier, of_tier
from tools.sandbox.zygote import Zygote, ZygoteError

log = logging.getLogger(__name__)

LAYERS: dict[Tier, tuple[str, ...]] = {"A": ("landlock", "seccomp"), "B": ("seccomp",)}


@dataclass(frozen=True)
class House:
    """Where programs run: in children of `zygote`, or in plain processes where that is None."""

    zygote: Zygote | None
    standing: Standing


_lock = threading.Lock()
_houses: dict[Tier, House] = {}


def house(highest: Tier = "A") -> House:
    """The house of the best tier not above `highest`; the first call takes about a second."""
    with _lock:
        found = _houses.get(highest)
        if found is None or (found.zygote is not None and not found.zygote.alive):
            found = _houses[highest] = _settle(highest)
        return found


def prepare() -> None:
    """Starts the zygote in the background, so that the first call need not wait for it."""
    threading.Thread(target=house, name="sandbox-start", daemon=True).start()


def _settle(highest: Tier) -> House:
    """Goes down the tiers until one passes its own self-test."""
    from tools.sandbox.selftest import broken_promises  # it runs the sandbox, which asks this module

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
        try:
            broken = broken_promises(candidate)
        except ZygoteError as error:
            reasons.append(f"tier {tier}: {error}")
        else:
            if not broken:
                return candidate
            reasons.append(f"tier {tier}: its self-test broke out ({', '.join(broken)})")
        zygote.close()
    why = "; ".join(reasons) or "asked for"
    log.warning("programs run with limits only: %s", why)
    return House(None, of_tier("C", why=why))


def _zygote(tier: Tier) -> Zygote:
    if sys.platform != "linux":
        raise ZygoteError("only Linux has the means to confine a process")
    zygote = Zygote(LAYERS[tier])
    if tier == "A" and not zygote.offers["landlock"]:
        zygote.close()
        raise ZygoteError("this kernel offers no Landlock")
    return zygote
