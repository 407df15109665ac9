"""wikipedia_search and web_page against a real MediaWiki: titles, redirects, meanings, searches, passages."""

import asyncio
from pathlib import Path
from urllib.request import urlopen

import pytest

from agentflow_core import Settings
from agentflow_core.assemble import load_toolbox
from agentflow_core.models import ModelPool, parse_role
from tests.tools.context import context
from tools.base import ToolContext, ToolResult
from tools.toolbox import Toolbox
from tools.wikipedia_search import OFFLINE


@pytest.fixture
def toolbox(mediawiki: str, tmp_path: Path) -> Toolbox:
    """The tools as the app makes them for a chat model, in test mode, with this wiki as Wikipedia."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        mode="test",
        test_loopback=True,
        home=tmp_path,
        wikipedia="live",
        wikipedia_api=f"{mediawiki}/w/api.php",
    )
    model = ModelPool().get(parse_role("openai:none@http://127.0.0.1:9/v1"))
    return load_toolbox(settings, {"planner": model, "executor": model})


async def search(toolbox: Toolbox, query: str) -> ToolResult:
    result = await toolbox.call("wikipedia_search", {"query": query}, context())
    assert result.error is None, result.error
    return result


async def test_a_title_gives_its_article_with_its_sections(toolbox: Toolbox, mediawiki: str) -> None:
    result = await search(toolbox, "Nitrogen")
    assert result.text.startswith("Nitrogen: Nitrogen is a chemical element with the symbol N and atomic number 7.")
    assert result.text.splitlines()[-1].startswith("Sections: History")
    assert result.sources[0].url == f"{mediawiki}/wiki/Nitrogen" and "live" in result.data["source"]


async def test_a_redirect_leads_to_its_article(toolbox: Toolbox) -> None:
    result = await search(toolbox, "LN2")
    assert result.text.startswith("Liquid nitrogen: ") and result.sources[0].title == "Liquid nitrogen"


async def test_a_title_with_several_meanings_lists_them(toolbox: Toolbox) -> None:
    result = await search(toolbox, "Mercury")
    assert result.data["options"] == ["Mercury (planet)", "Mercury (element)", "Mercury (mythology)"]
    assert "first planet" in (await search(toolbox, "Mercury (planet)")).text


async def test_other_words_find_the_article_and_the_passage(toolbox: Toolbox) -> None:
    result = await search(toolbox, "nitrogen noxious air")
    assert result.text.startswith("No article titled nitrogen noxious air. Closest: Nitrogen: ")
    assert "[History] Rutherford called the gas noxious air." in result.text


async def test_a_passage_deep_in_a_long_article_is_found(toolbox: Toolbox) -> None:
    result = await search(toolbox, "Long page 1111")
    assert "1111" in result.text and len(result.text) < 5_000


async def test_letters_outside_ascii_are_titles_too(toolbox: Toolbox) -> None:
    result = await search(toolbox, "Zürich–Örlikon tramway")
    assert "東京" in result.text and result.sources[0].url and result.sources[0].url.endswith("%C3%96rlikon_tramway")
    assert (await search(toolbox, "zurich orlikon")).sources[0].title == "Zürich–Örlikon tramway"


@pytest.mark.parametrize("query", ["No such page", "nitrogn", "Special:Version", "../../../w/api.php?action=query"])
async def test_what_is_not_there_is_said_and_never_guessed(toolbox: Toolbox, query: str) -> None:
    result = await search(toolbox, query)
    assert result.text.startswith(f"No article titled {query}.") and result.sources == ()


async def test_the_same_question_is_answered_from_the_cache(toolbox: Toolbox, tmp_path: Path) -> None:
    first = await search(toolbox, "Nitrogen")
    assert (tmp_path / "web-cache.sqlite").stat().st_size > 0
    assert await search(toolbox, "Nitrogen") == first


async def test_in_production_this_machines_wiki_is_refused(mediawiki: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path, wikipedia="auto", wikipedia_api=f"{mediawiki}/w/api.php")  # type: ignore[call-arg]
    model = ModelPool().get(parse_role("openai:none@http://127.0.0.1:9/v1"))
    toolbox = load_toolbox(settings, {"planner": model, "executor": model})
    result = await search(toolbox, "Nile")
    assert result.data["source"] == OFFLINE and "not a public address" in result.text


async def test_web_page_reads_the_article_as_it_is_on_the_web(toolbox: Toolbox, mediawiki: str) -> None:
    url = f"{mediawiki}/wiki/Nitrogen"
    await asyncio.to_thread(lambda: urlopen(url, timeout=120).read())  # its first page takes a MediaWiki long
    asked: list[str] = []

    async def model(prompt: str) -> str:
        asked.append(prompt)
        return "Noxious air [2]."

    arguments = {"url": url, "query": "What did Rutherford call the gas?"}
    result = await toolbox.call("web_page", arguments, ToolContext(ask=model))
    assert result.error is None and result.text.startswith("Noxious air [2].")
    assert "Rutherford called the gas noxious air." in asked[0]
