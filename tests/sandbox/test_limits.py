"""Rate limits: tiers per method, and the pace of posts in a channel."""

import pytest

from sandbox.clock import Clock
from sandbox.limits import Limits, load_methods

METHODS = load_methods()


@pytest.fixture
def clock() -> Clock:
    held = Clock()
    held.freeze(1_000_000.0)
    return held


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock.time, METHODS)


def calls_before_refusal(limits: Limits, method: str) -> int:
    return next(n for n in range(2_000) if limits.wait_for(method))


@pytest.mark.parametrize(
    "method, per_minute",
    [
        ("conversations.list", 20),
        ("conversations.history", 50),
        ("users.info", 100),
        ("auth.test", 600),
    ],
)
def test_each_tier_lets_so_many_calls_through_in_a_minute(
    limits: Limits, method: str, per_minute: int
) -> None:
    assert calls_before_refusal(limits, method) == per_minute


def test_a_refused_call_is_told_how_long_to_wait(limits: Limits, clock: Clock) -> None:
    for _ in range(20):
        limits.wait_for("users.list")
    clock.move(45)
    assert limits.wait_for("users.list") == 15
    clock.move(15)
    assert limits.wait_for("users.list") == 0


def test_methods_do_not_share_their_limits(limits: Limits) -> None:
    calls_before_refusal(limits, "users.list")
    assert limits.wait_for("conversations.list") == 0


def test_a_channel_takes_a_short_burst_and_then_a_post_a_second(
    limits: Limits, clock: Clock
) -> None:
    waits = [limits.wait_for("chat.postMessage", "C1") for _ in range(5)]
    assert waits == [0, 0, 0, 0, 1]
    clock.move(1)
    assert limits.wait_for("chat.postMessage", "C1") == 0
    assert limits.wait_for("chat.postMessage", "C1") == 1


def test_a_quiet_channel_gains_no_more_than_its_burst(limits: Limits, clock: Clock) -> None:
    limits.wait_for("chat.postMessage", "C1")
    clock.move(3600)
    waits = [limits.wait_for("chat.postMessage", "C1") for _ in range(5)]
    assert waits == [0, 0, 0, 0, 1]


def test_channels_do_not_slow_each_other_down(limits: Limits) -> None:
    assert all(limits.wait_for("chat.postMessage", f"C{n}") == 0 for n in range(100))


def test_a_workspace_takes_some_hundred_posts_a_minute(limits: Limits) -> None:
    posts = [limits.wait_for("chat.postMessage", f"C{n}") for n in range(301)]
    assert posts[:300] == [0] * 300
    assert posts[300] == 60


def test_refusals_are_counted_by_method(limits: Limits) -> None:
    for _ in range(22):
        limits.wait_for("users.list")
    assert limits.refusals == {"users.list": 2}


def test_switched_off_everything_passes(limits: Limits) -> None:
    limits.enabled = False
    assert not any(limits.wait_for("chat.postMessage", "C1") for _ in range(1_000))
    assert limits.refusals == {}


def test_a_reset_forgets_calls_and_refusals(limits: Limits) -> None:
    calls_before_refusal(limits, "users.list")
    limits.reset()
    assert limits.wait_for("users.list") == 0
    assert limits.refusals == {}
