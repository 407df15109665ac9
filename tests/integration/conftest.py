"""Real servers for the integration tests, set up by scripts beside this file.

They run by `make test-integration`, which may install Debian packages; elsewhere they are skipped and say why.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from benchmarks.served import free_port

SWITCH = "AGENTFLOW_INTEGRATION"
START_SECONDS = 500


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests of this folder, and skips them where nobody asked for them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)
            if not os.environ.get(SWITCH):
                item.add_marker(pytest.mark.skip(reason="starts real servers: run `make test-integration`"))


@contextmanager
def scripted(
    script: str, folder: Path, seconds: float, otherwise: Callable[[str], NoReturn] = pytest.fail
) -> Iterator[str]:
    """The address of the server that a script beside this file starts; `otherwise` gets its words if it cannot."""
    path, port = str(Path(__file__).with_name(script)), free_port()
    command = ["bash", path, "start", str(folder), str(port)]
    started = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    if started.returncode:
        otherwise(f"{script} started no server: {started.stderr.strip()[-400:]}")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run(["bash", path, "stop", str(folder)], check=True, timeout=60)


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MediaWiki with a few pages, such as http://127.0.0.1:1234."""
    folder = Path(os.environ.get("AGENTFLOW_MEDIAWIKI_FOLDER") or tmp_path_factory.mktemp("mediawiki"))
    with scripted("mediawiki.sh", folder, START_SECONDS) as address:
        yield address
