"""The ten sets: how many questions are published, where the Hub has them, and which loader reads them."""

from collections.abc import Callable
from dataclasses import dataclass

from training.benchmarks import agentic, maths, science, search
from training.benchmarks.problem import Problem
from training.benchmarks.rows import Row


@dataclass(frozen=True)
class Hub:
    """A data set of the Hugging Face Hub and how one of its rows becomes a published row (None: left out)."""

    name: str
    config: str | None
    split: str
    row: Callable[[Row], Row | None]
    gated: bool = False
    """Its terms must be accepted, and a token set, first."""


@dataclass(frozen=True)
class Benchmark:
    name: str
    title: str
    size: int
    read: Callable[[Row, int], Problem]
    hub: Hub


BENCHMARKS = {
    one.name: one
    for one in (
        Benchmark(
            "bamboogle",
            "Bamboogle",
            125,
            search.published,
            Hub("chiayewken/bamboogle", None, "test", search.bamboogle),
        ),
        Benchmark(
            "2wiki",
            "2WikiMultihopQA",
            200,
            search.published,
            Hub("framolfese/2WikiMultihopQA", None, "validation", search.multihop),
        ),
        Benchmark(
            "hotpotqa",
            "HotpotQA",
            100,
            search.published,
            Hub("hotpotqa/hotpot_qa", "distractor", "validation", search.multihop),
        ),
        Benchmark(
            "musique",
            "MuSiQue",
            200,
            search.published,
            Hub("dgslibisey/MuSiQue", None, "validation", search.musique),
        ),
        Benchmark(
            "gaia",
            "GAIA, text only",
            127,
            agentic.published,
            Hub("gaia-benchmark/GAIA", "2023_all", "validation", agentic.without_files, gated=True),
        ),
        Benchmark(
            "aime24", "AIME 2024", 30, maths.competition, Hub("HuggingFaceH4/aime_2024", None, "train", maths.aime)
        ),
        Benchmark("amc23", "AMC 2023", 40, maths.competition, Hub("math-ai/amc23", None, "test", maths.amc)),
        Benchmark("gameof24", "Game of 24", 300, maths.game24, Hub("nlile/24-game", None, "train", maths.solvable)),
        Benchmark(
            "gpqa",
            "GPQA",
            300,
            science.published,
            Hub("Idavidrein/gpqa", "gpqa_main", "train", science.gpqa, gated=True),
        ),
        Benchmark(
            "medqa",
            "MedQA",
            300,
            science.published,
            Hub("GBaker/MedQA-USMLE-4-options", None, "test", science.medqa),
        ),
    )
}
