"""`python_coder`: runs the program that the executor wrote, in the sandbox, and gives what it printed."""

import asyncio
import re

from pydantic import Field

from tools.base import Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.sandbox import SandboxResult, run_python
from tools.sandbox.house import house

FENCED = re.compile(r"^```[\w+-]*[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
OBJECT_ONLY = re.compile(r"[(\[]*<[^\n]*>[)\],]*|Text\([^\n]*\)")
"""The value of a last line such as `plt.plot(x)`: objects of the drawing, which tell nobody anything."""
SHOWN_BEFORE_ERROR = 2_000
STATE = "python_coder"
"""The key of the session's variables in the flow's memory."""


class PythonCoderInput(ToolInput):
    code: str = Field(
        min_length=1,
        max_length=50_000,
        description="A complete Python program. What it prints and the value of a last bare expression are the result.",
    )


class PythonCoder(Tool[PythonCoderInput]):
    name = "python_coder"
    description = "Runs a Python program and gives what it printed and the value of its last expression."
    input_model = PythonCoderInput
    main_field = "code"
    limitations = "No network, no input, a time limit; no files, and outside a session no variables, of earlier calls."
    best_practice = (
        "Print the result, or end with an expression. numpy, sympy, pandas are there; matplotlib figures are shown."
    )
    examples = ({"code": "12 * 45 + 3"}, {"code": "import math\nprint(math.comb(49, 6))"})

    async def run(self, arguments: PythonCoderInput, context: ToolContext) -> ToolResult:
        """`12 * 45 + 3` gives `543`; an exception, a time-out or a kill is a failed result that says where and why.

        Figures drawn with matplotlib are images of the result.
        """
        if refusal := await refused(self.settings):
            return refusal
        seconds = min(self.settings.code_seconds, context.seconds_left())
        code = program(arguments.code)
        session = self.settings.code_session
        ran = await run_python(code, seconds=seconds, session=session, state=context.memory.get(STATE))
        if ran.state:
            context.memory[STATE] = ran.state
        data = {"code": code, **ran.model_dump(exclude={"images", "state"}, mode="json")}
        if ran.status != "ok":
            message = _failure(ran)
            return ToolResult(text=f"Error: {message}", error=message, data=data, notice=ran.standing.notice())
        return ToolResult(text=_text(ran), data=data, images=ran.images, notice=ran.standing.notice())


async def refused(settings: ToolSettings) -> ToolResult | None:
    """The failed result of strict mode where programs cannot be contained."""
    if not settings.code_strict:
        return None
    standing = (await asyncio.to_thread(house)).standing
    notice = standing.notice()
    return ToolResult.failed(f"nothing is run here in strict mode: {notice}") if notice else None


def program(text: str) -> str:
    """The code of a model's reply: the Markdown blocks if it has some, else the text itself."""
    blocks = FENCED.findall(text.strip() + "\n")
    code = "\n".join(blocks) if blocks else text.strip("\n")
    inline = re.fullmatch(r"\s*`([^`]+)`\s*", code)
    return inline[1] if inline else code


def _text(ran: SandboxResult) -> str:
    """What was printed, then the value; what else there is, only where there is neither."""
    text = "\n".join(part for part in (ran.stdout.strip("\n"), ran.value or "") if part)
    if ran.images and (not text or OBJECT_ONLY.fullmatch(text)):
        text = f"{len(ran.images)} figure{'s' if len(ran.images) > 1 else ''} drawn."
    return (text or "No output: print the result, or end with an expression.") + _broken(ran)


def _broken(ran: SandboxResult) -> str:
    """What of the session is no longer there; else the next program would look for it in vain."""
    if not ran.broken:
        return ""
    shown = ", ".join(ran.broken)
    return f"\nDropped variables of earlier programs, which could not be read again: {shown[:SHOWN_BEFORE_ERROR]}"


def _failure(ran: SandboxResult) -> str:
    assert ran.error is not None  # a status other than "ok" always comes with its error
    line = f" (line {ran.error.line})" if ran.error.line else ""
    colon = ": " if ran.error.message else ""
    message = f"{ran.error.type}{colon}{ran.error.message}{line}"
    if ran.status == "timeout":
        message = f"the program did not finish: {ran.error.message}. Make it faster, or ask for less."
    elif ran.status == "not_started":
        message = f"the program was not run: {ran.error.message}. Try once more."
    elif ran.status not in ("error", "exited"):
        message = f"the program was killed: {ran.error.message}."
    message += _broken(ran)
    before = ran.stdout.strip("\n")[-SHOWN_BEFORE_ERROR:]
    return f"{message}\nPrinted before that:\n{before}" if before else message
