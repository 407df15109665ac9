"""What the guard decides about a URL, and what a fetch gives.

python -m tools.web check URL [--json]    the decision and its reason; nothing is fetched
python -m tools.web fetch URL [--json]    fetches it

Exit codes: 0 allowed, 1 blocked or over a limit, 2 the server could not be reached or the command line is wrong.
"""

import argparse
import asyncio
import json
import sys
from typing import Any

from tools.web.errors import WebError
from tools.web.fetcher import Fetcher
from tools.web.settings import WebSettings
from tools.web.urls import parse

EXIT = {"allow": 0, "block": 1, "limit": 1, "error": 2}


async def check(url: str) -> dict[str, Any]:
    """The decision before anything is fetched, as `fetch` makes it for each hop."""
    fetcher = Fetcher(WebSettings())
    try:
        target = parse(url)
        addresses = await fetcher.guard.check(target)
    except WebError as error:
        return {"url": url, "decision": error.decision, "reason": str(error)}
    reason = f"{target.host} is public: {', '.join(addresses)}"
    return {"url": target.url, "decision": "allow", "reason": reason, "addresses": list(addresses)}


async def fetch(url: str) -> dict[str, Any]:
    """The decision, and the page when it was allowed."""
    try:
        page = await Fetcher(WebSettings()).fetch(url, pdf=True)
    except WebError as error:
        return {"url": url, "decision": error.decision, "reason": str(error)}
    return {
        "url": page.url,
        "decision": "allow",
        "reason": f"status {page.status}, {len(page.body):,} bytes of {page.content_type or 'an unnamed type'}",
        "status": page.status,
        "content_type": page.content_type,
        "bytes": len(page.body),
        "redirects": list(page.redirects),
        "text": page.text if page.content_type != "application/pdf" else None,
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.web", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=("check", "fetch"))
    parser.add_argument("url")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    found = asyncio.run(check(options.url) if options.command == "check" else fetch(options.url))
    if options.json:
        _say(json.dumps(found, ensure_ascii=False))
    else:
        _say(f"{found['decision']}: {found['reason']}")
        if found.get("text"):
            _say(f"\n{found['text']}")
    return EXIT[found["decision"]]


def _say(text: str) -> None:
    """Prints what any terminal can take: a page's control codes do nothing there, an odd character is no failure."""
    plain = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text) + "\n"
    coding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(plain.encode(coding, "backslashreplace").decode(coding))


if __name__ == "__main__":
    sys.exit(main())
