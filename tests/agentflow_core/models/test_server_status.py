"""What a server says of itself, over a real socket; a key goes to the API only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agentflow_core.errors import ModelRefused, ModelUnavailable
from agentflow_core.models.server_status import server_status

METRICS = """# HELP vllm:num_requests_running Requests in execution.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="tiny"} 3.0
vllm:num_requests_waiting{engine="0",model_name="tiny"} 2.0
vllm:prefix_cache_queries_total{engine="0",model_name="tiny"} 1000.0
vllm:prefix_cache_queries_total{engine="1",model_name="tiny"} 1.0e3
vllm:prefix_cache_hits_total{engine="0",model_name="tiny"} 750.0
vllm:odd{quoted="a } b"} NaN
"""
MODELS = '{"object": "list", "data": [{"id": "tiny", "object": "model"}, {"id": "planner", "object": "model"}]}'


@asynccontextmanager
async def served(answers: dict[str, tuple[int, str]], seen: list[tuple[str, bool]]) -> AsyncIterator[str]:
    """A server with these answers by path; `seen` gets each path and whether it came with a key."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).decode().split()[1]
        headers = b""
        while (line := await reader.readline()).strip():
            headers += line
        seen.append((path, b"canary" in headers))
        status, body = answers.get(path, (404, "no such path"))
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def test_models_queue_and_cache_are_told_over_all_engines() -> None:
    seen: list[tuple[str, bool]] = []
    async with served({"/v1/models": (200, MODELS), "/metrics": (200, METRICS)}, seen) as url:
        status = await server_status(url, "canary")
    assert status.models == ("tiny", "planner")
    assert (status.running, status.waiting) == (3, 2)
    assert (status.prompt_tokens, status.cached_tokens) == (2000, 750)
    assert seen == [("/v1/models", True), ("/metrics", False)]


async def test_a_server_without_metrics_tells_its_models() -> None:
    async with served({"/v1/models": (200, MODELS)}, []) as url:
        status = await server_status(f"{url}/")
    assert status.models == ("tiny", "planner") and status.running is None and status.cached_tokens is None


async def test_failures_name_the_server_and_the_way_out() -> None:
    with pytest.raises(ModelUnavailable, match=r"no model server answers at http://127\.0\.0\.1:9/v1"):
        await server_status("http://127.0.0.1:9/v1")
    async with served({"/v1/models": (401, "{}")}, []) as url:
        with pytest.raises(ModelRefused, match="AGENTFLOW_API_KEY"):
            await server_status(url, "canary")
    async with served({"/v1/models": (200, "<html>")}, []) as url:
        with pytest.raises(ModelUnavailable, match="no list of models"):
            await server_status(url)
