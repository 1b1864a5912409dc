"""Queues: how each finds owners for its tickets, and who is there; shown, and set by leads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.rules import assignment as rules
from bot.usecases import assignment, look
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work, tenant
from storage import people, queues, workspaces
from storage.records.people import Person
from storage.records.workspaces import DeskQueue, DeskSettings, Way
from storage.unit import Unit

INHERIT = "inherit"
PAGE = 10
YES = "yes"


@dataclass(frozen=True, slots=True)
class MemberScene:
    """Somebody of a queue with their points of work; ``why`` they get nothing now, ``""`` if so."""

    person: Person
    load: int
    why: str


@dataclass(frozen=True, slots=True)
class QueueScene:
    """One queue; ``key`` names it in buttons. ``is_own`` False: it does as the default one does.

    ``waiting`` counts its tickets that nobody has.
    """

    key: int
    queue: DeskQueue
    is_own: bool
    members: tuple[MemberScene, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class QueuesScene:
    """One page of the queues, the default one first; pages count from 1."""

    queues: tuple[QueueScene, ...]
    total: int
    page: int = 1

    @property
    def next_page(self) -> int:
        """The number of the next page, 0 when this is the last."""
        return self.page + 1 if self.page * PAGE < self.total else 0


def listed(unit: Unit, page: int, now: datetime) -> QueuesScene:
    """One page of the queues with who is there. Raises Unknown when Slack has to be asked."""
    work = look.working(unit, now)
    names = _keys(work.settings)
    counts = Counter[str]()
    for load in queues.loads(unit):
        if load.owner_id is None:
            counts[load.category if load.category in names.values() else ""] += load.count
    shown = [*names.items()][(page - 1) * PAGE : page * PAGE]
    scenes = tuple(_scene(work, key, name, counts[name]) for key, name in shown)
    return QueuesScene(scenes, len(names), page)


def _keys(settings: DeskSettings) -> dict[int, str]:
    """The queues by number, from 1 on: the default one, then those of the categories."""
    return dict(enumerate(("", *settings.categories), 1))


def _scene(work: Work, key: int, name: str, waiting: int) -> QueueScene:
    is_own = not name or any(each.category == name for each in work.settings.queues)
    queue = replace(work.settings.queue_of(name), category=name)
    hours = work.settings.hours
    members = tuple(
        MemberScene(each.person, each.load, rules.unfit(each, queue, hours, now=work.at))
        for each in assignment.candidates(work, queue)
    )
    return QueueScene(key, queue, is_own, members, waiting)


@dataclass(frozen=True, slots=True)
class QueueFormScene:
    """The form of one queue; ``members`` are names, none when all agents are."""

    key: int
    queue: DeskQueue
    is_own: bool
    members: tuple[str, ...]


def form(unit: Unit, key: int) -> QueueFormScene:
    """The form of the queue of that number. Raises Missing."""
    work = look.working(unit, look.LONG_AGO)
    name = _name(work.settings, key)
    own = {each.category: each for each in work.settings.queues}
    queue = replace(work.settings.queue_of(name), category=name)
    known = (people.by_slack(unit, slack_id) for slack_id in queue.members)
    names = tuple(person.name for person in known if person)
    return QueueFormScene(key, queue, not name or name in own, names)


def _name(settings: DeskSettings, key: int) -> str:
    names = _keys(settings)
    if key not in names:
        raise Missing("That queue is not there any more. `/desk queues` shows them all.")
    return names[key]


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form while it is still open. Raises Refused, Missing, Unknown."""
    _wanted(unit, item)


def save(work: Work, acting: Acting) -> str:
    """Let a queue find owners as the form says."""
    name, wanted = _wanted(work.unit, acting.item)
    others = tuple(each for each in work.settings.queues if each.category != name)
    kept = (*others, wanted) if wanted else others
    workspaces.save_settings(work.unit, replace(work.settings, queues=kept), work.at)
    work.tenant = tenant(work.unit)
    return f"The {_called(name)} {_does(work.settings.queue_of(name))} now."


def _called(name: str) -> str:
    return f"queue {name}" if name else "default queue"


def _does(queue: DeskQueue) -> str:
    how = {
        Way.HAND: "waits for whoever takes a ticket",
        Way.TURNS: "gives tickets in turn",
        Way.ROTA: "gives tickets to whoever is on call",
    }
    return how.get(queue.way, "gives tickets to whoever has least to do")


def _wanted(unit: Unit, item: Acted) -> tuple[str, DeskQueue | None]:
    """Which queue, and what it is to be: None to do as the default one."""
    fields = item.fields
    key = fields.get("queue", "")
    name = _name(tenant(unit).settings, int(key) if key.isdecimal() else 0)
    if fields.get("way") == INHERIT and name:
        return name, None
    return name, DeskQueue(
        category=name,
        way=_way(fields.get("way", "")),
        owner_first=fields.get("owner_first") == YES,
        members=_members(unit, fields, by=item.person),
        capacity=rules.checked(
            fields.get("capacity", ""), most=rules.MOST_POINTS, field="capacity"
        ),
        pass_on=rules.checked(fields.get("pass_on", ""), most=rules.MOST_MINUTES, field="pass_on"),
    )


def _way(word: str) -> Way:
    try:
        return Way(word)
    except ValueError:
        raise Refused("Choose how tickets find owners.", field="way") from None


def _members(unit: Unit, fields: Mapping[str, str], *, by: str) -> tuple[str, ...]:
    names = re.split(r"[,;\n]", fields.get("members", ""))
    said = [name.strip().removeprefix("@") for name in names if name.strip()]
    try:
        found = [look.agent_named(unit, name, by=by).slack_id for name in said]
    except Refused as refused:
        raise Refused(str(refused), field="members") from None
    return tuple(dict.fromkeys(found))
