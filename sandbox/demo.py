"""The demo: a local Slack with a little history, joined by an app.

It is there to be tried by hand, or played by a script.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from zoneinfo import ZoneInfo

from sandbox import page, quarter, story
from sandbox.hands import Hands
from sandbox.local import Sandbox, fresh_world
from sandbox.page.dates import next_morning
from sandbox.server import serving
from sandbox.story import Tell
from sandbox.world import Json

Join = Callable[[Sandbox], AbstractAsyncContextManager[object]]
"""How the app comes to this Slack: inside the block it is there."""

DAY = 86_400.0
SATURDAY = 5
THINGS_TO_TRY = (
    (
        "As Carla, ask something in #acme-harbour. "
        "Become Ana (click your name): its card is in #triage."
    ),
    "As Ana, press Take, then Reply. You have 10 seconds to undo; then Carla sees your answer.",
    (
        "As Ana, press Resolve. As Carla, write “thanks!” in the thread: it stays solved. "
        "Ask again: it opens."
    ),
    "As Ben, type /ticket list, or react with 👀 to a customer’s message to take its ticket.",
    (
        "As Ana, type /desk channels and say whose they are; type /ticket macro 1 looking "
        "to answer with a canned reply."
    ),
    (
        "Move the clock by an hour or to the next morning, "
        "and look at Traffic to see what went over the wire."
    ),
)


async def demo(
    manifest: Json, join: Join, tell: Tell, *, port: int, is_script: bool, days: int = 0
) -> None:
    """Run until Ctrl-C or SIGTERM, or play the script and end. Raises ``sandbox.hands.NotSeen``.

    With ``days`` there are more companies, and so many days of talk with all of them.
    Raises OSError when the port is taken; 0 lets the system choose one.
    """
    world = fresh_world(manifest, history=not is_script and not days)
    world.clock.offset = 0.0 if is_script else -DAY
    if days:
        quarter.seed(world, days)
    async with serving(world, port=port, more=page.routes) as slack, join(slack):
        if is_script:
            await story.play(slack, tell)
            return
        await yesterday(slack, has_digest=True)
        _welcome(slack, tell)
        await _stopped()


async def yesterday(slack: Sandbox, *, has_digest: bool = False) -> None:
    """A solved question at Acme and an open one at Globex, a day ago; then the clock is right.

    ``has_digest``: at nine one comes into #digests. Raises ``sandbox.hands.NotSeen``.
    """
    carla, zoe, ana, ben = (Hands(slack, name) for name in ("carla", "zoe", "ana", "ben"))
    first = carla.says("acme-harbour", "How do we invite a new colleague to our workspace?")
    card = await ana.sees("a card", ana.message("triage", showing="invite a new colleague"))
    await ana.presses("Take", card)
    await carla.sees("who has it", carla.message("acme-harbour", showing="Ana", under=first))
    ana.says("acme-harbour", "Under Settings › Members. They get a mail at once.", under=first)
    await ana.sees("the answer", ana.message("triage", showing="get a mail", under=card))
    await ana.presses("Resolve", card)
    await carla.sees("the end", carla.message("acme-harbour", showing="as solved", under=first))
    await _night(slack, DAY - 3600, has_digest=has_digest)
    zoe.says(
        "globex-harbour", "Since this morning the API answers 503 now and then. Anything known?"
    )
    await ben.sees("a card", ben.message("triage", showing="answers 503"))
    slack.world.clock.move(3600)


async def _night(slack: Sandbox, seconds: float, *, has_digest: bool) -> None:
    """By way of nine o’clock on a working day: later a digest would be left out as of no use."""
    clock, mona = slack.world.clock, Hands(slack, "mona")
    zone = ZoneInfo(slack.people.senses.user(mona.person).tz)
    until_nine = next_morning(clock.now(), zone)
    is_workday = (clock.now() + until_nine).astimezone(zone).weekday() < SATURDAY
    if has_digest and is_workday and until_nine.total_seconds() < seconds:
        clock.move(until_nine.total_seconds())
        await mona.sees("the digest", mona.message("digests", showing="Daily digest"))
        seconds -= until_nine.total_seconds()
    clock.move(seconds)


def _welcome(slack: Sandbox, tell: Tell) -> None:
    tell(f"Threadkeeper’s demo is at {slack.url}/?as=carla&channel=acme-harbour")
    tell("Things to try:")
    for number, thing in enumerate(THINGS_TO_TRY, 1):
        tell(f"  {number}. {thing}")
    tell("Ctrl-C ends it. Nothing is kept: each demo begins anew.")


async def _stopped(names: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM)) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in names:
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
