"""python_coder runs the executor's program and gives its output, or says what went wrong and where."""

import pytest

from tests.tools.context import context
from tools.base import ToolResult, ToolSettings
from tools.python_coder import PythonCoder, PythonCoderInput, program


async def run(code: str, **settings: float) -> ToolResult:
    return await PythonCoder(ToolSettings(**settings)).run(PythonCoderInput(code=code), context())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("12 * 45 + 3", "543"),
        ("7 / 2", "3.5"),
        ("print('a')\nprint('b')", "a\nb"),
        ("print('a')\n[1, 2]", "a\n[1, 2]"),
        ("'word'", "'word'"),
        ("```python\n12 * 45 + 3\n```", "543"),
        ("Here it is:\n```py\nx = 2\n```\nand then\n```\nprint(x + 1)\n```\nDone.", "3"),
        ("`6 * 7`", "42"),
    ],
)
async def test_the_text_is_what_was_printed_and_the_last_value(code: str, text: str) -> None:
    result = await run(code)
    assert (result.text, result.error) == (text, None)
    assert result.data["status"] == "ok" and "```" not in result.data["code"]


async def test_a_program_without_output_is_told_so() -> None:
    result = await run("x = 1")
    assert result.error is None and "print the result" in result.text


async def test_an_exception_has_type_message_and_line_and_what_was_printed() -> None:
    result = await run("print('so far')\n1 / 0")
    assert result.error == "ZeroDivisionError: division by zero (line 2)\nPrinted before that:\nso far"
    assert result.text == f"Error: {result.error}"


async def test_a_syntax_error_has_its_line() -> None:
    result = await run("x = 1\nprint(x x)")
    assert result.error and result.error.startswith("SyntaxError: ") and result.error.endswith("(line 2)")


async def test_a_timeout_says_so() -> None:
    result = await run("while True: pass", code_seconds=0.5)
    assert result.error and "did not finish" in result.error and "0.5 s" in result.error


async def test_a_kill_says_so() -> None:
    result = await run("while True: print('x' * 10_000)")
    assert result.error and result.error.startswith("the program was killed") and "8 MB" in result.error
    assert len(result.error) < 3_000


def test_code_that_only_looks_fenced_is_kept() -> None:
    code = 'text = """\n  ```\n"""\nprint(text)'
    assert program(code) == code
