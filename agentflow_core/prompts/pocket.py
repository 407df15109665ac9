"""The Pocket dialect: one growing transcript, the role's tag last.

    <q> question<ana> decomposition<end><plan> context<goal> sub-goal<tool> name<end><cmd> argument<end><res> result
    <ver> reason<say> STOP<end> ... <ans> sentence<val> answer<end>

Every module's prompt is a prefix of this one sequence, so one pass of supervised training covers all modules and a
prefix cache serves all of them. `training.pocket` writes its training texts with these same functions: what the
model was trained on and what the engine sends cannot drift apart.
"""

from collections.abc import Iterable

END = "<end>"
TAGS = (
    "<pad>",
    END,
    "<q>",
    "<ana>",
    "<plan>",
    "<goal>",
    "<tool>",
    "<cmd>",
    "<res>",
    "<ver>",
    "<say>",
    "<ans>",
    "<val>",
    "<gen>",
)


def clean(text: str) -> str:
    """One line without tag brackets: text from users, tools and models can never forge a tag."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


def given(tag: str, text: str) -> str:
    """A segment the system writes: question (`q`) or tool result (`res`)."""
    return f"<{tag}> {clean(text)}"


def written(tag: str, *parts: tuple[str, str] | str) -> str:
    """A segment a module wrote; parts after the first carry their own sub-tag. Ends with `<end>`.

    >>> written("ver", "All facts are found.", ("say", "STOP"))
    '<ver> All facts are found.<say> STOP<end>'
    """
    body = "".join(f" {clean(p)}" if isinstance(p, str) else f"<{p[0]}> {clean(p[1])}" for p in parts)
    return f"<{tag}>{body}{END}"


def split(raw: str, subtags: Iterable[str]) -> dict[str, str]:
    """Fields of a module's raw output: text before the first sub-tag under "", the others under their names.

    Sub-tags that are absent are absent from the answer; text after `<end>` is dropped.
    """
    rest = raw.split(END, 1)[0]
    fields: dict[str, str] = {}
    name = ""
    for tag in subtags:
        head, mark, tail = rest.partition(f"<{tag}>")
        if not mark:
            continue
        fields[name], name, rest = head.strip(), tag, tail
    fields[name] = rest.strip()
    return fields
