"""Which tools a flow gets by its settings and models, and that the web tools stay behind their guard."""

import json
import sys
from pathlib import Path

import pytest

from agentflow_core import BadInput, Settings, assemble
from agentflow_core.assemble import POCKET_TOOLS, default_tools, offered_tools

CHAT = "openai:some-model@http://127.0.0.1:9/v1"
ALL = ("base_generator", "math_solver", "python_coder", "web_page", "web_search", "wikipedia_search")
SERVER = str(Path(__file__).parents[1] / "tools" / "mcp" / "server.py")
MCP = json.dumps({"mcpServers": {"local": {"command": sys.executable, "args": [SERVER], "tools": ["add"]}}})


def settings(**changes: object) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type, call-arg]


def names(made: Settings, *tools: str) -> tuple[str, ...]:
    return assemble(made, tools=tools or None).toolbox.names


def test_pocket_gets_the_tools_that_it_was_trained_on() -> None:
    assert names(settings()) == POCKET_TOOLS


def test_a_chat_model_gets_all() -> None:
    assert names(settings(model=CHAT)) == ALL


@pytest.mark.parametrize("role", ["planner", "executor"])
def test_where_pocket_plans_or_calls_it_is_pockets_tools(role: str) -> None:
    assert names(settings(model=CHAT, **{role: "pocket"})) == POCKET_TOOLS
    assert names(settings(model=CHAT, verifier="pocket", generator="pocket")) == ALL


def test_named_tools_are_taken_as_they_are_named() -> None:
    assert names(settings(), "web_search", "web_page") == ("web_search", "web_page")
    assert names(settings(tools="web_page")) == ("web_page",)


def test_the_page_offers_all_and_starts_with_those_of_its_models() -> None:
    assert tuple(offered_tools(settings())) == ALL and tuple(default_tools(settings())) == POCKET_TOOLS
    assert tuple(default_tools(settings(model=CHAT))) == ALL
    assert default_tools(settings(tools="web_page, math_solver")) == ["web_page", "math_solver"]


def test_the_tools_of_mcp_servers_join(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(settings(model=CHAT, mcp=MCP)) == (*ALL, "local_add")
    assert names(settings(mcp=MCP), "local_add", "math_solver") == ("local_add", "math_solver")
    assert offered_tools(settings(mcp=MCP))[-1] == "local_add"


def test_an_mcp_server_is_not_contacted_where_its_tools_are_not_wanted() -> None:
    broken = settings(mcp='{"mcpServers": {"gone": {"command": "no-such-program-here"}}}')
    assert names(broken) == POCKET_TOOLS and names(broken, "web_page") == ("web_page",)
    with pytest.raises(BadInput, match="'gone' cannot be reached"):
        names(broken, "gone_tool")
    with pytest.raises(BadInput, match="'gone' cannot be reached"):
        offered_tools(broken)


def test_the_web_tools_get_their_limits_and_their_cache(tmp_path: Path) -> None:
    made = settings(
        home=tmp_path,
        contact="me@example.org",
        search_engines="mojeek, brave",
        wikipedia_api="https://w.example/api.php",
    )
    given = assemble(made, tools=["web_page"]).toolbox.get("web_page").settings
    assert given.web.cache == tmp_path / "web-cache.sqlite" and given.web.contact == "me@example.org"
    assert given.search_engines == ("mojeek", "brave") and given.wikipedia_api == "https://w.example/api.php"
    assert not given.web.loopback


def test_the_guard_opens_for_tests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTFLOW_TEST_LOOPBACK", "true")
    with pytest.raises(BadInput, match=r"AGENTFLOW_TEST_LOOPBACK .*refused in production mode"):
        Settings.load()
    monkeypatch.setenv("AGENTFLOW_MODE", "test")
    assert Settings.load().web.loopback
    monkeypatch.setenv("SPACE_ID", "someone/demo")
    with pytest.raises(BadInput, match="refused in production mode"):
        Settings.load()


def test_programs_of_strangers_run_where_they_are_contained_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict() -> list[bool]:
        made = assemble(Settings.load(), tools=["python_coder", "math_solver"]).toolbox
        return [made.get(name).settings.code_strict for name in made.names]

    assert strict() == [False, False]
    monkeypatch.setenv("SPACE_ID", "someone/demo")
    assert strict() == [True, True]
    monkeypatch.setenv("AGENTFLOW_CODE_STRICT", "false")
    assert strict() == [False, False], "the operator's word comes first"
