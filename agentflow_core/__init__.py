"""AgentFlow's engine: four agents over one evolving memory, as an append-only log of typed events.

from agentflow_core import Settings, assemble

flow = assemble(Settings.load())
async for event in flow.run("What is the capital of France?"):
    print(event.type)
"""

from agentflow_core.assemble import assemble, shared_pool
from agentflow_core.control import Breakpoint, Control
from agentflow_core.errors import BadInput
from agentflow_core.events import EVENT, Budget, Event
from agentflow_core.flow import AgentFlow
from agentflow_core.settings import Settings
from agentflow_core.state import FlowState, rewind
from agentflow_core.store import RunStore, new_run_id, read_document

__all__ = [
    "EVENT",
    "AgentFlow",
    "BadInput",
    "Breakpoint",
    "Budget",
    "Control",
    "Event",
    "FlowState",
    "RunStore",
    "Settings",
    "assemble",
    "new_run_id",
    "read_document",
    "rewind",
    "shared_pool",
]
