"""The books of messages seen: since each message is one row with one end, they balance."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
)

from storage.base import DAY, EPOCH, Instant
from storage.catchup import tally_table
from storage.channels import ALIASES
from storage.inbox import IS_AMISS, inbox
from storage.messages import message_table
from storage.outbox import outbox, waits
from storage.records.books import Audit, Balance, BookLine, Waiting
from storage.records.messages import End
from storage.rows import Query, of_workspace, same
from storage.unit import Unit

_columns = message_table.c
_day = type_coerce(_columns.said_at, BigInteger) // literal_column(str(DAY), BigInteger)
# A place of which an edit or a reply told first is no message before its words have come.
_is_message = or_(_columns.reason != text("'gone'"), _columns.deleted_at.is_not(None))
_ALL: Query = (
    select(_columns.channel_id, _day.label("day"), _columns.end, _columns.reason, func.count())
    .where(of_workspace(message_table), _columns.said_at >= bindparam("since"), _is_message)
    .group_by(_columns.channel_id, _day, _columns.end, _columns.reason)
    .order_by(_columns.channel_id, _day, _columns.end, _columns.reason)
)
_OF_CHANNEL = _ALL.where(same(_columns.channel_id, "channel_id"))

_alias = ALIASES.table
_failed_day = type_coerce(inbox.c.at, BigInteger) // literal_column(str(DAY), BigInteger)
_FAILED: Query = (
    select(_alias.c.channel_id, _failed_day, func.count())
    .select_from(
        inbox.join(
            _alias,
            and_(
                _alias.c.workspace_id == inbox.c.workspace_id,
                inbox.c.lane == literal_column("'channel:'") + _alias.c.slack_id,
            ),
        )
    )
    .where(
        of_workspace(inbox),
        inbox.c.progress == text("'failed'"),
        inbox.c.kind == text("'Said'"),
        inbox.c.at >= bindparam("since"),
    )
    .group_by(_alias.c.channel_id, _failed_day)
)

_tally = tally_table.c
_from_day = type_coerce(_tally.day, BigInteger)
_said = type_coerce(_columns.said_at, BigInteger)
_AUDITS: Query = (
    select(
        _tally.channel_id,
        _from_day // literal_column(str(DAY), BigInteger),
        _tally.theirs,
        func.count(_columns.id),
        func.count(case((_columns.deleted_at <= _tally.until, _columns.id))),
        _tally.until,
    )
    .select_from(
        tally_table.outerjoin(
            message_table,
            and_(
                _columns.workspace_id == _tally.workspace_id,
                _columns.channel_id == _tally.channel_id,
                _said >= _from_day,
                _said < _from_day + literal_column(str(DAY), BigInteger),
                _columns.said_at <= _tally.until,
                _columns.reason != text("'reply'"),  # our own post, which Slack's side leaves out
                _columns.ts.not_like(literal_column("'form:%'")),  # nor has it a form's words
                _is_message,
            ),
        )
    )
    .where(of_workspace(tally_table), _tally.day >= bindparam("since"))
    .group_by(_tally.channel_id, _from_day, _tally.theirs, _tally.until)
)
# The keys of the inbox begin with what they are; nothing in Slack could tell of these once more.
BY_HAND = ("press", "command", "submit", "shortcut")
_COUNT_KEYS = (
    select(func.count())
    .select_from(inbox)
    .where(of_workspace(inbox), inbox.c.key >= bindparam("first"), inbox.c.key < bindparam("end"))
)

_inbox = select(func.count(), func.min(inbox.c.at)).where(of_workspace(inbox))
_INBOX_WAITING = _inbox.where(inbox.c.progress == text("'waiting'"))
_INBOX_FAILED = _inbox.where(IS_AMISS)
_now = bindparam("now", type_=Instant)
_OUTBOX_WAITING = select(func.count(), func.min(outbox.c.since)).where(
    of_workspace(outbox), waits(_now)
)
_outbox = select(func.count(), func.min(outbox.c.due_at)).where(of_workspace(outbox))
_OUTBOX_FAILED = _outbox.where(outbox.c.state == text("'failed'"))


def by_day(
    unit: Unit, *, channel_id: int | None = None, since: datetime | None = None
) -> list[BookLine]:
    """The lines of one channel or of all, of all time or ``since`` then."""
    query = _ALL if channel_id is None else _OF_CHANNEL
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "since": since or EPOCH}
    rows = unit.execute(query, values)
    return [
        BookLine(channel, _date(day), end, why, count) for channel, day, end, why, count in rows
    ]


def balances(
    unit: Unit, *, channel_id: int | None = None, since: datetime | None = None
) -> list[Balance]:
    """Each channel and day with all its ends, beside Slack's history; by channel, then day.

    What failed in the inbox is counted as seen. ``since`` should be the beginning of a UTC day.
    """
    ends: defaultdict[tuple[int, date], Counter[End]] = defaultdict(Counter)
    ignored: defaultdict[tuple[int, date], Counter[str]] = defaultdict(Counter)
    for line in by_day(unit, channel_id=channel_id, since=since):
        ends[line.channel_id, line.day][line.end] += line.count
        if line.end is End.IGNORED:
            ignored[line.channel_id, line.day][line.reason] += line.count
    failed, audits = _failed(unit, since), _audits(unit, since)
    for key, count in failed.items():
        ends[key][End.FAILED] += count
    days = {key for key in {*ends, *audits} if channel_id in (None, key[0])}
    return [
        Balance(*key, ends[key], ignored[key], _with_failed(audits.get(key), failed[key]))
        for key in sorted(days)
        if ends[key] or audits[key].theirs
    ]


def _with_failed(audit: Audit | None, failed: int) -> Audit | None:
    if audit is None or not failed:
        return audit
    return Audit(audit.theirs, audit.ours + failed, audit.deleted, audit.until)


def _failed(unit: Unit, since: datetime | None) -> Counter[tuple[int, date]]:
    values = {"workspace_id": unit.workspace_id, "since": since or EPOCH}
    rows = unit.execute(_FAILED, values)
    return Counter({(channel, _date(day)): count for channel, day, count in rows})


def _audits(unit: Unit, since: datetime | None) -> dict[tuple[int, date], Audit]:
    values = {"workspace_id": unit.workspace_id, "since": since or EPOCH}
    rows = unit.execute(_AUDITS, values)
    return {
        (channel, _date(day)): Audit(theirs, ours, deleted, until)
        for channel, day, theirs, ours, deleted, until in rows
    }


def by_hand(unit: Unit) -> dict[str, int]:
    """Presses, commands and forms of the last days: as many as the inbox still remembers."""
    return {what: _count_keys(unit, what) for what in BY_HAND}


def _count_keys(unit: Unit, what: str) -> int:
    values = {"workspace_id": unit.workspace_id, "first": f"{what}:", "end": f"{what};"}
    return int(unit.execute(_COUNT_KEYS, values).scalar_one())


def waiting(unit: Unit, now: datetime) -> Waiting:
    """How far both boxes are behind."""
    values = {"workspace_id": unit.workspace_id, "now": now}
    (came, came_at), (failed, _), (open_, due_at), (unsent, _) = (
        unit.execute(query, values).one()
        for query in (_INBOX_WAITING, _INBOX_FAILED, _OUTBOX_WAITING, _OUTBOX_FAILED)
    )
    return Waiting(came, came_at, failed, open_, due_at, unsent)


def _date(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)
