"""`python -m tools.sandbox run FILE|-` runs a program in the sandbox; `python -m tools.sandbox selftest` checks it."""

import argparse
import asyncio
import importlib.util
import json
import sys
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tools.sandbox.house import house
from tools.sandbox.limits import MEMORY_BYTES, MOST_SECONDS
from tools.sandbox.program import SandboxResult, run_python
from tools.sandbox.promises import OF_LIMITS_ONLY, PROMISES, TIERS
from tools.space import on_a_space


def main(arguments: list[str] | None = None) -> int:
    """0: it ran (or all promises hold); 1: it failed (or one does not hold); 2: it could not be read or was refused."""
    try:
        strict = _Settings().code_strict
    except ValidationError as error:
        return _refuse(f"AGENTFLOW_CODE_STRICT cannot be used: {error.errors()[0]['msg']}.")
    options = _parser(strict).parse_args(arguments)
    return selftest(options) if options.command == "selftest" else run(options)


def run(options: argparse.Namespace) -> int:
    """Runs one program and shows what came of it."""
    try:
        source = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        code = importlib.util.decode_source(source)  # heeds a byte order mark and a coding line, as Python does
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        return _refuse(f"{options.file} cannot be read: {error}")
    standing = house(options.tier).standing
    if options.strict and (notice := standing.notice()):
        return _refuse(f"{notice} Strict mode runs nothing then.")
    memory = options.memory << 20
    result = asyncio.run(run_python(code, seconds=options.timeout, memory=memory, highest=options.tier))
    if options.json:
        shown = result.model_dump(exclude={"standing", "state", "lost", "broken"}) | result.standing.model_dump()
        sys.stdout.write(json.dumps(shown) + "\n")
    else:
        sys.stdout.write(_shown(result))
    return 0 if result.status == "ok" else 1


def selftest(options: argparse.Namespace) -> int:
    """Says of each promise whether it holds; 1 if one is missing that is asked for."""
    standing = house(options.tier).standing
    asked = [name for name in PROMISES if options.strict or name in OF_LIMITS_ONLY or standing.tier != "C"]
    if options.json:
        sys.stdout.write(standing.model_dump_json() + "\n")
    else:
        lines = [f"tier {standing.tier}" + (f" ({standing.why})" if standing.why else "")]
        lines += [f"{'MISSING' if name in standing.missing else 'holds  '} {text}" for name, text in PROMISES.items()]
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if set(asked) & set(standing.missing) else 0


def _shown(result: SandboxResult) -> str:
    rows = [f"status   {result.status}", f"tier     {result.standing.tier}", f"seconds  {result.seconds:.3f}"]
    if result.value is not None:
        rows.append(f"value    {result.value}")
    if result.error:
        line = f" (line {result.error.line})" if result.error.line else ""
        rows.append(f"error    {result.error.type}: {result.error.message}{line}")
    rows += [f"file     {file.name} ({file.size} bytes)" for file in result.files]
    rows += [f"images   {len(result.images)}"] if result.images else []
    rows += [f"notice   {notice}"] if (notice := result.standing.notice()) else []
    for name, text in (("stdout", result.stdout), ("stderr", result.stderr)):
        rows += [f"{name}:", text.rstrip("\n")] if text else []
    return "\n".join(rows) + "\n"


def _refuse(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


def _parser(strict: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="run a program and print status, output, value, seconds and tier")
    running.add_argument("file", help="a Python file, or - for standard input")
    running.add_argument("--timeout", type=_seconds, default=10, metavar="S", help="wall-clock seconds (default 10)")
    running.add_argument("--memory", type=_megabytes, default=MEMORY_BYTES >> 20, metavar="MB", help="for its data")
    testing = commands.add_parser("selftest", help="say which promises hold here; 1 if one that is asked for does not")
    for command in (running, testing):
        command.add_argument("--json", action="store_true", help="one JSON object")
        command.add_argument("--tier", choices=TIERS, default="A", help="not above this tier (default A: the best)")
        command.add_argument("--strict", action=argparse.BooleanOptionalAction, default=strict, help=STRICT)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {MOST_SECONDS} seconds")
    return seconds


def _megabytes(text: str) -> int:
    megabytes = int(text)
    if not 0 < megabytes <= 1 << 20:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {1 << 20} megabytes")
    return megabytes


STRICT = "ask for all promises (default: AGENTFLOW_CODE_STRICT, which is on by default on a Space)"


class _Settings(BaseSettings):
    """What the app's settings say of programs, read in the same way."""

    model_config = SettingsConfigDict(env_prefix="AGENTFLOW_", env_file=".env", extra="ignore")
    code_strict: bool = Field(default_factory=on_a_space)


if __name__ == "__main__":
    sys.exit(main())
