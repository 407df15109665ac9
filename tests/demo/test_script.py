"""The page's scripts are files that a browser keeps; a component's loader names what Gradio has to know of its own."""

import gzip
import re
from pathlib import Path

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agentflow_core import Settings
from demo import inspector, training
from demo.app import build_app, launch_options
from demo.script import Script
from tests.agentflow_core.flows import make

SCRIPTS = [inspector.script(), training.script()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.path)
def test_a_script_is_kept_for_good_and_has_the_headers_of_all_answers(served: httpx.Client, script: Script) -> None:
    plain = served.get(script.path, headers={"Accept-Encoding": "identity"})
    packed = served.get(script.path, headers={"Accept-Encoding": "gzip, br"})
    assert plain.text == packed.text == script.text
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(script.text.encode())) < len(plain.content) / 2
    for answer in (plain, packed):
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("sandbox")


def test_a_script_of_another_version_is_not_there(served: httpx.Client) -> None:
    other = re.sub(r"-\w+\.js", "-0123456789abcdef.js", inspector.script().path)
    assert served.get(other).status_code == 404
    assert served.get("scripts/").status_code == served.get("scripts/inspector.js").status_code == 404


def test_another_text_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("export function mount() { return 1; }\n")
    first = Script(tmp_path / "one.js")
    assert Script(tmp_path / "one.js").path == first.path
    (tmp_path / "one.js").write_text("export function mount() { return 2; }\n")
    assert Script(tmp_path / "one.js").path != first.path


def test_the_page_holds_none_of_the_scripts_and_says_early_which_it_needs(served: httpx.Client) -> None:
    page = served.get("/").text
    assert len(page) < 250_000 and "function createTimeline" not in page
    assert all(script.path in page for script in SCRIPTS)
    assert served.get("/config").json()["head"] == inspector.script().preload


def test_an_address_that_moved_with_its_page_is_found() -> None:
    """Below a path of a larger server, as behind a proxy."""
    page = build_app(Settings(), assemble=lambda *_, **__: make())
    own = {name: launch_options()[name] for name in ("app_kwargs", "css", "head", "theme", "i18n")}
    with TestClient(gr.mount_gradio_app(FastAPI(), page, "/below", **own)) as client:
        assert client.get("/below/").status_code == 200
        assert client.get("/below/" + inspector.script().path).text == inspector.script().text
        assert client.get("/" + inspector.script().path).status_code == 404


def test_an_event_that_a_module_triggers_is_an_event_of_the_component(tmp_path: Path) -> None:
    (tmp_path / "part.js").write_text('export function part(host) { host.trigger("greeted", {}); }\n')
    (tmp_path / "whole.js").write_text(
        'import { part } from "./part.js";\n\nexport function mount({ trigger }) {\n'
        "  part({ trigger });\n  trigger(\n    'asked', {});\n}\n"
    )
    with gr.Blocks():
        component = gr.HTML(js_on_load=Script(tmp_path / "whole.js").loader)
    assert hasattr(component, "greeted") and hasattr(component, "asked") and not hasattr(component, "part")


def test_gradio_takes_no_attribute_for_an_event() -> None:
    """It asks a component for its parameters, and what it finds would go into the page's configuration."""
    for script in SCRIPTS:
        with gr.Blocks():
            component = gr.HTML(js_on_load=script.loader)
        plain = gr.HTML(js_on_load="")
        assert component.get_config().keys() == plain.get_config().keys()
