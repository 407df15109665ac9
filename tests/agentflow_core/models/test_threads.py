"""Small passes run on one thread, large ones on all that the process has."""

import subprocess
import sys
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
    monkeypatch.setattr(threads, "all_threads", lambda: 3)
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


def test_passes_at_the_same_time_share_the_cores(three: None) -> None:
    cores = threads.Cores()
    with cores.share() as alone, cores.share() as second, cores.share() as third, cores.share() as one_too_many:
        assert (alone, second, third, one_too_many) == (3, 1, 1, 1)
    with pytest.raises(RuntimeError), cores.share() as again:
        assert again == 3
        raise RuntimeError
    with cores.share() as after_a_failure:
        assert after_a_failure == 3


def test_what_the_process_has_is_known_before_it_is_changed() -> None:
    """In a fresh process: one that has set its threads already would pass whatever is read first."""
    code = (
        "import torch; torch.set_num_threads(3);"
        "from agentflow_core.models.local import threads; threads.use_one_thread();"
        "print(torch.get_num_threads(), threads.all_threads())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["1", "3"]
