"""What planners do: tools by family, chains, failed calls."""

from dataclasses import replace

from training.behaviour import behaviour
from training.outcome import Outcome
from training.pocket.question import Question
from training.pocket.replay import Done


def outcome(family: str, right: bool, *tools: str, errors: int = 0) -> Outcome:
    turns = tuple(Done("goal", tool, "command", "result") for tool in tools)
    return replace(Outcome(Question(family, "q", "", "a"), "a" if right else "b", turns, 1.0), tool_errors=errors)


def test_it_counts_tools_chains_and_failures() -> None:
    found = behaviour(
        [
            outcome("sum", True, "wikipedia_search", "math_solver"),
            outcome("sum", False, "wikipedia_search", "math_solver", errors=1),
            outcome("look1", True, "wikipedia_search"),
            outcome("look1", False),
        ]
    )
    assert found["tools_by_family"] == {
        "sum": {"wikipedia_search": 2, "math_solver": 2},
        "look1": {"wikipedia_search": 1},
    }
    assert [(one["chain"], one["flows"], one["right"]) for one in found["chains"]] == [
        (("wikipedia_search", "math_solver"), 2, 1),
        ((), 1, 0),
        (("wikipedia_search",), 1, 1),
    ]
    assert (found["calls"]["failed"], found["calls"]["n"], found["calls"]["share"]) == (1, 5, 0.2)
    low, high = found["turns_interval"]
    assert low < 1.25 < high
