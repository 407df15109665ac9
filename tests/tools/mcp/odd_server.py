"""A program that speaks MCP just well enough to be taken in, and breaks it in each tool."""

import json
import os
import sys
import time
from typing import Any

LINK = {"type": "resource_link", "uri": "javascript:1", "name": "<img src=x onerror=1>"}
RESULTS: dict[str, dict[str, Any]] = {
    "pid": {"content": [{"type": "text", "text": str(os.getpid())}]},
    "content": {"content": [{"type": "hologram"}]},
    "nothing": {},
    "links": {"content": [LINK] * 1000},
}
NAMES = (*RESULTS, "error", "silent", "endless")


def reply(method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The result, or the error, of one request."""
    if method == "initialize":
        about = {"serverInfo": {"name": "odd", "version": "1"}, "capabilities": {"tools": {}}}
        return {"result": {"protocolVersion": parameters["protocolVersion"], **about}}
    if method == "tools/list":
        return {"result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in NAMES]}}
    if parameters["name"] == "endless":
        while True:
            sys.stdout.write("x" * 100_000)
    if parameters["name"] == "silent":
        time.sleep(60)
    if parameters["name"] == "error":
        return {"error": {"code": -32000, "message": "no luck"}}
    return {"result": RESULTS[parameters["name"]]}


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            answer = reply(request["method"], request.get("params", {}))
            sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}) + "\n")
            sys.stdout.flush()
