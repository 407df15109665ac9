"""Prints a flow's events for people: one line or block an event, as it happens."""

import json

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from agentflow_core.events import Event
from agentflow_core.memory import command_text, shorten

RESULT_CHARACTERS = 600


class FlowPrinter:
    """Text from models and tools is printed as text: never as rich markup, never as terminal escapes."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def __call__(self, event: Event) -> None:
        match event.type:
            case "flow_started":
                models = sorted(set(event.models.values()))
                self._line("bold", "Question", event.question)
                self._line("dim", "Models", ", ".join(models))
            case "analyzed":
                self._line("cyan", "Analysis", event.analysis)
            case "planned":
                self.console.print(f"[bold]Turn {event.turn}[/]")
                self._line("blue", "  Planner", f"{event.plan.sub_goal}  → {event.plan.tool}")
                self._line("dim", "  Context", event.plan.context)
            case "commanded":
                self._line("magenta", "  Executor", command_text(event.command.arguments))
            case "tool_returned":
                style = "red" if event.result.error else "yellow"
                self._line(style, "  Result", shorten(event.result.text, RESULT_CHARACTERS))
            case "verified":
                style, word = ("green", "✔ STOP") if event.verdict.stop else ("yellow", "⟲ CONTINUE")
                self._line(style, "  Verifier", f"{word}  {event.verdict.reason}")
            case "parse_failed":
                self._line("red", "  Unreadable", f"{event.phase}, attempt {event.call.attempt}: {event.problem}")
            case "turn_failed":
                self._line("red", "  Failed", event.reason)
            case "plan_dropped":
                self._line("dim", "  Dropped", f"a plan made ahead ({event.call.tokens:,} tokens)")
            case "edited":
                self._line("magenta", "  Edited", json.dumps(event.after, ensure_ascii=False))
            case "answered":
                self._line("dim", "Because", event.answer.explanation)
                self._line("bold green", "Answer", event.answer.text)
                self._line("dim", "Rests on", ", ".join(f"turn {n}" for n in event.answer.steps))
            case "flow_finished":
                style = "dim" if event.status == "answered" else "bold red"
                self._line(style, event.status.capitalize(), f"{event.reason} ({event.seconds:.1f} s)")
            case _:
                pass

    def _line(self, style: str, label: str, text: str) -> None:
        if text:
            self.console.print(f"[{style}]{escape(label)}[/]", Text(printable(text)))


def printable(text: str) -> str:
    """Without control characters: a tool's result cannot move the cursor or retitle the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
