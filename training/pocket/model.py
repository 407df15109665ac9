"""The Pocket model: a small Qwen2, started with induction heads so that copying need not be discovered."""

import copy
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from transformers import Qwen2Config, Qwen2ForCausalLM

ROPE_THETA = 1e6
FEW_SHAPES = 256
"""Counts of targets are filled up to multiples of this: kernels are cached by shape, and memory grows with them."""


@dataclass(frozen=True)
class Size:
    """Widths of the network; heads are `width / heads` wide, 64 by default so that servers have a kernel for it."""

    width: int = 192
    layers: int = 5
    heads: int = 3
    hidden: int = 512
    positions: int = 2048


def make(vocabulary: int, end: int, pad: int, size: Size, seed: int) -> Qwen2ForCausalLM:
    """A new model, the same for the same seed."""
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.heads,
        intermediate_size=size.hidden,
        max_position_embeddings=size.positions,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_THETA},
        initializer_range=0.02,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=pad,
    )
    config.agentflow_dialect = "pocket"
    model = Qwen2ForCausalLM(config)  # type: ignore[no-untyped-call]
    _start_induction(model)
    return model


@torch.no_grad()
def _start_induction(model: Qwen2ForCausalLM) -> None:
    """Two heads that look one and two tokens back, and two in the next layer that match what they carried.

    Layer 0: a bias on queries and keys, turned by the rotary angle of one or two positions, attends to a fixed offset
    whatever the token; its output is written to subspaces W1 and W2. Layer 1: queries read the current token (P) and
    the previous one (W1), keys read W1 and W2, so a head attends to what followed these two tokens when they came last.
    The fast rotary dimensions stay out of the match, they would tie it to a distance.
    """
    config = model.config
    width, heads = config.hidden_size, config.num_attention_heads
    size, half = width // heads, width // heads // 2
    if heads < 2 or width < 3 * size or config.num_hidden_layers < 2:
        return
    first, second = model.model.layers[0].self_attn, model.model.layers[1].self_attn
    frequency = 1 / (ROPE_THETA ** (torch.arange(0, size, 2).float() / size))
    basis, _ = torch.linalg.qr(torch.randn(width, width))
    token, carried = basis[:, :size].T, (basis[:, size : 2 * size].T, basis[:, 2 * size : 3 * size].T)
    strength = 5.0 * size**-0.25
    for back in (1, 2):
        rows = slice((back - 1) * size, back * size)
        key, query = torch.zeros(size), torch.zeros(size)
        key[:half] = strength
        query[:half] = strength * (frequency * -back).cos()
        query[half:] = strength * (frequency * -back).sin()
        first.q_proj.weight[rows] *= 0.1
        first.k_proj.weight[rows] *= 0.1
        first.q_proj.bias[rows] = query
        first.k_proj.bias[rows] = key
        first.v_proj.weight[rows] = token * 0.5
        first.o_proj.weight[:, rows] = carried[back - 1].T * 0.1
    slow = (frequency < 0.003).nonzero()[:, 0]
    middle = math.floor(len(slow) / 2)
    parts = [torch.cat([part, part + half]) for part in (slow[:middle], slow[middle : 2 * middle])]
    for head, (here, before) in enumerate((parts, parts[::-1])):
        rows = slice(head * size, (head + 1) * size)
        query_weight, key_weight = torch.randn(size, width) * 0.01, torch.randn(size, width) * 0.01
        query_weight[here], key_weight[here] = token[here] * 1.5, carried[0][here] * 1.5
        query_weight[before], key_weight[before] = carried[0][before] * 1.5, carried[1][before] * 1.5
        second.q_proj.weight[rows] = query_weight
        second.k_proj.weight[rows] = key_weight


def target_logits(model: Qwen2ForCausalLM, ids_BT: torch.Tensor, targets_BT: torch.Tensor) -> torch.Tensor:
    """Logits [N, vocabulary] at the N positions that predict a target; rows are padded on the right, so no mask."""
    hidden = model.model(input_ids=ids_BT, use_cache=False).last_hidden_state
    chosen_ND = hidden[:, :-1][targets_BT[:, 1:]]
    count = len(chosen_ND)
    filled_ND = F.pad(chosen_ND, (0, 0, 0, -count % FEW_SHAPES))
    logits_NV: torch.Tensor = (filled_ND @ model.lm_head.weight.T)[:count]
    return logits_NV


def untied(model: Qwen2ForCausalLM) -> Qwen2ForCausalLM:
    """A copy whose output layer is a matrix of its own, equal to the embeddings.

    Training shares the two, which helps copying; servers reload separate ones more reliably.
    """
    config = copy.deepcopy(model.config)
    config.tie_word_embeddings = False
    separate = Qwen2ForCausalLM(config)  # type: ignore[no-untyped-call]
    separate.load_state_dict(model.state_dict())
    return separate
