"""What it means that Slack refuses to tell a fact: there is no such thing, or nobody can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import SendFailed
from bot.rules.trouble import CHANNEL_INFO, HISTORY, OWN_CHANNELS, REPLIES, USER_INFO
from bot.slack.families import MOST_GUESSES, Family, family_of
from bot.slack.gateway import STOPPED, Gateway, Paused
from bot.usecases.work import TenantFacts, tenant
from bot.workers import noting
from storage import people
from storage.records.trouble import of_method

log = structlog.get_logger()

T = TypeVar("T")
Thing = tuple[str, ...]
"""What is asked about: Slack's method, and by which names it is asked for."""

# Slack's words for: we see nothing there (methods.json). All others tell nothing of the thing.
OUT_OF_SIGHT = frozenset({"channel_not_found", "not_in_channel"})
NOT_THERE = OUT_OF_SIGHT | {
    *("user_not_found", "user_not_visible", "thread_not_found", "message_not_found")
}
MOST_KEPT = 10_000
CHANNEL_TYPES = "public_channel,private_channel"
_LONG_AGO = "1.000000"


@dataclass(eq=False)
class Refusals:
    """Judges what Slack refuses, and notes what it refuses of all things.

    How often it was guessed what a word means is remembered by the process only.
    """

    desk: Desk
    clock: Clock
    _guesses: Counter[tuple[int, Thing]] = field(default_factory=Counter)

    async def told(
        self, gateway: Gateway, workspace_id: int, thing: Thing, asking: Awaitable[T]
    ) -> T | None:
        """Slack's answer, None when it says that there is no such thing for us.

        Raises other refusals: what is not told is not nothing, and is waited for.
        """
        try:
            answer = await asking
        except (SendFailed, Paused) as refused:
            if not await self._means_nothing(gateway, workspace_id, thing, str(refused)):
                raise
            return None
        self._guesses.pop((workspace_id, thing), None)
        return answer

    async def _means_nothing(
        self, gateway: Gateway, workspace_id: int, thing: Thing, code: str
    ) -> bool:
        """True when Slack's code says that there is no such thing for us.

        False where it does not tell: a code that it has for all things is noted.
        """
        if code in NOT_THERE:
            return True
        if code in STOPPED:
            return False
        method, own = thing[0], await self.desk.read(workspace_id, tenant)
        is_of_method = family_of(code) is Family.METHOD
        if is_of_method or await is_refused(gateway, method, own, code):
            place, now = of_method(method), self.clock.now()
            await self.desk.write(workspace_id, lambda u: noting.met(u, place, code, now))
            return False
        return await self._is_given_up(workspace_id, thing, code)

    async def _is_given_up(self, workspace_id: int, thing: Thing, code: str) -> bool:
        """Taken for nothing after a few tries, so that no lane stands still for ever.

        But for a channel, for what is said where we are not is nobody's ticket, and for somebody
        whom we know.
        """
        if thing[0] == CHANNEL_INFO or await self._is_known(workspace_id, thing):
            return False
        if len(self._guesses) >= MOST_KEPT:
            self._guesses.clear()
        self._guesses[workspace_id, thing] += 1
        if self._guesses[workspace_id, thing] < MOST_GUESSES:
            return False
        del self._guesses[workspace_id, thing]
        log.warning("asking: taken for nothing", workspace=workspace_id, of=thing, code=code)
        return True

    async def _is_known(self, workspace_id: int, thing: Thing) -> bool:
        if thing[0] != USER_INFO:
            return False
        look = partial(people.by_slack, slack_id=thing[1])
        known = await self.desk.read(workspace_id, look)
        return known is not None and known.is_found


async def is_refused(gateway: Gateway, method: str, own: TenantFacts, code: str) -> bool:
    """True when Slack has that code for what it surely can tell, too.

    Raises as the gateway, also Paused for a token that opens nothing.
    """
    try:
        await gateway.read(method, _surely_there(method, own))
    except (SendFailed, Paused) as refused:
        if str(refused) in STOPPED:
            raise
        return str(refused) == code
    return False


async def prove(gateway: Gateway, method: str, own: TenantFacts, *, channel: str = "") -> None:
    """Use a method for what it surely can tell. Raises as the gateway while Slack refuses it.

    ``channel`` is one that it was refused for. That a thread is not there, or that we are not in a
    channel, is an answer where messages are asked for.
    """
    about = _surely_there(method, own)
    try:
        await gateway.read(method, about | {"channel": channel} if channel else about)
    except (SendFailed, Paused) as refused:
        if method not in (REPLIES, HISTORY) or str(refused) not in NOT_THERE:
            raise


def _surely_there(method: str, own: TenantFacts) -> dict[str, Any]:
    triage = {"channel": own.settings.triage_channel}
    few: dict[str, Any] = {"limit": 1}
    return {
        USER_INFO: {"user": own.installation.bot_user_id},
        CHANNEL_INFO: triage,
        REPLIES: triage | few | {"ts": _LONG_AGO},
        HISTORY: triage | few,
        OWN_CHANNELS: few | {"types": CHANNEL_TYPES},
    }[method]
