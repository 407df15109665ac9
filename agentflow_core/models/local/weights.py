"""Loads a chat model, and adapters to it, from a folder or the Hub.

Everything that can go wrong on the way becomes an error with a way out.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from transformers.utils import logging

from agentflow_core.errors import ModelRefused, ModelUnavailable
from agentflow_core.models.base import Dialect
from agentflow_core.models.local.adapters import Switched, View
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

QUANTISED = ("int8", "nf4")


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
    switched: Switched | None = None
    """What adapters can be loaded into; None where the weights are another's."""
    layers: int = 0


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
    path = str(folder) if folder.is_dir() else source
    with _explained(source, "not a causal language model"):
        return _load(path, source, dialect, where, dtype)


def adapted(base: Weights, adapter: str) -> Weights:
    """The same weights with a LoRA adapter on, from a folder or the Hub; `base` answers as before. Raises as `load`."""
    assert base.switched is not None
    folder = Path(adapter).expanduser()
    if _is_path(adapter) and not (folder / "adapter_config.json").is_file():
        raise ModelRefused(
            f"no adapter in {adapter}: the folder does not exist or has no adapter_config.json; check the path"
        )
    with _explained(adapter, "an adapter of another model"):
        name = base.switched.load(str(folder) if folder.is_dir() else adapter)
    view = View(base.switched, name)
    return replace(base, new_batch=lambda: PaddedBatch(view, base.layers))


@contextmanager
def _explained(source: str, otherwise: str) -> Iterator[None]:
    """Turns what loaders raise into one line with a way out."""
    try:
        yield
    except _BROKEN as error:
        if _is_no_name(error):
            raise ModelRefused(
                f"the Hub has no model {source!r} that you may load: check its spelling, or ask for access if it is "
                "gated; a folder is written as a path, such as ./folder"
            ) from error
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        if Path(source).expanduser().is_dir():
            way_out = f"the folder is incomplete or corrupt, or {otherwise}: fetch or save it again"
        else:
            way_out = "if this is a Hub name, check its spelling, your network and your access; else give a folder"
        raise ModelUnavailable(f"cannot load {source}: {first_line} ({way_out})") from error


def _load(path: str, source: str, dialect: Dialect, device: str, dtype: str) -> Weights:
    how: dict[str, Any] = _quantised(dtype, device) or {"dtype": _dtype(dtype, device)}
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    config = AutoConfig.from_pretrained(path)
    text_config = config.get_text_config(decoder=True)
    _refuse_recurrent(text_config, source)
    tokenizer = AutoTokenizer.from_pretrained(path)
    loaded: Any = AutoModelForCausalLM.from_pretrained(path, **how, output_loading_info=True)
    model, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ModelUnavailable(
            f"cannot use {source}: its weight file lacks {len(missing)} tensors (first: {missing[0]}); "
            "the download is incomplete or belongs to another configuration"
        )
    model.eval().requires_grad_(False)
    if dtype not in QUANTISED:  # what bitsandbytes made lies on its device already
        model.to(device)
    switched = Switched(model)
    ends = _ends(model, tokenizer)
    if not ends:
        raise ModelRefused(f"{source} names no end-of-sequence token: set eos_token_id in its generation_config.json")
    return Weights(
        new_batch=_batches(switched, text_config.num_hidden_layers, dtype in QUANTISED),
        codec=Codec(tokenizer, dialect, source),
        ends=ends,
        silent=ends | ({tokenizer.pad_token_id} if tokenizer.pad_token_id is not None else set()),
        context=int(text_config.max_position_embeddings),
        switched=switched,
        layers=text_config.num_hidden_layers,
    )


def _batches(switched: Switched, layers: int, quantised: bool) -> Callable[[], Batch]:
    if SmallQwen2.fits(switched.model) and not quantised:
        small = SmallQwen2(switched.model)
        return lambda: SequenceBatch(small)
    view = View(switched, None)
    return lambda: PaddedBatch(view, layers)


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


def _quantised(dtype: str, device: str) -> dict[str, Any] | None:
    """How to load weights of 8 or 4 bits, or None where that is not asked for."""
    if dtype not in QUANTISED:
        return None
    if find_spec("bitsandbytes") is None:
        raise ModelRefused(
            f"dtype={dtype} needs the package bitsandbytes: `pip install bitsandbytes`, then try again; without it "
            "use dtype=bfloat16"
        )
    config = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_8bit=dtype == "int8",
        load_in_4bit=dtype == "nf4",
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return {"quantization_config": config, "device_map": {"": device}}


def _dtype(name: str, device: str) -> torch.dtype | str:
    if name == "auto":
        return torch.float32 if device == "cpu" else "auto"
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if name not in known:
        raise ModelRefused(f"unknown dtype {name!r}: use auto, {', '.join((*known, *QUANTISED))}")
    return known[name]
