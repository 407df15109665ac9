"""The committed model at the edges: where there is no answer it says so, and bad results are not taken for good ones.

Small models err now and then, so each edge is shown a dozen cases and must hold in most of them.
"""

import asyncio
from collections.abc import Iterator

import pytest

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.events import Verdict
from agentflow_core.memory import Entry, Memory
from agentflow_core.models import Completion, ModelPool, Sampling
from agentflow_core.prompts import View, messages
from agentflow_core.verifier import verify
from training.evaluate import TURNS, run_all
from training.pocket.question import UNKNOWN, Question

STRANGERS = ("Zorbanthia", "Quellmark", "Vrint", "Port Usselby", "Morrowdene", "Ixtaluna", "Brackfen", "Oodle Peak")
OUTSIDE = (
    "What is the capital of {x}?",
    "How many people live in {x}?",
    "Who discovered {x}?",
    "How long is {x}?",
    "When was {x} founded?",
)


@pytest.fixture(scope="module")
def flow() -> Iterator[AgentFlow]:
    pool = ModelPool()
    yield assemble(Settings(), pool=pool)
    asyncio.run(pool.close())


async def test_what_is_not_in_the_wiki_is_not_made_up(flow: AgentFlow) -> None:
    texts = [OUTSIDE[i % len(OUTSIDE)].format(x=stranger) for i, stranger in enumerate(STRANGERS * 2)]
    questions = [Question("unknown", text, "", UNKNOWN) for text in dict.fromkeys(texts)]
    outcomes = await run_all(flow, questions, flow.budget.model_copy(update={"turns": TURNS}), concurrency=8)
    assert sum(outcome.right for outcome in outcomes) >= 0.8 * len(outcomes), [o.answer for o in outcomes]


async def verdicts(flow: AgentFlow, cases: list[tuple[str, str, Entry]]) -> list[Verdict]:
    """What the verifier says to each (question, analysis, last turn)."""
    found = []
    for question, analysis, entry in cases:
        view = View("pocket", question, (), analysis, Memory((entry,)), 1, TURNS)
        parts = flow.models["verifier"].generate(list(messages(view, "verify")), sampling=Sampling(max_tokens=80))
        text = "".join([part.text async for part in parts if isinstance(part, Completion)])
        found.append(verify(view).parse(text))
    return found


def looked_up(subject: str, relation: str, result: str) -> tuple[str, str, Entry]:
    goal = f"Find the {relation} of {subject}."
    entry = Entry(1, "Nothing yet.", goal, "wikipedia_search", subject, result, None, "")
    return f"What is the {relation} of {subject}?", f"{subject}: {relation}", entry


async def test_an_empty_result_is_no_reason_to_stop(flow: AgentFlow) -> None:
    cases = [looked_up(name, "capital", f"No results for {name}.") for name in STRANGERS]
    assert sum(verdict.stop for verdict in await verdicts(flow, cases)) <= 1


async def test_a_failed_tool_is_no_reason_to_stop(flow: AgentFlow) -> None:
    cases = [looked_up(name, "population", "Error: the search took too long.") for name in STRANGERS]
    assert sum(verdict.stop for verdict in await verdicts(flow, cases)) <= 1


async def test_an_article_about_something_else_is_taken_for_no_fact(flow: AgentFlow) -> None:
    text = "No article titled {x}. Closest: Lake Como: Lake Como is a lake. Its area is 146 km²."
    cases = [looked_up(name, "founding year", text.format(x=name)) for name in STRANGERS]
    verdicts_of = await verdicts(flow, cases)
    assert sum(verdict.stop and "is not said" not in verdict.reason for verdict in verdicts_of) <= 1


async def test_a_wrong_calculation_is_no_reason_to_stop(flow: AgentFlow) -> None:
    cases = []
    for a, b, wrong in ((12, 30, "58"), (211, 45, "9,001"), (7, 1999, "3"), (640, 32, "11"), (95, 18, "2,000,000")):
        entry = Entry(1, "Nothing yet.", "Compute the expression.", "base_generator", f"{a} + {b}", wrong, None, "")
        cases.append((f"What is {a} + {b}?", f"{a} + {b}", entry))
    assert sum(verdict.stop for verdict in await verdicts(flow, cases)) <= 1
