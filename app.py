"""Starts the page, here or on a Hugging Face Space: `python app.py`, then open the printed address."""

import logging
import os
import sys

from agentflow_core import Settings
from agentflow_core.errors import AgentFlowError
from demo.app import build_app, launch_options, load_models, open_store, warm_up
from tools.space import on_zero_gpu


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    port = os.environ.get("GRADIO_SERVER_PORT") or os.environ.get("PORT") or "7860"
    try:
        settings = Settings.load()
        if on_zero_gpu():
            from agentflow_core.models.local import zero_gpu  # noqa: F401  a Space that would borrow nothing is ended

            load_models(settings)  # before the page is up, and in this thread
        page = build_app(settings, store=open_store(settings))
        _, address, _ = page.launch(
            server_name=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
            server_port=int(port),
            prevent_thread_lock=True,
            **launch_options(),
        )
    except AgentFlowError as error:
        sys.exit(f"The page cannot start: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"The page cannot be served at port {port}: {error}\nChoose another one, for example PORT=7870.")
    logging.info("AgentFlow Live is at %s", address)
    warm_up(settings)
    page.block_thread()


if __name__ == "__main__":
    main()
