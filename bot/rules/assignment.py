"""Who gets a ticket: who is there, who has room, and whose turn it is in its queue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules import calendar, lifecycle
from bot.rules.lifecycle import Told
from storage.records.hours import Hours
from storage.records.people import Absence, Person
from storage.records.tickets import Priority, Status, Ticket, Weight
from storage.records.workspaces import DeskQueue, Way

# What waits for others costs little, whatever its priority.
RESTING = 1
POINTS = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 5}
LOOK_AGAIN = timedelta(minutes=15)
MOST_POINTS, MOST_MINUTES = 1_000, 10_000
# The acts by which the desk itself gives tickets, in the words of the history.
BY_ACCOUNT, BY_TURN, BY_LOAD = "auto-account", "auto-turn", "auto-load"
PASSED, NOBODY_FREE, NOBODY_ELSE = "pass-on", "nobody-free", "nobody-else"
ASKING = frozenset({BY_ACCOUNT, BY_TURN, BY_LOAD, PASSED})

_AWAY = re.compile(
    r"\b(ooo|oof|pto|out of (the )?office|out sick|(on |annual |sick |parental |maternity )leave"
    r"|(on )?holidays?|(on )?vacation(ing)?|sick|ill|off (today|sick|work)|day off|time off|away"
    r"|urlaub|krank|abwesend|vacaciones|de baja|congés?|malade|férias|ferie|malattia|vakantie"
    r"|ziek)\b",
    re.IGNORECASE,
)
_AWAY_EMOJI = frozenset(
    {"palm_tree", "face_with_thermometer", "face_with_head_bandage", "desert_island"}
    | {"beach_with_umbrella", "nauseated_face", "sneezing_face"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be next: points of work at hand, the number of their last turn, an absence.

    ``is_member`` of the queue; who is not comes in as the account's owner alone.
    """

    person: Person
    load: int = 0
    last_turn: int = 0
    absence: Absence | None = None
    is_member: bool = True


def points(status: Status, priority: Priority) -> int:
    """What one live ticket weighs."""
    return RESTING if status in (Status.WAITING, Status.SNOOZED) else POINTS[priority]


def loads(weights: Iterable[Weight]) -> dict[int, int]:
    """Points of work at hand by owner."""
    found: dict[int, int] = {}
    for each in weights:
        if each.owner_id is not None:
            more = each.count * points(each.status, each.priority)
            found[each.owner_id] = found.get(each.owner_id, 0) + more
    return found


def is_absent(absence: Absence | None, now: datetime) -> bool:
    """True while somebody is away who said so."""
    return absence is not None and (absence.until is None or absence.until > now)


def is_away_by_status(person: Person, now: datetime) -> bool:
    """True when what somebody shows in Slack says: out of office, sick, on vacation."""
    if person.status_until is not None and person.status_until <= now:
        return False
    if person.status_emoji.strip(":").partition("::")[0] in _AWAY_EMOJI:
        return True
    return bool(_AWAY.search(person.status))


def unfit(one: Candidate, queue: DeskQueue, hours: Hours, *, more: int = 0, now: datetime) -> str:
    """Why somebody can not be given ``more`` points just now; ``""`` when they can."""
    if is_absent(one.absence, now):
        return "away"
    if is_away_by_status(one.person, now):
        return "away by status"
    is_called = queue.way is Way.ROTA  # who is on call works when the rota says so
    if not is_called and not calendar.is_open(now, replace(hours, zone=one.person.zone)):
        return "outside working hours"
    if queue.capacity and one.load + more > queue.capacity:
        return "busy"
    return ""


def choose(
    queue: DeskQueue, free: Collection[Candidate], *, account_owner: int | None = None
) -> tuple[Candidate, str] | None:
    """Who of those that are free is next, and by which rule; None when nobody is free."""
    owner = next((each for each in free if each.person.id == account_owner), None)
    if queue.owner_first and owner is not None:
        return owner, BY_ACCOUNT
    members = [each for each in free if each.is_member]
    if not members or queue.way is Way.HAND:
        return None
    if queue.way in (Way.TURNS, Way.ROTA):
        return min(members, key=_by_turn), BY_TURN
    return min(members, key=lambda each: (each.load, *_by_turn(each))), BY_LOAD


def _by_turn(one: Candidate) -> tuple[int, str, int]:
    return one.last_turn, one.person.name, one.person.id


def is_automatic(queue: DeskQueue) -> bool:
    """True when the desk looks for owners by itself."""
    return queue.way is not Way.HAND or queue.owner_first


def give(
    ticket: Ticket, to: Candidate, act: str, *, queue: DeskQueue, hours: Hours, now: datetime
) -> Told:
    """The desk itself gives it to somebody, who is asked for so long as the queue says."""
    until = None
    if queue.pass_on:
        until = calendar.add_open_time(now, timedelta(minutes=queue.pass_on), hours)
    told = replace(ticket, owner_id=to.person.id, pass_on_at=until)
    before = "" if ticket.owner_id is None else str(ticket.owner_id)
    return told, (lifecycle.moved(told, act, before, str(to.person.id), by=None, now=now),)


def look_again(members: Iterable[Candidate], hours: Hours, now: datetime) -> datetime:
    """When somebody may be free who is not now: soon, but not before the first of them works."""
    zones = {one.person.zone for one in members} or {hours.zone}
    soon = now + LOOK_AGAIN
    return min(calendar.opens_next(soon, replace(hours, zone=zone)) for zone in zones)


def nobody(ticket: Ticket, again_at: datetime, *, is_told: bool, now: datetime) -> Told:
    """Nobody is free: it waits for whoever takes it, or for who is back first, at ``again_at``.

    ``is_told``: that was said already, and is not said again.
    """
    told = replace(ticket, pass_on_at=again_at)
    if is_told:
        return told, ()
    return told, (lifecycle.moved(told, NOBODY_FREE, "", "", by=None, now=now),)


def nobody_else(ticket: Ticket, *, now: datetime) -> Told:
    """All who could be asked were asked: it stays where it is."""
    told = replace(ticket, pass_on_at=None)
    return told, (lifecycle.moved(told, NOBODY_ELSE, "", "", by=None, now=now),)


def settled(before: Ticket, after: Ticket) -> Ticket:
    """Whoever answers, takes the ticket or puts it aside ends the asking."""
    if after.pass_on_at is None or after.pass_on_at != before.pass_on_at:
        return after
    is_same = (after.owner_id, after.last_ours_at) == (before.owner_id, before.last_ours_at)
    if is_same and after.status in (Status.NEW, Status.OPEN):
        return after
    return replace(after, pass_on_at=None)


def is_due(ticket: Ticket, now: datetime) -> bool:
    """True when the next person is to be asked."""
    is_ours = ticket.status in (Status.NEW, Status.OPEN)
    return is_ours and ticket.pass_on_at is not None and ticket.pass_on_at <= now


def checked(word: str, *, most: int, field: str) -> int:
    """A whole number from 0 on; nothing is 0. Raises Refused at the form's ``field``."""
    said = word.strip() or "0"
    if not said.isdecimal() or not said.isascii() or int(said) > most:
        raise Refused(f"Give a whole number from 0 to {most}.", field=field)
    return int(said)
