"""Language models: one contract (`base`) and its backends.

Importing this package imports neither torch nor openai; a backend's library is imported when it is first used.
"""

from agentflow_core.models.base import Capabilities, Completion, Dialect, LanguageModel, Message, Sampling, TextDelta
from agentflow_core.models.openai_model import OpenAIModel
from agentflow_core.models.pool import ModelPool, build
from agentflow_core.models.roles import ModelSpec, parse_role
from agentflow_core.models.scripted import ScriptedModel
from agentflow_core.models.transformers_model import TransformersModel

__all__ = [
    "Capabilities",
    "Completion",
    "Dialect",
    "LanguageModel",
    "Message",
    "ModelPool",
    "ModelSpec",
    "OpenAIModel",
    "Sampling",
    "ScriptedModel",
    "TextDelta",
    "TransformersModel",
    "build",
    "parse_role",
]
