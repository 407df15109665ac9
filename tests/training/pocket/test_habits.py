"""Habits: detours are what happened, and only where they are taught does the planner write them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_core.prompts import pocket
from training.pocket.habits import NONE, SEEN, TAUGHT, Habits
from training.pocket.oracle import GENERATOR
from training.pocket.questions import FAMILIES, UNKNOWN, Asker
from training.pocket.traces import CLEAN, TURNS, Segment, trace
from training.pocket.world import invent

ALWAYS = Habits({"*": 1.0}, each=1.0, taught=True)
few = settings(max_examples=40, deadline=None)


def flow(seed: int, family: str, habits: Habits) -> list[Segment]:
    rng, world = random.Random(seed), invent(seed % 10)
    return trace(Asker(world, rng).ask(family), world, rng, CLEAN, habits) or []


def plans(segments: list[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.text.startswith("<plan>")]


@few
@given(st.integers(0, 2**30), st.sampled_from(FAMILIES))
def test_without_habits_there_are_no_detours(seed: int, family: str) -> None:
    assert flow(seed, family, NONE) == flow(seed, family, Habits({"*": 1.0}, each=0.0, taught=True))


@pytest.mark.parametrize("family", ["arith", "eq", "units"])
def test_a_flow_of_detours_alone_spends_its_turns_and_says_so(family: str) -> None:
    segments = flow(3, family, ALWAYS)
    assert len(plans(segments)) == TURNS
    assert all(f"<tool> {GENERATOR}" in plan.text for plan in plans(segments))
    assert pocket.split(segments[-1].text.removeprefix("<ans>"), ("val",))["val"] == UNKNOWN


@few
@given(st.integers(0, 2**30), st.sampled_from(FAMILIES))
def test_what_is_only_seen_is_not_taught(seed: int, family: str) -> None:
    seen = flow(seed, family, Habits({"*": 1.0}, each=0.5, taught=False))
    right = {segment.text for segment in plans(flow(seed, family, NONE))}
    for plan in plans(seen):
        if plan.role is None:
            assert plan.text not in right
    assert all(plan.role == "plan" for plan in plans(flow(seed, family, ALWAYS)))


@pytest.mark.parametrize("family", ["sum", "sum2", "cmp"])
def test_a_taught_habit_does_not_show_before_its_step(family: str) -> None:
    for seed in range(8):
        sloppy, right = (plans(flow(seed, family, habits)) for habits in (ALWAYS, NONE))
        looked_up = [plan.text for plan in right if "wikipedia_search" in plan.text]
        assert [plan.text for plan in sloppy[: len(looked_up)]] == looked_up
        assert all(GENERATOR in plan.text for plan in sloppy[len(looked_up) :])


def test_a_habitual_look_up_comes_again_and_again() -> None:
    first, *others = plans(flow(1, "look3", ALWAYS))
    assert len(others) == TURNS - 1
    assert all(" again." in plan.text for plan in others)
    assert " again." not in first.text


def test_every_family_has_right_flows_left_to_learn_from() -> None:
    assert all(TAUGHT.share[family] < 0.7 for family in FAMILIES)
    assert not SEEN.taught
    assert TAUGHT.taught
