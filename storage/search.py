"""Search among the messages of tickets, whole workspaces at once, the newest first.

How far the index is behind (`storage.indexing`) is never far wrong: what it finds is compared with
the message as it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, bindparam, select

from storage import messages, passages, tags, texts, tickets, words
from storage.base import any_of
from storage.indexing import WITH_TEXT, mark
from storage.messages import message_table
from storage.records.search import Found, Hit, Sought
from storage.records.tickets import Owner
from storage.tickets import ticket_table
from storage.unit import Unit
from storage.workspaces import workspace_table

# How many passages are looked at in turn until a page is full.
STEPS = (30, 120, 1050)
# So many tickets are looked through themselves, with at most so many messages at once.
FEW, MANY = 300, 3_000
# So many channels are looked through one by one, where nothing else is asked of a message.
MOST_CHANNELS = 20

_message, _ticket, _text = message_table.c, ticket_table.c, texts.text.c
_OTHERS: Any = (
    select(workspace_table.c.id).where(workspace_table.c.id != bindparam("workspace_id")).limit(1)
)
_EARLIER: Any = (
    select(_message.ticket_id, _message.author_id, _message.channel_id, _text.body)
    .select_from(WITH_TEXT)
    .where(
        _message.workspace_id == bindparam("workspace_id"),
        any_of(_message.ticket_id, "tickets"),
        _message.place >= bindparam("since"),
        _message.place < bindparam("until"),
        _message.deleted_at.is_(None),
    )
)


_OF_TICKET = (_ticket.status, _ticket.category, _ticket.owner_id, _ticket.priority)
_AMONG: Any = (
    select(
        _message.place,
        _message.id,
        _message.ticket_id,
        *_OF_TICKET,
        _message.author_id,
        _message.channel_id,
        _text.body,
    )
    .select_from(
        WITH_TEXT.join(
            ticket_table,
            and_(_ticket.workspace_id == _message.workspace_id, _ticket.id == _message.ticket_id),
        )
    )
    .where(
        _message.workspace_id == bindparam("workspace_id"),
        any_of(_message.ticket_id, "tickets"),
        _message.place < bindparam("older"),
        _message.deleted_at.is_(None),
    )
    .order_by(_message.place.desc())
    .limit(bindparam("many"))
)


def _with_tickets(newest: Any) -> Any:
    """Each passage with what its ticket is now."""
    found = newest.subquery("found")
    its_ticket = and_(
        _ticket.workspace_id == bindparam("workspace_id"), _ticket.id == found.c.ticket_id
    )
    return (
        select(found, *_OF_TICKET)
        .select_from(found.outerjoin(ticket_table, its_ticket))
        .order_by(found.c.place.desc())
    )


_WITH_TICKETS = {name: _with_tickets(newest) for name, newest in passages.NEWEST.items()}
_OF_CHANNEL: Any = (
    select(_message.place, _message.id.label("message_id"), _message.ticket_id)
    .where(
        _message.workspace_id == bindparam("workspace_id"),
        _message.channel_id == bindparam("channel_id"),
        _message.place < bindparam("older"),
    )
    .order_by(_message.place.desc())
    .limit(bindparam("many"))
)
_OF_CHANNEL_WITH_TICKETS = _with_tickets(_OF_CHANNEL)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage; without a ticket when it does not fit after all."""

    place: int
    message_id: int
    ticket_id: int | None


@dataclass(eq=False)
class _Page:
    """Tickets chosen so far, each with its message. What is before ``older`` is still unseen."""

    limit: int
    older: int
    is_last: bool = False
    chosen: dict[int, int] = field(default_factory=dict)

    def take(
        self, found: Sequence[_Candidate], *, repeated: Collection[int], many: int, floor: int
    ) -> bool:
        """Choose from those found when up to ``many`` were asked for; True when that will do.

        What is below ``floor`` is older than was asked for.
        """
        for each in found:
            if each.place < floor:
                self.is_last = True
                return True
            if len(self.chosen) == self.limit:
                return True
            self.older = each.place
            if each.ticket_id is not None and each.ticket_id not in repeated:
                self.chosen.setdefault(each.ticket_id, each.message_id)
        self.is_last = len(found) < many
        return self.is_last


def find(unit: Unit, sought: Sought, *, limit: int, older: int | None = None) -> Found:
    """A page of the unit's tickets with messages that fit, the newest message first.

    ``older``: as told by the page before. However common the words, at most the sum of `STEPS`
    messages are looked at for a page.
    """
    start = passages.END if sought.before is None else passages.natural_place(sought.before)
    floor = 0 if sought.since is None else passages.natural_place(sought.since)
    page = _Page(limit, start if older is None else older)
    if _is_empty(sought):
        return Found(())
    few = _few(unit, sought)
    query = passages.query(unit.connection, _asked(unit, sought)) if few is None else ""
    passages.plan_anew(unit.connection)
    span = (page.older, start)
    for many in STEPS if few is None else (MANY,):
        if few is None:
            found = _candidates(unit, sought, query=query, older=page.older, many=many)
        else:
            found = _among(unit, sought, few, older=page.older, many=many)
        tickets_found = {each.ticket_id for each in found if each.ticket_id is not None}
        repeated = _shown_before(unit, sought, tickets_found, span)
        if page.take(found, repeated=repeated, many=many, floor=floor):
            break
    return Found(_hits(unit, sought, page.chosen), None if page.is_last else page.older)


def _is_empty(sought: Sought) -> bool:
    """True when nothing can fit: nobody is sought, or words were typed and none of them is one."""
    nobody = () in (sought.author_ids, sought.channel_ids, sought.statuses, sought.owners)
    return nobody or bool(sought.words.strip() and not words.of_query(sought.words))


def _asked(unit: Unit, sought: Sought) -> list[list[str]]:
    asked = [[word] for word in words.of_query(sought.words)]
    if sought.author_ids is not None:
        asked.append([mark("a", author) for author in sought.author_ids])
    if sought.channel_ids is not None:
        asked.append([mark("c", channel) for channel in sought.channel_ids])
    # Every passage has this mark, which costs as much as a word that everybody says.
    if not asked or unit.execute(_OTHERS, {"workspace_id": unit.workspace_id}).first():
        asked.append([mark("w", unit.workspace_id)])
    return asked


def _candidates(
    unit: Unit, sought: Sought, *, query: str, older: int, many: int
) -> list[_Candidate]:
    values = {"workspace_id": unit.workspace_id, "older": older, "many": many}
    rows = _of_channels if _asks_for_channels(sought) else _of_words
    with_tickets = _asks_of_tickets(sought)
    told = rows(unit, sought, values | {"query": query}, with_tickets=with_tickets)
    if not with_tickets:
        return [_Candidate(*row) for row in told]
    found = [_judged(row, sought) for row in told]
    if sought.tag is None:
        return found
    having = tags.having(unit, sought.tag, {each.ticket_id for each in found if each.ticket_id})
    return [each if each.ticket_id in having else replace(each, ticket_id=None) for each in found]


def _of_words(
    unit: Unit, sought: Sought, values: Mapping[str, Any], *, with_tickets: bool
) -> Sequence[Any]:
    statements = _WITH_TICKETS if with_tickets else passages.NEWEST
    return unit.execute(statements[unit.connection.dialect.name], values).all()


def _of_channels(
    unit: Unit, sought: Sought, values: Mapping[str, Any], *, with_tickets: bool
) -> Sequence[Any]:
    """The newest of each channel: their mark alone would be looked for among all that was said."""
    statement = _OF_CHANNEL_WITH_TICKETS if with_tickets else _OF_CHANNEL
    rows = [
        row
        for channel_id in sought.channel_ids or ()
        for row in unit.execute(statement, {**values, "channel_id": channel_id})
    ]
    return sorted(rows, key=itemgetter(0), reverse=True)[: values["many"]]


def _asks_for_channels(sought: Sought) -> bool:
    """True when what was said in these few channels fits, whoever said whatever."""
    is_said = bool(sought.words.strip()) or sought.author_ids is not None
    return not is_said and 0 < len(sought.channel_ids or ()) <= MOST_CHANNELS


def _asks_of_tickets(sought: Sought) -> bool:
    asked = (sought.statuses, sought.category, sought.owners, sought.priorities, sought.tag)
    return any(each is not None for each in asked)


def _few(unit: Unit, sought: Sought) -> list[int] | None:
    """The tickets that alone can be meant, None where they are many: then words come first."""
    if sought.tag is None:
        return None
    found = list(tags.some(unit, sought.tag, most=FEW + 1))
    return found if len(found) <= FEW else None


def _among(
    unit: Unit, sought: Sought, few: Collection[int], *, older: int, many: int
) -> list[_Candidate]:
    """The messages of these tickets; those that do not fit have none."""
    values = {"workspace_id": unit.workspace_id, "tickets": list(few), "older": older, "many": many}
    found = []
    for row in unit.execute(_AMONG, values):
        each = _judged(row[:7], sought)
        is_sought = _is_sought(sought, *row[7:])
        found.append(each if is_sought else replace(each, ticket_id=None))
    return found


def _judged(row: Sequence[Any], sought: Sought) -> _Candidate:
    place, message_id, ticket_id, status, category, owner_id, priority = row
    owner = Owner.NOBODY if owner_id is None else owner_id
    fits = sought.statuses is None or status in sought.statuses
    fits = fits and sought.category in (None, category)
    fits = fits and (sought.owners is None or owner in sought.owners)
    fits = fits and (sought.priorities is None or priority in sought.priorities)
    return _Candidate(place, message_id, ticket_id if fits else None)


def _shown_before(
    unit: Unit, sought: Sought, ticket_ids: Collection[int], span: tuple[int, int]
) -> set[int]:
    """Those tickets that an earlier page has shown, for a newer message within ``span``."""
    since, until = span
    if since >= until or not ticket_ids:
        return set()
    values = {"tickets": list(ticket_ids), "since": since, "until": until}
    rows = unit.execute(_EARLIER, values | {"workspace_id": unit.workspace_id})
    return {ticket for ticket, *message in rows if _is_sought(sought, *message)}


def _is_sought(sought: Sought, author_id: int | None, channel_id: int, text: str | None) -> bool:
    if sought.author_ids is not None and author_id not in sought.author_ids:
        return False
    if sought.channel_ids is not None and channel_id not in sought.channel_ids:
        return False
    return words.of_text(text or "").issuperset(words.of_query(sought.words))


def _hits(unit: Unit, sought: Sought, chosen: Mapping[int, int]) -> tuple[Hit, ...]:
    """Tickets and messages as they are now, if they still fit: the index may be behind."""
    if not chosen:
        return ()
    stored = tickets.many(unit, chosen.keys())
    said = messages.many(unit, chosen.values())
    pairs = [(stored[ticket], said[message]) for ticket, message in chosen.items()]
    return tuple(
        Hit(ticket, message)
        for ticket, message in pairs
        if message.ticket_id == ticket.id
        and message.deleted_at is None
        and _is_sought(sought, message.author_id, message.channel_id, message.text)
    )
