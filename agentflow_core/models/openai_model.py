"""Any OpenAI-compatible server, vLLM above all: the `openai` backend, streaming over the official client.

Extras that only some servers have (JSON schema, token ids, log-probabilities, ...) are asked for until the server
refuses one by name; that one is then left out for good and the call repeated. For training, start vLLM with
`--logprobs-mode processed_logprobs`: its default ignores the temperature.
"""

import asyncio
import contextlib
import time
import weakref
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from agentflow_core.errors import BadInput, InfraError, ModelRefused, ModelUnavailable
from agentflow_core.models.base import Capabilities, Completion, Dialect, Message, Sampling, TextDelta
from agentflow_core.models.control_tokens import Restored, disarmed
from agentflow_core.models.hidden import Hidden, Stream
from agentflow_core.models.openai_answer import Answer, Chunk

if TYPE_CHECKING:
    import openai

_CONNECT_SECONDS = 5.0
_POCKET_END = "<end>"
_PROBE_TOKENS = 4
_PROBE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}


class OpenAIModel:
    """A model on a server. `timeout` is the longest silence in seconds; `refused` may be shared to remember extras.

    The key comes from the argument only (never from the environment) and is in no name, repr or error.
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        api_key: str | None = None,
        *,
        dialect: Dialect = "chat",
        timeout: float = 120.0,
        max_retries: int = 3,
        refused: set[str] | None = None,
    ) -> None:
        self._model = model
        self._base_url = base_url.rstrip("/")
        # The role string itself, so that a stored run says how to go on with the same model.
        self.name = f"openai:{model}@{self._base_url}" + ("?dialect=pocket" if dialect == "pocket" else "")
        self.dialect: Dialect = dialect
        self._key = (api_key or "").strip()
        self._hidden = Hidden(self._key)
        self._timeout = timeout
        self._max_retries = max_retries
        self._refused = refused if refused is not None else set()
        self._clients: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, tuple[openai.AsyncOpenAI, AsyncGenerator[None, None]]
        ]
        self._clients = weakref.WeakKeyDictionary()  # connections belong to one event loop
        if not all(33 <= ord(char) <= 126 for char in self._key):
            raise BadInput("the API key has spaces or characters outside ASCII: copy it again")

    def __repr__(self) -> str:
        return f"OpenAIModel({self._model!r}, {self._base_url!r})"

    async def generate(
        self, messages: list[Message], *, sampling: Sampling, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """See `LanguageModel.generate`. Closing the iterator aborts the HTTP request."""
        import openai

        from agentflow_core.models.openai_errors import BrokenStream, refused_extras, wait_before_retry

        attempt = 0
        doubtful: set[str] = set()
        while True:
            spoken = False
            body = self._body(messages, sampling, schema)
            try:
                async with contextlib.aclosing(self._attempt(body, messages)) as items:
                    async for item in items:
                        spoken = True
                        yield item
                return
            except (openai.OpenAIError, BrokenStream, ValueError, TypeError, AttributeError) as error:
                failure = error
            extras = refused_extras(failure, body.keys()) - doubtful
            if extras and not spoken:
                self._refused |= extras
                if isinstance(failure, openai.InternalServerError):
                    doubtful = extras
                continue
            self._refused -= doubtful  # it fails without them too: they were not to blame
            wait = None if spoken or attempt >= self._max_retries else wait_before_retry(failure, attempt)
            if wait is None:
                raise await self._explained(failure) from None  # the original may hold the key
            attempt += 1
            await asyncio.sleep(wait)

    def count_tokens(self, text: str) -> int:
        """An upper estimate for ordinary text: three characters a token."""
        return -(-len(text) // 3)

    async def check(self) -> Capabilities:
        """Asks the server for its models, then generates a few tokens to see which extras it takes and heeds."""
        served = await self._served()
        if served and self._model not in served:
            names = self._hidden.in_text(_listed(list(served)))
            raise ModelRefused(f"{self._base_url} does not serve {self._model!r}; it serves {names}")
        probe = [Message(role="user", content="Say yes.")]
        completion: Completion | None = None
        async for item in self.generate(probe, sampling=Sampling(max_tokens=_PROBE_TOKENS), schema=_PROBE_SCHEMA):
            if isinstance(item, Completion):
                completion = item
        assert completion is not None  # generate ends with one or raises
        return Capabilities(
            streaming=True,
            # Some servers take a schema and ignore it.
            json_schema="response_format" not in self._refused and completion.text.lstrip().startswith("{"),
            token_ids=completion.completion_ids is not None,
            logprobs=completion.logprobs is not None,
            context_tokens=(served or {}).get(self._model),
        )

    async def close(self) -> None:
        """Closes this event loop's connections."""
        if held := self._clients.get(asyncio.get_running_loop()):
            await held[1].aclose()

    def _body(self, messages: list[Message], sampling: Sampling, schema: dict[str, Any] | None) -> dict[str, Any]:
        """The request: every sampler setting, and each extra that the server has not refused."""
        extras: dict[str, Any] = {"stream_options": {"include_usage": True}, "logprobs": True}
        if schema is not None:
            wrapped = {"name": "answer", "schema": schema, "strict": True}
            extras["response_format"] = {"type": "json_schema", "json_schema": wrapped}
        if sampling.seed is not None:
            extras["seed"] = sampling.seed
        extras["return_token_ids"] = True
        if self.dialect == "pocket":
            extras["skip_special_tokens"] = False
        limit = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        return {
            "model": self._model,
            "messages": [{"role": message.role, "content": self._sent(message.content)} for message in messages],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            limit: sampling.max_tokens,
            "stream": True,
            **{name: value for name, value in extras.items() if name not in self._refused},
        }

    def _sent(self, content: str) -> str:
        """A transcript's tags are its own; in a chat no text may open a turn."""
        return content if self.dialect == "pocket" else disarmed(content)

    async def _attempt(
        self, body: dict[str, Any], messages: list[Message]
    ) -> AsyncGenerator[TextDelta | Completion, None]:
        """One HTTP request, from sending to the end of its stream."""
        from agentflow_core.models.openai_errors import BrokenStream

        started = time.monotonic()
        answer, shown, restored = Answer(), Stream(self._hidden), Restored()
        async with await self._streamed(body) as stream:
            async for sent in stream:
                piece = answer.read(Chunk.model_validate(sent))
                piece = piece.removesuffix(_POCKET_END) if self.dialect == "pocket" else restored.add(piece)
                if piece := shown.add(piece):
                    answer.text.append(piece)
                    yield TextDelta(piece)
        if piece := shown.end():
            answer.text.append(piece)
            yield TextDelta(piece)
        if answer.finish is None:
            raise BrokenStream("the stream ended before the answer was complete")
        if answer.finish == "content_filter":
            raise ModelRefused(f"{self._base_url} stopped the answer of {self._model} by its content filter")
        yield self._completion(answer, messages, time.monotonic() - started)

    async def _streamed(self, body: dict[str, Any]) -> "openai.AsyncStream[object]":
        """Past the client's own method for this path, which takes apart what it sends and builds what comes."""
        import openai

        return await (await self._client()).post(
            "/chat/completions", body=body, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object]
        )

    def _completion(self, answer: Answer, messages: list[Message], seconds: float) -> Completion:
        text = "".join(answer.text)
        ids = tuple(answer.ids) or None
        # A server that has none for a token sends null; without one of them the others are of no use.
        logprobs = tuple(number for number in answer.logprobs if number is not None) or None
        if logprobs and len(logprobs) != (len(ids) if ids else len(answer.logprobs)):
            logprobs = None  # they would belong to other tokens
        prompt_tokens, completion_tokens = answer.usage.prompt_tokens, answer.usage.completion_tokens
        if prompt_tokens is None:
            prompt_tokens = sum(self.count_tokens(message.content) for message in messages)
        if completion_tokens is None:
            completion_tokens = len(ids) if ids else self.count_tokens(text)
        return Completion(
            text=text,
            model=self.name,
            finish_reason="length" if answer.finish == "length" else "stop",
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cached_tokens=answer.cached_tokens,
            prompt_ids=tuple(answer.prompt_ids) if answer.prompt_ids else None,
            completion_ids=ids,
            logprobs=logprobs,
            token_characters=answer.characters(text) if logprobs else None,
            seconds=seconds,
        )

    async def _client(self) -> "openai.AsyncOpenAI":
        import openai

        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            client = openai.AsyncOpenAI(
                api_key=self._key or "none",
                base_url=self._base_url,
                timeout=openai.Timeout(self._timeout, connect=_CONNECT_SECONDS),
                http_client=openai.DefaultAioHttpClient(),  # less work than its default, which counts for many flows
                max_retries=0,  # retrying is done here, where a refused extra and a broken stream are seen too
            )
            client.organization = client.project = None  # from the environment: no business of this server's
            closing = self._until_the_end(loop, client)
            self._clients[loop] = client, closing
            await anext(closing)
        return self._clients[loop][0]

    async def _until_the_end(
        self, loop: asyncio.AbstractEventLoop, client: "openai.AsyncOpenAI"
    ) -> AsyncGenerator[None, None]:
        """Closes the client with itself, or with the event loop, which ends its generators (`shutdown_asyncgens`)."""
        try:
            yield
        finally:
            self._clients.pop(loop, None)
            await client.close()

    async def _served(self) -> dict[str, int | None] | None:
        """The server's models with their context lengths where it tells; None if it has no such list."""
        import openai

        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                page = await (await self._client()).models.list()
            lengths = {model.id: _context(model.model_extra or {}) for model in page.data}
        except openai.APIStatusError as error:
            if error.status_code in (404, 405, 501):
                return None
            raise await self._explained(error) from None
        except TimeoutError:
            raise ModelUnavailable(f"{self._base_url} did not list its models within {_CONNECT_SECONDS:g} s") from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise await self._explained(error) from None
        return lengths

    async def _explained(self, error: Exception) -> InfraError:
        """The engine's error, without the key, and for an unknown model with the names that are served."""
        import openai

        from agentflow_core.models.openai_errors import explained

        answer = explained(error, self._base_url, self._model, self._hidden.in_text)
        text = str(answer)
        if isinstance(error, openai.NotFoundError) and isinstance(answer, ModelRefused):
            with contextlib.suppress(ModelUnavailable, ModelRefused):
                if served := await self._served():
                    text += f"; it serves {_listed(list(served))}"
        return type(answer)(self._hidden.in_text(text))


def _context(told: dict[str, Any]) -> int | None:
    """A model's context in tokens, as vLLM or as llama.cpp tells it."""
    meta = told.get("meta")
    length = told.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return length if isinstance(length, int) else None


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
