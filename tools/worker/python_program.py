"""Worker: runs one Python program as `__main__` and reports the value of its last expression, or its error."""

import ast
import contextlib
import shutil
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import Any

from tools.worker import figures, made_files, project, session

FILE = "<program>"
VALUE_CHARACTERS = 65_536
IMAGE_BYTES, FILE_BYTES = 1 << 20, 256 << 10
"""What comes back of each, at most; they become part of the run, which is kept and shown."""


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`{"code", "state"?, "keep"?}` to `{"value", "error": {"type", "message", "line"} | None, ...}`.

    Further: `images` and `files` that the program made; with `keep`, the `state` for the next program of the session.
    """
    code: str = task["code"]
    report: dict[str, Any] = {"value": None, "error": None}
    main = _main_module()

    def execute() -> None:
        if state := task.get("state"):
            report["broken"] = session.restore(state, main.__dict__)
        value = _execute(code, main)
        report["value"] = None if value is None else _short(repr(value))
        threading._shutdown()  # type: ignore[attr-defined]  # as an interpreter does at its end: waits for threads

    def collect() -> None:
        images, left_out = figures.take(IMAGE_BYTES)
        report["images"], report["images_left_out"] = images, left_out
        report["files"] = made_files.take(FILE_BYTES)
        if task.get("keep"):
            report["state"], report["lost"] = session.save(main.__dict__)

    report["error"] = _guarded(execute) or _guarded(collect)
    return report


def _main_module() -> types.ModuleType:
    project.hide()
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main  # dataclasses and pickle look a class's module up there
    shutil.copymode = shutil.copystat = lambda *args, **kwargs: None  # refused modes are no reason not to copy
    figures.quiet()
    return main


def _guarded(part: Callable[[], None]) -> dict[str, Any] | None:
    """The error of the program's own making that `part` ended with, if any."""
    try:
        part()
    except SystemExit as error:
        if error.code not in (None, 0):
            return {"type": "SystemExit", "message": _message(error), "line": _line(error)}
    except BaseException as error:  # noqa: BLE001  (the program's own failure, whatever it is, is the result)
        with contextlib.suppress(BaseException):  # as in `_message`
            _print_traceback(error)
        return {"type": type(error).__name__, "message": _message(error), "line": _line(error)}
    return None


def _message(error: BaseException) -> str:
    try:
        return _short(str(error))
    except BaseException as unprintable:  # noqa: BLE001  (an exception of the program's own, with a `__str__` that fails)
        return f"its message cannot be shown: {type(unprintable).__name__}"


def _execute(code: str, main: types.ModuleType) -> object:
    tree = ast.parse(code, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
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
    """The program's own frames, without its text: that is known, and output should be what a program did."""
    shown = traceback.TracebackException.from_exception(error)
    shown.stack = traceback.StackSummary.from_list([f for f in shown.stack if f.filename == FILE][-8:])
    sys.stderr.write("".join(shown.format(chain=False)))


def _short(text: str) -> str:
    if len(text) <= VALUE_CHARACTERS:
        return text
    return f"{text[:VALUE_CHARACTERS]}… [cut, {VALUE_CHARACTERS:,} of {len(text):,} characters shown]"
