"""Of a long article the summary and the best passages are kept."""

from tools.wiki_passages import PASSAGES, SUMMARY_CHARACTERS, Passage, best, split, summary_and_passages

ARTICLE = """Intro one.
Intro two.

== History ==
Founded in 1200.

=== Old age ===
It burned.

== Trade ==
It sells tea."""


def test_the_text_before_the_first_heading_is_the_introduction() -> None:
    introduction, passages = split(ARTICLE)
    assert introduction == "Intro one. Intro two."
    assert passages == [("History", "Founded in 1200."), ("Old age", "It burned."), ("Trade", "It sells tea.")]


def test_the_best_passages_come_first_and_are_few() -> None:
    passages = [Passage("S", f"word{n} common") for n in range(10)]
    assert best(passages, "word7")[0] == passages[7]
    assert len(best(passages, "common")) == PASSAGES
    assert best(passages, "absent") == [] == best([], "word")


def test_a_title_alone_gives_the_sections_to_ask_for() -> None:
    assert summary_and_passages(ARTICLE, "town", "Town") == (
        "Intro one. Intro two.\nSections: History; Old age; Trade."
    )


def test_words_beyond_the_title_choose_the_passages() -> None:
    assert summary_and_passages(ARTICLE, "town tea", "Town") == "Intro one. Intro two.\n[Trade] It sells tea."


def test_a_long_introduction_is_cut_after_a_sentence() -> None:
    text = summary_and_passages("A sentence of words. " * 200, "town", "Town")
    assert len(text) <= SUMMARY_CHARACTERS + 2 and text.endswith("words. …")
