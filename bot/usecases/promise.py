"""Promises of an update: made, moved and taken back; the customer sees them in the thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import promise as rules
from bot.rules import when
from bot.rules.when import Asked
from bot.slack import mrkdwn
from bot.usecases import announce, look, sla, waking
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.scenes.forms import SnoozeFormScene
from bot.usecases.work import Work
from storage import outbox, people, promises, texts
from storage.records.people import Person
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Ticket
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class PromiseScene:
    """A promise for the customer's thread. ``before`` is the one that they were told before."""

    ticket: Ticket
    promise: Promise
    before: Promise | None

    @property
    def is_off(self) -> bool:
        """True when it was taken back, or another one took its place."""
        return self.promise.state in (PromiseState.WITHDRAWN, PromiseState.MOVED)


@dataclass(frozen=True, slots=True)
class PromiseNoteScene:
    """A promise is nearly due, for the owner, or ``is_broken``: some leads are called as well."""

    ticket: Ticket
    promise: Promise
    is_broken: bool
    owner: Person | None
    leads: tuple[Person, ...]
    group: str
    link: str


def promise(work: Work, acting: Acting) -> str:
    """Promise an update, or another time for it; the customer hears it, but for a quick undo."""
    before = acting.on
    by = waking.asked(acting.actor, work.settings, work.at)
    at, what = wanted(acting.item, by)
    after, events = rules.make(before, at, by=acting.actor.id, now=work.at)
    _check_reach(work, before)
    new = _kept(work, acting, at, what)
    saved = waking.save(work, before, after)
    announce.tell(work, events)
    announce.promised(work, saved, new.id, at=work.at + work.settings.undo)
    n = saved.number
    heard = "The customer reads in the thread that an update comes by"
    return f"{heard} {when.said(at, by)}. `/ticket unpromise {n}` takes it back."


def _check_reach(work: Work, ticket: Ticket) -> None:
    if not announce.is_in_reach(work, ticket):
        raise Refused(f"#{ticket.number} has no thread in which a customer could read a promise.")


def _kept(work: Work, acting: Acting, at: datetime, what: str) -> Promise:
    """The new promise; the one before is moved, if it still could be kept."""
    ticket = acting.on
    last = promises.latest(work.unit, ticket.id) if ticket.promised_at else None
    if last is not None and last.is_open:
        moved = replace(last, state=PromiseState.MOVED, ended_at=work.at)
        promises.save(work.unit, last, moved)
        announce.promise_changed(work, ticket, last.id)
    new = Promise(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        by_id=acting.actor.id,
        made_at=work.at,
        due_at=at,
        previous_id=last.id if last else None,
        text_id=_words(work, what),
    )
    promises.add(work.unit, new)
    return new


def _words(work: Work, what: str) -> int | None:
    if not what:
        return None
    text_id = new_id()
    texts.put(work.unit, text_id, mrkdwn.escaped(what))
    return text_id


def wanted(item: Acted, by: Asked) -> tuple[datetime, str]:
    """When, and what it is about, as a form or a command says. Raises Refused."""
    typed = item.fields.get("other", "").strip()
    at, rest = rules.read(typed or item.fields.get("until", ""), by)
    return at, rules.checked(f"{rest} {item.text}")


def unpromise(work: Work, acting: Acting) -> str:
    """Take the promise back: unsaid within the first seconds, else the customer sees that."""
    before = acting.on
    after, events = rules.take_back(before, by=acting.actor.id, now=work.at)
    last = promises.latest(work.unit, before.id)
    if last is not None:
        taken = replace(last, state=PromiseState.WITHDRAWN, ended_at=work.at)
        promises.save(work.unit, last, taken if last.is_open else last)
        announce.promise_changed(work, before, last.id)
    waking.save(work, before, after)
    announce.tell(work, events)
    return f"No update on #{before.number} is promised any more."


def carried(work: Work, part: Ticket, whole: Ticket) -> Ticket:
    """The ticket that goes on, with what was promised of the one that became part of it.

    The sooner of two promises holds; what the customer has read of it stays as it is.
    """
    last = promises.latest(work.unit, part.id) if part.promised_at else None
    if last is None or not last.is_open:
        return whole
    promises.save(work.unit, last, replace(last, state=PromiseState.WITHDRAWN, ended_at=work.at))
    if whole.promised_at and whole.promised_at <= last.due_at:
        return whole
    later = promises.latest(work.unit, whole.id) if whole.promised_at else None
    if later is not None and later.is_open:
        moved = replace(later, state=PromiseState.MOVED, ended_at=work.at)
        promises.save(work.unit, later, moved)
    promises.add(work.unit, replace(last, id=new_id(), ticket_id=whole.id, warned_at=None))
    return replace(whole, promised_at=last.due_at)


def form(unit: Unit, ticket_id: int, *, by: str, now: datetime) -> SnoozeFormScene:
    """Times that ``by`` (a Slack id) may choose from, as the clock on their wall will show them."""
    work = look.working(unit, now)
    asked = waking.asked(people.by_slack(unit, by), work.settings, now)
    offered = tuple(when.presets(asked, rules.OFFERED))
    return SnoozeFormScene(look.ticket(unit, ticket_id, now), offered)


def check(unit: Unit, item: Acted) -> None:
    """Refused when what was typed is no time to come, or too long."""
    work = look.working(unit, item.at)
    wanted(item, waking.asked(people.by_slack(unit, item.person), work.settings, item.at))


def scene(work: Work, promise_id: int) -> PromiseScene:
    """What the customer reads. Raises Missing."""
    found = _found(work, promise_id)
    before = promises.by_id(work.unit, found.previous_id) if found.previous_id else None
    told = outbox.by_picture(work.unit, f"promise:{before.id}") if before else None
    is_told = told is not None and bool(told.ts)
    return PromiseScene(work.ticket(found.ticket_id), found, before if is_told else None)


def note(work: Work, promise_id: int, step: str) -> PromiseNoteScene:
    """What the team reads. Raises Missing."""
    found = _found(work, promise_id)
    ticket = work.ticket(found.ticket_id)
    is_broken = step == "broken"
    owner = work.person_by_id(ticket.owner_id or found.by_id)
    leads, group = sla.called(work) if is_broken else ((), "")
    link = look.permalink(work, work.channel_of(ticket), ticket.thread_ts)
    return PromiseNoteScene(ticket, found, is_broken, owner, leads, group, link)


def _found(work: Work, promise_id: int) -> Promise:
    found = promises.by_id(work.unit, promise_id)
    if found is None:
        raise Missing("That promise is not there any more.")
    return found
