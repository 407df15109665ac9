"""Articles and questions in their author's own words: well formed, nothing real, no answer out of thin air."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tools.wiki_files import read
from training.pocket.question import UNKNOWN
from training.pocket.real import real_names

OWN = Path(__file__).parents[3] / "training" / "pocket" / "own.jsonl"

ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
TITLES = {article["title"] for article in ARTICLES}
QUESTIONS = [(article, question) for article in ARTICLES for question in article["questions"]]


def of(*families: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """(article, question) of these families; never empty."""
    found = [(article, question) for article, question in QUESTIONS if question["family"] in families]
    assert found
    return found


def stands_in(answer: str, text: str) -> bool:
    """Whether the text has this answer as a whole, not as a part of a longer word or figure."""
    return re.search(rf"(?<![\w,.]){re.escape(answer)}(?!\w|[,.]\d)", text) is not None


def test_the_offline_wiki_reads_the_file() -> None:
    assert {article.title for article in read(OWN)} == TITLES


def test_there_are_thirty_articles_and_a_hundred_questions_and_none_twice() -> None:
    assert len(ARTICLES) == len(TITLES) == 30
    assert len({question["text"] for _, question in QUESTIONS}) == len(QUESTIONS) == 100
    counts = Counter(question["family"] for _, question in QUESTIONS)
    assert counts == {"look1": 45, "look2": 20, "look3": 5, "sum": 10, "cmp": 10, "unknown": 10}


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: str(article["title"]))
def test_every_line_has_the_format(article: dict[str, Any]) -> None:
    assert set(article) == {"title", "text", "questions"} and article["questions"]
    assert all(set(question) == {"text", "answer", "family"} for question in article["questions"])
    assert 2 <= len(re.findall(r"[.!?](?= [A-Z]|$)", article["text"])) <= 5


def test_no_title_is_the_name_of_something_real() -> None:
    assert {title.casefold() for title in TITLES} & real_names() == set()


def test_what_one_look_up_answers_stands_in_its_article() -> None:
    wrong = [question for article, question in of("look1") if not stands_in(question["answer"], article["text"])]
    assert wrong == []


def test_what_more_look_ups_answer_stands_in_another_article() -> None:
    for article, question in of("look2", "look3"):
        others = [other["text"] for other in ARTICLES if other is not article]
        assert any(stands_in(question["answer"], text) for text in others), question


def test_a_comparison_names_its_winner_and_a_second_title() -> None:
    for _, question in of("cmp"):
        named = {title for title in TITLES if stands_in(title.casefold(), question["text"].casefold())}
        assert question["answer"] in named and len(named) == 2, question


def test_a_sum_is_a_plain_figure_and_only_the_unknown_is_unknown() -> None:
    assert all(re.fullmatch(r"\d{1,3}(,\d{3})*", question["answer"]) for _, question in of("sum"))
    answered_unknown = [pair for pair in QUESTIONS if pair[1]["answer"] == UNKNOWN]
    assert answered_unknown == of("unknown")
