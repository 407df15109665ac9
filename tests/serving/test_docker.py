"""The image's recipe, without Docker: what it copies, calls and sets exists, and its start script starts both."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from agentflow_core.settings import Settings
from benchmarks.served import free_port
from serving.vllm_server import options

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
SCRIPT = ROOT / "serving" / "container.sh"
STEPS = [(word, rest.strip()) for word, rest in re.findall(r"^([A-Z]+) (.*)$", RECIPE, flags=re.MULTILINE)]
COPIED = [part for word, rest in STEPS if word == "COPY" for part in shlex.split(rest)[:-1]]
SET = dict(part.split("=", 1) for word, rest in STEPS if word == "ENV" for part in shlex.split(rest))


def test_what_it_copies_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for path in COPIED:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in kept, path
    assert all((ROOT / path).exists() for path in kept)
    assert "**/.env" in (ROOT / ".dockerignore").read_text()


def test_everything_of_ours_that_the_app_imports_is_copied() -> None:
    own = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    folders = [ROOT / path for path in COPIED if (ROOT / path).is_dir()]
    for file in [ROOT / "app.py", *(file for folder in folders for file in folder.rglob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            missing = {name.split(".")[0] for name in names} & own - set(COPIED)
            assert not missing, f"{file} imports {missing}"


def test_settings_go_by_their_names() -> None:
    ours = {name.removeprefix("AGENTFLOW_").lower() for name in SET if name.startswith("AGENTFLOW_")}
    ours |= {name.lower() for name in re.findall(r"AGENTFLOW_([A-Z_]+)", SCRIPT.read_text())}
    assert {"home", "training_runs", "own_models_only", "model", "api_key"} <= ours
    assert ours <= set(Settings.model_fields)
    app = (ROOT / "app.py").read_text()
    assert all(name in app for name in SET if name.startswith("GRADIO_"))


def test_nothing_runs_as_root_and_the_server_listens_on_loopback_with_a_key() -> None:
    words = [word for word, _ in STEPS]
    assert ("USER", "agentflow") in STEPS and words.index("USER") < words.index("ENTRYPOINT")
    assert not any(word in ("RUN", "COPY") for word in words[words.index("USER") :])
    assert ("EXPOSE", "7860") in STEPS and words.count("EXPOSE") == 1
    (line,) = re.findall(r"vllm_server\.py (.*) &$", SCRIPT.read_text(), flags=re.MULTILINE)
    found = options(shlex.split(line.replace("$MODEL", SET["MODEL"]).replace("$CONTEXT", SET["CONTEXT"])))
    assert (found.host, found.port, found.name, found.context) == ("127.0.0.1", 8000, SET["MODEL"], 16384)
    assert not found.training and "KEY" not in "".join(SET), "no key is part of the image"


STAND_IN_SERVER = """
import http.server, os, pathlib, sys
pathlib.Path("server.txt").write_text(os.environ["AGENTFLOW_API_KEY"] + " " + " ".join(sys.argv[1:]))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", PORT), Answer).serve_forever()
"""
STAND_IN_APP = """
import os, pathlib
pathlib.Path("app.txt").write_text(os.environ["AGENTFLOW_API_KEY"] + " " + os.environ["AGENTFLOW_MODEL"])
"""


def start(folder: Path, server: str, **given: str) -> subprocess.CompletedProcess[str]:
    port = str(free_port())
    (folder / "serving").mkdir()
    (folder / "serving" / "vllm_server.py").write_text(server.replace("PORT", port))
    (folder / "app.py").write_text(STAND_IN_APP)
    text = re.sub(r"/opt/(app|vllm)/bin/python", sys.executable, SCRIPT.read_text()).replace("8000", port)
    environment = {"PATH": os.environ["PATH"], "MODEL": "some/model", "CONTEXT": "64"} | given
    return subprocess.run(["sh", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_the_start_script_gives_both_the_same_key_and_ends_with_either(tmp_path: Path) -> None:
    assert start(tmp_path, STAND_IN_SERVER).returncode == 1
    key, _, arguments = (tmp_path / "server.txt").read_text().partition(" ")
    assert len(key) >= 32 and arguments.startswith("--model some/model --name some/model --context 64 --port ")
    role = re.escape(f"{key} openai:some/model@http://127.0.0.1:") + r"\d+/v1"
    assert re.fullmatch(role, (tmp_path / "app.txt").read_text())


def test_a_key_that_is_given_is_used_and_a_server_that_ends_ends_the_container(tmp_path: Path) -> None:
    failing = STAND_IN_SERVER.split("class ")[0] + "sys.exit(3)"
    ended = start(tmp_path, failing, AGENTFLOW_API_KEY="canary")
    assert ended.returncode == 3 and not (tmp_path / "app.txt").exists()
    assert (tmp_path / "server.txt").read_text().startswith("canary ")
