"""The life of a ticket by hand: take, assign, resolve, reopen and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from bot.errors import Refused
from bot.ids import new_id
from bot.rules import access, labels, lifecycle, when
from bot.rules.lifecycle import Told
from bot.slack import mrkdwn
from bot.usecases import announce, assignment, gaps, link, waking, written
from bot.usecases import labels as own_fields
from bot.usecases.acting import Acting
from bot.usecases.events import Opened
from bot.usecases.work import Work
from storage import channels, messages, tickets
from storage.records.channels import Channel
from storage.records.messages import End, Side
from storage.records.people import Person
from storage.records.tickets import Priority, Resolution, Source, Ticket

Choice = TypeVar("Choice", bound=StrEnum)


def _move(work: Work, acting: Acting, change: Callable[[Ticket], Told]) -> Ticket:
    before = acting.on
    after, events = change(before)
    after = waking.save(work, before, after)
    announce.tell(work, events)
    return after


def take(work: Work, acting: Acting) -> str:
    """The actor owns it."""
    me = acting.actor.id
    ticket = _move(work, acting, lambda t: lifecycle.take(t, by=me, now=work.at))
    return f"#{ticket.number} is yours."


def assign(work: Work, acting: Acting) -> str:
    """Give it to somebody (``to``: a Slack id, ``me``, ``auto`` or ``nobody``)."""
    to = _assignee(work, acting)
    me = acting.actor.id
    owner = to.id if to else None
    ticket = _move(work, acting, lambda t: lifecycle.assign(t, owner, by=me, now=work.at))
    return f"#{ticket.number} now belongs to {to.name if to else 'nobody'}."


def _assignee(work: Work, acting: Acting) -> Person | None:
    to = acting.item.fields.get("to", "").strip()
    if to in ("nobody", "none"):
        return None
    if to == "me":
        return acting.actor
    person = assignment.automatic(work, acting.on) if to == "auto" else work.person(to)
    if not access.is_agent(person, work.team):
        name = person.name or "That person"
        raise Refused(f"{name} is not one of the agents, so nothing was assigned.")
    return person


def resolve(work: Work, acting: Acting) -> str:
    """Done; ``resolution`` says how, answered when nothing is said."""
    me = acting.actor.id
    how = _word(Resolution, link.resolution(acting.item), "resolution")
    if how is Resolution.DUPLICATE:
        return link.duplicate(work, acting)
    ticket = _move(work, acting, lambda t: lifecycle.resolve(t, by=me, resolution=how, now=work.at))
    return f"#{ticket.number} is resolved."


def not_a_request(work: Work, acting: Acting) -> str:
    """Close it quietly."""
    me = acting.actor.id
    ticket = _move(work, acting, lambda t: lifecycle.not_a_request(t, by=me, now=work.at))
    return f"#{ticket.number} is closed as not a request. The customer is told nothing."


def reopen(work: Work, acting: Acting) -> str:
    """Open again; customers may for as long as their words would reopen it, too."""
    me, window = acting.actor.id, work.settings.reopen
    if access.is_one_of(acting.actor, access.Who.AGENT, work.team):
        ticket = _move(work, acting, lambda t: lifecycle.reopen(t, by=me, now=work.at))
    else:
        ticket = _move(
            work,
            acting,
            lambda t: lifecycle.reopen_by_customer(t, by=me, window=window, now=work.at),
        )
    return f"#{ticket.number} is open again."


def wait(work: Work, acting: Acting) -> str:
    """The customer's turn, perhaps only ``until`` a time that the actor says."""
    me, said = acting.actor.id, acting.item.fields.get("until", "")
    by = waking.asked(acting.actor, work.settings, work.at)
    until = when.parse(said, by) if said else None
    ticket = _move(work, acting, lambda t: lifecycle.wait(t, until=until, by=me, now=work.at))
    if until is None:
        return f"#{ticket.number} waits for the customer."
    back = f"comes back to you {when.said(until, by)}"
    return f"#{ticket.number} waits for the customer, and {back} if there is no answer."


def priority(work: Work, acting: Acting) -> str:
    """How pressing it is."""
    me = acting.actor.id
    wanted = _word(Priority, acting.item.fields.get("priority", ""), "priority")
    ticket = _move(work, acting, lambda t: lifecycle.set_priority(t, wanted, by=me, now=work.at))
    return f"The priority of #{ticket.number} is {ticket.priority} now."


def solved(work: Work, acting: Acting) -> str:
    """The customer says that it is solved."""
    me = acting.actor.id
    after = _move(work, acting, lambda t: lifecycle.solved_by_customer(t, by=me, now=work.at))
    gaps.judged(work, after, has_helped=True)
    return "Thanks for telling us. Write here again if anything is still open."


def unsolved(work: Work, acting: Acting) -> str:
    """The customer was asked whether it is settled, and says that it is not."""
    me = acting.actor.id
    ticket = _move(work, acting, lambda t: lifecycle.unsolved_by_customer(t, by=me, now=work.at))
    return f"Thanks, we look at #{ticket.number} again. Tell us here what is still wrong."


def _word(kind: type[Choice], word: str, what: str) -> Choice:
    try:
        return kind(word.strip().casefold())
    except ValueError:
        raise Refused(f"There is no such {what}. Choose one of: {', '.join(kind)}.") from None


def new(work: Work, acting: Acting) -> str:
    """A ticket by form, for the team alone or in a customer's channel.

    There its words start a thread.
    """
    fields = acting.item.fields
    words = mrkdwn.escaped(acting.item.text.strip())  # as Slack would bring it in a message
    if not words:
        raise Refused("Give the ticket a title, such as `/ticket new Export is slow`.")
    channel = _channel_for(work, fields.get("channel", ""))
    opening = written.keep(
        work,
        acting.actor.id,
        words,
        channel_id=channel.id,
        side=Side.OURS,
        end=End.OPENED,
        reason="form",
    )
    ticket = lifecycle.opened(
        workspace_id=work.workspace_id,
        id=new_id(),
        number=tickets.take_numbers(work.unit, 1)[0],
        channel_id=channel.id,
        team_channel_id=work.team_channel_of(channel.id),
        thread_ts="",
        opening_id=opening.id,
        requester_id=acting.actor.id,
        now=work.at,
        source=Source.FORM,
        priority=_word(Priority, fields.get("priority") or "normal", "priority"),
        category=_category(work, fields.get("category", "")),
    )
    ticket = replace(ticket, extras=own_fields.fields_of(acting.item, work.settings))
    ticket = waking.add(work, ticket)
    messages.move(work.unit, [opening.id], ticket.id)
    is_long = len(words) > announce.CARD_WORDS
    announce.tell(work, [Opened(ticket, work.at, acting.actor.id, is_long=is_long)])
    return f"#{ticket.number} is open."


def _category(work: Work, word: str) -> str:
    return labels.category_of(word, work.settings.categories) if word else ""


def _channel_for(work: Work, key: str) -> Channel:
    """A customer's channel by our key, else triage: a ticket that no customer sees."""
    channel = channels.by_id(work.unit, int(key)) if key.isdecimal() else None
    if channel is None:
        return work.channel(work.settings.triage_channel)
    access.customer_channel(channel, work.settings)
    return channel
