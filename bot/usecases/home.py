"""The app's home: what an agent has to do, what waits, and the way to the next ticket."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Missing, Refused
from bot.rules import access, lifecycle
from bot.rules import assignment as rules_of_queues
from bot.rules.access import Who
from bot.usecases import announce, look, today, waking
from bot.usecases.acting import Acting
from bot.usecases.scenes.home import HomeScene, HomeSection
from bot.usecases.work import Work
from storage import accounts, assignment, channels, homes, queues, tickets
from storage.records.people import Looking, Person
from storage.records.tickets import Owner, Queue, Status

OVERVIEW = {"mine": 20, "free": 15, "waiting": 10, "snoozed": 10}
"""The sections, and how many tickets each shows where all are shown."""
PAGE = 40
MOST_ACCOUNTS = 80  # of a list's hundred; the others are found with /desk account
ALL, QUEUE, ACCOUNT = "all", "q", "a"


def opened(work: Work, person: Person) -> None:
    """Somebody looks: draw what is to be seen there, and keep drawing it for a while."""
    if access.is_one_of(person, Who.AGENT, work.team):
        before = homes.of(work.unit, person.id) or Looking(work.at)
        homes.put(work.unit, person.id, replace(before, looked_at=work.at, after_id=None))
    announce.home(work, person.id)


def show(work: Work, acting: Acting) -> str:
    """Look at one section, at its next page, or at some tickets only; nothing said looks anew."""
    wanted = acting.item.fields.get("show", "")
    before = homes.of(work.unit, acting.actor.id) or Looking(work.at)
    after = _turned(work, replace(before, looked_at=work.at), wanted)
    homes.put(work.unit, acting.actor.id, after)
    return ""


def _turned(work: Work, looking: Looking, wanted: str) -> Looking:
    """``waiting`` is a section, ``waiting/7`` its page behind that ticket, ``q2`` and ``a7`` are
    only those of a queue or account, ``all`` everybody's; ``""`` is all sections.
    """
    section, _, after = wanted.partition("/")
    if section in OVERVIEW or not section:
        behind = int(after) if after.isdecimal() else None
        return replace(looking, section=section, after_id=behind)
    plain = replace(looking, category=None, account_id=None, after_id=None)
    kind, key = wanted[:1], wanted[1:]
    if kind == QUEUE and key.isdecimal():
        names = dict(enumerate(work.settings.categories, 1))
        return replace(plain, category=names.get(int(key), ""))
    if kind == ACCOUNT and key.isdecimal() and accounts.by_id(work.unit, int(key)):
        return replace(plain, account_id=int(key))
    if wanted != ALL:
        raise Missing("That is not there any more.")
    return plain


def take_next(work: Work, acting: Acting) -> str:
    """The most pressing ticket that nobody has; of two who ask at once each gets another one."""
    looking = homes.of(work.unit, acting.actor.id) if _is_at_home(acting) else None
    before = queues.first(
        work.unit, _queue(work, "free", acting.actor, looking or Looking(work.at))
    )
    if before is None:
        raise Refused("No ticket waits for somebody to take it. Enjoy the quiet.")
    after, events = lifecycle.take(before, by=acting.actor.id, now=work.at)
    after = waking.save(work, before, after)
    announce.tell(work, events)
    return f"#{after.number} is yours."


def _is_at_home(acting: Acting) -> bool:
    return not acting.item.place.channel


def _queue(work: Work, section: str, person: Person, looking: Looking) -> Queue:
    """The tickets of a section, as far as the person wants to see them."""
    theirs = None
    if looking.account_id is not None:
        theirs = tuple(each.id for each in channels.of_account(work.unit, looking.account_id))
    only = Queue(category=looking.category, channel_ids=theirs)
    match section:
        case "free":
            return replace(only, owner=Owner.NOBODY, is_to_do=True)
        case "waiting":
            return replace(only, owner=person.id, status=Status.WAITING)
        case "snoozed":
            return replace(only, owner=person.id, status=Status.SNOOZED)
    return replace(only, owner=person.id, is_to_do=True)


def scene(work: Work, person_id: int) -> HomeScene:
    """The home of one person: an agent's work, for managers, too; else a friendly pointer.

    Raises Unknown when Slack has to be asked (again) who that is.
    """
    known = work.person_by_id(person_id)
    person = work.person(known.slack_id) if known else look.NOBODY
    if not access.is_one_of(person, Who.AGENT, work.team):
        return HomeScene(person, is_staff=access.is_staff(person, work.team), now=work.at)
    looking = homes.of(work.unit, person_id) or Looking(work.at)
    absence = assignment.absences(work.unit).get(person_id)
    return HomeScene(
        person,
        is_agent=True,
        is_staff=True,
        may_see_figures=access.is_one_of(person, Who.LEAD, work.team),
        sections=tuple(_section(work, name, person, looking) for name in OVERVIEW),
        shown=looking.section,
        is_paged=looking.after_id is not None,
        filters=_filters(work),
        only=_only(work, looking),
        absence=absence if rules_of_queues.is_absent(absence, work.at) else None,
        is_away_by_status=rules_of_queues.is_away_by_status(person, work.at),
        today=_today(work, person, looking),
        now=work.at,
    )


def _today(work: Work, person: Person, looking: Looking) -> today.TodayScene | None:
    """For those who manage the desk, above all sections; not where one is looked at alone."""
    if looking.section or not today.is_managing(work, person):
        return None
    return today.scene(work)


def _section(work: Work, name: str, person: Person, looking: Looking) -> HomeSection:
    queue = _queue(work, name, person, looking)
    total = queues.count(work.unit, queue)
    if looking.section not in ("", name):
        return HomeSection(name, (), total)
    most = PAGE if looking.section else OVERVIEW[name]
    behind = looking.after_id if looking.section else None
    last = tickets.by_id(work.unit, behind) if behind is not None else None
    after = queues.spot(last) if last is not None else None
    found = queues.page(work.unit, queue, limit=most + 1, after=after)
    shown = found[:most]
    work.ahead = look.ahead_of(work, shown)
    scenes = tuple(look.scene(work, each) for each in shown)
    return HomeSection(name, scenes, total, shown[-1].id if len(found) > most else 0)


def _filters(work: Work) -> tuple[tuple[str, str], ...]:
    """What may be chosen to look at alone: value and label."""
    categories = [(f"{QUEUE}{n}", name) for n, name in enumerate(work.settings.categories, 1)]
    named = accounts.page(work.unit, most=MOST_ACCOUNTS)
    return (
        (ALL, "All tickets"),
        *categories[: 99 - MOST_ACCOUNTS],
        *((f"{ACCOUNT}{each.id}", each.name) for each in named),
    )


def _only(work: Work, looking: Looking) -> str:
    """The choice among the filters that holds now."""
    if looking.account_id is not None:
        return f"{ACCOUNT}{looking.account_id}"
    names = list(work.settings.categories)
    if looking.category in names:
        return f"{QUEUE}{names.index(looking.category or '') + 1}"
    return ALL
