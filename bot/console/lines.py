"""What the command line prints, line by line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.usecases.desk import Entry, HealthScene
from bot.usecases.trouble import TroubleScene
from storage.records.boxes import Arrival, Post
from storage.records.catchup import Gap
from storage.records.messages import End


def entry(told: Entry) -> Iterator[str]:
    """One channel and day: what was seen and how it ended, and what Slack has."""
    kept = told.balance
    where = f"#{told.channel}" if told.channel else str(kept.channel_id)
    yield f"{kept.day}  {where:24} {_sum(kept.seen, kept.ends)}  {_beside_slack(told)}"
    if kept.ignored:
        yield f"{'':12}ignored: {_counts(kept.ignored)}"


def _sum(seen: int, ends: Mapping[End, int]) -> str:
    return f"seen {seen} = " + " + ".join(f"{ends.get(end, 0)} {end}" for end in End)


def _beside_slack(told: Entry) -> str:
    audit = told.balance.audit
    if audit is None:
        return "Slack: not compared"
    verdict = "balanced" if told.balance.is_balanced else f"WE HAVE {audit.ours}"
    return f"Slack: {audit.theirs} + {audit.deleted} deleted at {_at(audit.until)}: {verdict}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))


def health(told: HealthScene) -> Iterator[str]:
    """What waits, what was given up, and what may have been missed."""
    waiting = told.waiting
    yield _box("inbox", waiting.inbox, waiting.inbox_since, waiting.inbox_failed)
    yield _box("outbox", waiting.outbox, waiting.outbox_since, waiting.outbox_failed)
    yield f"by hand, of the last days: {_counts(told.by_hand)}"
    compared = _at(told.compared_at) if told.compared_at else "never yet"
    yield f"last compared with Slack’s history: {compared}"
    for each in told.troubles:
        yield _trouble(each)
    for gap in told.gaps:
        yield _gap(gap)


def _trouble(told: TroubleScene) -> str:
    since, remedy = _at(told.trouble.began_at), told.remedy
    return f"MEND: {remedy.wrong} {remedy.mend} {told.waiting} waiting since {since}"


def _box(name: str, count: int, since: datetime | None, failed: int) -> str:
    oldest = f", the oldest since {_at(since)}" if count and since else ""
    return f"{name}: {count} waiting{oldest}; {failed} failed"


def _gap(gap: Gap) -> str:
    end = f"caught up {_at(gap.caught_up_at)}, {gap.found} found" if gap.caught_up_at else "OPEN"
    return f"gap: {_at(gap.began_at)} to {_at(gap.ended_at)}  {gap.cause}  {end}"


def row(told: Arrival | Post) -> Iterator[str]:
    """A row of a box by its fields; words stay in the database, unless nobody could read them."""
    for field in dataclasses.fields(told):
        if field.name != "text":
            yield f"{field.name:14} {getattr(told, field.name)}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"
