"""Long lists of names, written as text: a name a line would fill pages."""


def words(text: str) -> tuple[str, ...]:
    """The words of `text`."""
    return tuple(text.split())
