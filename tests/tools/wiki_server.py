"""A small web server that answers as a MediaWiki's api.php does, for the questions that the wikipedia package asks."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NILE = """The Nile is a river in Africa. It flows north.

== Course ==
The White Nile rises in the region of the great lakes.
It flows through ten countries.

== Delta ==
The delta begins near Cairo and is very fertile.
"""
PAGES = {
    "Nile": NILE,
    "Mercury (planet)": "Mercury is the planet closest to the Sun.",
    "Rhine": "The Rhine is a river.",
}
REDIRECTS = {"River Nile": "Nile"}
OPTIONS = {"Mercury": ["Mercury (planet)", "Mercury (element)"]}
SEARCHES = {"fertile delta": ["Mercury", "Nile"], "Niel": ["Nile", "Rhine"], "planet gone": ["Vulcan"]}


@dataclass
class Wiki:
    """The server's address, what it was asked, and what it shall do next."""

    api: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    status: int = 200
    body: bytes | None = None


@contextmanager
def serve() -> Iterator[Wiki]:
    wiki = Wiki()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {
                name: values[0] for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()
            }
            wiki.asked.append(asked)
            wiki.paths.add(urlsplit(self.path).path)
            wiki.agents.add(self.headers["User-Agent"])
            body = wiki.body if wiki.body is not None else json.dumps(answer(asked)).encode()
            self.send_response(wiki.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wiki.api = f"http://127.0.0.1:{server.server_port}/w/api.php"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield wiki
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(asked: dict[str, str]) -> object:
    if asked.get("list") == "search":
        if not asked["srsearch"].strip():
            return {"error": {"code": "missingparam", "info": "The srsearch parameter must be set."}}
        return {"query": {"search": [{"title": title} for title in SEARCHES.get(asked["srsearch"], [])]}}
    title = asked["titles"]
    if title.startswith("Special:"):
        return {"query": {"pages": {"-1": {"title": title, "special": ""}}}}
    query: dict[str, object] = {}
    if title in REDIRECTS and "redirects" in asked:
        query["redirects"] = [{"from": title, "to": REDIRECTS[title]}]
        title = REDIRECTS[title]
    query["pages"] = pages(title, asked["prop"])
    return {"query": query}


def pages(title: str, prop: str) -> dict[str, object]:
    page: dict[str, object] = {"pageid": 7, "title": title, "fullurl": f"https://wiki.example/wiki/{title}"}
    if title in OPTIONS:
        page["pageprops"] = {"disambiguation": ""}
        links = "".join(f"<li><a href='#'>{option}</a></li>" for option in OPTIONS[title])
        page["revisions"] = [{"*": f"<ul>{links}</ul>"}]
    elif title in PAGES:
        page["extract"] = PAGES[title]
        page["revisions"] = [{"revid": 1, "parentid": 0}]
    else:
        return {"-1": {"title": title, "missing": ""}}
    return {"7": page}
