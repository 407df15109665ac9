"""Role strings: one line of text that says which model plays a role.

    pocket                                             the embedded model; its trained planner where it plans
    pocket:base                                        the embedded model before its planner was trained
    transformers:FOLDER_OR_HUB_NAME[?device=&dtype=]   any chat model in this process
    transformers:FOLDER_OR_HUB_NAME?adapter=FOLDER     the same with a LoRA adapter where it plans
    openai:MODEL@URL[?dialect=chat|pocket]             any OpenAI-compatible server

A role string never holds a key: it is stored with every run, shown and shared.
"""

import re
from typing import Literal, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict

from agentflow_core.errors import BadInput
from agentflow_core.models.base import Dialect

Backend = Literal["pocket", "transformers", "openai"]

_EXAMPLES: dict[str, str] = {
    "pocket": "pocket or pocket:base",
    "transformers": "transformers:Qwen/Qwen2.5-0.5B-Instruct?device=cpu",
    "openai": "openai:Qwen/Qwen2.5-7B-Instruct@http://127.0.0.1:8000/v1",
}
_OPTIONS: dict[Backend, dict[str, str]] = {
    "pocket": {},
    "transformers": {
        "adapter": r"\S+",
        "device": r"(cpu|mps|cuda(:\d+)?)",
        "dtype": r"(auto|float32|bfloat16|float16|int8|nf4)",
    },
    "openai": {"dialect": "|".join(get_args(Dialect))},
}
_SECRET = re.compile(r"key|token|secret|password|auth", re.IGNORECASE)
_LONGEST = 2000


class ModelSpec(BaseModel):
    """A parsed role string; `str` gives it back in one canonical spelling. Equal specs mean the same model."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    backend: Backend
    model: str
    base_url: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Sorted by name."""

    def option(self, name: str) -> str | None:
        return dict(self.options).get(name)

    def frozen(self) -> "ModelSpec":
        """The model for the modules that are not trained, where this one is a trained planner."""
        return self.model_copy(update={"model": "base"}) if self.backend == "pocket" else self.base()

    def base(self) -> "ModelSpec":
        """Without the adapter."""
        return self.model_copy(update={"options": tuple(pair for pair in self.options if pair[0] != "adapter")})

    def __str__(self) -> str:
        if self.backend == "pocket":
            return "pocket" if self.model == "planner" else f"pocket:{self.model}"
        place = f"@{self.base_url}" if self.base_url else ""
        options = f"?{urlencode(self.options, safe=':/')}" if self.options else ""
        return f"{self.backend}:{self.model}{place}{options}"


def parse_role(text: str) -> ModelSpec:
    """Reads a role string. Raises `BadInput` naming the part that is wrong."""
    text = text.strip()
    if not text:
        raise BadInput(f"the role string is empty; write for example {_EXAMPLES['openai']}")
    if len(text) > _LONGEST or not text.isprintable():
        raise BadInput(
            f"the role string {text[:40]!r}… is longer than {_LONGEST:,} characters or has control characters"
        )
    backend, colon, rest = text.partition(":")
    match backend:
        case "pocket":
            return _pocket(rest if colon else "planner")
        case "transformers":
            return _transformers(rest)
        case "openai":
            return _openai(rest)
    raise BadInput(
        f"unknown backend {backend[:60]!r}: use {', '.join(get_args(Backend))}, for example {_EXAMPLES['openai']}"
    )


def _pocket(variant: str) -> ModelSpec:
    if variant not in ("planner", "base"):
        raise BadInput(f"unknown Pocket model {variant[:60]!r}: write {_EXAMPLES['pocket']}")
    return ModelSpec(backend="pocket", model=variant)


def _transformers(rest: str) -> ModelSpec:
    model, _, query = rest.partition("?")
    if not model or model != model.strip():
        raise BadInput(f"no model in {'transformers:' + rest[:60]!r}: write for example {_EXAMPLES['transformers']}")
    return ModelSpec(backend="transformers", model=model, options=_options("transformers", query))


def _openai(rest: str) -> ModelSpec:
    # The model's name may hold an @ itself, so the URL begins at the last one that a scheme follows.
    found = re.fullmatch(r"(?P<model>.+)@(?P<url>[A-Za-z][A-Za-z0-9+.-]*://[^?]*)(\?(?P<query>.*))?", rest)
    if not found:
        raise BadInput(f"{'openai:' + _hide(rest)[:80]!r} is not MODEL@URL: write for example {_EXAMPLES['openai']}")
    model, url = found["model"], found["url"].rstrip("/")
    if model != model.strip():
        raise BadInput(f"the model name {model[:60]!r} begins or ends with a space")
    _check_url(url)
    return ModelSpec(backend="openai", model=model, base_url=url, options=_options("openai", found["query"] or ""))


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(
            f"the URL {_hide(url)[:80]!r} cannot be read: {error}; example: {_EXAMPLES['openai']}"
        ) from error
    if parts.scheme not in ("http", "https"):
        raise BadInput(f"the URL begins with {parts.scheme[:20]!r}: only http and https are possible")
    if parts.username is not None or parts.password is not None:
        raise BadInput("the URL holds a user name or password: leave them out and give the key in its own field")
    if not host or parts.fragment or any(char.isspace() for char in url):
        raise BadInput(f"the URL {url[:80]!r} has no host, a space or a #fragment; example: {_EXAMPLES['openai']}")


def _options(backend: Backend, query: str) -> tuple[tuple[str, str], ...]:
    known = _OPTIONS[backend]
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            if _SECRET.search(name):
                raise BadInput(
                    f"{name[:40]!r} does not belong in a role string, which is shown and stored: "
                    "give the key in its own field or in AGENTFLOW_API_KEY"
                )
            raise BadInput(
                f"unknown option {name[:40]!r} for {backend}: it has {', '.join(known) or 'none'}; "
                f"example: {_EXAMPLES[backend]}"
            )
        if name in found or not re.fullmatch(known[name], value):
            raise BadInput(f"option {name} cannot be {value[:40]!r}: write one of {known[name]}, once")
        found[name] = value
    return tuple(sorted(found.items()))


def _hide(text: str) -> str:
    """Without what stands before an @ in a URL: it may be a password."""
    return re.sub(r"://[^/]*@", "://…@", text)
