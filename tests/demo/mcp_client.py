"""A real MCP client of a running page, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


@asynccontextmanager
async def mcp_client(address: str) -> AsyncIterator[ClientSession]:
    async with (
        streamable_http_client(address + "gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session
