"""What somebody has to decide about: why it is shown, what comes first, when it is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.records.escalations import Escalation, Stage
from storage.records.tickets import Status, Ticket


class Topic(StrEnum):
    """Why something is to be decided, the most pressing first."""

    FAILED = "failed"
    GAP = "gap"
    FREE = "free"
    PROMISE = "promise"
    MISSED = "missed"
    RECOVERY = "recovery"
    ESCALATION = "escalation"
    HAND_OVER = "hand-over"
    SOON = "soon"
    WAITING = "waiting"


RANK = {topic: place for place, topic in enumerate(Topic)}
UNACCEPTED = timedelta(minutes=30)
"""So long a level may look at an escalation before anybody has to ask."""
SILENT = timedelta(days=7)
"""So long a customer may say nothing before somebody decides what becomes of it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``key`` is ours of what it is about: a ticket, an escalation, a line … by its topic.

    ``stamp`` is how it stood when it was shown; ``at`` since when, or by when.
    """

    topic: Topic
    key: int
    at: datetime | None = None
    stamp: str = ""
    ticket_id: int = 0

    @property
    def line(self) -> tuple[str, str, str]:
        """As it is kept with a digest."""
        return self.topic, str(self.key), self.stamp


def of_ticket(ticket: Ticket, now: datetime, until: datetime) -> Decision | None:
    """What is to be decided of a ticket by ``until``, None for nothing."""
    topic = _topic(ticket, now, until)
    if topic is None:
        return None
    at = ticket.last_ours_at if topic is Topic.WAITING else ticket.due_at
    return Decision(topic, ticket.id, at, str(ticket.owner_id or ""), ticket.id)


def _topic(ticket: Ticket, now: datetime, until: datetime) -> Topic | None:
    if ticket.is_done:
        return None
    if ticket.status is Status.WAITING and not ticket.promised_at:
        said = ticket.last_ours_at
        return Topic.WAITING if said and now - said > SILENT else None
    due = ticket.due_at
    if due is None or due > until:
        return None
    if ticket.owner_id is None:
        return Topic.FREE
    if ticket.promised_at == due:
        return Topic.PROMISE
    return Topic.MISSED if due <= now else Topic.SOON


def of_escalation(asked: Escalation, now: datetime) -> Decision | None:
    """An escalation that nobody has accepted for a while."""
    if asked.stage is not Stage.ASKED or now - asked.asked_at < UNACCEPTED:
        return None
    return Decision(Topic.ESCALATION, asked.id, asked.asked_at, ticket_id=asked.ticket_id)


def ranked(found: Iterable[Decision]) -> list[Decision]:
    """In the order in which to decide; of what concerns one ticket the most pressing alone."""
    told: set[int] = set()
    kept = []
    for each in sorted(found, key=_order):
        if each.ticket_id and each.ticket_id in told:
            continue
        told.add(each.ticket_id)
        kept.append(each)
    return kept


def _order(one: Decision) -> tuple[int, float, int]:
    return RANK[one.topic], one.at.timestamp() if one.at else 0.0, one.key


def is_settled(ticket: Ticket, topic: Topic, stamp: str, *, now: datetime, until: datetime) -> bool:
    """True when somebody has decided: it is another's, done, or not due by then any more."""
    if str(ticket.owner_id or "") != stamp:
        return True
    found = of_ticket(ticket, now, until)
    return found is None or (found.topic is Topic.WAITING) is not (topic is Topic.WAITING)
