"""What somebody who answers a customer has before them: the last words, and who reads there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.rules import access
from bot.rules import replies as rules
from bot.usecases import look
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import tenant
from storage import messages, people
from storage.records.messages import Message, Side
from storage.records.people import Person
from storage.unit import Unit


def reply_form(unit: Unit, ticket_id: int, now: datetime) -> ReplyFormScene:
    """The Reply modal before anybody knows who is in the channel.

    Raises Refused when no customer would see the reply.
    """
    work = look.working(unit, now)
    found = work.ticket(ticket_id)
    rules.check_thread(found)
    access.customer_channel(work.channel_of(found), work.settings)
    shown = look.scene(work, found)
    return ReplyFormScene(shown, _last_of_customer(unit, shown))


def _last_of_customer(unit: Unit, shown: TicketScene) -> Message:
    """The customer's newest words; the opening where all later ones are gone."""
    theirs = [
        message
        for message in messages.of_ticket(unit, shown.ticket.id)
        if message.side is Side.CUSTOMER and not message.deleted_at
    ]
    return look.with_names(unit, theirs[-1]) if theirs else shown.opening


def readers(
    unit: Unit, slack_ids: Collection[str]
) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Those of a channel's members whom we know: outsiders and guests first, then colleagues."""
    team = tenant(unit).team
    known = [person for person in look.named(unit, slack_ids) if not person.is_bot]
    theirs = tuple(person for person in known if not access.is_staff(person, team))
    return theirs, tuple(person for person in known if person not in theirs)


def strangers(unit: Unit, slack_ids: Collection[str]) -> list[str]:
    """Those of these Slack ids of whom we know nothing yet."""
    return [slack_id for slack_id in slack_ids if people.by_slack(unit, slack_id) is None]
