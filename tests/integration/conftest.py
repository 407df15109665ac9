"""Real servers for the integration tests, set up by scripts beside this file.

They run by `make test-integration`, which may install Debian packages; elsewhere they are skipped and say why.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest

SWITCH = "AGENTFLOW_INTEGRATION"
SCRIPT = Path(__file__).with_name("mediawiki.sh")
START_SECONDS = 500


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests of this folder, and skips them where nobody asked for them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)
            if not os.environ.get(SWITCH):
                item.add_marker(pytest.mark.skip(reason="starts real servers: run `make test-integration`"))


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MediaWiki with a few pages, such as http://127.0.0.1:1234."""
    folder = os.environ.get("AGENTFLOW_MEDIAWIKI_FOLDER") or str(tmp_path_factory.mktemp("mediawiki"))
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["bash", str(SCRIPT), "start", folder, str(port)]
    started = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
    if started.returncode:
        pytest.fail(f"no MediaWiki here, though {SWITCH} asks for it: {started.stderr.strip()[-400:]}")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run(["bash", str(SCRIPT), "stop", folder], check=True, timeout=60)
