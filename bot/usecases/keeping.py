"""Promises as their tickets change and time goes by: kept, nearly due, broken, each told once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules import promise as rules
from bot.usecases import announce, sla
from bot.usecases.catchup import is_missing_words
from bot.usecases.events import Moved
from bot.usecases.notices import PromiseNote
from bot.usecases.work import Work
from storage import promises
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket's last promise before and after a change; None where nothing is promised."""

    before: Promise
    after: Promise


def settled(work: Work, before: Ticket, after: Ticket) -> tuple[Ticket, Kept | None]:
    """The ticket with what is promised of it still, and what became of its promise."""
    if before.promised_at is None and after.promised_at is None:
        return after, None
    promise = promises.latest(work.unit, after.id)
    if promise is None:
        return after, None
    if _is_owed(promise, after):  # what was said before it was promised does not keep it
        after = replace(after, promised_at=promise.due_at)
    told = rules.settled(promise, after, now=work.at)
    if after.promised_at and not after.is_done and told != promise:  # by time alone
        told = promise if is_missing_words(work, after) else told
    return replace(after, promised_at=None) if after.is_done else after, Kept(promise, told)


def _is_owed(promise: Promise, ticket: Ticket) -> bool:
    is_live = promise.state in (PromiseState.OPEN, PromiseState.BROKEN)
    return is_live and not ticket.is_done and not rules.is_answered(promise, ticket)


def look_at(kept: Kept | None) -> datetime | None:
    """When somebody has to hear of the promise next."""
    return rules.look_at(kept.after) if kept else None


def write_down(work: Work, ticket: Ticket, kept: Kept | None) -> None:
    """Keep what became of a promise, and tell the team."""
    if kept is None or kept.before == kept.after:
        return
    after = kept.after
    if after.noticed_at:
        after = replace(after, noticed_at=sla.noticed_at(work))
    promise = promises.save(work.unit, kept.before, after)
    if promise.is_open:
        announce.under_card(work, ticket, PromiseNote(ticket.id, promise.id, "warned"))
        return
    if promise.state is PromiseState.WITHDRAWN:
        announce.promise_changed(work, ticket, promise.id)
    if promise.state in _WORDS:
        told = Moved(ticket, work.at, None, act=_WORDS[promise.state], before="", after="")
        announce.tell(work, [told])
    if promise.state is PromiseState.BROKEN:
        _tell_broken(work, ticket, promise)


_WORDS = {PromiseState.KEPT: "promise-kept", PromiseState.BROKEN: "promise-broken"}


def _tell_broken(work: Work, ticket: Ticket, promise: Promise) -> None:
    now = sla.noticed_at(work)
    if now - promise.due_at > sla.LATE:
        sla.tell_together(work, now)
    else:
        announce.under_card(work, ticket, PromiseNote(ticket.id, promise.id, "broken"))
