"""The results in training traces are those of the real tools."""

import random
from pathlib import Path

import pytest

from tools.base import ToolContext, ToolSettings
from tools.toolbox import Toolbox
from training.pocket import calculations, results
from training.pocket.oracle import PYTHON, SEARCH, SOLVER
from training.pocket.questions import Asker
from training.pocket.splits import Split
from training.pocket.world import invent


async def call(tool: str, command: str, settings: ToolSettings | None = None) -> str:
    async def nobody(prompt: str) -> str:
        raise AssertionError(f"no model is needed for {prompt!r}")

    toolbox = Toolbox.load(settings or ToolSettings(), [tool])
    field = toolbox.get(tool).main_field
    return (await toolbox.call(tool, {field: command}, ToolContext(nobody))).text


@pytest.mark.parametrize(
    ("left", "sign", "right", "result"),
    [
        ("6,650", "+", "1,233", "7,883"),
        ("1889", "+", "1912", "3801"),
        ("1,000", "-", "2,500.25", "-1,500.25"),
        ("0.1", "+", "0.2", "0.3"),
        ("12.5", "-", "12.5", "0"),
        ("485 million", "+", "7 million", "492,000,000"),
        ("149.6 million", "-", "1,200", "149,598,800"),
    ],
)
async def test_sums_are_those_of_math_solver(left: str, sign: str, right: str, result: str) -> None:
    assert results.total(left, sign, right) == result
    assert await call(SOLVER, f"{left} {sign} {right}") == result


@pytest.mark.parametrize(("which", "winner"), [("largest", "Foo-Bar of Baz"), ("smallest", "Lesser Quux")])
async def test_comparisons_are_those_of_math_solver(which: str, winner: str) -> None:
    a, b = ("Lesser Quux", "1,233.5"), ("Foo-Bar of Baz", "6,650")
    assert results.winner(which, a, b) == winner
    assert await call(SOLVER, f"{which}: {a[0]} = {a[1]} ; {b[0]} = {b[1]}") == winner


@pytest.mark.parametrize("seed", range(3))
async def test_equations_are_those_of_math_solver(seed: int) -> None:
    question = Asker(invent(1), random.Random(seed)).ask("eq")
    assert await call(SOLVER, question.command) == question.answer


async def test_comparisons_read_millions() -> None:
    a, b = ("Lesser Quux", "57.9 million"), ("Foo-Bar of Baz", "149.6 million")
    assert results.winner("largest", a, b) == "Foo-Bar of Baz"
    assert await call(SOLVER, f"largest: {a[0]} = {a[1]} ; {b[0]} = {b[1]}") == "Foo-Bar of Baz"


@pytest.mark.parametrize(
    ("value", "number"),
    [("149.6 million km", "149.6 million"), ("-38.8 °C", "-38.8"), ("6,650 km", "6,650"), ("1889", "1889")],
)
def test_a_number_is_copied_with_its_scale_and_without_its_unit(value: str, number: str) -> None:
    assert results.number_in(value) == number


@pytest.mark.parametrize("seed", range(6))
async def test_units_and_years_are_those_of_math_solver(seed: int) -> None:
    question = calculations.units(rng := random.Random(seed), lambda what: what.draw(rng, held=False))
    assert await call(SOLVER, question.command) == question.answer


@pytest.mark.parametrize("expression", ["12 * 45 + 3", "144 / 12", "(7 - 19) * 2.5", "3 ** 4"])
async def test_expressions_are_those_of_python_coder(expression: str) -> None:
    assert await call(PYTHON, expression) == results.python(expression)


async def test_searches_are_those_of_wikipedia_search(tmp_path: Path) -> None:
    world = invent(4)
    Split("test", world, ()).write_articles(tmp_path / "wiki.jsonl")
    settings = ToolSettings(wikipedia="offline", wiki_files=(tmp_path / "wiki.jsonl",), wiki_results=1)
    title = world.titles["river"][0]
    assert await call(SEARCH, title, settings) == f"{title}: {world.articles[title]}"
    missed = await call(SEARCH, f"{title} length", settings)
    assert missed.startswith(f"No article titled {title} length. Closest: ")
