"""Worker: solves one mathematical problem, with sympy only where plain arithmetic does not do."""

from typing import Any

from tools.worker import arithmetic

SHOWN, ERROR = 200, 1_000


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`{"problem"}` to `{"text", "exact", "decimal"?, "latex"?}`, or to `{"error"}`: why it cannot be solved."""
    problem: str = task["problem"]
    try:
        plain = arithmetic.solve(problem)
        if plain is not None:
            return plain
        from tools.worker import symbolic  # 0.3 s where no zygote has loaded it

        return symbolic.solve(problem)
    except arithmetic.MathError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "the calculation needs more memory than it may have"}
    except RecursionError:
        return {"error": "the expression is nested too deeply"}
    except Exception as error:  # noqa: BLE001  (sympy has functions that need a program, a window or an answer)
        return {"error": f"{problem[:SHOWN]!r} cannot be done here: {type(error).__name__}: {error}"[:ERROR]}
