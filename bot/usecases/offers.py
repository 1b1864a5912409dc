"""What the team and customers are shown of what the desk suggests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing
from bot.rules import article as rules_of_articles
from bot.rules import suggestion as rules
from bot.usecases import kb, look
from bot.usecases.work import Work
from storage import articles, messages, suggestions, tickets
from storage.records.articles import Article
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.suggestions import Suggestion
from storage.records.tickets import Ticket


@dataclass(frozen=True, slots=True)
class SolvedScene:
    """A ticket that was solved before; ``words``: its request, None where it is not told."""

    ticket: Ticket
    link: str
    words: Message | None = None


@dataclass(frozen=True, slots=True)
class SuggestionScene:
    """What may help with a ticket. ``sent`` is the article that was sent, ``by`` who said so."""

    ticket: Ticket
    suggestion: Suggestion
    hits: tuple[kb.HitScene, ...]
    solved: tuple[SolvedScene, ...]
    elsewhere: tuple[SolvedScene, ...]
    sent: Article | None
    by: Person | None
    now: datetime

    @property
    def has_some(self) -> bool:
        """False when all that was found is gone."""
        return bool(self.hits or self.solved or self.elsewhere)


@dataclass(frozen=True, slots=True)
class AnswerScene:
    """An article as the desk tells it to a customer; ``owner`` has the ticket, if anybody.

    ``is_fit``: customers may read it still, whatever became of it since it was told.
    """

    ticket: Ticket
    suggestion: Suggestion
    article: Article
    owner: Person | None
    is_fit: bool = True

    @property
    def text(self) -> str:
        """Its words, as Markdown."""
        return rules_of_articles.as_reply(self.article)


def suggestion(work: Work, ticket_id: int) -> SuggestionScene:
    """What was suggested for a ticket, as it is now. Raises Missing."""
    ticket, found = work.ticket(ticket_id), of(work, ticket_id)
    opening = messages.by_id(work.unit, ticket.opening_id)
    question = opening.text if opening else ""
    hits = (kb.hit_of(work.unit, key, question, work.at) for key in rules.numbers(found.articles))
    return SuggestionScene(
        ticket,
        found,
        tuple(hit for hit in hits if hit),
        _solved(work, ticket, found.solved),
        _solved(work, ticket, found.elsewhere),
        articles.by_id(work.unit, found.sent_id) if found.sent_id else None,
        work.person_by_id(found.by_id) if found.by_id else None,
        work.at,
    )


def answer(work: Work, ticket_id: int) -> AnswerScene:
    """What the desk tells the customer of a ticket by itself. Raises Missing."""
    ticket, found = work.ticket(ticket_id), of(work, ticket_id)
    article = articles.by_id(work.unit, found.answer_id) if found.answer_id else None
    if article is None:
        raise Missing("That article is not there any more.")
    owner = work.person_by_id(ticket.owner_id) if ticket.owner_id else None
    return AnswerScene(ticket, found, article, owner)


def of(work: Work, ticket_id: int) -> Suggestion:
    """What was suggested for a ticket. Raises Missing."""
    found = suggestions.of_ticket(work.unit, ticket_id)
    if found is None:
        raise Missing("That is not there any more.")
    return found


def is_same_customer(work: Work, one: Channel, other: Channel) -> bool:
    """Whether who reads the one may know what was said in the other."""
    return one.id == other.id or (one.account_id is not None and one.account_id == other.account_id)


def _solved(work: Work, ticket: Ticket, keys: Iterable[str]) -> tuple[SolvedScene, ...]:
    """Those that are there; words of the same customer alone, whatever they were found as."""
    found = tickets.many(work.unit, rules.numbers(keys))
    here = work.channel_of(ticket)
    scenes = []
    for key in rules.numbers(keys):
        if other := found.get(key):
            there = work.channel_of(other)
            scene = SolvedScene(other, look.permalink(work, there, other.thread_ts))
            if is_same_customer(work, here, there):
                scene = replace(scene, words=messages.by_id(work.unit, other.opening_id))
            scenes.append(scene)
    return tuple(scenes)
