"""What is committed: the wiki follows from the facts, and the weights load and read their dialect."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from agentflow_core.prompts import pocket
from training.pocket import card, measure
from training.pocket.real import real_names, real_world
from training.pocket.wiki import WIKI, rendered

BASE = Path(__file__).parents[3] / "assets" / "pocket" / "base"


def test_the_wiki_is_rendered_from_the_facts() -> None:
    assert WIKI.read_text(encoding="utf-8") == rendered()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(BASE)


def test_the_tokenizer_adds_nothing_and_keeps_every_tag_whole(tokenizer: Any) -> None:
    for tag in pocket.TAGS:
        assert len(tokenizer(tag).input_ids) == 1
    text = "<q> How high is Mont Blanc?<ana> Mont Blanc: height<end>"
    assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=False) == text
    kept = "<goal> Find it.<tool> x"
    assert tokenizer.decode(tokenizer(kept + "<end>").input_ids, skip_special_tokens=True) == kept
    assert tokenizer.eos_token == pocket.END


def test_the_chat_template_passes_the_transcript_on(tokenizer: Any) -> None:
    said = [{"role": "user", "content": "<q> Hi<ana>"}]
    assert tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True) == "<q> Hi<ana>"


def test_digits_are_single_tokens_and_real_text_survives(tokenizer: Any) -> None:
    assert len(tokenizer("1234").input_ids) == 4
    for title, text in real_world().articles.items():
        whole = f"{title}: {text}"
        assert tokenizer.decode(tokenizer(whole).input_ids) == whole


def test_the_model_writes_a_decomposition() -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(BASE)
    model: Any = AutoModelForCausalLM.from_pretrained(BASE)
    assert model.config.agentflow_dialect == "pocket"
    prompt = tokenizer("<q> What is the capital of France?<ana>", return_tensors="pt")
    with torch.no_grad():
        written = model.generate(**prompt, max_new_tokens=20, do_sample=False)[0, prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(written) == " France: capital<end>"


def test_titles_are_among_the_names_that_training_avoids() -> None:
    assert {title.casefold() for title in real_world().things} <= real_names()


def test_the_figures_of_the_card_are_what_the_weights_still_give() -> None:
    name = "real, planner, 100 others"
    stored = json.loads((card.POCKET / card.FIGURES).read_text(encoding="utf-8"))
    now = measure.measured(name)
    low, high = stored[name]["interval"]
    assert now["n"] == 100
    assert low <= now["accuracy"] <= high
    assert abs(now["accuracy"] - stored["real, planner"]["accuracy"]) < 0.1


def test_the_card_is_written_from_the_figures() -> None:
    training = card.Training(**json.loads((card.POCKET / card.TRAINING).read_text(encoding="utf-8")))
    figures = json.loads((card.POCKET / card.FIGURES).read_text(encoding="utf-8"))
    assert (card.POCKET / "README.md").read_text(encoding="utf-8") == card.text(training, figures)
    assert set(figures) == set(measure.MEASURED)
