"""math_solver gives the exact result and nothing else, from a process of its own."""

import pytest

from tests.tools.context import context
from tools.base import ToolResult, ToolSettings
from tools.math_solver import MathSolver, MathSolverInput
from tools.sandbox import Outcome
from tools.sandbox.house import house
from tools.sandbox.promises import of_tier


async def run(problem: str, seconds: float = 30) -> ToolResult:
    tool = MathSolver(ToolSettings(code_seconds=seconds))
    return await tool.run(MathSolverInput(problem=problem), context())


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("6,650 + 1,233", "7,883"),
        ("`12 * 45 + 3`", "543"),
        ("largest: Nile = 6,650 km ; Rhine = 1,233", "Nile"),
        ("sqrt(8)", "2*sqrt(2) ≈ 2.828427"),
        ("sqrt(16)", "4"),
        ("5!", "120"),
        ("3*x + 5 = 20", "x = 5"),
        ("3 x + 5 = 20", "x = 5"),
        ("x**2 - 5*x + 6 = 0", "x = 2, x = 3"),
        ("x^2 = 2", "x = -sqrt(2) ≈ -1.414214, x = sqrt(2) ≈ 1.414214"),
        ("x + y = 3; x - y = 1", "x = 2, y = 1"),
        ("solve([x + y - 3, x - y - 1], [x, y])", "x = 2, y = 1"),
        ("solve(x**2 - 4, x)", "x = -2, x = 2"),
        ("Eq(2*x, 3)", "x = 3/2"),
        ("x**2 = -1", "x = -I, x = I"),
        ("x = x + 1", "no solution"),
        ("x = x", "every value is a solution"),
        ("simplify((x**2 - 1)/(x - 1))", "x + 1"),
        ("factor(x**2 - 1)", "(x - 1)*(x + 1)"),
        ("expand((x + 1)**2)", "x**2 + 2*x + 1"),
        ("integrate(x**2, (x, 0, 1))", "1/3"),
        ("diff(sin(x)*x, x)", "x*cos(x) + sin(x)"),
        ("limit(sin(x)/x, x, 0)", "1"),
        ("summation(k, (k, 1, 100))", "5050"),
        ("gcd(100,200)", "100"),
        ("x**2 < 4", "(-2 < x) & (x < 2)"),
    ],
)
async def test_the_text_is_the_exact_result_alone(problem: str, text: str) -> None:
    result = await run(problem)
    assert (result.text, result.error) == (text, None)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (r"\frac{1}{2} + \frac13", "5/6"),
        (r"x^2-5x+6=0", "x = 2, x = 3"),
        (r"$x^2 - 5x + 6 = 0$", "x = 2, x = 3"),
        (r"\begin{cases} x+y=3 \\ x-y=1 \end{cases}", "x = 2, y = 1"),
        (r"solve x^{2} = 2", "x = -sqrt(2) ≈ -1.414214, x = sqrt(2) ≈ 1.414214"),
        (r"\int_0^1 x^2 \, dx", "1/3"),
        (r"\int x e^{x} \, dx", "(x - 1)*exp(x)"),
        (r"integrate \frac{1}{x}", "log(x)"),
        (r"\frac{d}{dx} \sin(x) x", "x*cos(x) + sin(x)"),
        (r"\frac{d^2}{dx^2} x^4", "12*x**2"),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "1"),
        (r"\lim_{x \to 0^+} \frac{1}{x}", "oo"),
        (r"\lim_{n \to \infty} (1+\frac1n)^n", "E ≈ 2.718282"),
        (r"\sum_{k=1}^{100} k", "5050"),
        (r"\sum_{n=1}^{\infty} \frac{1}{n^2}", "pi**2/6 ≈ 1.644934"),
        (r"simplify \frac{x^2-1}{x-1}", "x + 1"),
        (r"\sqrt{8}", "2*sqrt(2) ≈ 2.828427"),
        (r"\sin 30^\circ", "1/2"),
        (r"e^{i\pi}", "-1"),
        (r"\det\begin{pmatrix}1&2\\3&4\end{pmatrix}", "-2"),
        (r"\binom{49}{6}", "13983816"),
        (r"\gcd(12, 18)", "6"),
        (r"17 \bmod 5", "2"),
    ],
)
async def test_latex_is_read(problem: str, text: str) -> None:
    result = await run(problem)
    assert (result.text, result.error) == (text, None)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("isprime(97)", "True"),
        ("factorint(360)", "2**3 * 3**2 * 5"),
        ("divisors(12)", "[1, 2, 3, 4, 6, 12]"),
        ("primerange(10, 30)", "[11, 13, 17, 19, 23, 29]"),
        ("nextprime(100)", "101"),
        ("totient(10)", "4"),
        ("pow(3, 100, 7)", "4"),
        ("mod_inverse(3, 11)", "4"),
        ("crt([3, 5], [2, 3])", "(8, 15)"),
        ("lcm(4, 6)", "12"),
        ("sqrt_mod(2, 7)", "3"),
    ],
)
async def test_number_theory(problem: str, text: str) -> None:
    result = await run(problem)
    assert (result.text, result.error) == (text, None)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("integrate x**2 from 0 to 1", "1/3"),
        ("differentiate sin(x)*x", "x*cos(x) + sin(x)"),
        ("limit of (1 + 1/n)**n as n -> oo", "E ≈ 2.718282"),
        ("simplify (x**2 - 1)/(x - 1)", "x + 1"),
        ("|x - 1| = 2", "x = -1, x = 3"),
    ],
)
async def test_a_task_may_be_named_before_the_expression(problem: str, text: str) -> None:
    result = await run(problem)
    assert (result.text, result.error) == (text, None)


@pytest.mark.parametrize("problem", [r"\frac{x}{", r"\nonsense{x}", r"\lim_{x \to 0} \frac{1}{x}", r"\frac{x}{0}"])
async def test_what_has_no_result_says_why(problem: str) -> None:
    result = await run(problem)
    assert result.error and ("cannot read" in result.error or "no such value" in result.error)


async def test_the_data_has_exact_decimal_and_latex() -> None:
    result = await run("sqrt(8)")
    assert result.data == {
        "problem": "sqrt(8)",
        "exact": "2*sqrt(2)",
        "decimal": "2.828427",
        "latex": "2 \\sqrt{2}",
    }


async def test_long_results_are_cut_in_the_data_too() -> None:
    result = await run("expand((x + y + z)**60)")
    assert result.error is None and len(result.text) > 50_000, "the toolbox cuts it"
    assert len(result.data["exact"].encode()) <= 16_000 and "characters shown" in result.data["exact"]
    assert "latex" not in result.data


async def test_a_result_cannot_steer_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forged(*_: object, **__: object) -> Outcome:
        return Outcome(
            "ended", {"text": "\x1b[2J4", "exact": "\u202e4"}, "", "", "", 0.1, of_tier("C", why="asked for")
        )

    monkeypatch.setattr("tools.math_solver.run_worker", forged)
    result = await run("2 + 2")
    assert (result.text, result.data["exact"]) == ("\\x1b[2J4", "\\u202e4")


@pytest.mark.parametrize("problem", ["preview(x)", "doctest(x)"])
async def test_what_needs_more_than_mathematics_is_a_failure_that_says_so(problem: str) -> None:
    result = await run(problem)
    assert result.error and "broke off" not in result.error and "site-packages" not in result.error, result


async def test_a_failure_names_the_missing_promises_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.sandbox.runner.house", lambda highest: house("C"))
    for problem, seconds in (("6 * 7", 30), ("nonsense(", 30), ("9**9**9", 0.01)):
        assert "reaches no network" in ((await run(problem, seconds)).notice or ""), problem


@pytest.mark.parametrize("problem", ["what is love", "hello", "3 +", "= 4", "x = 3 = y", "solve()", "?"])
async def test_what_cannot_be_read_gets_the_forms_that_can(problem: str) -> None:
    result = await run(problem)
    assert result.error and "cannot read" in result.error and "largest: A = 6,650" in result.error


@pytest.mark.parametrize(
    "problem",
    [
        "__import__('os').system('id')",
        "(1).__class__",
        "x.name",
        "open('/etc/passwd')",
        "(lambda: 1)()",
        "exec(chr(49))",
        "eval(chr(49))",
    ],
)
async def test_code_is_not_mathematics(problem: str) -> None:
    result = await run(problem)
    assert result.error, result.text


@pytest.mark.parametrize("problem", ["9**9**9", "factorial(10**9)", "x**9**9**9", "2**(10**12)*pi"])
async def test_what_is_too_large_ends_with_a_clear_failure(problem: str) -> None:
    result = await run(problem, seconds=3)
    assert result.error and any(why in result.error for why in ("too large", "within 3 s", "memory", "broke off"))
