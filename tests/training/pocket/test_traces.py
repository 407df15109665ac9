"""Oracle traces: what the modules are taught is true, can be executed, and is exactly what is labelled."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from agentflow_core.prompts import pocket
from training.pocket import untold
from training.pocket.oracle import NOTHING
from training.pocket.questions import FAMILIES, UNKNOWN, Asker, Question
from training.pocket.sft import spans
from training.pocket.tokenizer import build
from training.pocket.traces import CLEAN, ROLES, TURNS, Noise, Segment, drill, encode, reply, text_of, trace
from training.pocket.world import World, invent

seeds = st.integers(0, 2**30)
few = settings(max_examples=40, deadline=None)
families = st.sampled_from(FAMILIES)
NOISY = Noise(error=0.2, nothing=0.15, slip=0.15, spent=0.1)
SUBTAGS = {"plan": ("goal", "tool"), "ver": ("say",), "ans": ("val",)}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build(seed=3, size=600, traces=300, names=2000)


def asked(seed: int, family: str) -> tuple[Question, World, random.Random]:
    rng = random.Random(seed)
    world = invent(seed % 20)
    return Asker(world, rng).ask(family), world, rng


def clean_trace(seed: int, family: str) -> tuple[Question, World, list[Segment]]:
    question, world, rng = asked(seed, family)
    segments = trace(question, world, rng, CLEAN)
    return question, world, segments or []


def fields(segment: Segment) -> dict[str, str]:
    """A module's segment as the engine reads it."""
    role = segment.role or ""
    return pocket.split(segment.text.removeprefix(f"<{role}>"), SUBTAGS.get(role, ()))


@few
@given(seeds, families)
def test_the_answer_of_a_clean_trace_is_the_gold_answer(seed: int, family: str) -> None:
    question, _, segments = clean_trace(seed, family)
    if segments:  # a name that differs from another only in case is the one reason for a trace without an answer
        assert fields(segments[-1])["val"] == pocket.clean(question.answer)
        assert sum(segment.role == "plan" for segment in segments) <= TURNS


def test_nearly_every_question_has_a_trace() -> None:
    lost = sum(not clean_trace(seed, family)[2] for seed in range(30) for family in FAMILIES)
    assert lost <= 6


@few
@given(seeds, families)
def test_the_same_seed_gives_the_same_trace(seed: int, family: str) -> None:
    assert clean_trace(seed, family)[2] == clean_trace(seed, family)[2]


@few
@given(seeds, st.sampled_from(["look1", "look2", "look3", "sum", "sum2", "cmp"]))
def test_every_stated_fact_was_in_a_result_before(seed: int, family: str) -> None:
    _, _, segments = clean_trace(seed, family)
    results = ""
    for segment in segments:
        if segment.text.startswith("<res>"):
            results += segment.text
        if segment.role == "plan" and (context := fields(segment)[""]) != "Nothing yet.":
            assert all(fact.split(" is ", 1)[1] in results for fact in context.removesuffix(".").split(". The ")[-1:])


@few
@given(seeds, st.sampled_from(["look1", "look2", "look3"]))
def test_gold_follows_from_the_articles(seed: int, family: str) -> None:
    question, world, segments = clean_trace(seed, family)
    results = [segment.text for segment in segments if segment.text.startswith("<res>")]
    if results:
        assert pocket.clean(question.answer) in results[-1]
        assert len(results) == int(family[-1])
        assert question.answer in {value for thing in world.things.values() for value in thing.facts.values()}


@few
@given(seeds)
def test_unknown_is_answered_only_after_looking(seed: int) -> None:
    _, _, segments = clean_trace(seed, "unknown")
    assert any(segment.text.startswith("<res>") for segment in segments)
    assert fields(segments[-1])["val"] == UNKNOWN


def test_of_what_no_article_tells_it_is_said_that_it_is_not_said() -> None:
    nouns, seen = {*untold.THINGS.shown, *untold.PEOPLE.shown}, 0
    for seed in range(60):
        question, _, segments = clean_trace(seed, "unknown")
        noun = question.chains[0].path[-1] if question.chains else ""
        if not segments or noun not in nouns:
            continue
        seen += 1
        verdict, answer = (fields(segment) for segment in segments[-2:])
        assert verdict["say"] == "STOP" and verdict[""].endswith(answer[""])
        assert answer[""].startswith(f"The {noun} of ") and answer[""].endswith(" is not said.")
        assert answer[""].removeprefix(f"The {noun} of ").removesuffix(" is not said.") in segments[-3].text
    assert seen > 5


@few
@given(seeds, families)
def test_noise_is_recovered_from_or_the_trace_is_dropped(seed: int, family: str) -> None:
    question, world, rng = asked(seed, family)
    segments = trace(question, world, rng, NOISY)
    if segments is None:
        return
    stopped = fields(segments[-2])["say"] == "STOP"
    assert fields(segments[-1])["val"] == (pocket.clean(question.answer) if stopped else UNKNOWN)
    for before, after in pairwise(segments):
        if before.text.startswith("<res> Error:"):
            assert fields(after) == {"": "The tool failed.", "say": "CONTINUE"}


@few
@given(seeds, families)
def test_segments_are_the_dialect_and_read_back_whole(seed: int, family: str) -> None:
    for segment in clean_trace(seed, family)[2]:
        if segment.role:
            tags = SUBTAGS.get(segment.role, ())
            read = fields(segment)
            assert set(read) == {"", *tags}
            assert segment.text == pocket.written(segment.role, read[""], *((tag, read[tag]) for tag in tags))


@few
@given(seeds, families)
def test_labels_cover_exactly_the_completions(tokenizer: Tokenizer, seed: int, family: str) -> None:
    question, world, rng = asked(seed, family)
    segments = trace(question, world, rng, NOISY) or reply(question, rng)
    row = encode(segments, tokenizer)
    assert tokenizer.decode(row.ids, skip_special_tokens=False) == text_of(segments)
    labelled = [(role, tokenizer.decode(row.ids[a:b], skip_special_tokens=False)) for role, a, b in spans(row.roles)]
    wanted = [(s.role, s.text.removeprefix(f"<{s.role}>")) for s in segments if s.role]
    assert labelled == wanted
    assert all(text.endswith(pocket.END) for _, text in labelled)


def test_a_slipped_command_is_shown_but_not_taught() -> None:
    commands: list[Segment] = []
    for seed in range(20):  # with every command misspelt, some questions have no trace at all
        question, world, rng = asked(seed, "look1")
        segments = trace(question, world, rng, Noise(0.0, 0.0, slip=1.0, spent=0.0)) or []
        commands += [segment for segment in segments if segment.text.startswith("<cmd>")]
    assert len(commands) >= 10
    assert all(segment.role is None for segment in commands)


@few
@given(seeds)
def test_drills_say_what_the_article_says_and_what_it_does_not(seed: int) -> None:
    world = invent(seed % 20)
    article, lines = drill(world, random.Random(seed))
    title = article.text.removeprefix("<res> ").split(": ", 1)[0]
    facts = world.things[title].facts
    for line in fields(lines)[""].removesuffix(".").split(". The "):
        relation, value = line.removeprefix("The ").split(f" of {title} is ", 1)
        if value == "not said":
            assert relation not in facts
        else:
            assert facts[relation] == value
            assert value in article.text


@few
@given(seeds, st.sampled_from(["look1", "look2", "look3", "sum", "sum2", "cmp"]))
def test_the_verifier_states_each_fact_before_the_planner_uses_it(seed: int, family: str) -> None:
    _, _, segments = clean_trace(seed, family)
    stated = ""
    for segment in segments:
        if segment.role == "ver":
            stated += fields(segment)[""]
        if segment.role == "plan" and (context := fields(segment)[""]) != NOTHING:
            assert all(
                fact in stated for fact in (f"The {part}" for part in context.removeprefix("The ").split(". The "))
            )


def test_roles_are_named_as_the_tags_are() -> None:
    assert {f"<{role}>" for role in ROLES} < set(pocket.TAGS)


@given(st.text(max_size=80))
def test_written_text_reads_back_whatever_it_holds(text: str) -> None:
    raw = pocket.written("plan", text, ("goal", text), ("tool", text)).removeprefix("<plan>")
    assert pocket.split(raw, ("goal", "tool")) == dict.fromkeys(("", "goal", "tool"), pocket.clean(text))
