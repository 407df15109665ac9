"""Cuts a problem into its parts, for both notations: what stands inside brackets belongs together."""


def pieces(text: str) -> list[str]:
    """The parts of `text` between semicolons, new lines and, outside brackets, commas; empty ones are left out."""
    depth, parts = 0, [""]
    for char in text:
        depth += (char in "({[") - (char in ")}]")
        if char in ";\n" or (char == "," and depth <= 0):
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]
