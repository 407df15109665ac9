"""A store that cannot be written, by a read-only mount and by permissions: it is read, and flows run unsaved."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agentflow_core import RunStore
from agentflow_core.errors import StoreError
from tests.agentflow_core.flows import collect, make, scripted, stored
from tests.reliability.disk import as_a_user, can_mount, mounted_read_only, permissions_count

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with a store of two runs."""
    place = tmp_path / "home"
    place.mkdir()
    with closing(RunStore(place / "runs.sqlite")) as store:
        store.keep("a-run", stored(asyncio.run(collect(make(), "What is it?"))))
        unfinished = stored(asyncio.run(collect(make(scripted(turns=9), turns=1), "What is 3 + 4?")))
        store.keep("half-a-run", unfinished[:3])
    yield place
    place.chmod(0o755)


@pytest.fixture(
    params=[
        pytest.param("disk", marks=pytest.mark.skipif(not can_mount(), reason="nobody may mount here: `unshare -rm`")),
        pytest.param(
            "permissions", marks=pytest.mark.skipif(not permissions_count(), reason="root, and there is no setpriv")
        ),
    ]
)
def run(request: pytest.FixtureRequest, home: Path) -> Run:
    """Runs the command line where the store can only be read."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AGENTFLOW_")}
    environment |= {"AGENTFLOW_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}

    def by_mount(*words: str) -> Done:
        line = " ".join(f"'{word}'" for word in (sys.executable, "-m", "agentflow_core", *words))
        return done(mounted_read_only(home, line))

    def by_permissions(*words: str) -> Done:
        for file in home.iterdir():
            file.chmod(0o444)
        home.chmod(0o555)
        return done(as_a_user([sys.executable, "-m", "agentflow_core", *words]))

    def done(command: list[str]) -> Done:
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return by_mount if request.param == "disk" else by_permissions


def said(done: Done) -> str:
    out = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in out
    return out


def test_its_runs_are_listed_shown_and_exported(run: Run) -> None:
    listed = run("runs")
    assert listed.returncode == 0 and "What is it?" in said(listed) and "answered" in said(listed)
    shown = run("show", "a-run")
    assert shown.returncode == 0 and "Answer 42" in said(shown)
    exported = run("export", "a-run")
    assert exported.returncode == 0 and '"agentflow-run"' in exported.stdout


def test_a_question_is_answered_unsaved(run: Run, home: Path) -> None:
    asked = run("ask", "What is 3 + 4?")
    out = said(asked)
    assert asked.returncode == 0 and "Answer 7" in out
    assert out.count("can be read, but nothing can be kept in it") == 1 and "AGENTFLOW_HOME" in out
    assert "The flow goes on unsaved." in out
    assert len(RunStore(home / "runs.sqlite").runs()) == 2


@pytest.mark.parametrize("command", ["resume", "fork"])
def test_a_run_goes_on_unsaved_and_nobody_is_told_to_resume_what_is_not_there(command: str, run: Run) -> None:
    words = ["--at", "1"] if command == "fork" else []
    done = run(command, "half-a-run", *words, "--model", "pocket", "--tools", "math_solver", "--max-turns", "1")
    out = said(done)
    assert "unsaved" in out and "Go on with" not in out
    assert done.returncode in (0, 4), "it ran to its end"


def test_an_import_says_why_it_cannot_be_kept(run: Run, home: Path) -> None:
    file = home / "exported.json"
    with closing(RunStore(home / "runs.sqlite")) as store:
        file.write_text(store.export("a-run"))
    done = run("import", str(file))
    assert done.returncode == 3 and "nothing can be kept in it" in said(done)


@pytest.mark.skipif(not can_mount(), reason="nobody may mount here: `unshare -rm`")
def test_the_reason_names_the_disk(home: Path) -> None:
    program = f"""
from pathlib import Path
from agentflow_core import RunStore
print(RunStore(Path({str(home)!r}) / "runs.sqlite").read_only)
"""
    script = home / "script.py"
    script.write_text(program)
    command = mounted_read_only(home, f"PYTHONPATH='{ROOT}' '{sys.executable}' '{script}'")
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "its disk is mounted read-only\n"


@pytest.mark.skipif(not can_mount(), reason="nobody may mount here: `unshare -rm`")
def test_the_page_works_without_a_history(home: Path) -> None:
    script = home / "script.py"
    script.write_text("from demo.app import Settings, open_store\nprint(open_store(Settings()))\n")
    line = f"AGENTFLOW_HOME='{home}' PYTHONPATH='{ROOT}' '{sys.executable}' '{script}'"
    done = subprocess.run(mounted_read_only(home, line), capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.endswith("None\n")
    assert "runs are kept in memory only" in done.stderr and "mounted read-only" in done.stderr


@pytest.mark.skipif(not can_mount(), reason="nobody may mount here: `unshare -rm`")
def test_what_a_killed_process_left_in_its_log_is_read_too(home: Path) -> None:
    """The newest events lie in the write-ahead log: a reader that leaves it out would show an older store."""
    program = f"""
import asyncio, os
from pathlib import Path
from agentflow_core import RunStore
from tests.agentflow_core.flows import collect, make, stored
store = RunStore(Path({str(home)!r}) / "runs.sqlite")
store.keep("the-last-one", stored(asyncio.run(collect(make(), "What was the last one?"))))
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert (home / "runs.sqlite-wal").stat().st_size > 0
    line = f"AGENTFLOW_HOME='{home}' '{sys.executable}' -m agentflow_core runs"
    done = subprocess.run(mounted_read_only(home, line), capture_output=True, text=True, check=True, cwd=ROOT)
    assert "What was the last one?" in said(done)


def test_a_store_that_is_not_there_is_not_a_read_only_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        RunStore(tmp_path / "file" / "runs.sqlite")


def test_a_store_that_is_no_database_is_not_opened_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match="cannot be opened"):
        RunStore(path)


def test_an_older_store_is_read_where_it_cannot_be_brought_up_to_date(run: Run, home: Path) -> None:
    """Its tables lack what came later."""
    with closing(sqlite3.connect(home / "runs.sqlite")) as db, db:
        db.execute("DROP TABLE wikis")
    assert "What is it?" in said(run("runs"))
    assert "unsaved" in said(run("resume", "half-a-run", "--model", "pocket", "--tools", "math_solver"))
