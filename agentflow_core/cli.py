"""The command line: ask a question, list, show, resume, fork, export and import runs.

Exit codes: 0 answered (or done), 1 the flow ended without an answer, or by an internal error, 2 bad input (a question,
option, file or model name), 3 a model (or the store) cannot be reached or used, 4 a budget is spent, 130 interrupted.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentflow_core.assemble import assemble
from agentflow_core.begun import as_begun, theirs, with_its_wiki
from agentflow_core.console import FlowPrinter, printable
from agentflow_core.errors import AgentFlowError, BadInput, StoreError
from agentflow_core.events import ROLES, Event
from agentflow_core.flow import AgentFlow
from agentflow_core.following import Keep, follow, json_line, warn
from agentflow_core.fork import fork
from agentflow_core.formats import Format, read_run, write_run
from agentflow_core.imports import IMPORT_BYTES
from agentflow_core.memory import shorten
from agentflow_core.models import ModelPool, parse_role
from agentflow_core.otlp_http import send
from agentflow_core.settings import Settings
from agentflow_core.state import FlowState
from agentflow_core.store import RunStore, new_run_id


def main(argv: list[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    arguments = _parser().parse_args(argv)
    errors = Console(stderr=True, highlight=False)
    try:
        return int(arguments.run(arguments))
    except BadInput as error:
        errors.print(Text(f"Bad input: {error}", style="red"), soft_wrap=True)
        return 2
    except AgentFlowError as error:
        errors.print(Text(str(error), style="red"), soft_wrap=True)
        return 3
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agentflow_core", description=__doc__, formatter_class=_Raw)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer a question, printing the flow as it happens")
    ask.add_argument("question")
    _flow_options(ask)
    ask.set_defaults(run=_ask)

    resume = commands.add_parser("resume", help="go on with a run that did not come to its end")
    resume.add_argument("id", metavar="RUN", help="a run's id or the start of it")
    _flow_options(resume)
    resume.set_defaults(run=_resume)

    forking = commands.add_parser("fork", help="a new run that shares the history of another up to one of its events")
    forking.add_argument("id", metavar="RUN", help="a run's id or the start of it")
    forking.add_argument(
        "--at", type=int, required=True, metavar="N", help="the last event to share: `show --json` has seq"
    )
    forking.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="changes the action that comes next there: tool, sub_goal, context of a plan, or a command's arguments",
    )
    _flow_options(forking)
    forking.set_defaults(run=_fork)

    runs = commands.add_parser("runs", help="list the stored runs, newest first")
    runs.add_argument("--limit", type=int, default=20)
    runs.set_defaults(run=_runs)

    show = commands.add_parser("show", help="print a stored run")
    show.add_argument("id", metavar="RUN")
    show.add_argument("--json", action="store_true", help="one event a line")
    show.set_defaults(run=_show)

    export = commands.add_parser("export", help="print a run, or send it to an OpenTelemetry collector")
    export.add_argument("id", metavar="RUN")
    export.add_argument(
        "--format",
        choices=get_args(Format),
        default="json",
        help="one document, an event a line, OpenTelemetry spans, or a trace for the Hugging Face Hub",
    )
    export.add_argument("--to", metavar="URL", help="send spans there instead, e.g. http://127.0.0.1:6006/v1/traces")
    export.set_defaults(run=_export)

    load = commands.add_parser("import", help="store an exported run under a new id")
    load.add_argument("file", type=Path, metavar="FILE")
    load.set_defaults(run=_import)
    return parser


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _flow_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="ROLE_STRING", help="model of all roles, e.g. pocket, transformers:ID, openai:ID@URL"
    )
    for role in ROLES:
        parser.add_argument(f"--{role}", metavar="ROLE_STRING", help=f"model of the {role}")
    parser.add_argument("--tools", metavar="A,B", help="only these tools")
    parser.add_argument("--max-turns", type=int, metavar="N")
    parser.add_argument("--seconds", type=float, metavar="S", help="time for the whole flow")
    parser.add_argument(
        "--tokens", type=int, metavar="N", help="tokens that all model calls of the flow read and write; 0: no limit"
    )
    parser.add_argument("--temperature", type=float, metavar="T")
    parser.add_argument(
        "--wiki", type=Path, action="append", metavar="FILE.jsonl", help="further articles for the offline wiki"
    )
    parser.add_argument("--json", action="store_true", help="one event a line")


def _settings(arguments: argparse.Namespace) -> Settings:
    """The environment's settings with the command line's on top."""
    settings = Settings.load()
    given = {
        name: value
        for name in ("model", *ROLES, "tools", "max_turns", "seconds", "tokens", "temperature")
        if (value := getattr(arguments, name)) is not None
    }
    if arguments.model is not None:
        given = dict.fromkeys(ROLES) | given
    if arguments.wiki:
        given["wiki_files"] = (*settings.wiki_files, *arguments.wiki)
    try:
        return Settings.model_validate(settings.model_dump(exclude_unset=True) | given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "-".join(str(part) for part in first["loc"]).replace("_", "-")
        raise BadInput(f"--{name}: {first['msg']}.") from error


# --- flows ---------------------------------------------------------------------------------------------------------


def _ask(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    keep = Keep(_store_or_warn(settings), new_run_id(), settings.wiki_files)
    pool = ModelPool()
    return asyncio.run(_follow(arguments, assemble(settings, pool=pool), pool, keep))


def _resume(arguments: argparse.Namespace) -> int:
    store = _open(arguments)
    run = store.resolve(arguments.id)
    events = store.events(run)
    settings, flow, pool = _as_begun(arguments, store, run, events)
    return asyncio.run(_follow(arguments, flow, pool, Keep(store, run, settings.wiki_files), events))


def _fork(arguments: argparse.Namespace) -> int:
    store = _open(arguments)
    parent = store.resolve(arguments.id)
    events = store.events(parent)
    settings, flow, pool = _as_begun(arguments, store, parent, events[: max(0, arguments.at + 1)])
    changes = dict(_edited(text) for text in arguments.edit)
    made = fork(flow, events, arguments.at, changes)
    run = new_run_id()
    with contextlib.suppress(StoreError):  # told when the first event is to be kept
        store.fork(run, parent, made.at, made.own)
    return asyncio.run(_follow(arguments, flow, pool, Keep(store, run, settings.wiki_files), made.start))


def _edited(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given:
        raise BadInput(f"--edit {text}: write NAME=VALUE, for example tool=math_solver.")
    return name.strip(), value


def _as_begun(
    arguments: argparse.Namespace, store: RunStore, run: str, events: Sequence[Event]
) -> tuple[Settings, AgentFlow, ModelPool]:
    """What goes on with a run; says to which servers the key is not sent."""
    settings = _settings(arguments)
    if not arguments.wiki:
        settings = with_its_wiki(settings, store.wiki(run))
    pool = ModelPool()
    flow = as_begun(settings, events, pool)
    specs = map(parse_role, theirs(settings, events).values())
    servers = sorted({spec.base_url for spec in specs if spec.base_url})
    if servers and settings.api_key:
        warn(
            f"AGENTFLOW_API_KEY is not sent to {', '.join(servers)}, which only the run names. If it is yours, "
            "name it with --model or AGENTFLOW_MODEL."
        )
    return settings, flow, pool


async def _follow(
    arguments: argparse.Namespace, flow: AgentFlow, pool: ModelPool, keep: Keep, start: Sequence[Event] = ()
) -> int:
    try:
        return await follow(flow, keep, getattr(arguments, "question", ""), start, as_json=arguments.json)
    finally:
        await pool.close()


def _store_or_warn(settings: Settings) -> RunStore | None:
    try:
        return RunStore(settings.store_path)
    except StoreError as error:
        warn(f"{error} This run will not be kept.")
        return None


# --- the store -----------------------------------------------------------------------------------------------------


def _open(_: argparse.Namespace) -> RunStore:
    return RunStore(Settings.load().store_path)


def _runs(arguments: argparse.Namespace) -> int:
    table = Table(box=None, pad_edge=False)
    for column in ("run", "when", "status", "turns", "question", "answer"):
        table.add_column(column, overflow="fold")
    for run in _open(arguments).runs(arguments.limit):
        when = datetime.fromtimestamp(run.created).strftime("%Y-%m-%d %H:%M")
        cells = (
            run.id[:8],
            when,
            run.status or "unfinished",
            str(run.turns),
            shorten(run.question, 80),
            run.answer or "",
        )
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console(highlight=False).print(table)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    store = _open(arguments)
    events = store.events(store.resolve(arguments.id))
    show = json_line if arguments.json else FlowPrinter(Console(highlight=False))
    for event in events:
        show(event)
    if FlowState.fold(events).status is None and not arguments.json:
        Console(stderr=True).print(f"[dim]Unfinished; go on with:[/] python -m agentflow_core resume {arguments.id}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    store = _open(arguments)
    run = store.resolve(arguments.id)
    events = store.events(run)
    if arguments.to:
        sys.stdout.write(f"Sent {send(events, run, arguments.to)} spans to {arguments.to}.\n")
    else:
        sys.stdout.write(write_run(events, run, arguments.format).rstrip("\n") + "\n")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    try:
        if arguments.file.stat().st_size > IMPORT_BYTES:
            raise BadInput(f"{arguments.file} is larger than {IMPORT_BYTES:,} bytes, the most that is imported.")
        text = arguments.file.read_bytes()
    except OSError as error:
        raise BadInput(f"{arguments.file} cannot be read: {error.strerror}.") from error
    run = new_run_id()
    try:
        _open(arguments).keep(run, read_run(text))
    except BadInput as error:
        raise BadInput(f"{arguments.file}: {error}") from error
    sys.stdout.write(f"Imported as {run}. Look at it: python -m agentflow_core show {run[:8]}\n")
    return 0
