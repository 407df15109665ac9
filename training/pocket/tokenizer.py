"""The Pocket tokenizer: byte-level BPE on traces and invented names, digits one token each, dialect tags whole.

Trained on many invented names so that it splits real names no worse than those. Only `<pad>` and `<end>` are special in
the sense of "dropped when decoding": servers drop special tokens from what they return, and sub-tags must survive.
Text is split as Qwen2 splits it: AutoTokenizer sees a Qwen2 model and rebuilds that splitting, whatever the file says.
"""

import json
import random
from collections.abc import Iterator

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

from agentflow_core.prompts import pocket
from training.pocket.names import Namer, Pieces, pieces_of
from training.pocket.traces import Mix, text_of, transcripts
from training.pocket.world import invent

PAD = pocket.TAGS[0]
CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def _texts(seed: int, traces: int, names: int, forbidden: frozenset[str]) -> Iterator[str]:
    rng = random.Random(f"tokenizer {seed}")
    for _ in range(traces // 60):
        world = invent(rng.randrange(2**40), forbidden=forbidden)
        yield from (text_of(segments) for segments in transcripts(world, rng, 60, Mix(drills=0.2)))
    for number in range(names):
        if number % 300 == 0:
            namer = Namer(rng, forbidden=forbidden)
        yield " " + namer.name("person" if number % 3 == 0 else "city")


def build(
    seed: int, size: int = 2048, traces: int = 6000, names: int = 60_000, forbidden: frozenset[str] = frozenset()
) -> Tokenizer:
    """Trains the tokenizer; the same seed gives the same vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(pocket.TAGS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(seed, traces, names, forbidden), trainer)
    described = json.loads(tokenizer.to_str())
    for token in described["added_tokens"]:
        token["special"] = token["content"] in (PAD, pocket.END)
    return Tokenizer.from_str(json.dumps(described))


def pieces(tokenizer: Tokenizer) -> Pieces:
    """The vocabulary as pieces for names, so that copying is practised on every token."""
    ids = [i for token, i in tokenizer.get_vocab().items() if token not in pocket.TAGS]
    return pieces_of([tokenizer.decode([i]) for i in sorted(ids)])


def wrapped(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers saves and loads it; its chat template passes the transcript on unchanged."""
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token=pocket.END,
        pad_token=PAD,
        unk_token=PAD,
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
        chat_template=CHAT_TEMPLATE,
    )
