"""Gaps in which something may have been missed, marks of life, and what comparisons found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import outbox, texts
from storage.base import (
    ChoiceText,
    Instant,
    any_of,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.messages import message_table
from storage.records.catchup import Cause, Comparison, Gap, Known, Mark, Tally
from storage.rows import Rows, its, of_workspace, same
from storage.tickets import ticket_table
from storage.unit import Unit

gap_table = Table(
    "gap",
    metadata,
    tenant(),
    key(),
    required("cause", ChoiceText(Cause)),
    required("began_at", Instant),
    required("ended_at", Instant),
    optional("caught_up_at", Instant),
    required("found", Integer),
    in_workspace(),
)
_is_open = gap_table.c.caught_up_at.is_(None)
Index(
    "ix_gap_open",
    gap_table.c.workspace_id,
    gap_table.c.id,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
_ended = gap_table.c.ended_at
Index("ix_gap_ended", gap_table.c.workspace_id, _ended, gap_table.c.id)
mark_table = Table(
    "mark",
    metadata,
    tenant(),
    key("name", ChoiceText(Mark)),
    required("at", Instant),
    in_workspace(),
)
comparison_table = Table(
    "comparison",
    metadata,
    tenant(),
    key("channel_id", BigInteger),
    required("since", Instant),
    required("until", Instant),
    required("found", Integer),
    required("error", Text),
    points("channel_id", "channel"),
)
tally_table = Table(
    "tally",
    metadata,
    tenant(),
    key("channel_id", BigInteger),
    key("day", Instant),
    required("theirs", Integer),
    required("until", Instant),
    points("channel_id", "channel"),
)

_GAPS = Rows(gap_table, Gap)
_OPEN = _GAPS.select(_is_open).order_by(gap_table.c.id)
_tells = or_(
    _is_open,
    gap_table.c.cause != literal_column(f"'{Cause.SHUT}'"),
    gap_table.c.found > text("0"),
)
_LATEST = (
    _GAPS.select(_tells).order_by(_ended.desc(), gap_table.c.id.desc()).limit(bindparam("most"))
)
_SINCE = _GAPS.select(_ended > bindparam("since"))
_EXTEND = update(gap_table).where(its(gap_table.c.workspace_id), its(gap_table.c.id))
_its_gaps = gap_table.c.id.in_(bindparam("ids", expanding=True))
_FOUND = (
    update(gap_table)
    .where(its(gap_table.c.workspace_id), _its_gaps)
    .values(found=gap_table.c.found + bindparam("more"))
)
_CLOSE = update(gap_table).where(its(gap_table.c.workspace_id), _its_gaps)


def _puts(table: Table) -> dict[str, Any]:
    """Insert a row, or replace the one with its key, for each database."""
    keys = list(table.primary_key.columns)
    puts: dict[str, Any] = {}
    for name, made in (("sqlite", sqlite.insert(table)), ("postgresql", postgresql.insert(table))):
        rest = {c.name: made.excluded[c.name] for c in table.columns if not c.primary_key}
        puts[name] = made.on_conflict_do_update(index_elements=keys, set_=rest)
    return puts


_PUT_MARK, _PUT_COMPARISON, _PUT_TALLY = map(_puts, (mark_table, comparison_table, tally_table))
_MARKS = select(mark_table.c.name, mark_table.c.at).where(of_workspace(mark_table))
_compared = comparison_table.c
_COMPARISONS = select(
    _compared.workspace_id,
    _compared.channel_id,
    _compared.since,
    _compared.until,
    _compared.found,
    _compared.error,
).where(of_workspace(comparison_table))
_COMPARED_IN = _COMPARISONS.where(same(_compared.channel_id, "channel_id"))
_tallied = tally_table.c
_TALLIES = select(
    _tallied.workspace_id, _tallied.channel_id, _tallied.day, _tallied.theirs, _tallied.until
).where(of_workspace(tally_table), _tallied.day >= bindparam("since"))
_TALLIED = select(_tallied.day).where(
    of_workspace(tally_table),
    same(_tallied.channel_id, "channel_id"),
    _tallied.day >= bindparam("since"),
)
_ONE_MORE = (
    update(tally_table)
    .where(
        its(_tallied.workspace_id),
        its(_tallied.channel_id),
        its(_tallied.day),
        _tallied.until >= bindparam("said_at"),
    )
    .values(theirs=_tallied.theirs + 1)
)

_said = message_table.c
_KNOWN_HERE = (
    select(
        _said.ts,
        _said.thread_ts,
        texts.text.c.body,
        _said.edit_stamp,
        _said.deleted_at,
        and_(_said.reason == text("'gone'"), _said.deleted_at.is_(None)),
        _said.reason == text("'reply'"),
    )
    .select_from(
        message_table.outerjoin(
            texts.text,
            and_(texts.text.c.workspace_id == _said.workspace_id, texts.text.c.id == _said.text_id),
        )
    )
    .where(of_workspace(message_table), same(_said.channel_id, "channel_id"))
)
_KNOWN = _KNOWN_HERE.where(_said.ts >= bindparam("oldest"))
_is_older = _said.ts < bindparam("oldest")
_FIRSTS = _KNOWN_HERE.where(_is_older, any_of(_said.ts, "threads"))
_REPLIES = _KNOWN_HERE.where(_is_older, any_of(_said.thread_ts, "threads"))
_post = outbox.outbox.c
_card = outbox.outbox.alias("card")
_OWN = (
    select(_post.ts, func.coalesce(_card.c.ts, _post.thread_ts))
    .select_from(
        outbox.outbox.outerjoin(
            _card,
            and_(
                _post.under_card.is_(True),
                _card.c.workspace_id == _post.workspace_id,
                _card.c.ticket_id == _post.ticket_id,
                _card.c.kind == literal_column("'card'"),
            ),
        )
    )
    .where(of_workspace(outbox.outbox), same(_post.channel_id, "channel_id"))
    .where(_post.ts >= bindparam("oldest"))
)
_ticket = ticket_table.c
_may_go_on = or_(
    _ticket.status.not_in([literal_column("'resolved'"), literal_column("'closed'")]),
    _ticket.resolved_at >= bindparam("resolved_since"),
)
_OLD_THREADS = select(_ticket.thread_ts).where(
    of_workspace(ticket_table),
    same(_ticket.channel_id, "channel_id"),
    _ticket.thread_ts < bindparam("oldest"),
    _ticket.thread_ts != text("''"),
    _may_go_on,
)
_OLD_CARDS = (
    select(_post.ts)
    .select_from(
        outbox.outbox.join(
            ticket_table,
            and_(_ticket.workspace_id == _post.workspace_id, _ticket.id == _post.ticket_id),
        )
    )
    .where(
        of_workspace(outbox.outbox),
        same(_post.channel_id, "channel_id"),
        _post.kind == literal_column("'card'"),
        _post.ts < bindparam("oldest"),
        _post.ts != text("''"),
        _may_go_on,
    )
)


def add(unit: Unit, gap: Gap) -> None:
    """Keep a gap. One that touches an open gap of the same cause makes that one longer."""
    for known in open_gaps(unit):
        if known.cause is gap.cause and gap.began_at <= known.ended_at:
            _extend(unit, known, gap)
            return
    _GAPS.add(unit, gap)


def _extend(unit: Unit, known: Gap, gap: Gap) -> None:
    values: dict[str, Any] = {
        "its_workspace_id": unit.workspace_id,
        "its_id": known.id,
        "began_at": min(known.began_at, gap.began_at),
        "ended_at": max(known.ended_at, gap.ended_at),
    }
    unit.execute(_EXTEND, values)


def open_gaps(unit: Unit) -> list[Gap]:
    """What is not caught up yet, oldest first."""
    return _GAPS.all(unit, _OPEN)


def latest(unit: Unit, *, most: int) -> list[Gap]:
    """The last gaps, open or not, newest first.

    But those of shut channels in which nothing was found: they may well be shut still.
    """
    return _GAPS.all(unit, _LATEST, most=most)


def since(unit: Unit, at: datetime) -> list[Gap]:
    """The gaps that ended after ``at``, open or not."""
    return _GAPS.all(unit, _SINCE, since=at)


def found_more(unit: Unit, gap_ids: Collection[int], count: int) -> None:
    """Count what was missed in these gaps."""
    if gap_ids and count:
        values = {"its_workspace_id": unit.workspace_id, "ids": list(gap_ids), "more": count}
        unit.execute(_FOUND, values)


def close(unit: Unit, gap_ids: Collection[int], at: datetime) -> None:
    """These gaps are caught up."""
    if gap_ids:
        values = {"its_workspace_id": unit.workspace_id, "ids": list(gap_ids), "caught_up_at": at}
        unit.execute(_CLOSE, values)


def prune(connection: Connection, *, before: datetime) -> None:
    """Forget the gaps of all workspaces that ended before then and are caught up."""
    connection.execute(
        delete(gap_table).where(_ended < before, gap_table.c.caught_up_at.is_not(None))
    )


def marks(unit: Unit) -> dict[Mark, datetime]:
    """All marks of the workspace; empty before its first start."""
    rows = unit.execute(_MARKS, {"workspace_id": unit.workspace_id})
    return {row[0]: row[1] for row in rows}


def mark(unit: Unit, name: Mark, at: datetime) -> None:
    """Set a mark, whatever it was."""
    _put(unit, _PUT_MARK, {"name": name, "at": at})


def compared(unit: Unit) -> dict[int, Comparison]:
    """The last comparison of each channel, by our key of it."""
    rows = unit.execute(_COMPARISONS, {"workspace_id": unit.workspace_id})
    return {row[1]: Comparison(*row) for row in rows}


def compared_in(unit: Unit, channel_id: int) -> Comparison | None:
    """The last comparison of one channel."""
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id}
    found = unit.execute(_COMPARED_IN, values).first()
    return Comparison(*found) if found else None


def keep(unit: Unit, comparison: Comparison, tallies: Iterable[Tally]) -> None:
    """Keep how far a channel is compared, and what Slack's history counted."""
    _put(
        unit,
        _PUT_COMPARISON,
        {
            "channel_id": comparison.channel_id,
            "since": comparison.since,
            "until": comparison.until,
            "found": comparison.found,
            "error": comparison.error,
        },
    )
    for each in tallies:
        _put(
            unit,
            _PUT_TALLY,
            {
                "channel_id": each.channel_id,
                "day": each.day,
                "theirs": each.theirs,
                "until": each.until,
            },
        )


def tallies(unit: Unit, *, since: datetime) -> list[Tally]:
    """What Slack's history counted, by channel and day, from the day that begins ``since``."""
    rows = unit.execute(_TALLIES, {"workspace_id": unit.workspace_id, "since": since})
    return [Tally(*row) for row in rows]


def tallied(unit: Unit, channel_id: int, *, since: datetime) -> set[datetime]:
    """The days of a channel that were counted, from the day that begins ``since``."""
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "since": since}
    return set(unit.execute(_TALLIED, values).scalars())


def one_more(unit: Unit, channel_id: int, *, day: datetime, said_at: datetime) -> None:
    """Slack has told of a message that its count of that day left out, as none of ours."""
    values = {"its_workspace_id": unit.workspace_id, "its_channel_id": channel_id, "its_day": day}
    unit.execute(_ONE_MORE, {**values, "said_at": said_at})


def known(unit: Unit, channel_id: int, *, oldest: str) -> dict[str, Known]:
    """What we have of a channel from the ts ``oldest`` on, by ts."""
    return _by_ts(unit.execute(_KNOWN, _here(unit, channel_id, oldest)))


def known_before(
    unit: Unit, channel_id: int, *, oldest: str, threads: Collection[str]
) -> dict[str, Known]:
    """What we have of these threads that is older than the ts ``oldest``, by ts."""
    if not threads:
        return {}
    values = _here(unit, channel_id, oldest) | {"threads": list(threads)}
    return _by_ts(unit.execute(_FIRSTS, values)) | _by_ts(unit.execute(_REPLIES, values))


def _by_ts(rows: Iterable[Any]) -> dict[str, Known]:
    return {
        ts: Known(ts, thread, words, stamp, deleted_at, bool(stub), bool(own))
        for ts, thread, words, stamp, deleted_at, stub, own in rows
    }


def own_posts(unit: Unit, channel_id: int, *, oldest: str) -> dict[str, str]:
    """The desk's own posts from the ts ``oldest`` on: each ts to the thread that it stands in."""
    rows = unit.execute(_OWN, _here(unit, channel_id, oldest))
    return {row[0]: row[1] for row in rows}


def old_threads(unit: Unit, channel_id: int, *, oldest: str, resolved_since: datetime) -> set[str]:
    """Threads and cards older than ``oldest`` whose ticket is not over yet."""
    values = _here(unit, channel_id, oldest) | {"resolved_since": resolved_since}
    found = (unit.execute(query, values).scalars() for query in (_OLD_THREADS, _OLD_CARDS))
    return {ts for threads in found for ts in threads}


def _here(unit: Unit, channel_id: int, oldest: str) -> dict[str, Any]:
    return {"workspace_id": unit.workspace_id, "channel_id": channel_id, "oldest": oldest}


def _put(unit: Unit, puts: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    statement = puts[unit.connection.dialect.name]
    unit.execute(statement, {"workspace_id": unit.workspace_id, **values})
