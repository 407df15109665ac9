"""What is served carries its policy; what is sent is small and no file. A real Chromium tries it in tests/browser."""

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest

from demo.frames import SCRIPT
from demo.headers import inline_scripts, policy
from demo.intake import BODY_BYTES


def rules(text: str) -> dict[str, str]:
    return {rule.split()[0]: rule.partition(" ")[2] for rule in text.split("; ")}


def test_the_page_runs_its_own_scripts_only_and_talks_to_its_own_server_only(served: httpx.Client) -> None:
    answer = served.get("/")
    found = rules(answer.headers["content-security-policy"])
    assert found["default-src"] == "'none'" and found["connect-src"] == "'self'"
    assert "'unsafe-inline'" not in found["script-src"] and "http" not in found["script-src"]
    assert found["form-action"] == "'none'" and found["frame-ancestors"] == "'self'"
    scripts = inline_scripts(answer.text)
    assert len(scripts) >= 4 and found["script-src"].count("sha256-") == len(scripts)
    assert answer.headers["referrer-policy"] == "no-referrer", "the address holds the run's token"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_document_is_whole_with_its_first_script(served: httpx.Client) -> None:
    answer = served.get("/", headers={"Accept-Encoding": "identity"})
    assert f"<script>{inline_scripts(answer.text)[0]}</script>" == SCRIPT and answer.text.count(SCRIPT) == 1
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.text.rstrip().endswith("</html>")


def test_what_is_no_page_may_do_nothing(served: httpx.Client) -> None:
    for path in ("/config", "/gradio_api/file=/etc/passwd", "/nothing", "/gradio_api/info", "/theme.css"):
        assert served.get(path).headers["content-security-policy"].endswith("sandbox"), path


def test_mcps_own_page_has_a_policy_too(served: httpx.Client) -> None:
    answer = served.get("/gradio_api/mcp/")
    assert "text/html" in answer.headers["content-type"]
    assert "sha256-" in rules(answer.headers["content-security-policy"])["script-src"]


def test_scripts_are_read_as_a_browser_reads_them() -> None:
    page = '<script>a < b;\r\n"</p>"</script><SCRIPT type="x" src="/y"></SCRIPT><p>no</p><script async> c </script>'
    assert inline_scripts(page) == ['a < b;\n"</p>"', " c "]
    known = base64.b64encode(hashlib.sha256(b" c ").digest()).decode()
    assert f"'sha256-{known}'" in policy(page)


def test_a_space_is_framed_by_its_host_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/agentflow-live")
    assert rules(policy(""))["frame-ancestors"] == "'self' https://huggingface.co https://*.huggingface.co"


def test_no_file_is_taken(served: httpx.Client) -> None:
    answer = served.post("/gradio_api/upload", files={"files": ("x.html", b"<script>1</script>")})
    assert answer.status_code == 403 and answer.json() == {"detail": "This page takes no files."}


def test_a_request_that_is_too_large_is_refused_kindly(served: httpx.Client) -> None:
    answer = served.post("/gradio_api/component_server", content=b"x" * (BODY_BYTES + 1))
    assert answer.status_code == 413 and "at most 1,000,000 bytes" in answer.json()["detail"]


def test_a_request_that_hides_its_size_is_cut_off(served: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(BODY_BYTES // 1000 + 2):
            yield b"x" * 1000

    assert served.post("/gradio_api/component_server", content=pieces()).status_code in (400, 413, 500)


@pytest.mark.parametrize(
    "path", ["/gradio_api/file=README.md", "/gradio_api/file=app.py", "/gradio_api/file=.git/HEAD"]
)
def test_no_file_of_the_project_is_served(served: httpx.Client, path: str) -> None:
    assert served.get(path).status_code in (403, 404)
