"""Every hostile program of the collection is contained and every ordinary one runs, in both tiers that confine.

"Contained" is decided by `arena`: nothing read, written, reached, signalled or left behind, the server alive, and the
next program well; as root and as an ordinary user.
"""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.sandbox.arena import Arena, arena, cases, play
from tools.sandbox import Tier, run_python
from tools.sandbox.house import house

ROOT = Path(__file__).resolve().parents[3]
HOSTILE, BENIGN = cases("cases") + cases("own"), cases("benign")
NOBODY = 65534

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")


def ids(some: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in some]


def test_the_collection_is_whole() -> None:
    assert len(HOSTILE) >= 52 + 80 and len(BENIGN) >= 15 + 54


@pytest.fixture(scope="module")
def place() -> Iterator[Arena]:
    with arena() as made:
        yield made


@pytest.fixture(params=["A", "B"])
async def tier(request: pytest.FixtureRequest) -> AsyncIterator[Tier]:
    need(request.param)
    yield request.param


def need(tier: Tier) -> None:
    """Skips where this kernel cannot have the tier; where all is to be checked (CI), that is a failure."""
    standing = house(tier).standing
    if standing.tier != tier:
        why = f"this kernel offers no tier {tier}: {standing.why}"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


@pytest.mark.parametrize("case", HOSTILE, ids=ids(HOSTILE))
async def test_a_hostile_program_is_contained(case: dict[str, Any], tier: Tier, place: Arena) -> None:
    result, broken = await play(place, case, tier)
    assert broken == []
    assert result.status in case["expected"]["status"], result


@pytest.mark.parametrize("case", BENIGN, ids=ids(BENIGN))
async def test_an_ordinary_program_runs(case: dict[str, Any], tier: Tier) -> None:
    result = await run_python(case["code"], seconds=60, highest=tier)
    assert case["stdout_or_result_contains"] in result.stdout + (result.value or ""), result


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else; anybody else has just shown it")
@pytest.mark.parametrize("tier", ["A", "B"])
def test_an_ordinary_user_has_the_same_protection(tier: Tier) -> None:
    need(tier)
    command = [*_python_for_others(), "-m", "tests.tools.sandbox.arena", tier]
    environment = {"PYTHONPATH": sysconfig.get_path("purelib"), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        command, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    verdicts = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [verdict for verdict in verdicts if verdict["broken"]] == []
    assert [verdict["id"] for verdict in verdicts] == ids(HOSTILE) + ids(BENIGN), ran.stderr


def _python_for_others() -> list[str]:
    """An interpreter of this version that any user may run; this one may lie in root's own folder."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            ran = subprocess.run([candidate, "-c", ""], user=NOBODY, group=NOBODY, extra_groups=[], cwd=ROOT, env={})
        except OSError:
            continue
        if ran.returncode == 0:
            return [candidate]
    pytest.skip("no interpreter here can be run by another user")
