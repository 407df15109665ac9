"""Loads a chat model from a folder or the Hub, and turns everything that can go wrong into an error with a way out."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from agentflow_core.errors import ModelRefused, ModelUnavailable
from agentflow_core.models.base import Dialect
from agentflow_core.models.local.batch import Batch, PaddedBatch
from agentflow_core.models.local.codec import Codec
from agentflow_core.models.local.sequences import SequenceBatch
from agentflow_core.models.local.small_qwen2 import SmallQwen2

_BROKEN = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    ImportError,
    EOFError,
    SafetensorError,
    pickle.UnpicklingError,
)
"""What the loaders raise for files that are missing, cut, corrupt or of another model."""


@dataclass(frozen=True)
class Weights:
    """A loaded model and what running it needs to know."""

    new_batch: Callable[[], Batch]
    codec: Codec
    ends: frozenset[int]
    """Ids that end an answer."""
    silent: frozenset[int]
    """Ids that are sampled and recorded but are no text (end and padding)."""
    context: int


def load(source: str, *, dialect: Dialect, device: str | None, dtype: str) -> Weights:
    """Loads `source`, a folder or a Hub name, on `device` (default: an accelerator if there is one).

    `dtype="auto"` is the checkpoint's own on an accelerator and float32 on a CPU, where narrow types are slow.
    Raises: `ModelRefused` for a folder or Hub name that is not there and for a model that cannot be used,
    `ModelUnavailable` for files that are broken or out of reach.
    """
    folder = Path(source).expanduser()
    if _is_path(source) and not (folder / "config.json").is_file():
        raise ModelRefused(f"no model in {source}: the folder does not exist or has no config.json; check the path")
    where = device or _best_device()
    try:
        return _load(str(folder) if folder.is_dir() else source, source, dialect, where, _dtype(dtype, where))
    except _BROKEN as error:
        if _is_no_name(error):
            raise ModelRefused(
                f"the Hub has no model {source!r} that you may load: check its spelling, or ask for access if it is "
                "gated; a folder is written as a path, such as ./folder"
            ) from error
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        if folder.is_dir():
            way_out = "the folder is incomplete or corrupt, or not a causal language model: fetch or save it again"
        else:
            way_out = "if this is a Hub name, check its spelling, your network and your access; else give a folder"
        raise ModelUnavailable(f"cannot load {source}: {first_line} ({way_out})") from error


def _load(path: str, source: str, dialect: Dialect, device: str, dtype: torch.dtype | str) -> Weights:
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    config = AutoConfig.from_pretrained(path)
    text_config = config.get_text_config(decoder=True)
    _refuse_recurrent(text_config, source)
    tokenizer = AutoTokenizer.from_pretrained(path)
    loaded: Any = AutoModelForCausalLM.from_pretrained(path, dtype=dtype, output_loading_info=True)
    model, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ModelUnavailable(
            f"cannot use {source}: its weight file lacks {len(missing)} tensors (first: {missing[0]}); "
            "the download is incomplete or belongs to another configuration"
        )
    model.eval().requires_grad_(False).to(device)
    ends = _ends(model, tokenizer)
    if not ends:
        raise ModelRefused(f"{source} names no end-of-sequence token: set eos_token_id in its generation_config.json")
    return Weights(
        new_batch=_batches(model, text_config.num_hidden_layers),
        codec=Codec(tokenizer, dialect, source),
        ends=ends,
        silent=ends | ({tokenizer.pad_token_id} if tokenizer.pad_token_id is not None else set()),
        context=int(text_config.max_position_embeddings),
    )


def _batches(model: Any, layers: int) -> Callable[[], Batch]:
    if SmallQwen2.fits(model):
        small = SmallQwen2(model)
        return lambda: SequenceBatch(small)
    return lambda: PaddedBatch(model, layers)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    ids: set[int] = set()
    for value in (model.generation_config.eos_token_id, tokenizer.eos_token_id):
        ids.update(value if isinstance(value, list) else [] if value is None else [value])
    return frozenset(ids)


def _refuse_recurrent(config: Any, source: str) -> None:
    """Rows can join and leave a batch only where the past is plain keys and values."""
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    if strange := kinds - {"full_attention", "sliding_attention", "chunked_attention", "attention"}:
        raise ModelRefused(
            f"{source} has layers of type {', '.join(sorted(strange))}, which the in-process backend cannot batch: "
            "serve it with vLLM and use openai:MODEL@URL"
        )


def _is_no_name(error: BaseException | None) -> bool:
    """Whether the Hub was asked and knows no such repository, or the name cannot be one."""
    while error is not None:
        if isinstance(error, RepositoryNotFoundError | HFValidationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_path(source: str) -> bool:
    return source.startswith(("/", "./", "../", "~")) or Path(source).expanduser().exists() or source.count("/") > 1


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _dtype(name: str, device: str) -> torch.dtype | str:
    if name == "auto":
        return torch.float32 if device == "cpu" else "auto"
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if name not in known:
        raise ModelRefused(f"unknown dtype {name!r}: use auto, {', '.join(known)}")
    return known[name]
