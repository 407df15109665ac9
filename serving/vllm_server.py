"""Starts a real vLLM server as AgentFlow needs it: `make serve MODEL=... [LORA=NAME=FOLDER]`.

Runs inside vLLM's own environment, so it imports nothing of ours and only the standard library. It turns a few options
into vLLM's flags and environment, says how to start the app beside it, and becomes the server.

Sources: vLLM's documentation of the OpenAI-compatible server, of LoRA adapters, and of reinforcement learning with
`logprobs_mode`.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SERVER = "vllm.entrypoints.openai.api_server"
ON_CPU = Path(__file__).with_name("cpu_server.py")
KEY = "AGENTFLOW_API_KEY"


def options(argv: list[str]) -> argparse.Namespace:
    """The command line. Exits with a message that names the option that is wrong."""
    parser = argparse.ArgumentParser(prog="make serve", description="A vLLM server for AgentFlow.")
    parser.add_argument("--model", required=True, help="folder or Hub name of a chat model, or of the Pocket model")
    parser.add_argument("--name", help="what clients call it (default: the Hub name, or the folder's last part)")
    parser.add_argument("--lora", action="append", default=[], metavar="NAME=FOLDER", help="an adapter; repeatable")
    parser.add_argument("--max-lora-rank", type=int, default=64)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback serve the net")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--context", type=int, help="longest prompt and answer in tokens (default: the model's)")
    parser.add_argument("--flows", type=int, help="requests computed at once (default: vLLM's)")
    parser.add_argument(
        "--training", action="store_true", help="let a trainer change adapters and weights; loopback only"
    )
    found = parser.parse_args(argv)
    if found.training and found.host not in LOOPBACK:
        # vLLM's API key guards /v1 only; the routes that change weights are open to whoever reaches the port.
        parser.error(f"--training opens routes that no key protects: not on {found.host}, only on 127.0.0.1")
    for adapter in found.lora:
        name, mark, folder = adapter.partition("=")
        if not (name and mark and Path(folder, "adapter_config.json").is_file()):
            parser.error(f"--lora {adapter}: write NAME=FOLDER, the folder of an adapter (with adapter_config.json)")
    local = Path(found.model)
    if (found.model.startswith((".", "/", "~")) or local.exists()) and not (local / "config.json").is_file():
        parser.error(f"--model {found.model}: no config.json there; give a model's folder or its name on the Hub")
    found.name = found.name or (local.resolve().name if local.exists() else found.model)
    return found


def command(found: argparse.Namespace, *, cpu: bool) -> list[str]:
    """The server's arguments, without the interpreter."""
    flags = [
        *("--model", found.model, "--served-model-name", found.name),
        *("--host", found.host, "--port", str(found.port)),
        "--enable-prefix-caching",  # every module's prompt goes on from the same transcript
        *("--generation-config", "vllm"),  # no sampler setting that the caller did not send
        *("--logprobs-mode", "processed_logprobs"),  # of the distribution that was sampled from, as training needs it
        *("--structured-outputs-config", json.dumps({"backend": "xgrammar", "disable_any_whitespace": True})),
        "--enable-prompt-tokens-details",  # how many came from the cache
    ]
    if cpu:
        flags += [
            *("--dtype", "float32", "--enforce-eager"),
            *("--block-size", "32"),  # the smallest that its attention takes
            # The engine ends where the prompt of a call with a seed is cut: torch's CPU generator cannot be set back.
            "--no-enable-chunked-prefill",
        ]
    if found.context:
        flags += ["--max-model-len", str(found.context)]
    if found.flows:
        flags += ["--max-num-seqs", str(found.flows)]
    if found.lora or found.training:
        at_once = max(1, len(found.lora) + found.training)  # a trainer's newest, beside those that stay
        flags += ["--enable-lora", "--max-lora-rank", str(found.max_lora_rank), "--max-loras", str(at_once)]
    if found.lora:
        flags += ["--lora-modules", *found.lora]
    return flags


def environment(found: argparse.Namespace, given: Mapping[str, str], key: str, *, cpu: bool) -> dict[str, str]:
    """The server's environment. The key is passed here, where `ps` does not show it."""
    own = dict(given) | {"VLLM_API_KEY": key, "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if found.lora or found.training:
        own["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] = "1" if found.training else "0"
    if found.training:
        own["VLLM_SERVER_DEV_MODE"] = "1"
    if cpu:
        own |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "TORCHDYNAMO_DISABLE": "1"}
        for name, value in (("VLLM_CPU_KVCACHE_SPACE", "1"), ("VLLM_CPU_OMP_THREADS_BIND", "nobind")):
            own.setdefault(name, value)
        own.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) // 2)))
    if Path(found.model).exists():
        own.setdefault("HF_HUB_OFFLINE", "1")
    return own


def is_pocket(model: str) -> bool:
    """Whether this folder holds a model of the Pocket dialect."""
    config = Path(model, "config.json")
    return config.is_file() and json.loads(config.read_text(encoding="utf-8")).get("agentflow_dialect") == "pocket"


def on_cpu() -> bool:
    """Whether the vLLM of this environment is the CPU build. Exits where there is none."""
    for name, cpu in (("vllm-cpu", True), ("vllm", False)):
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        return cpu
    sys.exit("vLLM is not in this environment: start the server with `make serve MODEL=...`, which installs it")


def main() -> None:
    found = options(sys.argv[1:])
    cpu = on_cpu()
    key = os.environ.get(KEY) or secrets.token_urlsafe(24)
    dialect = "?dialect=pocket" if is_pocket(found.model) else ""
    sys.stdout.write(
        f"When it says that start-up is complete, start the app beside it:\n\n"
        f"  AGENTFLOW_MODEL='openai:{found.name}@http://127.0.0.1:{found.port}/v1{dialect}' "
        + ("" if os.environ.get(KEY) else f"{KEY}={key} ")
        + "make demo\n\n"
    )
    sys.stdout.flush()
    environ = environment(found, os.environ, key, cpu=cpu)
    start = [str(ON_CPU)] if cpu and (found.lora or found.training) else ["-m", SERVER]
    os.execve(sys.executable, [sys.executable, *start, *command(found, cpu=cpu)], environ)


if __name__ == "__main__":
    main()
