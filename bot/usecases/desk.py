"""How the desk itself is: what it has seen, what waits, what it may have missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.knowledge import fresh
from bot.knowledge.fresh import State
from bot.rules import access
from bot.rules.catchup import day_of
from bot.usecases import look, trouble
from bot.usecases.trouble import TroubleScene
from storage import books, catchup, channels, facts, people
from storage.records.books import Balance, Waiting
from storage.records.catchup import Gap
from storage.records.messages import End
from storage.unit import Unit

GAPS_SHOWN = 5
DAYS_BACK = timedelta(days=1)
# Longer than the paces of a busy hour explain; shorter than what a customer would notice first.
INBOX_LATE, OUTBOX_LATE = timedelta(minutes=1), timedelta(minutes=5)
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the books with the name of its channel, ``""`` for one that we know no more."""

    channel: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class HealthScene:
    """The books of today and yesterday (UTC), the boxes, the last gaps and how they were closed.

    ``amiss`` are the days on which Slack has other messages than we; ``compared_at`` is when that
    was last looked at. ``by_hand`` counts presses, commands and forms of the last days.
    ``troubles`` are what people have to mend before all can be told; ``helpers`` who of others has
    answered how often in the last week, most first. ``knowledge`` is what this process has read of
    the articles, None before somebody asked.
    """

    ends: Mapping[End, int]
    ignored: Mapping[str, int]
    amiss: tuple[Entry, ...]
    compared_at: datetime | None
    gaps: tuple[Gap, ...]
    waiting: Waiting
    by_hand: Mapping[str, int]
    now: datetime
    troubles: Sequence[TroubleScene] = ()
    helpers: Sequence[tuple[str, int]] = ()
    knowledge: State | None = None

    @property
    def seen(self) -> int:
        """All messages of these days."""
        return sum(self.ends.values())

    @property
    def is_inbox_late(self) -> bool:
        """Something has come in, and is not worked for too long."""
        since = self.waiting.inbox_since if self.waiting.inbox else None
        return since is not None and self.now - since > INBOX_LATE

    @property
    def is_outbox_late(self) -> bool:
        """Something is to go out, and Slack does not have it for too long."""
        since = self.waiting.outbox_since if self.waiting.outbox else None
        return since is not None and self.now - since > OUTBOX_LATE


def health(unit: Unit, person: str, now: datetime) -> HealthScene:
    """For agents alone; ``person`` is a Slack id. Raises Refused and Unknown."""
    work = look.working(unit, look.LONG_AGO)
    access.may(work.person(person), access.Who.AGENT, work.team, None)
    return scene(unit, now)


def scene(unit: Unit, now: datetime) -> HealthScene:
    """The same for whoever stands at the machine."""
    lines = entries(unit, since=day_of(now) - DAYS_BACK)
    ends: Counter[End] = Counter()
    ignored: Counter[str] = Counter()
    for line in lines:
        ends.update(line.balance.ends)
        ignored.update(line.balance.ignored)
    compared = [last.until for last in catchup.compared(unit).values()]
    return HealthScene(
        ends=ends,
        ignored=ignored,
        amiss=tuple(line for line in lines if not line.balance.is_balanced),
        compared_at=max(compared, default=None),
        gaps=tuple(catchup.latest(unit, most=GAPS_SHOWN)),
        waiting=books.waiting(unit, now),
        by_hand=books.by_hand(unit),
        now=now,
        troubles=trouble.scenes(unit),
        helpers=_helpers(unit, now),
        knowledge=fresh.state(unit),
    )


def _helpers(unit: Unit, now: datetime) -> list[tuple[str, int]]:
    counted = facts.helpers(unit, now - A_WEEK)
    who = people.many(unit, counted.keys())
    named = [(who[key].name or "somebody", count) for key, count in counted.items() if key in who]
    return sorted(named, key=lambda each: (-each[1], each[0]))


def entries(unit: Unit, *, channel: str = "", since: datetime | None = None) -> list[Entry]:
    """The books by channel and day; ``channel`` is #name or Slack's id, ``""`` means all."""
    kept = books.balances(unit, since=since)
    places = channels.many(unit, {each.channel_id for each in kept})
    named = []
    for each in kept:
        place = places.get(each.channel_id)
        known = {f"#{place.name}", place.name, place.slack_id} if place else set()
        if not channel or channel in known:
            named.append(Entry(place.name if place else "", each))
    return named
