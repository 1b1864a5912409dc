"""Looks at new tickets for what is known of such: articles, solved tickets, kind, twin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.knowledge import fresh
from bot.knowledge.past import Alike, Memory, says_the_same, spoken
from bot.rules import suggestion as rules
from bot.usecases import look
from bot.usecases.inputs import Suggested
from bot.usecases.work import Work, tenant
from storage import articles, channels, messages, tickets
from storage.records.messages import Message
from storage.records.tickets import Resolution, Ticket
from storage.unit import Unit

MOST_ARTICLES = 3
MOST_TICKETS = 2
CANDIDATES = 8
HELPED = frozenset({Resolution.ANSWERED, Resolution.FIXED, Resolution.WORKAROUND})


def is_wanted(unit: Unit) -> bool:
    """Whether the desk is to suggest anything at all."""
    return tenant(unit).settings.suggests


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a ticket: the words of its request, and what is remembered."""

    work: Work
    ticket: Ticket
    words: str
    memory: Memory


def sought(unit: Unit, ticket_id: int, memory: Memory, now: datetime) -> Suggested | None:
    """What is known for a ticket; None where there is nothing to say, or nobody to hear it."""
    work = look.working(unit, now)
    ticket = work.ticket(ticket_id)
    opening = messages.by_id(unit, ticket.opening_id)
    if opening is None or not rules.is_worth(ticket, opening):
        return None
    it = _Look(work, ticket, spoken(opening.text), memory)
    found = replace(
        _tickets(it), articles=_articles(it), category=_category(it), answer=_answer(it)
    )
    # What nothing fits is a gap in the articles, where there are any.
    counts = bool(memory.sorter.categories) or articles.stamp(unit) > 0
    return found if found != Suggested(ticket.id, now) or counts else None


def _articles(it: _Look) -> tuple[str, ...]:
    found = fresh.rated(it.work.unit, it.words, limit=MOST_ARTICLES)
    return tuple(str(key) for key, sure in found if sure >= rules.SURE_FOR_TEAM)


def _answer(it: _Look) -> str:
    """The public article that may be told without anybody having looked, ``""`` for none."""
    if not rules.may_answer(it.ticket, it.work.channel_of(it.ticket), it.work.settings):
        return ""
    found = fresh.rated(it.work.unit, it.words, limit=1, only=["public"])
    return next((str(key) for key, sure in found if sure >= rules.SURE_FOR_CUSTOMER), "")


def _category(it: _Look) -> str:
    guess = it.memory.guess(it.words)
    if guess is None or guess.category not in it.work.settings.categories:
        return ""
    return guess.category if guess.confidence >= rules.SURE_OF_CATEGORY else ""


def _tickets(it: _Look) -> Suggested:
    """Tickets that ask the like: of the same customer, and solved ones of others."""
    home = _home(it)
    near = _there(it, it.memory.alike(it.words, most=CANDIDATES, only=home))
    far = _there(it, it.memory.alike(it.words, most=CANDIDATES))
    twins = [str(each.number) for each, sure in near if sure >= rules.SURE_OF_TWIN]
    return Suggested(
        it.ticket.id,
        it.work.at,
        solved=_solved(each for each, _ in near),
        elsewhere=_solved(each for each, _ in far if each.channel_id not in home),
        twin=next(iter(twins), ""),
    )


def _solved(found: Iterable[Ticket]) -> tuple[str, ...]:
    """Of these, where somebody was helped: that can help again."""
    helped = [str(each.id) for each in found if each.resolution in HELPED]
    return tuple(helped[:MOST_TICKETS])


def _home(it: _Look) -> set[int]:
    """The channels of the same customer."""
    here = it.work.channel_of(it.ticket)
    if here.account_id is None:
        return {here.id}
    return {each.id for each in channels.of_account(it.work.unit, here.account_id)}


def _there(it: _Look, found: Iterable[Alike]) -> list[tuple[Ticket, float]]:
    """Of what was remembered, what is there still, and sure enough."""
    others = {each.ticket_id: each for each in found if each.ticket_id != it.ticket.id}
    known = tickets.many(it.work.unit, others.keys())
    said = messages.many(it.work.unit, [each.opening_id for each in known.values()])
    read = {key: spoken(_text(said.get(each.opening_id))) for key, each in known.items()}
    it.memory.forget(key for key in others if not read.get(key))
    sure = {key: _sure(it.words, read[key], each) for key, each in others.items() if read.get(key)}
    return [(known[key], each) for key, each in sure.items() if each >= rules.SURE_FOR_TEAM]


def _text(opening: Message | None) -> str:
    return "" if opening is None or opening.deleted_at else opening.text


def _sure(words: str, other: str, found: Alike) -> float:
    return 1.0 if says_the_same(words, other) else found.confidence
