"""Foreign text inside delimiters that it cannot close.

Text from pages, tools and people stands in prompts between tags such as <result> ... </result>. What looks like one of
those tags inside it gets an invisible character after its `<`: it reads the same and ends nothing.
"""

import re
from collections.abc import Iterable

MARK = "\u200b"
INVISIBLE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"


def inert(text: str, tags: Iterable[str]) -> str:
    """`text` without anything that opens or closes one of `tags`, in any case and with any white space inside."""
    names = "|".join(re.escape(tag) for tag in tags)
    return re.sub(rf"<(?={INVISIBLE}/?{INVISIBLE}(?:{names})(?![a-z0-9_]))", f"<{MARK}", text, flags=re.IGNORECASE)
