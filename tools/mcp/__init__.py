"""Tools of MCP servers in the toolbox: the operator names the servers, the planner sees their tools like any other."""

from tools.mcp.config import McpError, read_config
from tools.mcp.hub import Hub, shared_hub

__all__ = ["Hub", "McpError", "read_config", "shared_hub"]
