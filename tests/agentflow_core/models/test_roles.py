"""Role strings: what they may say, and that a wrong one says what is wrong with it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.errors import BadInput
from agentflow_core.models import ModelSpec, parse_role

NAMES = st.text(string.ascii_letters + string.digits + "-_.:/@+ ü", min_size=1, max_size=40).map(str.strip).filter(bool)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{2,5})?", fullmatch=True) | st.just("127.0.0.1") | st.just("[::1]")
URLS = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}{path}",
    st.sampled_from(["http", "https"]),
    HOSTS,
    st.just("") | st.integers(1, 65535).map(lambda port: f":{port}"),
    st.sampled_from(["", "/v1", "/a/b"]),
)
SPECS = st.one_of(
    st.sampled_from(["planner", "base"]).map(lambda model: ModelSpec(backend="pocket", model=model)),
    st.builds(
        lambda model, device, dtype: ModelSpec(backend="transformers", model=model, options=(*device, *dtype)),
        NAMES,
        st.sampled_from([(), (("device", "cpu"),), (("device", "cuda:1"),)]),
        st.sampled_from([(), (("dtype", "bfloat16"),)]),
    ),
    st.builds(
        lambda model, url, options: ModelSpec(backend="openai", model=model, base_url=url, options=options),
        NAMES,
        URLS,
        st.sampled_from([(), (("dialect", "pocket"),)]),
    ),
)


@given(SPECS)
def test_a_spec_survives_being_written_and_read(spec: ModelSpec) -> None:
    assert parse_role(str(spec)) == spec


@given(
    st.text(max_size=60) | st.text(max_size=40).map("openai:m@http://".__add__) | st.text().map("transformers:".__add__)
)
def test_any_text_is_a_spec_or_bad_input(text: str) -> None:
    try:
        spec = parse_role(text)
    except BadInput:
        return
    assert parse_role(str(spec)) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("pocket", ModelSpec(backend="pocket", model="planner")),
        (" pocket:base ", ModelSpec(backend="pocket", model="base")),
        (
            "transformers:/models/q?dtype=float16&device=cpu",
            ModelSpec(backend="transformers", model="/models/q", options=(("device", "cpu"), ("dtype", "float16"))),
        ),
        (
            "openai:Qwen/Qwen2.5-7B-Instruct@http://127.0.0.1:8000/v1/",
            ModelSpec(backend="openai", model="Qwen/Qwen2.5-7B-Instruct", base_url="http://127.0.0.1:8000/v1"),
        ),
        (
            "openai:me@work:8b@https://host/v1?dialect=pocket",
            ModelSpec(
                backend="openai", model="me@work:8b", base_url="https://host/v1", options=(("dialect", "pocket"),)
            ),
        ),
    ],
)
def test_examples(text: str, spec: ModelSpec) -> None:
    assert parse_role(text) == spec


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("gpt-4", "unknown backend 'gpt-4'"),
        ("pocket:/some/path", "unknown Pocket model"),
        ("pocket:", "unknown Pocket model"),
        ("transformers:", "no model"),
        ("transformers:a?speed=high", "unknown option 'speed'"),
        ("transformers:a?device=tpu", "device cannot be 'tpu'"),
        ("openai:gpt", "not MODEL@URL"),
        ("openai:@http://host/v1", "not MODEL@URL"),
        ("openai:m@host:8000", "not MODEL@URL"),
        ("openai:m@ftp://host", "'ftp'"),
        ("openai:m@file:///etc/passwd", "'file'"),
        ("openai:m@http://", "no host"),
        ("openai:m@http://host:99999/v1", "cannot be read"),
        ("openai:m@http://host/v1?dialect=latin", "dialect cannot be 'latin'"),
        ("openai:m@http://host/v1?dialect=chat&dialect=pocket", "once"),
        ("openai:m@http://host/v1\n", None),
        ("openai:m@http://ho\x00st/v1", "control characters"),
        ("pocket" * 1000, "longer than"),
    ],
)
def test_a_wrong_role_string_says_what_is_wrong(text: str, says: str | None) -> None:
    if says is None:
        assert parse_role(text).base_url == "http://host/v1"
        return
    with pytest.raises(BadInput) as caught:
        parse_role(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "openai:m@http://host/v1?api_key=sk-abc123",
        "openai:m@http://host/v1?token=sk-abc123",
        "openai:m@http://user:sk-abc123@host/v1",
        "openai:m@http://sk-abc123@host/v1",
        "openai:m@http://user:sk-abc123@host:99999/v1",
        "openai:http://user:sk-abc123@host/v1",
    ],
)
def test_keys_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_role(text)
    assert "sk-abc123" not in str(caught.value)
