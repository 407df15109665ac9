"""Small passes run on one thread, large ones on all that the process has."""

import threading
from collections.abc import Iterator

import pytest
import torch

from agentflow_core.models.local import threads


class Model(torch.nn.Linear):
    device = torch.device("cpu")


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    monkeypatch.setattr(threads, "_all_threads", lambda: 3)
    yield
    torch.set_num_threads(before)


def test_threads_follow_the_work(three: None) -> None:
    seen = []

    def run() -> None:
        use = threads.Threads(Model(1000, 1000, bias=False))
        for tokens in (1, 19, 20, 500, 1):
            use(tokens)
            seen.append(torch.get_num_threads())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [1, 1, 3, 3, 1]
