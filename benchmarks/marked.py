"""Parts of pages that are written from figures, between two comments that name them."""

from collections.abc import Sequence


def replaced(text: str, name: str, lines: Sequence[str]) -> str:
    """The page with these lines in the part's place. Raises `ValueError` where the page has no such part."""
    begin, end = f"<!-- {name}: written by `python -m benchmarks --page` -->\n", f"<!-- end of {name} -->"
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"the page has no part between {begin.strip()} and {end}")
    return "".join([before, begin, "\n", *(line + "\n" for line in lines), "\n", end, after])
