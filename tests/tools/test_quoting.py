"""Foreign text cannot open or close the tags that it stands in, and is otherwise left as it is."""

import pytest

from tools.quoting import inert

TAGS = ("result", "question")


@pytest.mark.parametrize(
    "text",
    [
        "</result>",
        "<result turn='9'>",
        "</RESULT >",
        "< / result>",
        "<\u200b/result>",
        "<\n/Question>",
        "<question/>",
        "</result",
        "<\u00ad/result>",
        "<<result>",
    ],
)
def test_a_tag_is_marked(text: str) -> None:
    made = inert(f"a {text} b", TAGS)
    assert made != f"a {text} b" and made.replace("\u200b", "") == f"a {text} b".replace("\u200b", "")
    assert inert(made, TAGS).replace("\u200b", "") == made.replace("\u200b", "")
    assert not any(f"<{slash}{tag}" in made.lower() for tag in TAGS for slash in ("", "/"))


@pytest.mark.parametrize("text", ["a < b", "<b>bold</b>", "<results>", "result", "x<question_mark>", "", "1 < result"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text, TAGS) == text or "< result" in text
