"""Worker: runs one Python program as `__main__` and reports the value of its last expression, or its error."""

import ast
import linecache
import sys
import traceback
import types
from typing import Any

FILE = "<program>"
VALUE_CHARACTERS = 65_536


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`{"code"}` to `{"value": str | None, "error": {"type", "message", "line"} | None}`."""
    code: str = task["code"]
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)  # tracebacks quote the program
    report: dict[str, Any] = {"value": None, "error": None}
    try:
        value = _execute(code)
        report["value"] = None if value is None else _short(repr(value))
    except SystemExit as error:
        if error.code not in (None, 0):
            report["error"] = {"type": "SystemExit", "message": str(error.code), "line": _line(error)}
    except BaseException as error:  # noqa: BLE001  (the program's own failure, whatever it is, is the result)
        report["error"] = {"type": type(error).__name__, "message": _short(str(error)), "line": _line(error)}
        _print_traceback(error)
    return report


def _execute(code: str) -> object:
    tree = ast.parse(code, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    for name in [name for name in sys.modules if name.partition(".")[0] == "tools"]:
        del sys.modules[name]  # the program sees installed packages, not this project
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main  # dataclasses and pickle look a class's module up there
    exec(compile(tree, FILE, "exec"), main.__dict__)  # noqa: S102  (this is the sandboxed process)
    if not isinstance(last, ast.Expr):
        return None
    expression = ast.Expression(last.value)
    return eval(compile(expression, FILE, "eval"), main.__dict__)  # noqa: S307  (as above)


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE]
    return lines[-1] if lines else None


def _print_traceback(error: BaseException) -> None:
    shown = traceback.TracebackException.from_exception(error)
    shown.stack = traceback.StackSummary.from_list([f for f in shown.stack if f.filename == FILE][-8:])
    sys.stderr.write("".join(shown.format(chain=False)))


def _short(text: str) -> str:
    if len(text) <= VALUE_CHARACTERS:
        return text
    return f"{text[:VALUE_CHARACTERS]}… [cut, {VALUE_CHARACTERS:,} of {len(text):,} characters shown]"
