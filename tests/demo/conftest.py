"""The whole page as a browser gets it."""

from collections.abc import Iterator

import httpx
import pytest

from agentflow_core import Settings
from demo.app import build_app, launch_options
from tests.agentflow_core.flows import make


@pytest.fixture(scope="package")
def served() -> Iterator[httpx.Client]:
    """A client of a page that is up."""
    page = build_app(Settings(), assemble=lambda *_, **__: make())
    _, url, _ = page.launch(prevent_thread_lock=True, server_name="127.0.0.1", **launch_options())
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client
    page.close()
