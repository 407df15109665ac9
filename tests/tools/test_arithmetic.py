"""Plain arithmetic and comparisons are exact, and are read as people write them."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.worker.arithmetic import MathError, Unreadable, compare, decimal, evaluate, solve, ungroup

whole = st.integers(min_value=-(10**12), max_value=10**12)


@settings(deadline=None)
@given(whole, whole, st.sampled_from("+-*"), st.booleans())
def test_whole_numbers_are_exact_with_and_without_commas(a: int, b: int, sign: str, commas: bool) -> None:
    form = "{:,}" if commas else "{}"
    expected = {"+": a + b, "-": a - b, "*": a * b}[sign]
    assert evaluate(f"{form.format(a)} {sign} ({form.format(b)})") == expected


@settings(deadline=None)
@given(st.decimals(min_value=-(10**6), max_value=10**6, places=3), st.decimals(min_value=1, max_value=10**6, places=2))
def test_decimals_are_exact(a: object, b: object) -> None:
    assert evaluate(f"{a} / {b}") == Fraction(str(a)) / Fraction(str(b))


@settings(deadline=None)
@given(whole)
def test_a_whole_result_is_written_in_full(n: int) -> None:
    assert decimal(Fraction(n), commas=True) == f"{n:,}"
    assert decimal(Fraction(n), commas=False) == str(n)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("6,650 + 1,233", "7,883"),
        ("6,650 km + 1,233 km", "7,883"),
        ("16,378.4 km² - 0.4 km²", "16,378"),
        ("1 + 1,000", "1,001"),
        ("999 + 2", "1001"),
        ("1950 - 1876", "74"),
        ("12 * 45 + 3", "543"),
        ("9 − 4 × 2 =", "1"),
        ("What: 3", None),
        ("7 ÷ 2 = ?", "3.5"),
        ("10 / 3", "3.333"),
        ("1 / 8000", "0.000125"),
        ("-1,234.56 - 1", "-1,235.56"),
        ("2^10", "1024"),
        ("100 mod 7", "2"),
        ("12% of 300", "36"),
        ("1.4 million + 2", "1,400,002"),
        ("$5 + $6", "11"),
        ("sum(6,650, 1,233)", "7,883"),
        ("sum([1, 2, 3])", "6"),
        ("max(3, 5)", "5"),
        ("mean(1, 2)", "1.5"),
        ("-38.83 °C + 1 °C", "-37.83"),
        ("sqrt(8)", None),
        ("3*x + 5 = 20", None),
        ("2**0.5", None),
        ("f'{1}'", None),
        ("True + 1", None),
        ("0xff + 1", "256"),
    ],
)
def test_what_is_plain_arithmetic_and_what_it_gives(problem: str, text: str | None) -> None:
    report = solve(problem)
    assert (report and report["text"]) == text


def test_the_exact_fraction_is_kept() -> None:
    report = solve("10/3")
    assert report == {"text": "3.333", "exact": "10/3", "decimal": "3.333", "latex": "\\frac{10}{3}"}


@pytest.mark.parametrize(
    ("problem", "label"),
    [
        ("largest: Nile = 6,650 km ; Rhine = 1,233", "Nile"),
        ("smallest: Nile = 6,650 ; Rhine = 1,233", "Rhine"),
        ("Largest: Foo = Bar = 3; Baz (old) = 2.5", "Foo = Bar"),
        ("smallest: Mercury = -38.83 °C; Gold = 1,064 °C", "Mercury"),
        ("largest: A = 1.4 billion ; B = 900 million ; C = 12,000", "A"),
        ("largest: New  York = 5 ; X = 4", "New  York"),
        ("largest: A = 5 ; B = 5 ; C = 1", "A, B"),
    ],
)
def test_a_comparison_gives_the_label_as_written(problem: str, label: str) -> None:
    assert compare(problem) == label


@pytest.mark.parametrize("problem", ["largest: A = 5 km ; B = 4 m", "5 km + 3 m"])
def test_different_units_are_refused(problem: str) -> None:
    with pytest.raises(MathError, match=r"km (with|and) m: write all .* in the same unit"):
        solve(problem)


@pytest.mark.parametrize("problem", ["largest: A 5 ; B = 4", "largest: A = ; B = 4", "smallest: = 4"])
def test_an_unreadable_comparison_names_the_part_and_the_forms(problem: str) -> None:
    with pytest.raises(Unreadable, match=r"cannot read .*label.*largest: A = 6,650"):
        solve(problem)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        ("1 / 0", "division by zero"),
        ("5 % 0", "division by zero"),
        ("0 ** -1", "division by zero"),
        ("9**9**9", "too large"),
        ("(10**4000) * (10**4000)", "too large"),
        ("1e9999", "too large"),
        ("0.5 ** 100000", "too large"),
    ],
)
def test_what_cannot_be_calculated_says_why(problem: str, message: str) -> None:
    with pytest.raises(MathError, match=message):
        solve(problem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567 + 8", "1234567 + 8"),
        ("gcd(100,200)", "gcd(100,200)"),
        ("gcd(1,200, 300)", "gcd(1200, 300)"),
        ("(1,200) * 2", "(1200) * 2"),
        ("[100,200]", "[100,200]"),
        ("1,23", "1,23"),
        ("12,3456", "12,3456"),
    ],
)
def test_a_comma_groups_digits_or_sets_arguments_apart(text: str, expected: str) -> None:
    assert ungroup(text) == expected


def test_no_heavy_module_is_loaded_for_it() -> None:
    script = "import sys; from tools.worker import math_problem\n"
    script += "assert math_problem.run({'problem': '6,650 + 1,233'})['text'] == '7,883'\n"
    script += "print(sorted({'sympy', 'pydantic', 'asyncio'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
