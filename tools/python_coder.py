"""`python_coder`: runs the program that the executor wrote, in a process of its own, and gives what it printed."""

import re

from pydantic import Field

from tools.base import Tool, ToolContext, ToolInput, ToolResult
from tools.sandbox import SandboxResult, run_python

FENCED = re.compile(r"^```[\w+-]*[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
SHOWN_BEFORE_ERROR = 2_000


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
    limitations = "Each call is a fresh process: no variables or files from earlier calls, no input, a time limit."
    best_practice = "Print the result, or end with an expression. Standard library, numpy and sympy are there."
    examples = ({"code": "12 * 45 + 3"}, {"code": "import math\nprint(math.comb(49, 6))"})

    async def run(self, arguments: PythonCoderInput, context: ToolContext) -> ToolResult:
        """`12 * 45 + 3` gives `543`; an exception, a time-out or a kill is a failed result that says where and why."""
        seconds = min(self.settings.code_seconds, context.seconds_left())
        code = program(arguments.code)
        ran = await run_python(code, seconds=seconds)
        data = {"code": code, **ran.model_dump()}
        if ran.status != "ok":
            message = _failure(ran)
            return ToolResult(text=f"Error: {message}", error=message, data=data)
        text = "\n".join(part for part in (ran.stdout.strip("\n"), ran.value or "") if part)
        return ToolResult(text=text or "No output: print the result, or end with an expression.", data=data)


def program(text: str) -> str:
    """The code of a model's reply: the Markdown blocks if it has some, else the text itself."""
    blocks = FENCED.findall(text.strip() + "\n")
    code = "\n".join(blocks) if blocks else text.strip("\n")
    inline = re.fullmatch(r"\s*`([^`]+)`\s*", code)
    return inline[1] if inline else code


def _failure(ran: SandboxResult) -> str:
    assert ran.error is not None  # a status other than "ok" always comes with its error
    line = f" (line {ran.error.line})" if ran.error.line else ""
    colon = ": " if ran.error.message else ""
    message = f"{ran.error.type}{colon}{ran.error.message}{line}"
    if ran.status == "timeout":
        message = f"the program did not finish: {ran.error.message}. Make it faster, or ask for less."
    elif ran.status == "killed":
        message = f"the program was killed: {ran.error.message}."
    before = ran.stdout.strip("\n")[-SHOWN_BEFORE_ERROR:]
    return f"{message}\nPrinted before that:\n{before}" if before else message
