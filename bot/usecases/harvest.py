"""An article begun with a solved ticket: its request and our answers, without who asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Missing, Refused
from bot.rules import redaction
from bot.rules.redaction import Known, Redacted
from bot.slack import mrkdwn
from bot.usecases import acting, look, profile
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import accounts, messages, people
from storage.records.messages import Message, Side
from storage.records.tickets import Ticket
from storage.unit import Unit

LONGEST_TITLE = 90
MOST_ANSWERS = 12
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning)\b"
    r"[^,.!?\n]{0,40}[,.!\n]+\s*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class Thread:
    """What a thread says without who says it: the request first, then each answer of ours."""

    scene: TicketScene
    title: str
    said: tuple[Redacted, ...]

    @property
    def body(self) -> str:
        """The draft in Markdown."""
        asked, *answers = (_GREETING.sub("", each.text).strip() for each in self.said)
        return "\n\n".join(["## Question", asked, "## Answer", *answers])

    @property
    def removed(self) -> int:
        """How much was taken out."""
        return sum(len(each.removed) for each in self.said)


def of_ticket(unit: Unit, item: Acted, now: datetime) -> Thread:
    """The ticket that is meant as a draft. Raises Refused, Missing or Unknown."""
    look.authorised(unit, item.person, item.act, None)
    work = look.working(unit, now)
    ticket = acting.find(work, item)
    if ticket is None:
        raise Missing("Say which ticket: `/kb from 12`.")
    opening = messages.by_id(unit, ticket.opening_id)
    answers = [each for each in _words_of(unit, ticket) if each.side is Side.OURS]
    if opening is None or not opening.text.strip() or not answers:
        n = ticket.number
        raise Refused(f"There is no question with an answer of ours in #{n}, so nothing to keep.")
    known = _known(work, ticket)
    said = [_redacted(unit, each, known) for each in (opening, *answers[:MOST_ANSWERS])]
    return Thread(look.scene(work, ticket), _title(said[0].text), tuple(said))


def _words_of(unit: Unit, ticket: Ticket) -> list[Message]:
    told = messages.of_ticket(unit, ticket.id)
    return [each for each in told if not each.deleted_at and each.text.strip()]


def _redacted(unit: Unit, message: Message, known: Known) -> Redacted:
    """Replies by form are Markdown already; what was typed in Slack is its mrkdwn."""
    words = message.text
    if message.reason != "reply":
        words = mrkdwn.plain(look.with_names(unit, message).text)
    return redaction.redacted(words.strip(), known)


def _known(work: Work, ticket: Ticket) -> Known:
    channel = work.channel_of(ticket)
    companies = [*channel.company.split(", "), channel.name, *profile.companies(work.unit)]
    if (account := work.account_of(channel)) is not None:
        companies.append(account.name)
    return Known(tuple(_names(work, ticket)), tuple(filter(None, companies)))


def _names(work: Work, ticket: Ticket) -> Iterator[str]:
    """Of all who wrote there, of the customer's contacts, and of our own people."""
    unit, channel = work.unit, work.channel_of(ticket)
    told = messages.of_ticket(unit, ticket.id)
    ids = {ticket.requester_id, *(each.author_id for each in told if each.author_id is not None)}
    if channel.account_id is not None:
        ids |= {each.person_id for each in accounts.contacts(unit, channel.account_id)}
    for person in people.many(unit, ids).values():
        yield person.name
    for slack_id in work.tenant.agents or ():
        if (ours := people.by_slack(unit, slack_id)) is not None:
            yield ours.name


def _title(asked: str) -> str:
    """The first sentence that says something."""
    words = _GREETING.sub("", asked)
    sentences = [each[0].strip(" *_#>-") for each in _SENTENCE.finditer(words)]
    found = next(
        (each for each in sentences if len(each.split()) > 2), words.strip()[:LONGEST_TITLE]
    )
    title = mrkdwn.shorten(" ".join(found.split()), LONGEST_TITLE)
    return title[:1].upper() + title[1:]
