"""Text that can be written down: a lone half of a character (a surrogate, as JSON may spell one) fits into no file.

JSON such as "\\ud83d" gives one, from a server, a model or a page. Halves that belong together are joined.
"""

import re
from typing import Any

HALF = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    """`text` with each lone half replaced."""
    if not HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def writable_data(value: Any) -> Any:
    """The same for every text within lists and dictionaries."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {writable_data(name): writable_data(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [writable_data(inner) for inner in value]
    if isinstance(value, tuple):
        return tuple(writable_data(inner) for inner in value)
    return value
