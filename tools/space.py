"""Whether this is a public Hugging Face Space, where strangers ask: stricter defaults hold there."""

import os


def on_a_space() -> bool:
    """A Space sets this variable for what it runs."""
    return "SPACE_ID" in os.environ


def on_zero_gpu() -> bool:
    """Whether the Space has no GPU of its own and borrows one for a function (https://huggingface.co/docs/hub/spaces-zerogpu)."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
