"""What the order of our prompts spares a server: tokens of a five-turn flow found in vLLM's prefix cache.

The prompts are those of a real flow of the engine in the chat dialect, results as long as a page's; the figures are the
server's own. One flow is sent in both orders; a salt keeps each from finding what the other has left.
"""

import json
import random
import re
from collections.abc import Callable

from agentflow_core.events import Analyzed, Answered, Commanded, Event, Planned, Verified
from agentflow_core.models import Completion, Message, Sampling
from agentflow_core.models.server_status import server_status
from tests.agentflow_core.flows import collect, make, scripted
from tests.vllm.conftest import KEY, Server, WithExtras

TURNS = 5
RESULT = 600
"""Characters."""
Called = Analyzed | Planned | Commanded | Verified | Answered
ROLE = re.compile(r"\n(?=You are the (?:planner|executor|verifier|generator)\.)")
WORDS = ("river", "town", "bridge", "mountain", "market", "harbour", "tower", "valley", "garden", "castle", "library")


def said(turn: int) -> str:
    draw = random.Random(turn)
    return " ".join(draw.choice(WORDS) for _ in range(RESULT // 7))


async def prompts() -> list[tuple[Message, ...]]:
    """Of a flow whose every tool result is another text."""
    commands = [json.dumps({"text": said(turn)}) for turn in range(TURNS)]
    events: list[Event] = await collect(make(scripted(turns=TURNS, executor=commands)), "Which towns have a harbour?")
    sent = [event.call.messages for event in events if isinstance(event, Called)]
    assert len(sent) == 3 * TURNS + 2 and all(said(turn) in sent[-1][-1].content for turn in range(TURNS))
    return sent


def role_first(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The same text with the role's instruction in front, as most agent programs write it."""
    shared, last = messages
    past, role = ROLE.split(last.content)
    return (Message(role="system", content=f"{role}\n\n{shared.content}"), Message(role="user", content=past))


async def share_from_cache(server: Server, sent: list[tuple[Message, ...]], salt: str) -> float:
    """The share of these prompts' tokens that the server had not to compute."""
    model = WithExtras(server, cache_salt=salt)
    model.dialect = "chat"
    before = await server_status(server.url, KEY)
    tokens = 0
    for messages in sent:
        async for item in model.generate(list(messages), sampling=Sampling(max_tokens=1)):
            tokens += item.prompt_tokens if isinstance(item, Completion) else 0
    after = await server_status(server.url, KEY)
    await model.close()
    assert after.prompt_tokens is not None and after.cached_tokens is not None
    assert before.prompt_tokens is not None and before.cached_tokens is not None
    assert after.prompt_tokens - before.prompt_tokens == tokens, "the server counted these calls and no others"
    return (after.cached_tokens - before.cached_tokens) / tokens


async def test_most_of_a_five_turn_flow_comes_from_the_cache(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    sent = await prompts()
    ours = await share_from_cache(server, sent, "role last")
    theirs = await share_from_cache(server, [role_first(messages) for messages in sent], "role first")
    record_property("share from the cache", {"role last": ours, "role first": theirs})
    assert ours >= 0.6
    assert ours > theirs + 0.2
