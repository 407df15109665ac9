"""The variables that a program leaves to the next one of its session, as bytes that only a sandboxed process reads.

A process that waits between calls would have to be watched; bytes do not. They come from `cloudpickle`, which also
carries functions and classes of the program itself. Loading them runs code: never do so outside the sandbox.

All variables are in them twice: in one piece, in which what they share stays shared, and one by one, for the day that
one of them does not load.
"""

import base64
import pickle
import types
from typing import Any

MOST_BYTES = 4 << 20


def restore(state: str, names: dict[str, Any]) -> list[str]:
    """Puts the variables of `state` into `names`; functions see the new ones, as if they had been defined there.

    Gives those that could not be read, each with its error: they are not there then, the others are.
    """
    whole, each = pickle.loads(base64.b64decode(state))
    broken: list[str] = []
    try:
        values = pickle.loads(whole)
    except BaseException:  # noqa: BLE001  (a class's own way to come back may end in anything)
        values = {}
        for name, single in each.items():
            try:
                values[name] = pickle.loads(single)
            except BaseException as error:  # noqa: BLE001  (as above)
                broken.append(f"{name} ({_why(error)})")
    for name, value in values.items():
        names[name] = _rebound(value, names)
    return broken


def save(names: dict[str, Any]) -> tuple[str, list[str]]:
    """The state, and the names of what could not be kept: open files, generators, what is too large."""
    import cloudpickle  # type: ignore[import-untyped]

    kept: dict[str, Any] = {}
    each: dict[str, bytes] = {}
    lost: list[str] = []
    room = MOST_BYTES
    for name, value in names.items():
        if name.startswith("__"):
            continue
        try:
            single = cloudpickle.dumps(value)
        except Exception:  # noqa: BLE001  (any object's own way to refuse)
            lost.append(name)
            continue
        if len(single) > room:
            lost.append(name)
        else:
            room -= len(single)
            kept[name], each[name] = value, single
    return base64.b64encode(pickle.dumps((cloudpickle.dumps(kept), each))).decode(), lost


def _why(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:200]
    except BaseException:  # noqa: BLE001  (its text is the program's own, too)
        return type(error).__name__


def _rebound(value: Any, names: dict[str, Any]) -> Any:
    """A function of the program with the session's variables as its globals."""
    if not isinstance(value, types.FunctionType) or value.__module__ != "__main__":
        return value
    function = types.FunctionType(value.__code__, names, value.__name__, value.__defaults__, value.__closure__)
    function.__kwdefaults__, function.__dict__ = value.__kwdefaults__, value.__dict__
    function.__doc__, function.__qualname__ = value.__doc__, value.__qualname__
    function.__annotations__, function.__module__ = value.__annotations__, "__main__"
    return function
