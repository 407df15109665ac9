"""What the loaders share: a published row's fields, with failures that name set, row and field."""

from collections.abc import Mapping
from typing import Any

from agentflow_core.errors import BadInput

Row = Mapping[str, Any]


def text(row: Row, *names: str) -> str:
    """The first of these fields that holds text. Raises `BadInput` naming them."""
    for name in names:
        if isinstance(value := row.get(name), str) and value.strip():
            return value.strip()
    raise BadInput(f"the row {_shown(row)} has no text in {' or '.join(repr(name) for name in names)}")


def answers(row: Row, name: str = "answer") -> tuple[str, ...]:
    """The accepted answers: a field that holds one or a list of them. Raises `BadInput` where there is none."""
    value = row.get(name)
    found = tuple(plain(one) for one in (value if isinstance(value, list | tuple) else [value]))
    if not found or not all(found):
        raise BadInput(f"the row {_shown(row)} has no answer in {name!r}")
    return found


def plain(value: Any) -> str:
    """A number or text as text; whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def identity(row: Row, number: int) -> str:
    """The row's own name where it has one, else its place."""
    return next(
        (plain(row[name]) for name in ("pid", "idx", "id", "task_id") if row.get(name) is not None), str(number)
    )


def _shown(row: Row) -> str:
    return str(dict(row))[:200]
