"""`wikipedia_search`: articles of the bundled Pocket Wiki (offline), the live Wikipedia, or the one that answers."""

import time
from typing import TYPE_CHECKING

from pydantic import Field

from tools.base import Source, Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.web import shared_fetcher
from tools.web.blocking import in_thread
from tools.wiki_files import BUNDLED, WikiFileError, load
from tools.wiki_index import render

if TYPE_CHECKING:
    from tools.wikipedia_live import Page

OFFLINE = "Pocket Wiki (offline)"
RETRY_SECONDS = 60.0
"""After a failure, `auto` stays offline this long: waiting for a time-out in every turn helps nobody."""


class WikipediaSearchInput(ToolInput):
    query: str = Field(min_length=1, max_length=500, description="A title, or the words to search for.")
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}(-[a-z]{2,8})?$",
        description="Language edition, such as 'de'; usually left out.",
    )


class WikipediaSearch(Tool[WikipediaSearchInput]):
    name = "wikipedia_search"
    description = "Finds an encyclopedia article by its title, or by words in it, and gives what it says."
    input_model = WikipediaSearchInput
    main_field = "query"
    limitations = "One subject a query; it does not calculate or compare. The offline wiki is small and in English."
    best_practice = "Ask for one title ('Nile'), then use what the article says. If nothing fits, try a close title."
    examples = ({"query": "Nile"}, {"query": "Marie Curie"})

    def __init__(self, settings: ToolSettings) -> None:
        """Reads the user's files at once, so that a bad one is reported at start. Raises WikiFileError."""
        super().__init__(settings)
        self._offline_until: dict[str, float] = {}
        if settings.wiki_files:
            load(settings.wiki_files)

    async def run(self, arguments: WikipediaSearchInput, context: ToolContext) -> ToolResult:
        """An article, or what comes closest; `data["source"]` says which wiki it is from."""
        if self.settings.wikipedia == "offline":
            return self._offline(arguments)
        if self.settings.wikipedia == "live":
            return await self._live(arguments)
        api = self.api(arguments.language)
        if time.monotonic() < self._offline_until.get(api, 0):
            return self._offline(arguments, "the live Wikipedia could not be reached a moment ago")
        live = await self._live(arguments)
        if not live.error:
            return live
        self._offline_until[api] = time.monotonic() + RETRY_SECONDS
        return self._offline(arguments, live.error)

    def api(self, language: str | None) -> str:
        """The address that is asked: the settings' own wiki, else Wikipedia in this language."""
        return self.settings.wikipedia_api or f"https://{language or self.settings.language}.wikipedia.org/w/api.php"

    def _offline(self, arguments: WikipediaSearchInput, trouble: str | None = None) -> ToolResult:
        """Searches the articles on this machine; `trouble` is why the live wiki was not used."""
        notes = [f"Not live ({trouble}); from the {OFFLINE}."] if trouble else []
        if arguments.language not in (None, "en"):
            notes.append(f"The {OFFLINE} is in English only.")
        try:
            index = load((BUNDLED, *self.settings.wiki_files))
        except WikiFileError as error:
            return ToolResult.failed(" ".join([*notes, f"The {OFFLINE} is not available: {error}"]))
        found = index.search(arguments.query, self.settings.wiki_results)
        text = "\n".join([*notes, render(arguments.query, found)])
        articles = [article._asdict() for article in found.articles]
        data = {"source": OFFLINE, "articles": articles, "exact": found.exact, "notes": notes}
        return ToolResult(text=text, data=data, sources=tuple(Source(title=a.title) for a in found.articles))

    async def _live(self, arguments: WikipediaSearchInput) -> ToolResult:
        """Asks the live wiki. A failed result means that it could not be reached, never that it has no such article."""
        from tools import wikipedia_live as live  # loads the wikipedia package only where it is wanted

        api = self.api(arguments.language)
        source = f"Wikipedia ({api.split('/')[2]}, live)"
        try:
            found = await in_thread(
                shared_fetcher(self.settings.web),
                lambda web: live.look_up(arguments.query, api, self.settings.wiki_results, web),
            )
        except live.Unreachable as error:
            return ToolResult.failed(f"Wikipedia cannot be reached: {error}")
        told = _told(found, arguments.query.strip(), source)
        if arguments.language is None or self.settings.wikipedia_api is None:
            return told
        note = f"The language {arguments.language!r} was not used: this server asks one wiki for everything."
        return told.model_copy(update={"text": f"{note}\n{told.text}", "data": {**told.data, "notes": [note]}})


def _told(found: "Page | list[str]", query: str, source: str) -> ToolResult:
    if isinstance(found, list):
        closest = f" Closest: {'; '.join(found)}." if found else " Try fewer or other words."
        return ToolResult(text=f"No article titled {query}.{closest}", data={"source": source, "articles": []})
    if found.options:
        text = f"{found.title} may mean: {'; '.join(found.options)}. Search for one of these titles."
        return ToolResult(text=text, data={"source": source, "articles": [], "options": list(found.options)})
    body = f"{found.title}: {found.text}"
    articles = [{"title": found.title, "text": found.text}]
    return ToolResult(
        text=body if found.exact else f"No article titled {query}. Closest: {body}",
        data={"source": source, "articles": articles, "exact": found.exact},
        sources=(Source(title=found.title, url=found.url),),
    )
