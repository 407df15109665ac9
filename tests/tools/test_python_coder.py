"""python_coder runs the executor's program and gives its output, or says what went wrong and where."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.tools.context import context
from tools.base import ToolResult, ToolSettings
from tools.python_coder import PythonCoder, PythonCoderInput, program
from tools.sandbox.house import house


async def run(code: str, memory: dict[str, Any] | None = None, **settings: Any) -> ToolResult:
    lent = replace(context(), memory={} if memory is None else memory)
    return await PythonCoder(ToolSettings(**settings)).run(PythonCoderInput(code=code), lent)


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


@pytest.mark.parametrize("code", ["import os\nos._exit(3)", "raise SystemExit(4)"])
async def test_an_early_end_says_so(code: str) -> None:
    assert (await run(code)).error


async def test_a_kill_says_so() -> None:
    result = await run("while True: print('x' * 10_000)")
    assert result.error and result.error.startswith("the program was killed") and "8 MB" in result.error
    assert len(result.error) < 3_000


DRAWING = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"


@pytest.mark.parametrize(
    ("code", "count", "text"),
    [
        (DRAWING + "plt.show()", 1, "1 figure drawn."),
        (DRAWING.removesuffix("\n"), 1, "1 figure drawn."),
        (DRAWING + "plt.figure()\nplt.title('Ä')", 2, "2 figures drawn."),
        (DRAWING + "print('done')", 1, "done"),
        ("import matplotlib.pyplot\n1 + 1", 0, "2"),
    ],
)
async def test_figures_come_back_as_images(code: str, count: int, text: str) -> None:
    result = await run(code, code_seconds=30)
    assert (result.text, result.error, len(result.images)) == (text, None, count)
    for image in result.images:
        assert base64.b64decode(image).startswith(b"\x89PNG\r\n")
    assert "UserWarning" not in result.data["stderr"]


async def test_files_come_back_as_data() -> None:
    result = await run("import os\nos.mkdir('d')\nopen('d/a.csv', 'w').write('1,2')\nprint('written')")
    content = base64.b64encode(b"1,2").decode()
    assert result.data["files"] == [{"name": "d/a.csv", "size": 3, "content": content}]


async def test_a_large_file_is_named_only() -> None:
    result = await run("open('big', 'wb').write(bytes(3_000_000))")
    assert result.data["files"] == [{"name": "big", "size": 3_000_000, "content": None}]


async def test_by_default_every_call_starts_afresh() -> None:
    memory: dict[str, Any] = {}
    assert (await run("x = 1\nx", memory)).text == "1"
    assert "NameError" in (await run("x", memory)).text and memory == {}


async def test_in_a_session_variables_functions_and_classes_stay() -> None:
    memory: dict[str, Any] = {}
    first = (
        "import math\nfrom dataclasses import dataclass\nx = 2\ndef f(): return x * math.pi\n"
        "@dataclass\nclass P:\n    n: int\np = P(3)\ng = (n for n in ())"
    )
    kept = await run(first, memory, code_session=True)
    assert kept.error is None and kept.data["lost"] == ["g"]
    later = await run("x = 4\n(round(f(), 3), p, isinstance(p, P))", memory, code_session=True)
    assert later.text == "(12.566, P(n=3), True)"
    assert "NameError" in (await run("x", {}, code_session=True)).text, "another flow has its own"


@pytest.mark.parametrize(
    ("slip", "why"),
    [
        ("raise ValueError('no more')", "ValueError: no more"),
        ("raise SystemExit(1)", "SystemExit: 1"),
        ("raise Odd", "Odd"),
    ],
)
async def test_a_variable_that_cannot_be_read_again_is_named_and_dropped_alone(slip: str, why: str) -> None:
    memory: dict[str, Any] = {}
    first = (
        "class Odd(Exception):\n    def __str__(self): raise self\n"
        f"class Bad:\n    def __setstate__(self, state): {slip}\n"
        "bad = Bad()\nbad.n = 1\nclass Good: pass\ngood, x = Good(), [1, 2]\ndef f(): return len(x)"
    )
    assert (await run(first, memory, code_session=True)).error is None
    failed = await run("bad", memory, code_session=True)
    assert failed.error and "NameError" in failed.error and "could not be read again: bad (" in failed.error
    went_on = await run("x.append(3)\n(f(), isinstance(good, Good))", memory, code_session=True)
    assert went_on.text.startswith("(3, True)\nDropped variables of earlier programs")
    assert went_on.data["broken"] == [f"bad ({why})"]
    assert (await run("f()", memory, code_session=True)).text == "3", "it is told once"


async def test_what_variables_share_stays_shared() -> None:
    memory: dict[str, Any] = {}
    await run("a = []\nb = [a]", memory, code_session=True)
    assert (await run("a.append(1)\nb", memory, code_session=True)).text == "[[1]]"


async def test_a_failed_program_leaves_the_session_as_it_was() -> None:
    memory: dict[str, Any] = {}
    await run("x = 1", memory, code_session=True)
    assert (await run("x = 2\nwhile True: pass", memory, code_session=True, code_seconds=0.5)).error
    assert (await run("x", memory, code_session=True)).text == "1"


async def test_strict_mode_refuses_where_a_promise_is_missing_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await run("1 + 1", code_strict=True)).text == "2"
    monkeypatch.setattr("tools.python_coder.house", lambda: house("C"))
    refused = await run("1 + 1", code_strict=True)
    assert refused.error and "strict" in refused.error and "reaches no network" in refused.error


async def test_otherwise_the_missing_promise_is_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.sandbox.runner.house", lambda highest: house("C"))
    result = await run("1 + 1")
    assert result.text == "2" and result.notice and "reaches no network" in result.notice
    assert result.data["standing"]["tier"] == "C" and "files" in result.data["standing"]["missing"]


def test_code_that_only_looks_fenced_is_kept() -> None:
    code = 'text = """\n  ```\n"""\nprint(text)'
    assert program(code) == code
