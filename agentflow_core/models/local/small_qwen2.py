"""The forward pass of a small Qwen2 on a CPU, stripped to its matrices and run outside Python's lock.

For a model of a few million parameters the general implementation spends three quarters of a one-token pass between
the matrices. Here all tokens of all rows are one packed list, projections that read the same input are one matrix,
norm weights are multiplied into the matrix that follows, rotary positions are one complex product, and the last tokens
of all rows look at their pasts in one operation. It is TorchScript, which needs no compiler on the machine: parts of a
batch run on several cores that meet once a pass, not once an operation. Same results up to rounding; the tests hold it
to transformers' own.
"""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy
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
    """Rows `first`, `first` + 1, ... of the memory, computed together: each is fed its `earlier` tokens, then those
    whose logits are wanted, its `lasts`, after the `lengths` tokens that the memory has of it."""

    first: int
    lasts: list[list[int]]
    earlier: list[list[int]]
    lengths: list[int]


def _normed(x: Tensor, eps: float) -> Tensor:
    """x / |x|; the root of the width and the norm's weights are in the matrix that follows."""
    scale: Tensor = torch.linalg.vecdot(x, x).add_(eps).rsqrt_()
    return x * scale[:, None]


def _tokens(part: Part) -> tuple[list[int], list[int], list[int]]:
    """The packed tokens, their positions and rows: all rows' last tokens first, then all earlier ones."""
    ids: list[int] = []
    positions: list[int] = []
    rows: list[int] = []
    for row, lasts in enumerate(part.lasts):
        begin = part.lengths[row] + len(part.earlier[row])
        for place, token in enumerate(lasts):
            ids.append(token)
            positions.append(begin + place)
            rows.append(row)
    for row, earlier in enumerate(part.earlier):
        for place, token in enumerate(earlier):
            ids.append(token)
            positions.append(part.lengths[row] + place)
            rows.append(row)
    return ids, positions, rows


def _squares(part: Part) -> tuple[int, list[int]]:
    """Rows of last tokens as one rectangle: its width, and the square of each token."""
    width = 0
    for lasts in part.lasts:
        width = max(width, len(lasts))
    squares: list[int] = []
    for row, lasts in enumerate(part.lasts):
        for place in range(len(lasts)):
            squares.append(row * width + place)
    return width, squares


def _logits(net: Net, memory: Tensor, part: Part) -> Tensor:
    """Of each row's last tokens, [tokens, vocabulary]. Writes keys and values of all tokens to the memory."""
    rows = len(part.lasts)
    ids, positions, owners = _tokens(part)
    width, squares = _squares(part)
    count = len(squares)
    full = count == rows * width
    square = torch.tensor(squares)
    places = torch.tensor(positions)
    turns = net.turns[places]
    known = memory.narrow(1, part.first, rows)
    columns = known.shape[2]
    cells = torch.tensor(owners).add_(part.first).mul_(columns).add_(places)
    kv_heads, heads = net.kv_heads, net.heads
    shared = heads // kv_heads
    ends = torch.zeros([rows * width], dtype=torch.long).index_copy_(0, square, places[:count])
    seen = torch.arange(max(positions[:count]) + 1)
    mask = torch.zeros([rows * width, seen.shape[0]]).masked_fill_(seen > ends[:, None], float("-inf"))
    if shared > 1:
        mask = mask.repeat_interleave(shared, 0)
    mask = mask.view(rows, 1, width * shared, -1)
    known = known.narrow(2, 0, mask.shape[3]).transpose(2, 3)
    x = functional.embedding(torch.tensor(ids), net.embedding)
    for number, layer in enumerate(net.layers):
        qkv = torch.addmm(layer.qkv_bias, _normed(x, net.eps), layer.qkv)
        qkv = qkv.view(len(ids), heads + 2 * kv_heads, -1)
        pairs = qkv.view(len(ids), heads + 2 * kv_heads, -1, 2)[:, : heads + kv_heads]
        torch.view_as_complex(pairs).mul_(turns)
        memory[number].flatten(0, 1).index_copy_(0, cells, qkv[:, heads:])
        keys, values = known[number].chunk(2, 1)
        queries = qkv[:count, :heads]
        if not full:
            queries = torch.zeros([rows * width, heads, qkv.shape[2]]).index_copy_(0, square, queries)
        # All query heads of a token that share keys are to the kernel as well several tokens of one head.
        queries = queries.reshape(rows, width, kv_heads, shared, -1).transpose(1, 2).flatten(2, 3)
        answers = functional.scaled_dot_product_attention(queries, keys, values, mask)
        attended = answers.reshape(rows, kv_heads, width, -1).transpose(1, 2).reshape(rows * width, -1)
        if not full:
            attended = attended[square]
        if len(ids) > count:
            if number + 1 < len(net.layers):
                attended = torch.cat([attended, _earlier(qkv[count:, :heads], keys, values, part)])
            else:
                x = x[:count]  # what follows keys and values is of no use in the last layer
        x = torch.addmm(x, attended, layer.out)
        gate, up = (_normed(x, net.eps) @ layer.gate_up).chunk(2, dim=-1)
        x = torch.addmm(x, functional.silu(gate).mul_(up), layer.down)
    return _normed(x, net.eps) @ net.head


def _earlier(queries: Tensor, keys: Tensor, values: Tensor, part: Part) -> Tensor:
    """What the earlier tokens see, [tokens, heads x head size]: each of its own row, up to itself."""
    answers: list[Tensor] = []
    begin = 0
    for row, earlier in enumerate(part.earlier):
        count = len(earlier)
        if count > 0:
            end = part.lengths[row] + count
            mask = torch.full([count, end], float("-inf")).triu_(part.lengths[row] + 1)
            own = queries.narrow(0, begin, count).transpose(0, 1)[None]
            seen = (keys[row, :, :end][None], values[row, :, :end][None])
            answer = functional.scaled_dot_product_attention(own, seen[0], seen[1], mask, enable_gqa=True)
            answers.append(answer[0].transpose(0, 1).flatten(1))
            begin += count
    return torch.cat(answers)


def _together(net: Net, memory: Tensor, parts: list[Part]) -> Tensor:
    """Logits of all parts, which are computed at the same time."""
    others = [torch.jit.fork(_logits, net, memory, part) for part in parts[1:]]  # type: ignore[no-untyped-call]
    logits = [_logits(net, memory, parts[0])]
    for other in others:
        logits.append(torch.jit.wait(other))  # type: ignore[no-untyped-call]
    return torch.cat(logits)


@cache
def _compiled() -> Callable[[Net, Tensor, list[Part]], Tensor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what succeeds it needs a C++ compiler at run time
        script: Callable[[Net, Tensor, list[Part]], Tensor] = torch.jit.script(_together)
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
        memory = self.memory(2, 2)
        for _ in range(2):
            self.logits(memory, [Part(row, [[0]], [[0]], [0]) for row in range(2)])

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

    def memory(self, rows: int, columns: int) -> Tensor:
        """Room for keys and values, [layers, rows, columns, keys' heads then values' heads, head size].

        Zeros, since what is masked must still be a number; from calloc, so that memory is taken when it is written.
        """
        shape = (len(self._net.layers), rows, columns, 2 * self._net.kv_heads, self._size)
        return torch.from_numpy(numpy.zeros(shape, dtype=numpy.float32))

    def logits(self, memory: Tensor, parts: list[Part]) -> Tensor:
        """Of each row's last tokens, [tokens, vocabulary]; the memory gets keys and values of all that was fed."""
        use_one_thread()
        return _compiled()(self._net, memory, parts)


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
