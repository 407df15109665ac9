"""`math_solver`: exact arithmetic, comparisons, equations, algebra and calculus, solved in the sandbox."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tools.base import Tool, ToolContext, ToolInput, ToolResult, cut
from tools.python_coder import refused
from tools.sandbox import run_worker
from tools.sandbox.text import clean

Clean = Annotated[str, AfterValidator(clean)]


class MathSolverInput(ToolInput):
    problem: str = Field(
        min_length=1,
        max_length=4_000,
        description="An expression, one or more equations separated by ';', in LaTeX or sympy's notation, "
        "or 'largest: A = 6,650 ; B = 1,233'.",
    )


class _Report(BaseModel):
    """The worker's account."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: Clean | None = None
    exact: Clean | None = None
    decimal: Clean | None = None
    latex: Clean | None = None
    error: Clean | None = None


class MathSolver(Tool[MathSolverInput]):
    name = "math_solver"
    description = (
        "Calculates exactly: arithmetic, largest or smallest of named values, equations, calculus, number theory."
    )
    input_model = MathSolverInput
    main_field = "problem"
    limitations = "Reads mathematical notation (LaTeX or sympy's), not sentences, and looks nothing up."
    best_practice = "Copy numbers as they are written, commas included. Keep one unit. Name every value compared."
    examples = (
        {"problem": "6,650 + 1,233"},
        {"problem": "largest: Nile = 6,650 km ; Rhine = 1,233 km"},
        {"problem": "x + y = 3; x - y = 1"},
        {"problem": "integrate(x**2, (x, 0, 1))"},
        {"problem": "\\lim_{x \\to 0} \\frac{\\sin x}{x}"},
        {"problem": "factorint(360360)"},
    )

    async def run(self, arguments: MathSolverInput, context: ToolContext) -> ToolResult:
        """The text is the result alone: `7,883`, `Nile`, `x = 2, x = 3`, `2*sqrt(2) ≈ 2.828427`.

        Arithmetic is rounded to three decimals and has its digits grouped by commas where an operand has, as in the
        Pocket model's training; `data["exact"]` has the whole fraction.
        """
        if refusal := await refused(self.settings):
            return refusal
        seconds = min(self.settings.code_seconds, context.seconds_left())
        problem = arguments.problem.strip().strip("`")
        outcome = await run_worker("tools.worker.math_problem", {"problem": problem}, seconds=seconds)
        notice = outcome.standing.notice()
        report = _read(outcome.report)
        if outcome.status in ("timeout", "cpu_limit"):
            why = f"no result for {problem!r} within {seconds:.3g} s: simplify it, or use numbers"
        elif report is None:
            why = clean(outcome.stderr.strip().rpartition("\n")[2]) or outcome.reason
            why = f"the calculation of {problem!r} broke off: {why}"
        elif report.text is None:
            why = str(report.error)
        else:
            return ToolResult(text=report.text, data={"problem": problem, **self._forms(report)}, notice=notice)
        return ToolResult.failed(why, notice)

    def _forms(self, report: _Report) -> dict[str, str]:
        """The other ways to write the result. Mathematics that is cut is no LaTeX: it is left out."""
        limit = self.settings.result_bytes
        forms = report.model_dump(exclude={"text", "error"}, exclude_none=True)
        whole = {name: form for name, form in forms.items() if name != "latex" or len(form.encode()) <= limit}
        return {name: cut(form, limit) for name, form in whole.items()}


def _read(report: dict[str, Any] | None) -> _Report | None:
    try:
        return _Report.model_validate(report)
    except ValidationError:
        return None
