"""Tiny random chat models, saved as ordinary transformers folders."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTEXT = 256
TEXTS = ("the planner plans, the verifier verifies, the river runs to the sea",)


def make(
    folder: Path,
    *,
    dialect: str = "chat",
    template: str = CHAT_TEMPLATE,
    window: int | None = None,
    context: int = CONTEXT,
    texts: Sequence[str] = TEXTS,
    vocabulary: int = 320,
    hidden: int = 32,
) -> Path:
    """A model with random weights of a fixed seed. `window`: every layer's attention slides."""
    tags = ["<pad>", "<end>", "<goal>"] if dialect == "pocket" else ["<pad>", "<|im_end|>", "<|im_start|>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=tags, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=tags[0], eos_token=tags[1], additional_special_tokens=tags[2:]
    )
    if template:
        fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(fast),
        hidden_size=hidden,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=context,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=None,
        use_sliding_window=window is not None,
        sliding_window=window,
        max_window_layers=0,
    )
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.3)
    model.save_pretrained(folder)
    if dialect == "pocket":
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"agentflow_dialect": "pocket"}))
    return folder


def make_adapter(base: Path, folder: Path, *, seed: int, rank: int = 4) -> Path:
    """A LoRA adapter for the model in `base`, with random weights that change what it says."""
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"),
    )
    noise = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_(0, 0.2, generator=noise)
    model.save_pretrained(str(folder))
    return folder
