"""What the command line prints, line by line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.rules.trouble import remedy_of
from bot.usecases.desk import Entry, HealthScene
from bot.usecases.trouble import TroubleScene
from storage.records.boxes import Arrival, Post
from storage.records.catchup import Gap
from storage.records.messages import End


def entry(told: Entry) -> Iterator[str]:
    """One channel and day: what was seen and how it ended, and what Slack has."""
    kept = told.balance
    yield f"{kept.day}  {f'#{told.channel}' if told.channel else kept.channel_id}"
    yield f"  {_sum(kept.seen, kept.ends)}"
    if kept.ignored:
        yield f"  ignored: {_counts(kept.ignored)}"
    yield f"  {_beside_slack(told)}"


def _sum(seen: int, ends: Mapping[End, int]) -> str:
    return f"seen {seen} = " + " + ".join(f"{ends.get(end, 0)} {end}" for end in End)


def _beside_slack(told: Entry) -> str:
    audit = told.balance.audit
    if audit is None:
        return "not compared with Slack yet"
    verdict = "balanced" if told.balance.is_balanced else "NOT BALANCED"
    theirs = f"{audit.theirs} + {audit.deleted} deleted"
    return f"{verdict} at {_at(audit.until)}: Slack had {theirs}, we {audit.ours}"


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
        yield from _gap(gap)


def _trouble(told: TroubleScene) -> str:
    since, remedy = _at(told.trouble.began_at), told.remedy
    return f"MEND: {remedy.wrong} {remedy.mend} {told.waiting} waiting since {since}"


def _box(name: str, count: int, since: datetime | None, failed: int) -> str:
    oldest = f", the oldest since {_at(since)}" if count and since else ""
    return f"{name}: {count} waiting{oldest}; {failed} failed"


def _gap(gap: Gap) -> Iterator[str]:
    yield f"gap: {_at(gap.began_at)} to {_later(gap.ended_at, gap.began_at)}, {gap.cause}"
    if gap.caught_up_at is None:
        yield "  OPEN: Slack’s history is yet to be compared"
    else:
        yield f"  caught up {_later(gap.caught_up_at, gap.began_at)}, {gap.found} found"


def _later(moment: datetime, began: datetime) -> str:
    """A moment of the same day is told by its time alone."""
    return f"{moment:%H:%M:%S}Z" if moment.date() == began.date() else _at(moment)


def failed_in(told: Arrival, where: str) -> Iterator[str]:
    """What came and could not be worked; ``where`` as `` in #acme``."""
    yield f"in   {told.id}  {told.kind}{where}, {_at(told.at)}"
    yield f"     {told.outcome}"


def failed_out(told: Post, where: str) -> Iterator[str]:
    """What was to go out and could not be sent; ``where`` as `` of #12 in #acme``."""
    yield f"out  {told.id}  {told.kind}{where}, {_at(told.tried_at or told.due_at)}"
    yield f"     {told.error}"


def row(told: Arrival | Post, where: str) -> Iterator[str]:
    """A row of a box by its fields; words stay in the database, unless nobody could read them."""
    yield from failed_in(told, where) if isinstance(told, Arrival) else failed_out(told, where)
    yield f"     {_advice(told)}"
    for field in dataclasses.fields(told):
        if field.name != "text":
            yield f"{field.name:14} {getattr(told, field.name)}"


def _advice(told: Arrival | Post) -> str:
    """What whoever finds the row can do."""
    match told:
        case Arrival(outcome=why) if why.startswith("lacks "):
            return "Slack never told us that. `app.py check` may say why; mend it, then retry."
        case Arrival():
            return (
                "A fault of the desk’s own; the log has all under this id. Retry after an upgrade."
            )
        case Post(error=why) if why.startswith("template"):
            return "Mend that template (TEMPLATES_DIR), start the desk anew, then retry."
        case Post(error=why) if why.startswith("pager_"):
            return f"{remedy_of(why).wrong} {remedy_of(why).mend}"
        case _:
            return "Slack refused it for itself alone. Retry when the cause is gone, or drop it."


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"
