"""What the order of our prompts spares a server: tokens of a five-turn flow found in vLLM's prefix cache.

The prompts are those of a real flow of the engine in the chat dialect; the figures are the server's own.
"""

import re
from collections.abc import Callable

from agentflow_core.events import Analyzed, Answered, Commanded, Event, Planned, Verified
from agentflow_core.models import Message, OpenAIModel, Sampling
from agentflow_core.models.server_status import server_status
from tests.agentflow_core.flows import collect, make, scripted
from tests.vllm.conftest import KEY, Server

TURNS = 5
Called = Analyzed | Planned | Commanded | Verified | Answered
ROLE = re.compile(r"\n(?=You are the (?:planner|executor|verifier|generator)\.)")
WORDS = "river town bridge mountain market harbour tower valley garden castle library station museum island"


def prompts(events: list[Event]) -> list[tuple[Message, ...]]:
    return [event.call.messages for event in events if isinstance(event, Called)]


def role_first(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The same text with the role's instruction in front, as most agent programs write it."""
    shared, last = messages
    past, role = ROLE.split(last.content)
    return (Message(role="system", content=f"{role}\n\n{shared.content}"), Message(role="user", content=past))


async def share_from_cache(server: Server, sent: list[tuple[Message, ...]]) -> float:
    """The share of these prompts' tokens that the server had not to compute."""
    model = OpenAIModel("base", server.url, KEY)
    before = await server_status(server.url, KEY)
    for messages in sent:
        async for _ in model.generate(list(messages), sampling=Sampling(max_tokens=1)):
            pass
    after = await server_status(server.url, KEY)
    await model.close()
    assert after.prompt_tokens and after.cached_tokens is not None
    assert before.prompt_tokens is not None and before.cached_tokens is not None
    return (after.cached_tokens - before.cached_tokens) / (after.prompt_tokens - before.prompt_tokens)


async def test_most_of_a_five_turn_flow_comes_from_the_cache(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    said = [f"result {n}: " + " ".join(WORDS.split()[n:] * 4) for n in range(TURNS)]
    sent = prompts(await collect(make(scripted(turns=TURNS)), "Which towns? " + said[0]))
    assert len(sent) == 3 * TURNS + 2
    other = prompts(await collect(make(scripted(turns=TURNS)), "Which rivers? " + said[1]))
    ours = await share_from_cache(server, sent)
    theirs = await share_from_cache(server, [role_first(messages) for messages in other])
    record_property("share from the cache", {"role last": ours, "role first": theirs})
    assert ours >= 0.6
    assert ours > theirs
