"""Gathers what has to be decided, and shows what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Missing
from bot.rules import decisions as rules
from bot.rules import rota as rota_rules
from bot.rules.decisions import Decision, Topic
from bot.usecases import duty, look, trouble
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import books, escalations, queues, recovery, rotas
from storage.records.escalations import Escalation, Stage
from storage.records.people import Person
from storage.records.tickets import Queue, Status, Ticket

MOST_READ = 200
LONGEST_AGO = timedelta(days=14)
ALL = frozenset(Topic)
AT_RISK = frozenset({Topic.FREE, Topic.PROMISE, Topic.MISSED, Topic.SOON, Topic.ESCALATION})
"""What an evening's list is about, with gaps of the night."""
OVERNIGHT = AT_RISK | {Topic.GAP}


@dataclass(frozen=True, slots=True)
class DecisionScene:
    """One line: what it is about, and who may have it by now.

    ``place`` numbers it for its buttons; ``until`` is when a gap of the rota ends; ``count`` how
    many posts, Inputs or troubles there are; ``level`` whom an escalation asks, ``rota`` what it is
    called.
    """

    topic: Topic
    key: int
    place: int
    at: datetime | None = None
    until: datetime | None = None
    scene: TicketScene | None = None
    is_settled: bool = False
    owner: Person | None = None
    level: str = ""
    rota: str = ""
    count: int = 0


def gathered(work: Work, until: datetime, topics: Collection[Topic] = ALL) -> list[Decision]:
    """All that has to be decided by ``until``, the most pressing first. Raises Unknown."""
    found = [*_of_tickets(work, until), *_of_others(work, until)]
    return rules.ranked(each for each in found if each.topic in topics)


def _of_tickets(work: Work, until: datetime) -> Iterator[Decision]:
    """Those due come first in every queue; who waits for a customer is another queue."""
    due = queues.page(work.unit, Queue(is_to_do=True), limit=MOST_READ)
    waiting = queues.page(work.unit, Queue(status=Status.WAITING), limit=MOST_READ)
    told = (rules.of_ticket(each, work.at, until) for each in (*due, *waiting))
    return (each for each in told if each is not None)


def _of_others(work: Work, until: datetime) -> Iterator[Decision]:
    asked = (rules.of_escalation(each, work.at) for each in escalations.live(work.unit).values())
    yield from (each for each in asked if each is not None)
    for line in rotas.unaccepted(work.unit, work.at - LONGEST_AGO, work.at):
        ticket = work.ticket(line.ticket_id)
        if ticket.owner_id == line.from_id and not ticket.is_done:
            yield Decision(Topic.HAND_OVER, line.id, line.at, ticket_id=ticket.id)
    for task in recovery.to_do(work.unit, most=MOST_READ):
        yield Decision(Topic.RECOVERY, task.id, task.due_at, ticket_id=task.ticket_id)
    yield from _gaps(work, until)
    if failures(work):
        yield Decision(Topic.FAILED, 1)


def _gaps(work: Work, until: datetime) -> Iterator[Decision]:
    for key, rota in enumerate(work.settings.rotas, 1):
        for since, end in rota_rules.gaps(duty.plan_of(work, rota), work.at, until):
            yield Decision(Topic.GAP, key, since, end.isoformat())


def failures(work: Work) -> int:
    """How much was given up, or waits for people to mend something."""
    waiting = books.waiting(work.unit, work.at)
    return waiting.inbox_failed + waiting.outbox_failed + len(trouble.scenes(work.unit))


def scenes(
    work: Work, lines: Iterable[tuple[str, ...]], until: datetime
) -> tuple[DecisionScene, ...]:
    """The lines of a digest as they stand now; what is gone altogether is left out."""
    told = enumerate(lines, 1)
    found = (_scene(work, each, place=n, until=until) for n, each in told)
    return tuple(each for each in found if each is not None)


def fresh(work: Work, found: Iterable[Decision], until: datetime) -> tuple[DecisionScene, ...]:
    """The same of what was gathered just now."""
    return scenes(work, [each.line for each in found], until)


def _scene(
    work: Work, line: tuple[str, ...], *, place: int, until: datetime
) -> DecisionScene | None:
    topic, key, stamp = Topic(line[0]), int(line[1]), line[2]
    try:
        if topic is Topic.GAP:
            return _gap(work, key, stamp, place)
        if draw := _DRAWN.get(topic):
            return draw(work, key, place)
        return _ticket(work, work.ticket(key), (topic, stamp), (place, until))
    except Missing:
        return None


def _ticket(
    work: Work, ticket: Ticket, told: tuple[Topic, str], at: tuple[int, datetime]
) -> DecisionScene:
    (topic, stamp), (place, until) = told, at
    shown = look.scene(work, ticket)
    since = ticket.last_ours_at if topic is Topic.WAITING else ticket.due_at
    settled = rules.is_settled(ticket, topic, stamp, now=work.at, until=until)
    return DecisionScene(
        topic, ticket.id, place, since, scene=shown, is_settled=settled, owner=shown.owner
    )


def _escalation(work: Work, key: int, place: int) -> DecisionScene | None:
    asked: Escalation | None = escalations.by_id(work.unit, key)
    if asked is None:
        return None
    return DecisionScene(
        Topic.ESCALATION,
        key,
        place,
        asked.asked_at,
        scene=look.scene(work, work.ticket(asked.ticket_id)),
        is_settled=asked.stage is not Stage.ASKED,
        owner=work.person_by_id(asked.holder_id) if asked.holder_id else None,
        level=asked.level,
    )


def _hand_over(work: Work, key: int, place: int) -> DecisionScene | None:
    line = rotas.line(work.unit, key)
    if line is None:
        return None
    shown = look.scene(work, work.ticket(line.ticket_id))
    settled = line.accepted_at is not None or shown.ticket.owner_id != line.from_id
    return DecisionScene(
        Topic.HAND_OVER,
        key,
        place,
        line.at,
        scene=shown,
        is_settled=settled or shown.ticket.is_done,
        owner=shown.owner,
        rota=line.rota,
    )


def _recovery(work: Work, key: int, place: int) -> DecisionScene | None:
    task = recovery.by_id(work.unit, key)
    if task is None:
        return None
    return DecisionScene(
        Topic.RECOVERY,
        key,
        place,
        task.due_at,
        scene=look.scene(work, work.ticket(task.ticket_id)),
        is_settled=not task.is_open,
        owner=work.person_by_id(task.owner_id) if task.owner_id else None,
    )


def _failures(work: Work, key: int, place: int) -> DecisionScene:
    count = failures(work)
    return DecisionScene(Topic.FAILED, key, place, is_settled=not count, count=count)


_DRAWN: Mapping[Topic, Callable[[Work, int, int], DecisionScene | None]] = {
    Topic.ESCALATION: _escalation,
    Topic.HAND_OVER: _hand_over,
    Topic.RECOVERY: _recovery,
    Topic.FAILED: _failures,
}


def _gap(work: Work, key: int, stamp: str, place: int) -> DecisionScene | None:
    known = dict(enumerate(work.settings.rotas, 1))
    if key not in known:
        return None
    until = datetime.fromisoformat(stamp)
    left = (
        rota_rules.gaps(duty.plan_of(work, known[key]), work.at, until) if until > work.at else []
    )
    since = left[0][0] if left else None
    return DecisionScene(
        Topic.GAP, key, place, since, until, is_settled=not left, rota=known[key].name
    )
