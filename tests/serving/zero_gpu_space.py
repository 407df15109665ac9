"""`app.py` as a ZeroGPU Space runs it, on a machine without a GPU: the weights stay where they are when it is lent.

The package `spaces` is the real one: it imitates CUDA in this process, schedules, forks, and carries what is yielded.
Only its three steps onto the GPU itself have nowhere to go.
"""

from typing import Any

import torch

# A build for CPUs lacks what `spaces` reads of one for CUDA, only to put something else in its place.
torch.version.cuda = torch.version.cuda or "13.0"
torch._C._cuda_init = getattr(torch._C, "_cuda_init", None)
torch.cuda._is_in_bad_fork = bool  # called in another process: a lambda would not get there

import spaces  # noqa: E402
from spaces.zero import torch as gpu  # noqa: E402
from spaces.zero.torch import patching  # noqa: E402

import app  # noqa: E402


def stay(callback: Any = None) -> None:
    """Instead of a copy to the GPU that was lent."""
    for imitated, original in patching.cuda_aliases.items():
        imitated.data = original


gpu.init = lambda uuid: None
gpu.move = stay
gpu.pack = lambda: 0  # from memory to a file that is faster to read into a GPU

if __name__ == "__main__":
    assert spaces.config.Config.zero_gpu
    app.main()
