"""Downloads a set from the Hugging Face Hub into a file of the published form, so that it is fetched once.

The paper's sets are samples of larger ones; which rows they are is not on the Hub. Ours are as many rows, drawn with a
fixed seed: figures on them are comparable with each other, with the paper's only roughly.
"""

import json
import logging
import random
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from agentflow_core.errors import BadInput, ModelUnavailable
from training.benchmarks.rows import Row
from training.benchmarks.table import Benchmark

log = logging.getLogger(__name__)
SEED = 24
PATIENCE = 8
"""Seconds for the Hub to say anything at all."""


def download(benchmark: Benchmark, path: Path) -> None:
    """Writes the set to `path`. Raises `ModelUnavailable` where the Hub cannot be read, saying what to do instead."""
    hub = benchmark.hub
    try:
        from datasets import load_dataset  # type: ignore[import-untyped]
        from datasets.exceptions import DatasetNotFoundError  # type: ignore[import-untyped]
    except ImportError as error:
        raise BadInput(f"{instead(benchmark, path)} Downloading needs `pip install datasets`.") from error
    try:
        reach()
        rows = load_dataset(hub.name, hub.config, split=hub.split)
    except ConnectionError as error:
        raise ModelUnavailable(
            f"{benchmark.title} is on the Hub ({hub.name}), which cannot be reached over the network from here: "
            f"{_first(error)}. {instead(benchmark, path)}"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:  # what `datasets` and `huggingface_hub` raise comes from these
        refused = hub.gated and isinstance(error, DatasetNotFoundError)  # so it calls a set that is not for everyone
        terms = f" Its terms must be accepted at huggingface.co/datasets/{hub.name} first." if refused else ""
        raise ModelUnavailable(
            f"{benchmark.title} could not be read from the Hub ({hub.name}): {_first(error)}.{terms} "
            f"{instead(benchmark, path)}"
        ) from error
    found = sampled(benchmark, rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    log.info("%s: %d questions drawn from %s, kept in %s", benchmark.title, len(found), hub.name, path)


def reach() -> None:
    """One question to the Hub, since its own client asks six times, for 23 seconds, where there is no network. Raises
    `ConnectionError`. Where the client is told to stay offline, what it has kept is read without asking."""
    from datasets import config

    if config.HF_HUB_OFFLINE:
        return
    try:
        with urlopen(Request(config.HF_ENDPOINT, method="HEAD"), timeout=PATIENCE):
            pass
    except (HTTPError, HTTPException):
        return  # it speaks
    except OSError as error:
        raise ConnectionError(f"{config.HF_ENDPOINT}: {getattr(error, 'reason', error)}") from error


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:300].rstrip(".") if str(error) else type(error).__name__


def sampled(benchmark: Benchmark, rows: Iterable[Row]) -> list[Row]:
    """As many rows as are published, in the published form, always the same ones."""
    found = [dict(row) | {"pid": str(n)} for n, row in enumerate(map(benchmark.hub.row, rows)) if row is not None]
    if len(found) > benchmark.size:
        found = random.Random(SEED).sample(found, benchmark.size)
    return list(found)


def instead(benchmark: Benchmark, path: Path) -> str:
    """Where a file of one's own goes."""
    return (
        f"Put the published file of {benchmark.title} ({benchmark.size} questions) at {path}, "
        "or name a file: --benchmark FILE."
    )
