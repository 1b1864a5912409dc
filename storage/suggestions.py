"""What was suggested for tickets, what came of it, and what there is to learn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)

from storage import messages
from storage.base import (
    ChoiceText,
    Instant,
    Tuples,
    Words,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Resolution, Status
from storage.rows import Query, VersionedRows, of_workspace, same
from storage.texts import text as text_table
from storage.tickets import ticket_table
from storage.unit import Unit

suggestion_table = Table(
    "suggestion",
    metadata,
    tenant(),
    key(),
    required("at", Instant),
    required("articles", Tuples),
    required("solved", Tuples),
    required("elsewhere", Tuples),
    required("category", Words),
    required("twin", Words),
    required("fate", ChoiceText(Fate)),
    required("twin_fate", ChoiceText(Fate)),
    optional("by_id", BigInteger),
    optional("sent_id", BigInteger),
    optional("answer_id", BigInteger),
    required("told", ChoiceText(Told)),
    required("version", Integer),
    points("id", "ticket"),
    points("by_id", "person"),
    points("sent_id", "article"),
    points("answer_id", "article"),
    Index("ix_suggestion_at", "workspace_id", "at"),
)

_columns, _ticket = suggestion_table.c, ticket_table.c
_message, _text = messages.message_table.c, text_table.c
_SUGGESTIONS = VersionedRows(suggestion_table, Suggestion)
_BY_ID = _SUGGESTIONS.select(same(_columns.id, "id"))
_OF_TICKET = and_(_columns.workspace_id == _ticket.workspace_id, _columns.id == _ticket.id)
# What was asked by a form gets its thread a moment later.
_HAS_PLACE = or_(
    _ticket.thread_ts != literal_column("''"), _ticket.source != literal_column("'asked'")
)
_FRESH = (
    select(_ticket.id)
    .select_from(ticket_table.outerjoin(suggestion_table, _OF_TICKET))
    .where(
        of_workspace(ticket_table),
        _ticket.id > bindparam("after"),
        _columns.id.is_(None),
        _HAS_PLACE,
    )
    .order_by(_ticket.id.desc())
    .limit(bindparam("most"))
)
_PAST: Query = (
    select(
        _ticket.id,
        _ticket.number,
        _ticket.channel_id,
        _ticket.status,
        _ticket.resolution,
        _ticket.category,
        _text.body,
    )
    .select_from(
        ticket_table.join(
            messages.message_table,
            and_(_message.workspace_id == _ticket.workspace_id, _message.id == _ticket.opening_id),
        ).join(
            text_table,
            and_(_text.workspace_id == _message.workspace_id, _text.id == _message.text_id),
        )
    )
    .where(
        of_workspace(ticket_table),
        _ticket.id > bindparam("after"),
        _ticket.id < bindparam("before"),
        _message.deleted_at.is_(None),
        _ticket.merged_id.is_(None),
        literal_column("coalesce(ticket.resolution, '') <> 'not a request'"),
    )
    .order_by(_ticket.id.desc())
    .limit(bindparam("most"))
)
_LABELS: Query = select(func.count(), func.coalesce(func.sum(_ticket.version), 0)).where(
    of_workspace(ticket_table),
    _ticket.id >= bindparam("after"),
    _ticket.category != literal_column("''"),
)
_OUTCOMES = (
    _SUGGESTIONS.select(
        literal_column("(fate <> 'offered' OR told IN ('solved', 'person'))"),
        literal_column("articles <> '[]'"),
    )
    .order_by(_columns.at.desc())
    .limit(bindparam("most"))
)
_has_articles = _columns.articles != literal_column("'[]'")
_is_guessed = _columns.category != literal_column("''")
_is_known = _ticket.category != literal_column("''")
_has_twin = _columns.twin != literal_column("''")
_COUNTED: dict[str, ColumnElement[bool]] = {
    "offered": _has_articles,
    "taken": and_(_has_articles, _columns.fate == Fate.TAKEN),
    "refused": and_(_has_articles, _columns.fate == Fate.REFUSED),
    "answered": _columns.answer_id.is_not(None),
    "solved": and_(_columns.answer_id.is_not(None), _columns.told == Told.SOLVED),
    "person": and_(_columns.answer_id.is_not(None), _columns.told == Told.PERSON),
    "helped": and_(_columns.answer_id.is_(None), _columns.told == Told.SOLVED),
    "guessed": _is_guessed,
    "judged": and_(_is_guessed, _is_known),
    "right": and_(_is_guessed, _columns.category == _ticket.category),
    "known": _is_known,
    "alike": _has_twin,
    "same": and_(_has_twin, _columns.twin_fate == Fate.TAKEN),
    "not_same": and_(_has_twin, _columns.twin_fate == Fate.REFUSED),
}
_FIGURES: Any = (
    select(*(func.coalesce(func.sum(case((is_so, 1), else_=0)), 0) for is_so in _COUNTED.values()))
    .select_from(suggestion_table.join(ticket_table, _OF_TICKET))
    .where(
        of_workspace(suggestion_table),
        _columns.at >= bindparam("since"),
        _columns.at < bindparam("until"),
    )
)


class Past(NamedTuple):
    """A ticket as it can be found again: the words of its request as Slack has them."""

    ticket_id: int
    number: int
    channel_id: int
    status: Status
    resolution: Resolution | None
    category: str
    text: str


class Figures(NamedTuple):
    """How well the desk suggests: counts of tickets in a span.

    ``offered`` had articles suggested, of which ``taken`` and ``refused`` are known; of
    ``answered`` by the desk itself ``solved`` were deflected and ``person`` asked for somebody;
    ``helped``: solved by an article that an agent sent. ``guessed`` had a category guessed,
    ``judged`` of them have one by now, ``right`` the same; ``known`` have one whether or not it was
    guessed. ``alike`` looked like another ticket, ``same`` were, ``not_same`` were not.
    """

    offered: int = 0
    taken: int = 0
    refused: int = 0
    answered: int = 0
    solved: int = 0
    person: int = 0
    helped: int = 0
    guessed: int = 0
    judged: int = 0
    right: int = 0
    known: int = 0
    alike: int = 0
    same: int = 0
    not_same: int = 0

    @property
    def precision(self) -> float | None:
        """Of the categories that were guessed, how many were right; None where none is known."""
        return self.right / self.judged if self.judged else None

    @property
    def recall(self) -> float | None:
        """Of the categories that there are, how many were guessed right."""
        return self.right / self.known if self.known else None


def of_ticket(unit: Unit, ticket_id: int) -> Suggestion | None:
    """What was suggested for a ticket, None when nothing was."""
    return _SUGGESTIONS.first(unit, _BY_ID, id=ticket_id)


def add(unit: Unit, suggestion: Suggestion) -> None:
    """Keep a new one. Raises IntegrityError when the ticket has one."""
    _SUGGESTIONS.add(unit, suggestion)


def save(unit: Unit, before: Suggestion, after: Suggestion) -> Suggestion:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _SUGGESTIONS.save(unit, before, after)


def unlooked(unit: Unit, *, after: int, most: int) -> list[int]:
    """Keys above ``after`` of tickets that can be told something and for which nothing is kept
    here, the newest first."""
    values = {"workspace_id": unit.workspace_id, "after": after, "most": most}
    return unit.execute(_FRESH, values).scalars()


def past(unit: Unit, *, after: int, before: int, most: int) -> list[Past]:
    """Tickets of keys between the two with words, the newest first; what is no request left out."""
    values = {"workspace_id": unit.workspace_id, "after": after, "before": before, "most": most}
    return [Past(*row) for row in unit.execute(_PAST, values)]


def labels(unit: Unit, *, after: int) -> tuple[int, int]:
    """What changes when a ticket from that key on gets another category."""
    values = {"workspace_id": unit.workspace_id, "after": after}
    count, versions = unit.execute(_LABELS, values).one()
    return int(count), int(versions)


def outcomes(unit: Unit, *, most: int) -> list[Suggestion]:
    """Those of which it is known whether their articles helped, the newest first."""
    return _SUGGESTIONS.all(unit, _OUTCOMES, most=most)


def figures(unit: Unit, since: datetime, until: datetime) -> Figures:
    """How well the desk suggested from ``since`` up to, not including, ``until``."""
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    return Figures(*map(int, unit.execute(_FIGURES, span).one()))
