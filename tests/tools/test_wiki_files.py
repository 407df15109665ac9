"""Article files are checked line by line, and read again only when they changed."""

import json
import os
from pathlib import Path

import pytest

from tools.wiki_files import BUNDLED, WikiFileError, load, read
from tools.wiki_index import Article, Found, WikiIndex, render


def write(path: Path, *articles: tuple[str, str]) -> Path:
    path.write_text("".join(json.dumps({"title": title, "text": text}) + "\n" for title, text in articles))
    return path


def test_articles_are_read_and_blank_lines_and_further_fields_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "Nile", "text": "A river.", "kind": "river"}\n\n{"title": "Gold", "text": "A metal."}\n')
    assert read(path) == [Article("Nile", "A river."), Article("Gold", "A metal.")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "Invalid JSON"),
        ("[]", "the line"),
        ('{"title": "Nile"}', "text: Field required"),
        ('{"title": "", "text": "x"}', "title: String should have at least 1"),
        ('{"title": 3, "text": "x"}', "title: Input should be a valid string"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"title": "Nile", "text": "A river."}\n' + line + "\n")
    with pytest.raises(WikiFileError) as caught:
        load((path,))
    assert all(part in str(caught.value) for part in (f"{path}, line 2", why, '{"title": "...", "text": "..."}'))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WikiFileError, match=r"none\.jsonl: No such file"):
        load((tmp_path / "none.jsonl",))


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WikiFileError, match=r"b\.jsonl"):
        load((tmp_path / "b.jsonl",))


def test_a_later_file_replaces_an_article(tmp_path: Path) -> None:
    files = write(tmp_path / "a.jsonl", ("Nile", "old")), write(tmp_path / "b.jsonl", ("the nile", "new"))
    assert load(files).search("Nile").articles == (Article("the nile", "new"),)


def test_files_are_loaded_once_until_they_change(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ("Nile", "old"))
    index = load((path,))
    assert load((path,)) is index
    write(path, ("Nile", "changed"))
    os.utime(path, ns=(1, 1))
    assert load((path,)).search("Nile").articles[0].text == "changed"


def test_the_bundled_wiki_is_good_and_found_by_title() -> None:
    articles = read(BUNDLED)
    assert len(articles) >= 150
    index = WikiIndex(articles)
    assert len(index) == len(articles), "two articles have one title"
    for article in articles:
        assert index.search(article.title) == Found((article,), exact=True)


def test_words_find_an_article_by_its_text_and_say_that_the_title_is_none() -> None:
    index = WikiIndex([Article("Nile", "The river rises in Lake Victoria."), Article("Rhine", "It rises in the Alps.")])
    found = index.search("lake víctoria?")
    assert not found.exact and found.articles[0].title == "Nile"
    assert render("lake victoria", found).startswith("No article titled lake victoria. Closest: Nile: The river")
    assert render(" xyz ", index.search("xyz")) == "No results for xyz."


@pytest.mark.parametrize("query", ['"', "NEAR(a b)", "a OR", "title:x", "*", "'; DROP TABLE wiki", "\0", ""])
def test_no_query_is_taken_for_search_syntax(query: str) -> None:
    assert not WikiIndex([Article("Nile", "A river.")]).search(query).exact
