"""The outbox: what Slack is to show, and what it shows already.

A row is a post or a picture. A picture is one row for ever: announcing it again raises ``wanted``,
and ``shown`` follows when Slack has taken that generation, so ten changes cost one update.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven, trouble
from storage.base import ChoiceText, Instant, JsonText, any_of, metadata
from storage.records.boxes import Delivery, Post, PostState
from storage.records.light import light
from storage.unit import Unit

outbox = Table(
    "outbox",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("delivery", ChoiceText(Delivery), nullable=False),
    Column("body", JsonText, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),  # when what is wanted was first due
    Column("channel_id", BigInteger),
    Column("ticket_id", BigInteger),
    Column("picture", Text),
    Column("under_card", Boolean, nullable=False),
    Column("thread_ts", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("state", ChoiceText(PostState), nullable=False),
    Column("ts", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Instant),
    Column("error", Text, nullable=False),
    Column("kept_by", Text, nullable=False),
    PrimaryKeyConstraint("workspace_id", "id"),
)
_is_open = outbox.c.state.in_([literal_column("'waiting'"), literal_column("'sending'")])
Index(
    "ix_outbox_open",
    outbox.c.workspace_id,
    outbox.c.lane,
    outbox.c.urgency,
    outbox.c.id,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
Index("uq_outbox_picture", outbox.c.workspace_id, outbox.c.picture, unique=True)
Index("ix_outbox_place", outbox.c.workspace_id, outbox.c.channel_id, outbox.c.ts)
Index("ix_outbox_ticket", outbox.c.workspace_id, outbox.c.ticket_id)
_has_failed = outbox.c.state == text("'failed'")
Index(
    "ix_outbox_failed",
    outbox.c.workspace_id,
    outbox.c.id,
    sqlite_where=_has_failed,
    postgresql_where=_has_failed,
)

# A picture that is being sent stays so; any other state goes round again.
_is_under_way = outbox.c.state == text("'sending'")
_again = {
    "wanted": outbox.c.wanted + 1,
    "tries": case((_is_under_way, outbox.c.tries), else_=0),
    "error": case((_is_under_way, outbox.c.error), else_=text("''")),
    "kept_by": case((_is_open, outbox.c.kept_by), else_=text("''")),
    "state": case((_is_under_way, text("'sending'")), else_=text("'waiting'")),
    # What Slack has shown for days has not waited for days when it changes.
    "due_at": case((_is_open, outbox.c.due_at), else_=literal_column("excluded.due_at")),
    "since": case((_is_open, outbox.c.since), else_=literal_column("excluded.since")),
}
_here = [outbox.c.workspace_id, outbox.c.picture]
_announce = {
    "sqlite": sqlite.insert(outbox).on_conflict_do_update(index_elements=_here, set_=_again),
    "postgresql": postgresql.insert(outbox).on_conflict_do_update(
        index_elements=_here, set_=_again
    ),
}
_columns = (
    outbox.c.workspace_id,
    outbox.c.id,
    outbox.c.lane,
    outbox.c.kind,
    outbox.c.delivery,
    outbox.c.body,
    outbox.c.due_at,
    outbox.c.channel_id,
    outbox.c.ticket_id,
    func.coalesce(outbox.c.picture, literal("")),
    outbox.c.under_card,
    outbox.c.thread_ts,
    outbox.c.urgency,
    outbox.c.wanted,
    outbox.c.shown,
    outbox.c.state,
    outbox.c.ts,
    outbox.c.nonce,
    outbox.c.tries,
    outbox.c.tried_at,
    outbox.c.error,
    outbox.c.kept_by,
)
_in_workspace = outbox.c.workspace_id == bindparam("workspace_id")
# What is held for later (a reply with Undo) holds only itself; what is tried again holds its lane.
_is_held = and_(outbox.c.due_at > bindparam("now"), outbox.c.tries == text("0"))
_of_lane = (
    select(*_columns)
    .where(_in_workspace, outbox.c.lane == bindparam("lane"), _is_open, not_(_is_held))
    .order_by(outbox.c.urgency, outbox.c.id)
    .limit(bindparam("most"))
)
_new_of_lane = _of_lane.where(outbox.c.ts == text("''"))
_there_of_lane = _of_lane.where(outbox.c.ts != text("''"))
_held_until = select(func.min(outbox.c.due_at)).where(
    _in_workspace, outbox.c.lane == bindparam("lane"), _is_open, _is_held
)


def waits(now: Any) -> ColumnElement[bool]:
    """What was due at ``now`` (desk time), or was tried and is to be tried again.

    What is for a channel that somebody has to open first waits for them, not for us.
    """
    is_shut = trouble.is_shut(outbox.c.workspace_id, outbox.c.channel_id)
    is_due = or_(outbox.c.due_at <= now, outbox.c.tries > text("0"))
    return and_(_is_open, is_due, not_(is_shut))


_lanes = (
    select(
        outbox.c.workspace_id,
        outbox.c.lane,
        func.min(outbox.c.due_at),
        func.min(outbox.c.urgency),
    )
    .where(_is_open)
    .group_by(outbox.c.workspace_id, outbox.c.lane)
)
_by_picture = select(*_columns).where(_in_workspace, outbox.c.picture == bindparam("picture"))
_by_pictures = select(*_columns).where(_in_workspace, any_of(outbox.c.picture, "pictures"))
_by_id = select(*_columns).where(_in_workspace, outbox.c.id == bindparam("id"))
_by_place = select(*_columns).where(
    _in_workspace, outbox.c.channel_id == bindparam("channel_id"), outbox.c.ts == bindparam("ts")
)
_mine = and_(outbox.c.workspace_id == bindparam("b_workspace"), outbox.c.id == bindparam("b_id"))
_begin = (
    outbox.update()
    .where(_mine)
    .values(
        state=PostState.SENDING,
        tried_at=bindparam("b_at"),
        tries=outbox.c.tries + 1,
        error=text("''"),
    )
)
_end = (
    outbox.update()
    .where(_mine)
    .values(
        shown=bindparam("b_shown"),
        ts=bindparam("b_ts"),
        error=bindparam("b_error"),
        # A 429 or a lost answer does not say that the trouble before it is over.
        kept_by=case(
            (bindparam("b_place", type_=Text) != text("''"), bindparam("b_place", type_=Text)),
            (bindparam("b_retry", type_=Boolean), outbox.c.kept_by),
            else_=text("''"),
        ),
        due_at=bindparam("b_due"),
        # What stands aside waits for people, and comes anew each time that it is tried.
        since=case(
            (bindparam("b_retry", type_=Boolean), outbox.c.since),
            else_=bindparam("b_due", type_=Instant),
        ),
        tries=case(
            (bindparam("b_retry", type_=Boolean), outbox.c.tries - bindparam("b_spared")), else_=0
        ),
        state=case(
            (bindparam("b_retry", type_=Boolean), bindparam("b_state", type_=Text)),
            (outbox.c.wanted > bindparam("b_shown"), text("'waiting'")),
            else_=bindparam("b_state", type_=Text),
        ),
    )
)


def announce(unit: Unit, post: Post) -> None:
    """Add a post, or raise ``wanted`` of the picture that is there already."""
    unit.execute(
        _announce[unit.connection.dialect.name],
        {
            "workspace_id": post.workspace_id,
            "id": post.id,
            "lane": post.lane,
            "kind": post.kind,
            "delivery": post.delivery,
            "body": post.body,
            "due_at": post.due_at,
            "since": post.due_at,
            "channel_id": post.channel_id,
            "ticket_id": post.ticket_id,
            "picture": post.picture or None,
            "under_card": post.under_card,
            "thread_ts": post.thread_ts,
            "urgency": post.urgency,
            "wanted": post.wanted,
            "shown": post.shown,
            "state": post.state,
            "ts": post.ts,
            "nonce": post.nonce,
            "tries": post.tries,
            "tried_at": post.tried_at,
            "error": post.error,
            "kept_by": post.kept_by,
        },
    )


def by_picture(unit: Unit, picture: str) -> Post | None:
    """The picture of that key."""
    row = unit.execute(_by_picture, {"workspace_id": unit.workspace_id, "picture": picture}).first()
    return Post(*row) if row else None


def by_pictures(unit: Unit, pictures: Collection[str]) -> dict[str, Post]:
    """Those of the pictures that are there, by their keys."""
    values = {"workspace_id": unit.workspace_id, "pictures": list(pictures)}
    found = (Post(*row) for row in unit.execute(_by_pictures, values))
    return {post.picture: post for post in found}


def by_id(unit: Unit, post_id: int) -> Post | None:
    """The post of that key."""
    row = unit.execute(_by_id, {"workspace_id": unit.workspace_id, "id": post_id}).first()
    return Post(*row) if row else None


def by_place(unit: Unit, channel_id: int, ts: str) -> Post | None:
    """Our own post at that place: the only sure mark of an own post (FACTS 8)."""
    parameters = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "ts": ts}
    row = unit.execute(_by_place, parameters).first()
    return Post(*row) if row else None


def of_lanes(unit: Unit, most: Mapping[str, int], *, now: datetime) -> list[list[Post]]:
    """What is open in each lane, customer-facing first, then in order of announcement.

    ``most``: how many to read of each lane. What was never tried and is not due yet at ``now``
    (desk time) is left out: see ``held_until``.
    """
    own = {"workspace_id": unit.workspace_id, "now": now}
    wanted = [own | {"lane": name, "most": count} for name, count in most.items()]
    found = driven.run_each(unit.connection, _of_lane, wanted)
    return [[Post(*row) for row in rows] for rows in found]


def new_of_lane(unit: Unit, name: str, *, now: datetime, most: int) -> list[Post]:
    """The same of what Slack does not show yet, for when no message may be changed just now."""
    values = {"workspace_id": unit.workspace_id, "lane": name, "now": now, "most": most}
    return [Post(*row) for row in unit.execute(_new_of_lane, values)]


def there_of_lane(unit: Unit, name: str, *, now: datetime, most: int) -> list[Post]:
    """The same of pictures that Slack shows already, for when nothing may be posted just now."""
    values = {"workspace_id": unit.workspace_id, "lane": name, "now": now, "most": most}
    return [Post(*row) for row in unit.execute(_there_of_lane, values)]


def held_until(unit: Unit, names: Sequence[str], *, now: datetime) -> Sequence[datetime | None]:
    """When the first of each lane's rows is due that ``of_lanes`` leaves out; None without any."""
    own = {"workspace_id": unit.workspace_id, "now": now}
    found = driven.run_each(unit.connection, _held_until, [own | {"lane": n} for n in names])
    return [each.scalar() for each in found]


@dataclass(frozen=True, slots=True)
class LaneDue:
    """A lane with something open: when its first row is due (desk time), and how urgent it is."""

    workspace_id: int
    name: str
    due_at: datetime
    urgency: int


def lanes(connection: Connection) -> list[LaneDue]:
    """All lanes with open rows, of all workspaces."""
    return [LaneDue(*row) for row in driven.run(connection, _lanes, {})]


def begin(unit: Unit, posts: Sequence[Post], at: datetime) -> None:
    """Mark posts as being sent, durable before Slack is called.

    A row that is found so later, and without an error, is one whose sender died or lost its
    results.
    """
    driven.run_many(
        unit.connection,
        _begin,
        [{"b_workspace": p.workspace_id, "b_id": p.id, "b_at": at} for p in posts],
    )


@light(frozen=True, slots=True)
class Sent:
    """How a try ended.

    ``state`` SHOWN, DROPPED or FAILED is an end unless more is wanted meanwhile; WAITING tries
    again at ``due_at``; SENDING says that the end is unknown and is to be looked up then.
    ``shown`` is the generation that Slack has now. ``place`` is what people have to mend before it
    can be sent (`storage.records.trouble`); where the post ``stands_aside``, it waits for that
    alone, and its lane goes on. ``is_spared``: that it was claimed does not count as a try.
    """

    workspace_id: int
    id: int
    state: PostState
    shown: int
    ts: str
    due_at: datetime
    error: str = ""
    place: str = ""
    stands_aside: bool = False
    is_spared: bool = False


def end(connection: Connection, results: Sequence[Sent]) -> None:
    """Write down how tries ended; a picture that changed meanwhile waits again."""
    driven.run_many(connection, _end, [_ended(each) for each in results])


def _ended(sent: Sent) -> dict[str, Any]:
    is_open = sent.state in (PostState.WAITING, PostState.SENDING)
    return {
        "b_workspace": sent.workspace_id,
        "b_id": sent.id,
        "b_shown": sent.shown,
        "b_ts": sent.ts,
        "b_error": sent.error,
        "b_due": sent.due_at,
        "b_place": sent.place if is_open else "",
        "b_retry": is_open and not sent.stands_aside,
        "b_spared": int(sent.is_spared),
        "b_state": str(sent.state),
    }


def doubt(connection: Connection) -> None:
    """After a restore: whatever waits may have been sent since the backup was made.

    Posts are looked up by their nonce before they are sent; those that nobody can look up are
    dropped.
    """
    was_first = outbox.c.state == text("'waiting'"), outbox.c.ts == text("''")
    told_once = outbox.c.delivery != text("'idempotent'")
    connection.execute(
        outbox.update()
        .where(*was_first, told_once)
        .values(state=PostState.SENDING, error="restored from a backup")
    )


def failed(unit: Unit, *, limit: int = 100) -> list[Post]:
    """Posts that were given up, oldest first."""
    query = select(*_columns).where(_in_workspace, _has_failed).order_by(outbox.c.id).limit(limit)
    return [Post(*row) for row in unit.execute(query, {"workspace_id": unit.workspace_id})]


def retry(unit: Unit, post_id: int, now: datetime) -> bool:
    """Let a failed post be tried again; False when there is no such failed post."""
    again = (
        outbox.update()
        .where(outbox.c.workspace_id == unit.workspace_id, outbox.c.id == post_id, _has_failed)
        .values(state=PostState.WAITING, tries=0, error="", kept_by="", due_at=now, since=now)
    )
    return bool(unit.execute(again).rowcount)


def drop(unit: Unit, post_id: int) -> bool:
    """Give a failed post up for good."""
    gone = (
        outbox.update()
        .where(outbox.c.workspace_id == unit.workspace_id, outbox.c.id == post_id, _has_failed)
        .values(state=PostState.DROPPED)
    )
    return bool(unit.execute(gone).rowcount)


_SOONER = (
    outbox.update()
    .where(
        outbox.c.workspace_id == bindparam("b_workspace"),
        _is_open,
        outbox.c.state == text("'waiting'"),
        outbox.c.kept_by == bindparam("b_place"),
        outbox.c.due_at > bindparam("b_now"),
    )
    .values(due_at=bindparam("b_now"))
)


def hasten(unit: Unit, place: str, now: datetime) -> None:
    """What the trouble of a place keeps back is due now."""
    values = {"b_workspace": unit.workspace_id, "b_place": place, "b_now": now}
    unit.execute(_SOONER, values)


_COUNT = select(func.count()).select_from(outbox).where(_in_workspace, _is_open)
_its_channel = outbox.c.channel_id == bindparam("channel_id")
_COUNT_IN_CHANNEL = _COUNT.where(_its_channel)
_COUNT_KEPT = _COUNT.where(outbox.c.kept_by == bindparam("place"))
_REPLIES = (
    select(*_columns)
    .where(_in_workspace, _is_open, _its_channel, outbox.c.kind == text("'reply'"))
    .order_by(outbox.c.id)
)


def count_waiting(unit: Unit, channel_id: int | None) -> int:
    """How many posts and pictures of a channel, or of all, Slack does not show yet."""
    query = _COUNT if channel_id is None else _COUNT_IN_CHANNEL
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id}
    return int(unit.execute(query, values).scalar_one())


def is_kept(unit: Unit, place: str) -> bool:
    """True while the trouble of a place keeps something back, though it be tried just now."""
    values = {"workspace_id": unit.workspace_id, "place": place}
    return bool(unit.execute(_COUNT_KEPT, values).scalar_one())


_LATER = _COUNT.where(
    outbox.c.ticket_id == bindparam("ticket_id"),
    outbox.c.kind == bindparam("kind"),
    outbox.c.id > bindparam("id"),
)


def has_later(unit: Unit, post: Post) -> bool:
    """True when something of the same kind, about the same ticket, waits behind this post."""
    values = {"ticket_id": post.ticket_id, "kind": post.kind, "id": post.id}
    return bool(unit.execute(_LATER, {"workspace_id": unit.workspace_id, **values}).scalar_one())


def waiting_replies(unit: Unit, channel_id: int) -> list[Post]:
    """The replies to customers that Slack does not show yet in a channel, in order."""
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id}
    return [Post(*row) for row in unit.execute(_REPLIES, values)]


def count_open(connection: Connection) -> int:
    """How many posts and pictures Slack does not show yet, of all workspaces."""
    return connection.execute(select(func.count()).select_from(outbox).where(_is_open)).scalar_one()
