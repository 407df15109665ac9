"""The forward pass of a small Qwen2 on a CPU, stripped to its matrices and run outside Python's lock.

For a model of a few million parameters the general implementation spends three quarters of a one-token pass between
the matrices. Here all tokens of all rows are one packed list, projections that read the same input are one matrix,
norm weights are multiplied into the matrix that follows, rotary positions are one complex product. It is TorchScript,
which needs no compiler on the machine: parts of a batch run on several cores that meet once a pass, not once an
operation. Same results up to rounding; the tests hold it to transformers' own.
"""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from agentflow_core.models.local.threads import use_one_thread

_MOST_PARAMETERS = 20_000_000
"""Larger models are worth several threads for one token, and a second copy of their weights is no trifle."""


class Layer(NamedTuple):
    """Matrices are [in, out]."""

    qkv: Tensor
    qkv_bias: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


class Net(NamedTuple):
    layers: list[Layer]
    embedding: Tensor
    turns: Tensor
    """Rotation of each position, [positions, 1, half a head], complex."""
    head: Tensor
    heads: int
    kv_heads: int
    eps: float


class Part(NamedTuple):
    """Rows of a batch that are computed together. Row i is `counts[i]` of the packed tokens, after `lengths[i]`
    earlier ones whose keys and values are in `caches[i]`, [layers, keys then values, columns, head size]."""

    ids: list[int]
    counts: list[int]
    lengths: list[int]
    caches: list[Tensor]


def _normed(x: Tensor, eps: float) -> Tensor:
    """x / |x|; the root of the width and the norm's weights are in the matrix that follows."""
    scale: Tensor = torch.linalg.vecdot(x, x).add_(eps).rsqrt_()
    return x * scale[:, None]


class _Row(NamedTuple):
    """Views of a row's cache, one for each layer and cut once a pass: what it sees, [1, heads, tokens, head size]."""

    keys: list[Tensor]
    values: list[Tensor]
    own: list[Tensor]
    """Where keys and values of the tokens that are fed go, [keys then values, tokens, head size]."""
    mask: Tensor | None


def _row(cache: Tensor, length: int, count: int, kv_heads: int) -> _Row:
    end = length + count
    known = cache[None].narrow(3, 0, end)
    mask: Tensor | None = None
    if count > 1:
        mask = torch.full([count, end], float("-inf")).triu_(length + 1)
    return _Row(
        list(known.narrow(2, 0, kv_heads).unbind(1)),
        list(known.narrow(2, kv_heads, kv_heads).unbind(1)),
        list(cache.narrow(2, length, count).unbind(0)),
        mask,
    )


def _attended(qkv: Tensor, rows: list[_Row], counts: list[int], layer: int, heads: int, grouped: bool) -> Tensor:
    """Writes keys and values to the caches; what each token sees, [tokens, heads x head size]."""
    by_head = qkv.transpose(0, 1)
    queries = by_head[None, :heads].split_with_sizes(counts, 2)
    own = by_head[heads:].split_with_sizes(counts, 1)
    answers: list[Tensor] = []
    for number, row in enumerate(rows):
        row.own[layer].copy_(own[number])
        answer = functional.scaled_dot_product_attention(
            queries[number], row.keys[layer], row.values[layer], row.mask, enable_gqa=grouped
        )
        answers.append(answer.transpose(1, 2))
    return torch.cat(answers, 1)[0].flatten(1)


def _logits(net: Net, part: Part) -> Tensor:
    """Of each row's last token, [rows, vocabulary]."""
    positions: list[int] = []
    lasts: list[int] = []
    rows: list[_Row] = []
    for row, count in enumerate(part.counts):
        length = part.lengths[row]
        rows.append(_row(part.caches[row], length, count, net.kv_heads))
        for position in range(length, length + count):
            positions.append(position)
        lasts.append(len(positions) - 1)
    turns = net.turns[torch.tensor(positions)]
    x = functional.embedding(torch.tensor(part.ids), net.embedding)
    turned, grouped = net.heads + net.kv_heads, net.heads != net.kv_heads
    for number, layer in enumerate(net.layers):
        qkv = torch.addmm(layer.qkv_bias, _normed(x, net.eps), layer.qkv)
        qkv = qkv.view(len(part.ids), turned + net.kv_heads, -1)
        pairs = qkv.view(len(part.ids), turned + net.kv_heads, -1, 2)[:, :turned]
        torch.view_as_complex(pairs).mul_(turns)
        x = torch.addmm(x, _attended(qkv, rows, part.counts, number, net.heads, grouped), layer.out)
        gate, up = (_normed(x, net.eps) @ layer.gate_up).chunk(2, dim=-1)
        x = torch.addmm(x, functional.silu(gate).mul_(up), layer.down)
    return _normed(x[torch.tensor(lasts)], net.eps) @ net.head


def _together(net: Net, parts: list[Part]) -> Tensor:
    """Logits of all rows; the parts are computed at the same time."""
    others = [torch.jit.fork(_logits, net, part) for part in parts[1:]]  # type: ignore[no-untyped-call]
    logits = [_logits(net, parts[0])]
    for other in others:
        logits.append(torch.jit.wait(other))  # type: ignore[no-untyped-call]
    return torch.cat(logits)


@cache
def _compiled() -> Callable[[Net, list[Part]], Tensor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what succeeds it needs a C++ compiler at run time
        script: Callable[[Net, list[Part]], Tensor] = torch.jit.script(_together)
    return script


class SmallQwen2:
    """Takes a copy of the model's weights: what happens to the model afterwards is not seen here."""

    def __init__(self, model: Any) -> None:
        config = model.config
        angles = torch.outer(torch.arange(config.max_position_embeddings), model.model.rotary_emb.inv_freq)
        self._net = Net(
            layers=[_packed(layer) for layer in model.model.layers],
            embedding=model.get_input_embeddings().weight,
            turns=torch.polar(torch.ones_like(angles), angles)[:, None],
            head=_after_norm(model.model.norm, model.lm_head.weight),
            heads=config.num_attention_heads,
            kv_heads=config.num_key_value_heads,
            eps=config.rms_norm_eps * config.hidden_size,
        )
        self._size = int(model.model.layers[0].self_attn.head_dim)
        self._warm_up()

    @torch.inference_mode()
    def _warm_up(self) -> None:
        """TorchScript looks at two passes before it settles; the first caller shall not wait for that."""
        for _ in range(2):
            self.logits([Part(ids=[0], counts=[1], lengths=[0], caches=[self.new_cache(1)]) for _ in range(2)])

    @staticmethod
    def fits(model: Any) -> bool:
        """Whether this class computes what the model does, and is worth it."""
        config = model.config
        return (
            type(model) is Qwen2ForCausalLM
            and model.device.type == "cpu"
            and model.dtype == torch.float32
            and model.num_parameters() <= _MOST_PARAMETERS
            and config.hidden_act == "silu"
            and config.rope_parameters["rope_type"] == "default"
            and set(config.layer_types) == {"full_attention"}
        )

    def new_cache(self, columns: int) -> Tensor:
        """Room for the keys and values of one row."""
        return torch.empty(len(self._net.layers), 2 * self._net.kv_heads, columns, self._size)

    def logits(self, parts: list[Part]) -> Tensor:
        """Of each row's last token, [rows, vocabulary]; the caches get the keys and values of what was fed."""
        use_one_thread()
        return _compiled()(self._net, parts)


def _packed(layer: Any) -> Layer:
    attention, mlp = layer.self_attn, layer.mlp
    weights = [_paired(p.weight, attention.head_dim) for p in (attention.q_proj, attention.k_proj)]
    biases = [_paired(p.bias, attention.head_dim) for p in (attention.q_proj, attention.k_proj)]
    return Layer(
        qkv=_after_norm(layer.input_layernorm, torch.cat([*weights, attention.v_proj.weight])),
        qkv_bias=torch.cat([*biases, attention.v_proj.bias]),
        out=attention.o_proj.weight.t().contiguous(),
        gate_up=_after_norm(layer.post_attention_layernorm, torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight])),
        down=mlp.down_proj.weight.t().contiguous(),
    )


def _paired(projection: Tensor, size: int) -> Tensor:
    """Puts side by side the outputs i and i + size / 2 of each head, which rotary positions turn as one number.

    Scores do not depend on the order within a head as long as queries and keys share it.
    """
    heads = projection.view(-1, 2, size // 2, *projection.shape[1:])
    return heads.transpose(1, 2).flatten(0, 2)


def _after_norm(norm: Any, matrix: Tensor) -> Tensor:
    """The matrix [out, in] that follows a norm, as [in, out] for what `_normed` gives."""
    weighted: Tensor = matrix * (norm.weight * matrix.shape[1] ** 0.5)
    return weighted.t().contiguous()
