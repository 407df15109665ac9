"""The race: one question, two planners, started together; everything else about the two runs is the same."""

from dataclasses import replace
from typing import Any

from agentflow_core.errors import AgentFlowError
from demo.handlers import Handlers, chosen_options

RACERS = (("untrained", "pocket:base"), ("trained", "pocket"))
"""What Flow-GRPO began with, and what it made of it."""


class Races:
    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    async def start(self, question: Any, *chosen: Any, visitor: str = "") -> dict[str, Any]:
        """Starts both runs with the page's fields but for the planner: `{race: {question, runs}}`.

        Where only one could be started (a limit was reached), it is stopped again and the reason is said.
        """
        text = question if isinstance(question, str) else ""
        started = []
        try:
            for name, planner in RACERS:
                options = chosen_options(*chosen)
                options = replace(
                    options,
                    models={**options.models, "planner": planner},
                    keys={role: key for role, key in options.keys.items() if role != "planner"},
                )
                run = await self._handlers.start(text, options, visitor)
                started.append((run, {"run": run.token, "key": run.key, "name": name, "planner": planner}))
        except AgentFlowError as error:
            for run, _ in started:
                run.control.stop()
            return {"problem": str(error)}
        return {"race": {"question": text.strip(), "runs": [told for _, told in started]}}
