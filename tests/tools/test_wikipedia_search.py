"""wikipedia_search finds articles offline and live, and always says which wiki they are from."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.context import context
from tests.tools.wiki_server import Wiki, serve
from tools import wikipedia_search
from tools.base import Source, ToolResult, ToolSettings
from tools.web import WebSettings
from tools.wiki_files import WikiFileError
from tools.wikipedia_search import OFFLINE, WikipediaSearch, WikipediaSearchInput

LOCAL = WebSettings(loopback=True, requests_per_second=1e6, burst=1000)


async def run(tool: WikipediaSearch, query: str, language: str | None = None) -> ToolResult:
    return await tool.run(WikipediaSearchInput(query=query, language=language), context())


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundled wiki of three articles."""
    path = tmp_path / "wiki.jsonl"
    rows = [("Nile", "The Nile is 6,650 km long."), ("Gold", "Gold is a metal."), ("Blue Nile", "A river.")]
    path.write_text("".join(json.dumps({"title": title, "text": text}) + "\n" for title, text in rows))
    monkeypatch.setattr(wikipedia_search, "BUNDLED", path)
    return path


@pytest.fixture
def wiki() -> Iterator[Wiki]:
    with serve() as running:
        yield running


def live(wiki: Wiki, mode: str = "live", results: int = 3) -> WikipediaSearch:
    settings = {"wikipedia": mode, "wikipedia_api": wiki.api, "wiki_results": results, "web": LOCAL}
    return WikipediaSearch(ToolSettings.model_validate(settings))


async def test_offline_a_title_gives_its_article_alone(articles: Path) -> None:
    result = await run(WikipediaSearch(ToolSettings()), " the nile ")
    assert result.text == "Nile: The Nile is 6,650 km long."
    assert result.data["source"] == OFFLINE and result.sources == (Source(title="Nile"),)
    assert result.data["articles"] == [{"title": "Nile", "text": "The Nile is 6,650 km long."}]


@pytest.mark.parametrize(("shown", "titles"), [(1, ["Nile"]), (3, ["Nile", "Blue Nile"])])
async def test_offline_other_words_give_as_many_as_the_settings_say(
    articles: Path, shown: int, titles: list[str]
) -> None:
    result = await run(WikipediaSearch(ToolSettings(wiki_results=shown)), "nile nile 6,650")
    assert result.text.startswith("No article titled nile nile 6,650. Closest: Nile: ")
    assert [article["title"] for article in result.data["articles"]] == titles


async def test_offline_without_the_bundled_wiki_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikipedia_search, "BUNDLED", tmp_path / "none.jsonl")
    result = await run(WikipediaSearch(ToolSettings()), "Nile")
    assert result.error and "not available" in result.error and "none.jsonl" in result.error


async def test_a_users_articles_are_found_too(articles: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"title": "Zorbia", "text": "The capital of Zorbia is Quel."}\n')
    tool = WikipediaSearch(ToolSettings(wiki_files=(mine,)))
    assert (await run(tool, "Zorbia")).text == "Zorbia: The capital of Zorbia is Quel."
    assert (await run(tool, "Gold")).text == "Gold: Gold is a metal."


def test_a_bad_file_of_a_user_is_reported_at_start(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("oops\n")
    with pytest.raises(WikiFileError, match=r"mine\.jsonl, line 1"):
        WikipediaSearch(ToolSettings(wiki_files=(tmp_path / "mine.jsonl",)))


async def test_offline_another_language_is_answered_in_english_and_said(articles: Path) -> None:
    result = await run(WikipediaSearch(ToolSettings()), "Nile", language="de")
    assert result.text.startswith("The Pocket Wiki (offline) is in English only.\nNile: ")


async def test_live_a_title_gives_summary_and_sections(wiki: Wiki) -> None:
    result = await run(live(wiki), "Nile")
    assert result.text == "Nile: The Nile is a river in Africa. It flows north.\nSections: Course; Delta."
    assert result.sources == (Source(title="Nile", url="https://wiki.example/wiki/Nile"),)
    assert result.data["source"].startswith("Wikipedia (127.0.0.1:") and result.data["source"].endswith(", live)")


async def test_live_a_redirect_is_followed(wiki: Wiki) -> None:
    assert (await run(live(wiki), "River Nile")).text.startswith("Nile: The Nile is a river")


async def test_live_other_words_give_the_best_page_and_its_matching_passages(wiki: Wiki) -> None:
    result = await run(live(wiki), "fertile delta")
    first, summary_end, *rest = result.text.splitlines()
    assert first == "No article titled fertile delta. Closest: Nile: The Nile is a river in Africa. It flows north."
    assert summary_end == "[Delta] The delta begins near Cairo and is very fertile." and rest == []


async def test_live_several_meanings_are_listed(wiki: Wiki) -> None:
    result = await run(live(wiki), "Mercury")
    assert result.text == ("Mercury may mean: Mercury (planet); Mercury (element). Search for one of these titles.")
    assert result.error is None and result.data["options"] == ["Mercury (planet)", "Mercury (element)"]


async def test_live_a_title_that_is_none_gives_the_closest(wiki: Wiki) -> None:
    result = await run(live(wiki), "Niel")
    assert result.text.startswith("No article titled Niel. Closest: Nile: The Nile is a river")
    assert (await run(live(wiki), "planet gone")).text == "No article titled planet gone. Closest: Vulcan."
    assert (await run(live(wiki), "xyzzy")).text == "No article titled xyzzy. Try fewer or other words."


@pytest.mark.parametrize("query", ["Special:Version", "A|B", "<b>", "x" * 400, "#", "Nile#Course", "{{x}}", "[[Nile]]"])
async def test_live_odd_titles_are_no_articles(wiki: Wiki, query: str) -> None:
    result = await run(live(wiki), query)
    assert result.error is None and result.text.startswith("No article titled ")
    assert all("|" not in asked.get("titles", "") for asked in wiki.asked)


async def test_live_a_wiki_of_the_operators_own_has_no_editions_and_says_so(wiki: Wiki) -> None:
    result = await run(live(wiki), "Nile", language="de")
    assert result.text.startswith("The language 'de' was not used: this server asks one wiki for everything.\nNile: ")
    assert result.data["notes"] and "notes" not in (await run(live(wiki), "Nile")).data


async def test_live_requests_name_their_sender_and_never_ask_for_suggestions(wiki: Wiki) -> None:
    await run(live(wiki, results=2), "fertile delta")
    assert all("AgentFlowLive" in agent for agent in wiki.agents) and wiki.agents
    searches = [asked for asked in wiki.asked if asked.get("list") == "search"]
    assert [asked["srlimit"] for asked in searches] == ["2"]
    assert all("srinfo" not in asked for asked in searches)


async def test_live_a_title_cannot_change_what_is_asked_of_whom(wiki: Wiki) -> None:
    title = "../../../w/api.php?action=query&titles=x"
    result = await run(live(wiki), title)
    assert result.text.startswith(f"No article titled {title}.") and wiki.paths == {"/w/api.php"}
    assert [asked["titles"] for asked in wiki.asked if "titles" in asked] == [title]


async def test_live_goes_through_the_guard(wiki: Wiki) -> None:
    settings = ToolSettings(wikipedia="live", wikipedia_api=wiki.api)
    result = await run(WikipediaSearch(settings), "Nile")
    assert result.error and "not a public address" in result.error and wiki.asked == []


async def test_live_an_edition_out_of_reach_does_not_keep_others_offline(wiki: Wiki, articles: Path) -> None:
    async def language(tool: WikipediaSearch, code: str | None) -> str:
        return str((await run(tool, "Nile", code)).data["source"])

    tool = WikipediaSearch(ToolSettings(wikipedia="auto", web=LOCAL))
    tool.api = lambda code: wiki.api if code is None else "http://127.0.0.1:1/w/api.php"  # type: ignore[method-assign]
    assert await language(tool, "xx") == OFFLINE
    assert (await language(tool, None)).startswith("Wikipedia (127.0.0.1:")
    assert await language(tool, "xx") == OFFLINE


async def test_live_a_search_is_not_answered_from_another_wikis_cache(wiki: Wiki) -> None:
    await run(live(wiki), "fertile delta")
    with serve() as other:
        await run(live(other), "fertile delta")
        assert any(asked.get("list") == "search" for asked in other.asked)


async def test_live_two_wikis_can_be_asked_at_once(wiki: Wiki) -> None:
    with serve() as other:
        tools = [live(wiki), live(other)] * 4
        results = await asyncio.gather(*(run(tool, "Nile") for tool in tools))
        hosts = [result.data["source"] for result in results]
        assert hosts == [f"Wikipedia ({tool.settings.wikipedia_api.split('/')[2]}, live)" for tool in tools]  # type: ignore[union-attr]
        assert len(wiki.asked) == len(other.asked) > 0


FAULTS = {
    "a server error": (503, b"busy"),
    "too many requests": (429, b"slow down"),
    "no JSON": (200, b"<html>log in</html>"),
    "no object": (200, b"[]"),
    "an API error": (200, b'{"error": {"code": "maxlag", "info": "waiting"}}'),
}


@pytest.mark.parametrize(("status", "body"), FAULTS.values(), ids=FAULTS)
async def test_live_a_server_at_fault_is_unreachable_not_an_empty_wiki(wiki: Wiki, status: int, body: bytes) -> None:
    wiki.status, wiki.body = status, body
    result = await run(live(wiki), "Nile")
    assert result.error and result.error.startswith("Wikipedia cannot be reached: 127.0.0.1")


async def test_auto_is_live_where_it_can(wiki: Wiki, articles: Path) -> None:
    assert (await run(live(wiki, "auto"), "Nile")).text.startswith("Nile: The Nile is a river in Africa.")


async def test_auto_falls_back_says_so_and_does_not_try_at_once_again(wiki: Wiki, articles: Path) -> None:
    wiki.status = 503
    tool = live(wiki, "auto")
    first = await run(tool, "Nile")
    assert first.error is None and first.data["source"] == OFFLINE
    note, text = first.text.splitlines()
    assert note.startswith("Not live (Wikipedia cannot be reached: 127.0.0.1") and OFFLINE in note
    assert text == "Nile: The Nile is 6,650 km long."
    asked = len(wiki.asked)
    second = await run(tool, "Gold")
    assert second.text.startswith("Not live (") and len(wiki.asked) == asked


async def test_auto_is_quick_where_nothing_answers(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.web.fetcher.CONNECT_SECONDS", 0.3)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        clients = [socket.socket() for _ in range(3)]
        for client in clients:  # fills the queue: a further connection gets no answer
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        api = f"http://127.0.0.1:{full.getsockname()[1]}/w/api.php"
        started = time.monotonic()
        result = await run(WikipediaSearch(ToolSettings(wikipedia="auto", wikipedia_api=api, web=LOCAL)), "Nile")
        assert time.monotonic() - started < 3
        for client in clients:
            client.close()
    assert result.data["source"] == OFFLINE and "Not live" in result.text


def test_each_language_has_its_edition() -> None:
    tool = WikipediaSearch(ToolSettings(language="fr"))
    assert tool.api("de") == "https://de.wikipedia.org/w/api.php"
    assert tool.api(None) == "https://fr.wikipedia.org/w/api.php"


@pytest.mark.parametrize("language", ["EN", "en.evil.example/", "", "e", "de_AT"])
def test_a_language_is_checked(language: str) -> None:
    with pytest.raises(ValueError, match="language"):
        WikipediaSearchInput(query="Nile", language=language)
