"""vLLM's server on a CPU with adapters, and one correction to it.

Its CPU operations read the index that says "no adapter", -1, as the last adapter: a call of the base that shares a
batch with one of an adapter is answered by both, without a word (vllm-project/vllm#48421, open for 0.32.0; its
GPU kernels are right). Here such tokens add nothing. Goes when the pinned release has the correction.
"""

import runpy
from typing import Any

SERVER = "vllm.entrypoints.openai.api_server"


def correct() -> None:
    """Keeps tokens without an adapter out of the first of the two products by which adapters work."""
    from vllm.lora.ops.torch_ops import lora_ops
    from vllm.lora.punica_wrapper import punica_cpu

    shrink = lora_ops.bgmv_shrink

    def corrected(inputs: Any, weights: Any, output: Any, indices: Any, scaling: float = 1.0) -> None:
        shrink(inputs * (indices >= 0)[:, None], weights, output, indices, scaling)

    lora_ops.bgmv_shrink = punica_cpu.bgmv_shrink = corrected


correct()  # at import: the process that computes is another one, which imports its parent's main module first
if __name__ == "__main__":
    runpy.run_module(SERVER, run_name="__main__")
