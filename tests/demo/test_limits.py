"""How much one visitor, and all together, may have; each limit says so kindly, and what a visitor is."""

import pytest

from agentflow_core import Settings
from agentflow_core.errors import BadInput
from demo.limits import Gate, Limits, Place, visitor_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_places_are_given_in_the_order_of_arrival() -> None:
    gate = Gate(Limits(flows=2))
    places = [gate.enter("x") for _ in range(5)]
    assert [place.position for place in places] == [0, 0, 1, 2, 3]
    gate.leave(places[0])
    assert [place.position for place in places[1:]] == [0, 0, 1, 2]


def test_one_who_gives_up_makes_room_in_the_line() -> None:
    gate = Gate(Limits(flows=1))
    places = [gate.enter("x") for _ in range(3)]
    gate.leave(places[1])
    assert places[2].position == 1


def test_a_full_line_refuses_and_says_when_to_come_back() -> None:
    gate = Gate(Limits(flows=1, waiting=1))
    gate.enter("a"), gate.enter("b")
    with pytest.raises(BadInput, match="1 flow under way and 1 more waiting here already: try again in a minute"):
        gate.enter("c")


def test_one_visitor_cannot_take_all_places() -> None:
    gate = Gate(Limits(flows=8, visitor_flows=2))
    mine = [gate.enter("me"), gate.enter("me")]
    with pytest.raises(BadInput, match="You have 2 flows under way here, as many as this page gives one visitor"):
        gate.enter("me")
    assert isinstance(gate.enter("you"), Place)
    gate.leave(mine[0])
    gate.enter("me")


def test_the_hours_limit_says_in_how_many_minutes_the_next_may_start() -> None:
    clock = Clock()
    gate = Gate(Limits(visitor_flows_hour=2), clock)
    gate.leave(gate.enter("me"))
    clock.now = 1800
    gate.leave(gate.enter("me"))
    with pytest.raises(BadInput, match=r"2 flows within the hour.* in 31 minutes"):
        gate.enter("me")
    gate.enter("you")
    clock.now = 3600
    gate.enter("me")
    with pytest.raises(BadInput):
        gate.enter("me")


def test_a_refused_flow_does_not_count() -> None:
    clock = Clock()
    gate = Gate(Limits(visitor_flows=1, visitor_flows_hour=2), clock)
    place = gate.enter("me")
    with pytest.raises(BadInput, match="at once"):
        gate.enter("me")
    gate.leave(place)
    gate.enter("me")


def test_visitors_of_the_last_hour_are_forgotten() -> None:
    clock = Clock()
    gate = Gate(Limits(visitor_flows_hour=9), clock)
    for number in range(50):
        gate.leave(gate.enter(f"10.0.0.{number}"))
    clock.now = 3601
    gate.enter("me")
    assert set(gate._started) == {"me"}


@pytest.mark.parametrize(
    ("peer", "forwarded", "behind_proxy", "visitor"),
    [
        ("192.0.2.7", "", False, "192.0.2.7"),
        ("192.0.2.7", "8.8.8.8", False, "192.0.2.7"),
        ("10.0.0.1", "8.8.8.8", True, "8.8.8.8"),
        ("10.0.0.1", "1.1.1.1, 8.8.8.8, 10.0.0.9", True, "8.8.8.8"),
        ("10.0.0.1", "nonsense", True, "10.0.0.1"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("::ffff:192.0.2.7", "", False, "192.0.2.7"),
        ("2001:4860:1:2:3::1", "", False, "2001:4860:1:2::/64"),
        ("2001:4860:1:2:4::5", "", False, "2001:4860:1:2::/64"),
        (None, "", False, "unknown"),
    ],
)
def test_who_a_visitor_is(peer: str | None, forwarded: str, behind_proxy: bool, visitor: str) -> None:
    """Behind a proxy, what stands before the last public address is the visitor's own word."""
    assert visitor_of(peer, {"x-forwarded-for": forwarded}, behind_proxy) == visitor


def test_a_space_has_stricter_limits_than_ones_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Settings()
    assert (here.visitor_flows, here.visitor_flows_hour, here.tokens) == (0, 0, 0)
    assert here.page_flows >= 50 and here.flow_bytes >= 10_000_000 and not here.behind_proxy
    monkeypatch.setenv("SPACE_ID", "someone/agentflow-live")
    space = Settings()
    assert 1 <= space.visitor_flows < space.page_flows <= 20 and space.visitor_flows_hour > 10
    assert 0 < space.tokens <= 1_000_000 and 0 < space.flow_bytes < here.flow_bytes
    assert space.seconds < here.seconds and space.page_waiting > 0 and space.behind_proxy
    monkeypatch.setenv("AGENTFLOW_VISITOR_FLOWS", "5")
    assert Settings().visitor_flows == 5
