"""A model with random weights in the shape of a real one, to try a device out where no weights can be had.

python -m training.random_model qwen2.5-0.5b --out runs/random

What it writes means nothing, but costs what the real one's answers would: one in a hundred ids ends an answer, and its
words are few, so that answers to the questions beside it (`questions.jsonl`, kind f1) earn now more, now less. So a
training on it has groups with signal, gradients and a peak of memory.
"""

import argparse
import json
import string
import sys
from collections.abc import Sequence
from importlib.resources import files
from itertools import count, product
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

SHAPES = {
    "qwen2.5-0.5b": Qwen2Config(
        vocab_size=151_936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14,
        num_key_value_heads=2, max_position_embeddings=32_768, tie_word_embeddings=True,
    ),
    "qwen2.5-7b": Qwen2Config(
        vocab_size=152_064, hidden_size=3584, intermediate_size=18_944, num_hidden_layers=28, num_attention_heads=28,
        num_key_value_heads=4, max_position_embeddings=32_768, tie_word_embeddings=False,
    ),
    "tiny": Qwen2Config(
        vocab_size=2000, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=8192, tie_word_embeddings=True, initializer_range=0.3,
    ),
}  # fmt: skip
PAD = "<|endoftext|>"
TAGS = ("<|im_end|>", "<|im_start|>", PAD)
WORDS = ("sun", "sea", "sky", "tree", "stone", "bird", "rain", "wind", "fire", "snow", "moon", "leaf")
ENDS = 100
"""Every so many ids end an answer."""
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer(size: int) -> PreTrainedTokenizerFast:
    """The words of the chat prompts, so that these are about as long as with a real tokenizer; then those of answers,
    which differ in the marks behind them. Every id is text."""
    chat = files("agentflow_core.prompts").joinpath("chat")
    prompts = [file.read_text(encoding="utf-8") for file in sorted(chat.iterdir(), key=lambda file: file.name)]
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learnt.train_from_iterator(
        prompts, trainers.BpeTrainer(vocab_size=1500, special_tokens=list(TAGS), initial_alphabet=alphabet)
    )
    known = json.loads(learnt.to_str())["model"]
    marks = ("".join(found) for length in count(1) for found in product(string.punctuation, repeat=length))
    spare = (f"Ġ{word}{mark}" for mark in marks for word in WORDS)
    vocabulary = known["vocab"] | {name: n for n, name in zip(range(len(known["vocab"]), size), spare, strict=False)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[tuple(pair) for pair in known["merges"]]))
    made.pre_tokenizer, made.decoder = learnt.pre_tokenizer, decoders.ByteLevel()
    fast: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=made, eos_token=TAGS[0], pad_token=PAD, additional_special_tokens=[TAGS[1]]
    )
    fast.chat_template = TEMPLATE
    return fast


def make(shape: str, folder: Path, seed: int = 0) -> None:
    """Writes model, tokenizer and questions."""
    torch.manual_seed(seed)
    config = SHAPES[shape]
    model: Any = Qwen2ForCausalLM(config)  # type: ignore[no-untyped-call]
    with torch.no_grad():  # else tied weights would say the last token again
        model.model.norm.weight.copy_(torch.randint(0, 2, (config.hidden_size,)) * 2.0 - 1)
    ends = [0, *range(ENDS, config.vocab_size, ENDS)]
    model.generation_config.update(eos_token_id=ends, pad_token_id=TAGS.index(PAD))
    folder.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer(config.vocab_size).save_pretrained(folder)
    gold = " ".join(WORDS)
    asked = ({"id": f"random-{n}", "question": f"What is number {n}?", "answer": gold, "kind": "f1"} for n in range(64))
    (folder / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.random_model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shape", choices=tuple(SHAPES))
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    make(options.shape, options.out, options.seed)
    print(f"{options.out}: a random model in the shape of {options.shape}, and {options.out / 'questions.jsonl'}")


if __name__ == "__main__":
    main(sys.argv[1:])
