"""The planner's weights: what is trained, what it is held against, and what flows sample from.

Log-probabilities are computed at the positions of actions only, in length-sorted rows padded on the right, where a
causal model needs no mask.
"""

import copy
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from agentflow_core.errors import BadInput
from agentflow_core.models import Dialect
from agentflow_core.models.local.batch import Batch, PaddedBatch
from agentflow_core.models.local.codec import Codec
from agentflow_core.models.local.sequences import SequenceBatch
from agentflow_core.models.local.small_qwen2 import SmallQwen2
from agentflow_core.models.local.weights import Weights
from training.config import Lora, Planner
from training.flow_grpo import Action, Sample, Tokens
from training.packing import Row


@dataclass(frozen=True)
class Scores:
    """Of the action tokens of some rows, in the order of rows, their samples, their tokens."""

    logprobs_N: Tensor
    entropy_N: Tensor


class Policy:
    """The planner in training. `autocast` wraps its forward passes, those of the sampler too, and no other model's."""

    def __init__(
        self,
        config: Planner,
        device: torch.device,
        autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self.config, self.device, self._autocast = config, device, autocast
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.tokenizer: Any = AutoTokenizer.from_pretrained(config.model)
        base: Any = AutoModelForCausalLM.from_pretrained(config.model, dtype=getattr(torch, config.dtype))
        self.dialect: Dialect = "pocket" if getattr(base.config, "agentflow_dialect", None) == "pocket" else "chat"
        self.codec = Codec(self.tokenizer, self.dialect, config.model)
        self.ends = _ends(base, self.tokenizer)
        self.context = int(base.config.max_position_embeddings)
        self._reference: Any = None
        if config.lora is not None:
            self.model = _with_adapter(base, config.lora).to(device)
        else:
            self.model = base.to(device)
            self._reference = copy.deepcopy(self.model).eval().requires_grad_(False)
        if config.gradient_checkpointing:
            self.model.gradient_checkpointing_enable()
            self.model.enable_input_require_grads()
        self.model.eval()

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        """Those that are trained, in a fixed order."""
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    def state(self) -> dict[str, Tensor]:
        """What training changes, by name."""
        return {name: p.detach().cpu() for name, p in self.model.named_parameters() if p.requires_grad}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Raises `BadInput` where `state` is another model's."""
        named = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        if named.keys() != state.keys() or any(named[name].shape != value.shape for name, value in state.items()):
            raise BadInput(
                f"the checkpoint holds other weights than {self.config.model}: resume with the run's own config"
            )
        with torch.no_grad():
            for name, value in state.items():
                named[name].copy_(value)

    def reference_state(self) -> dict[str, Tensor]:
        """The reference's weights where it is a model of its own; with LoRA it is the untouched base."""
        return {} if self._reference is None else dict(self._reference.named_parameters())

    def load_reference(self, state: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self.reference_state().items():
                parameter.copy_(state[name])

    def save(self, folder: Path) -> None:
        """As a folder that a role string can name: a whole model, into which an adapter is merged."""
        whole = self.model if self.config.lora is None else copy.deepcopy(self.model).merge_and_unload()
        whole.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def save_adapter(self, folder: Path) -> None:
        """The adapter alone, as peft and vLLM read it."""
        self.model.save_pretrained(folder, save_embedding_layers=False)

    def scores(self, rows: Sequence[Row]) -> Scores:
        """Under the policy, with gradient where that is on."""
        return self._scores(self.model, rows)

    @torch.no_grad()
    def logprobs(self, action: Action) -> list[float]:
        """Of an action's tokens as they are now, at the temperature that it was sampled at."""
        row = Row(action.prompt + action.tokens, (Sample(action, 0.0, 1.0),))
        found: list[float] = self._scores(self.model, [row]).logprobs_N.tolist()
        return found

    @torch.no_grad()
    def reference_logprobs(self, rows: Sequence[Row]) -> Tensor:
        if self._reference is not None:
            return self._scores(self._reference, rows).logprobs_N
        with self.model.disable_adapter():
            return self._scores(self.model, rows).logprobs_N

    def tokens(self, rows: Sequence[Row], new_N: Tensor, old_N: Tensor, reference_N: Tensor) -> Tokens:
        """All that the loss wants to know about the action tokens of these rows."""
        held = [sample for row in rows for sample in row.samples]
        lengths = torch.tensor([len(sample.action.tokens) for sample in held], device=self.device)

        def spread(values: list[float]) -> Tensor:
            return torch.tensor(values, device=self.device, dtype=new_N.dtype).repeat_interleave(lengths)

        sampled = [logprob for sample in held for logprob in sample.action.logprobs]
        return Tokens(
            new_N=new_N,
            old_N=old_N,
            sampler_N=torch.tensor(sampled, device=self.device, dtype=new_N.dtype),
            reference_N=reference_N,
            advantage_N=spread([sample.advantage for sample in held]),
            weight_N=spread([sample.weight for sample in held]),
        )

    def sampling_weights(self) -> Weights:
        """The weights as they are now, for a sampler; a later update is not seen there until it asks again."""
        model, layers = self.model, self.model.config.num_hidden_layers
        new_batch: Callable[[], Batch]
        if self._mixed:  # before the small one: under autocast it computes something else than the trainer
            new_batch = lambda: _Cast(PaddedBatch(model, layers), self._autocast)  # noqa: E731
        elif SmallQwen2.fits(model):
            with torch.no_grad():
                small = SmallQwen2(copy.deepcopy(model).requires_grad_(False))
            new_batch = lambda: SequenceBatch(small)  # noqa: E731
        else:
            new_batch = lambda: PaddedBatch(model, layers)  # noqa: E731
        pad = self.tokenizer.pad_token_id
        return Weights(
            new_batch=new_batch,
            codec=self.codec,
            ends=self.ends,
            silent=self.ends | ({pad} if pad is not None else set()),
            context=self.context,
        )

    @property
    def _mixed(self) -> bool:
        with self._autocast():
            return torch.is_autocast_enabled(self.device.type)

    def _scores(self, model: Any, rows: Sequence[Row]) -> Scores:
        width = max(len(row.ids) for row in rows)
        ids_BT = torch.tensor([[*row.ids, *[0] * (width - len(row.ids))] for row in rows], device=self.device)
        places = [(b, start, s) for b, row in enumerate(rows) for s in row.samples for start in [len(s.action.prompt)]]
        row_N = torch.tensor([b for b, _, s in places for _ in s.action.tokens], device=self.device)
        before = [start - 1 + j for _, start, s in places for j in range(len(s.action.tokens))]
        token_N = torch.tensor([t for _, _, s in places for t in s.action.tokens], device=self.device)
        heat_N = torch.tensor([s.action.temperature for _, _, s in places for _ in s.action.tokens], device=self.device)
        with self._autocast():
            bare = model.get_base_model() if self.config.lora is not None else model
            hidden_BTD = bare.get_decoder()(input_ids=ids_BT, use_cache=False).last_hidden_state
            logits_NV = bare.get_output_embeddings()(hidden_BTD[row_N, torch.tensor(before, device=self.device)])
        all_NV = (_wide(logits_NV) / heat_N.to(_wide(logits_NV).dtype)[:, None]).log_softmax(-1)
        with torch.no_grad():
            entropy_N = -(all_NV.exp() * all_NV).sum(-1)
        return Scores(all_NV.gather(1, token_N[:, None])[:, 0], entropy_N)


class _Cast:
    """A batch whose passes run under autocast, as the trainer's do."""

    def __init__(self, batch: Batch, autocast: Callable[[], AbstractContextManager[Any]]) -> None:
        self._batch, self._autocast = batch, autocast
        self.most_guesses = batch.most_guesses

    def join(self, prompt: list[int]) -> list[int]:
        with self._autocast():
            return self._batch.join(prompt)

    def step(self, feeds: list[list[int]], guesses: Sequence[Sequence[int]]) -> Tensor:
        with self._autocast():
            return self._batch.step(feeds, guesses)

    def take_back(self, row: int, tokens: int) -> None:
        self._batch.take_back(row, tokens)

    def reused(self, row: int) -> int:
        return self._batch.reused(row)

    def leave(self, row: int, fed: list[int]) -> None:
        self._batch.leave(row, fed)


def _wide(logits: Tensor) -> Tensor:
    """At least float32: a softmax over a vocabulary needs it."""
    return logits if logits.dtype == torch.float64 else logits.float()


def _with_adapter(base: Any, lora: Lora) -> Any:
    from peft import LoraConfig, get_peft_model

    settings = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=0.0, target_modules=list(lora.targets))
    return get_peft_model(base, settings)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Ids that end an answer. Raises `BadInput` where the model names none."""
    ids: set[int] = set()
    for value in (model.generation_config.eos_token_id, tokenizer.eos_token_id):
        ids.update(value if isinstance(value, list) else [] if value is None else [value])
    if not ids:
        raise BadInput("the planner's model names no end-of-sequence token: set eos_token_id in generation_config.json")
    return frozenset(ids)
