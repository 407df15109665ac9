"""An OpenAI-compatible server with canned answers and an exact latency, for measuring everything but the model.

`python -m benchmarks.stub_server [--latency-ms MS]` prints its port and serves on loopback until it is killed. The
question says how many turns the flow takes, and how long each tool's result is: "... [turns=3] [characters=4000] ...".
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FILLER = "The evidence gathered so far supports this statement and names the figures that matter. "
PLAN = "Justification: {filler}\nContext: the question\nSub-Goal: find part {turn}\nTool Name: base_generator"
RESULT = 600
"""Characters of a tool's result."""
PIECE = 24
"""Characters of one streamed chunk."""


def reply(messages: list[dict[str, str]]) -> str:
    """The text a role would write; the role is read off the instruction that comes last."""
    prompt = messages[-1]["content"]
    turns, characters = _asked("turns", prompt, 1), _asked("characters", prompt, RESULT)
    done = len(re.findall(r"^Turn \d+$", prompt, re.MULTILINE))
    if "You are the planner. This is turn" in prompt:
        return PLAN.format(filler=FILLER * 2, turn=done + 1)
    if "You are the executor" in prompt:
        return json.dumps({"query": f"answer part {done + 1} [characters={characters}]"})
    if "You are the verifier" in prompt:
        return json.dumps({"reason": FILLER * 2, "verdict": "STOP" if done >= turns else "CONTINUE"})
    if "You are the generator" in prompt:
        return f"Explanation: {FILLER * 2}[1]\nAnswer: 42"
    if "You are the planner" in prompt:
        return FILLER
    return (FILLER * (characters // len(FILLER) + 1))[:characters]


def _asked(name: str, prompt: str, usual: int) -> int:
    found = re.search(rf"\[{name}=(\d+)\]", prompt)
    return int(found[1]) if found else usual


async def answer(body: dict[str, Any], writer: asyncio.StreamWriter, latency: float) -> None:
    """One streamed chat completion."""
    text = reply(body["messages"])
    await asyncio.sleep(latency)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    head = {"id": "stub", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    for piece in pieces:
        _send(writer, head | {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
    _send(writer, head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    prompt = sum(len(message["content"]) for message in body["messages"]) // 4
    usage = {"prompt_tokens": prompt, "completion_tokens": len(text) // 4, "total_tokens": prompt + len(text) // 4}
    _send(writer, head | {"choices": [], "usage": usage})
    _chunk(writer, b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _send(writer: asyncio.StreamWriter, event: dict[str, Any]) -> None:
    _chunk(writer, b"data: " + json.dumps(event).encode() + b"\n\n")


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


async def serve(latency: float) -> None:
    """Serves until cancelled; the port is chosen by the system and printed."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length.group(1))) if length else b"{}"
                await answer(json.loads(body), writer, latency)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=2**26, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


@contextmanager
def running(latency_ms: float = 0) -> Iterator[str]:
    """The server in a process of its own; gives the role string that names it."""
    command = [sys.executable, "-m", "benchmarks.stub_server", "--latency-ms", str(latency_ms)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"openai:stub@http://127.0.0.1:{int(server.stdout.readline())}/v1"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency-ms", type=float, default=0)
    asyncio.run(serve(parser.parse_args().latency_ms / 1000))
