"""A program runs in a process of its own, within limits, and nothing of it is left afterwards."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tools.sandbox import run_python
from tools.sandbox.house import house

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("6 * 7", "42"),
        ("[n * n for n in range(4)]", "[0, 1, 4, 9]"),
        ("a, *b = 1, 2, 3\nb", "[2, 3]"),
        ("'text'", "'text'"),
        ("x = 1", None),
        ("None", None),
        ("", None),
        ("import numpy\nint(numpy.arange(5).sum())", "10"),
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nP(1)", "P(x=1)"),
        ("import sys\nsys.exit()", None),
    ],
)
async def test_the_value_is_that_of_the_last_expression(code: str, value: str | None) -> None:
    result = await run_python(code, seconds=20)
    assert (result.status, result.value, result.error) == ("ok", value, None)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (
            "import re, collections\nprint(collections.Counter(re.findall('a.', 'abacab')).most_common(1))",
            "[('ab', 2)]",
        ),
        (
            "open('t.csv', 'w').write('a,b\\n1,2\\n')\nimport csv\nprint(list(csv.reader(open('t.csv')))[1])",
            "['1', '2']",
        ),
        ("import tempfile\nwith tempfile.TemporaryDirectory() as d: print(len(d) > 3)", "True"),
        (
            "from concurrent.futures import ThreadPoolExecutor as T\nimport time\n"
            "with T(32) as e: print(sum(e.map(lambda n: time.sleep(0.2) or n, range(32))))",
            "496",
        ),
        ("import sqlite3\nprint(sqlite3.connect(':memory:').execute('select 6*7').fetchone())", "(42,)"),
        ("match [1, 2, 3]:\n    case [a, *r]: print(a, r)", "1 [2, 3]"),
        ("print('Ä語')", "Ä語"),
    ],
)
async def test_ordinary_programs_run(code: str, printed: str) -> None:
    result = await run_python(code, seconds=20)
    assert (result.status, result.stdout.strip()) == ("ok", printed)


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        ("x = 1\n1 / 0", "ZeroDivisionError", 2),
        ("def f():\n    raise KeyError('k')\n\nf()", "KeyError", 2),
        ("x = (1,\ny = 2", "SyntaxError", 1),
        ("input('name? ')", "EOFError", 1),
        ("import sys\nsys.exit(3)", "SystemExit", 2),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", 1),
        ("x = [0] * 10**10", "MemoryError", 1),
        ("def f(): f()\nf()", "RecursionError", 1),
    ],
)
async def test_an_error_has_type_and_line(code: str, kind: str, line: int) -> None:
    result = await run_python(code, seconds=20)
    assert result.status == "error" and result.error is not None
    assert (result.error.type, result.error.line) == (kind, line)


async def test_what_was_printed_before_an_error_is_kept_and_the_traceback_shows_the_program_only() -> None:
    result = await run_python("print('before')\nint('x')", seconds=20)
    assert result.stdout == "before\n"
    assert 'File "<program>", line 2' in result.stderr and "zygote" not in result.stderr


async def test_standard_error_is_kept_apart() -> None:
    result = await run_python("import sys\nprint('out')\nprint('err', file=sys.stderr)", seconds=20)
    assert (result.stdout, result.stderr) == ("out\n", "err\n")


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "import signal\nfor s in (1, 2, 3, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
        "class R:\n    def __repr__(self):\n        while True: pass\nR()",
        "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
        "9**9**9",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    ],
)
async def test_what_does_not_end_is_stopped(code: str) -> None:
    started = time.monotonic()
    result = await run_python(code, seconds=0.7)
    assert result.status == "timeout" and result.error and "0.7 s" in result.error.message
    assert time.monotonic() - started < 10


async def test_what_was_printed_before_a_timeout_is_kept() -> None:
    result = await run_python("print('early')\nwhile True: pass", seconds=1.5)
    assert (result.status, result.stdout) == ("timeout", "early\n")


async def test_output_is_capped_and_the_cut_marked() -> None:
    result = await run_python(
        "import sys\nsys.stdout.write('A' * 300_000)\nsys.stderr.write('B' * 300_000)", seconds=20
    )
    assert result.status == "ok"
    for text, letter in ((result.stdout, "A"), (result.stderr, "B")):
        assert text == letter * 65_536 + "… [cut, 65,536 of 300,000 bytes shown]"


async def test_a_value_is_capped() -> None:
    result = await run_python("'D' * 1_000_000", seconds=20)
    assert result.value and len(result.value) < 66_000 and "of 1,000,002 characters shown" in result.value


async def test_a_flood_of_output_is_stopped() -> None:
    result = await run_python("while True: print('x' * 10_000)", seconds=20)
    assert result.status == "output_limit" and result.error and "8 MB" in result.error.message


@pytest.mark.parametrize(
    "code", ["import os\nos._exit(0)", "import os\nos._exit(3)", "import os\nos.closerange(0, 64)"]
)
async def test_a_process_that_reports_nothing_is_an_error(code: str) -> None:
    result = await run_python(code, seconds=20)
    assert result.status == "exited" and result.error and "before it could report" in result.error.message


async def test_a_crash_is_named_by_its_signal() -> None:
    result = await run_python("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", seconds=20)
    assert result.status == "crashed" and result.error and "SIGSEGV" in result.error.message


async def test_a_forged_report_is_only_checked_data() -> None:
    forged = (
        "import os\nfor fd in range(3, 64):\n"
        '    try: os.write(fd, b\'{"value": 1, "error": null}\')\n'
        "    except OSError: pass\n"
        "os._exit(0)"
    )
    result = await run_python(forged, seconds=20)
    assert result.status == "error" and result.value is None


async def test_memory_is_bounded() -> None:
    code = "import mmap\nheld = [mmap.mmap(-1, 100_000_000) for _ in range(40)]"
    result = await run_python(code, seconds=20)
    assert result.status == "error" and result.error is not None


async def test_nothing_of_the_server_is_inherited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    secret = tmp_path / "secret"
    secret.write_text("descriptor secret")
    handle = os.open(secret, os.O_RDONLY)
    os.set_inheritable(handle, True)
    code = (
        "import os, stat, sys\nprint(dict(os.environ))\nprint(os.listdir('.'), sys.argv)\n"
        "for fd in range(3, 256):\n"
        "    try: print('open', fd, stat.S_ISREG(os.fstat(fd).st_mode))\n"
        "    except OSError: pass\n"
        "try: import tools\n"
        "except ImportError: print('no tools')\n"
    )
    try:
        result = await run_python(code, seconds=20)
    finally:
        os.close(handle)
    assert result.status == "ok"
    assert "secret" not in result.stdout
    assert "[] ['']" in result.stdout and "no tools" in result.stdout
    assert result.stdout.count("open") == 1, "only the pipe for the report"
    assert "True" not in result.stdout, "no descriptor of a file"


async def test_programs_do_not_see_each_others_variables_or_files() -> None:
    first = await run_python("x = 1\nopen('f', 'w').write('1')", seconds=20)
    second = await run_python("import os\n('x' in globals(), os.listdir('.'))", seconds=20)
    assert first.status == "ok" and second.value == "(False, [])"


def close_spare() -> None:
    """So that no folder of a child that waits for the next program lies about."""
    if spares := house().spares:
        spares.close()


async def test_the_folder_is_gone_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    close_spare()
    code = (
        "import os\nos.makedirs('a/b')\nopen('a/b/f', 'w').write('x')\n"
        "os.mkdir('d', 0o300)\nopen('d/f', 'w').write('x')\nos.umask(0o777)\nos.mkdir('e')\nprint('planted')"
    )
    result = await run_python(code, seconds=20)
    assert result.stdout == "planted\n"
    close_spare()
    assert list((tmp_path / "temporary").iterdir()) == []


async def test_many_calls_at_once_keep_apart_and_no_more_run_than_there_are_cpus() -> None:
    code = "import time\nstarted = time.monotonic()\ntime.sleep(0.2)\n({n}, started, time.monotonic())"
    results = await asyncio.gather(*(run_python(code.format(n=n), seconds=20) for n in range(6)))
    assert all(result.status == "ok" and result.value for result in results)
    spans = [eval(result.value or "") for result in results]
    assert [span[0] for span in spans] == list(range(6))
    together = max(sum(s[1] <= moment <= s[2] for s in spans) for _, moment, _ in spans)
    assert 1 <= together <= (os.cpu_count() or 1)


def test_it_works_in_one_event_loop_after_another() -> None:
    values = [asyncio.run(run_python("1 + 1", seconds=20)).value for _ in range(2)]
    assert values == ["2", "2"]


async def test_fifty_calls_at_once_all_succeed() -> None:
    results = await asyncio.gather(
        *(run_python(f"import numpy\nint(numpy.arange({n}).sum())", seconds=30) for n in range(50))
    )
    assert [result.value for result in results] == [str(n * (n - 1) // 2) for n in range(50)]


async def test_every_program_has_its_own_chance() -> None:
    code = (
        "import random, numpy, sympy.core.random as drawn, uuid, secrets\n"
        "(random.random(), numpy.random.rand(), drawn.random(), uuid.uuid4(), secrets.token_hex())"
    )
    results = await asyncio.gather(*(run_python(code, seconds=30) for _ in range(2)))
    first, second = (result.value for result in results)
    assert first and second and not set(first.strip("()").split(", ")) & set(second.strip("()").split(", "))


async def test_warnings_and_errors_do_not_say_where_this_machine_keeps_its_libraries() -> None:
    code = (
        "import json.decoder, numpy, warnings\nnumpy.array([1.0]) / 0\n"
        "warnings.warn_explicit('mind', UserWarning, numpy.__file__, 3)\nfrom numpy import nonsense"
    )
    result = await run_python(code, seconds=20)
    assert result.error and "cannot import name 'nonsense' from 'numpy' (numpy/__init__.py)" in result.error.message
    assert "<program>:2: RuntimeWarning: divide by zero" in result.stderr
    assert "\nnumpy/__init__.py:3: UserWarning: mind" in result.stderr and "site-packages" not in result.stderr
