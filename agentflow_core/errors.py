"""Every error the engine raises, and whose fault it is.

    AgentFlowError
    ├── BadInput               the user's: empty question, unknown tool, corrupt import, unreadable role string
    ├── PolicyError            the model's: scored as a failure, shown, never retried for free
    │   └── ParseFailure       raw text that is no action; names the field
    └── InfraError             the world's: retried, resumable, never scored as wrong
        ├── ModelUnavailable   no connection, 429 or 5xx after all retries, weights that cannot be loaded
        ├── ModelRefused       wrong key, unknown model name, a request that the server rejects
        ├── ContextOverflow    the prompt does not fit the model's context
        ├── StoreError         the run store cannot be read or written
        └── CollectorError     an OpenTelemetry collector did not take a run

Each message says what happened, to which input, and what to do next.
"""


class AgentFlowError(Exception):
    """Base of all errors raised on purpose."""


class BadInput(AgentFlowError):
    """The user's input cannot be used."""


class PolicyError(AgentFlowError):
    """The model did something wrong: it counts as the flow's failure."""


class ParseFailure(PolicyError):
    """Raw model text that does not give the wanted action; `field` is the part that is missing or wrong."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class InfraError(AgentFlowError):
    """The world failed, not the model."""


class ModelUnavailable(InfraError):
    """The model cannot be reached or loaded now."""


class ModelRefused(InfraError):
    """The server answered and will not serve this request."""


class ContextOverflow(InfraError):
    """The prompt is longer than the model's context."""


class StoreError(InfraError):
    """The run store cannot be read or written."""


class CollectorError(InfraError):
    """An OpenTelemetry collector did not take a run."""
