"""What in a reply is perhaps not for its customer, looked at while its form is still open."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from bot.rules import leaks as rules
from bot.rules.leaks import Leak, Surroundings
from bot.usecases import look, profile
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage.records.channels import Channel
from storage.records.tickets import Ticket
from storage.unit import Unit


def of_draft(unit: Unit, item: Acted, marks: str, now: datetime) -> tuple[Leak, ...]:
    """What is in the words of a form of Reply, but for what ``marks`` say to be all right.

    Raises Refused, Missing or Unknown: who may not reply learns no names of customers.
    """
    look.authorised(unit, item.person, item.act, item.ticket_id)
    work = look.working(unit, now)
    around = surroundings(work, work.ticket(item.ticket_id or 0), by=item.person)
    return rules.unapproved(rules.found(item.text, around), marks.split())


def surroundings(work: Work, ticket: Ticket, *, by: str) -> Surroundings:
    """What a reply on a ticket is held against; ``by`` is the Slack id of who writes it, ``""`` for
    the desk itself.
    """
    channel = work.channel_of(ticket)
    account, asker = work.account_of(channel), work.person_by_id(ticket.requester_id)
    known = (channel.company, asker.name if asker else "", work.person(by).name if by else "")
    ours = (work.tenant.workspace.name, account.name if account else "")
    return Surroundings(
        others=_others(work, channel),
        own=tuple(filter(None, (*known, *ours))),
        host=urlsplit(work.tenant.workspace.url).hostname or "",
        channels=tuple(filter(None, (channel.slack_id, work.settings.public_channel))),
    )


def _others(work: Work, channel: Channel) -> list[str]:
    """What all customers are called who are not in that channel."""
    here, mine = {*channel.company.split(", ")}, channel.account_id
    return [
        name
        for name, account_id in profile.companies(work.unit).items()
        if name not in here and (account_id is None or account_id != mine)
    ]
