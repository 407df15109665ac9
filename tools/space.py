"""Whether this is a public Hugging Face Space, where strangers ask: stricter defaults hold there."""

import os


def on_a_space() -> bool:
    """A Space sets this variable for what it runs."""
    return "SPACE_ID" in os.environ
