"""Reads scenes from the truth: for templates at the moment of sending, and for live answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot import acts
from bot.errors import Missing, PersonFact, Refused, Unknown
from bot.rules import access, labels, whom
from bot.rules import attach as attach_rules
from bot.rules import escalation as rules_of_ladder
from bot.rules import link as link_rules
from bot.slack import mrkdwn
from bot.usecases import acting
from bot.usecases.inputs import Place
from bot.usecases.scenes.posts import MirrorScene, NoteScene, ReplyScene
from bot.usecases.scenes.ticket import Kin, TicketScene
from bot.usecases.work import Ahead, Work, tenant
from storage import (
    accounts,
    attached,
    csat,
    escalations,
    links,
    messages,
    outbox,
    people,
    reactions,
    recovery,
    replies,
)
from storage import tickets as stored_tickets
from storage.records.channels import Channel
from storage.records.csat import Poll
from storage.records.messages import ANSWERING, Message, Side
from storage.records.people import Person
from storage.records.tickets import Kinship, Link, Ticket
from storage.unit import Unit

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # at that time no fact is stale
NOBODY = Person(0, 0, "", "", name="somebody")


def working(unit: Unit, now: datetime) -> Work:
    """A Work for reading only: nothing may be saved or announced with it."""
    return Work(unit, tenant(unit), 0, now)


def ticket(unit: Unit, ticket_id: int, now: datetime) -> TicketScene:
    """A ticket with all that a card shows. Raises Missing."""
    work = working(unit, now)
    return scene(work, work.ticket(ticket_id))


def by_number(unit: Unit, number: int, now: datetime) -> TicketScene:
    """The ticket that people call #number. Raises Missing with a sentence for them."""
    found = stored_tickets.by_number(unit, number)
    if found is None:
        raise Missing(f"There is no ticket #{number}. `/ticket list` shows the open ones.")
    return scene(working(unit, now), found)


def by_place(unit: Unit, slack_channel: str, ts: str, now: datetime) -> TicketScene | None:
    """The ticket of a message, a card, or anything in either's thread."""
    work = working(unit, now)
    found = acting.by_place(work, Place(slack_channel, ts))
    return scene(work, found) if found else None


def scene(work: Work, found: Ticket) -> TicketScene:
    """Everybody and everything around a ticket."""
    ahead = _ahead(work, found)
    return replace(_posted(work, found, ahead), card_link=_card_link(work, found, ahead))


def posted(
    work: Work,
    found: Ticket,
    *,
    told_at: datetime | None = None,
    writers: tuple[Person, ...] = (),
) -> TicketScene:
    """The same for a post in Slack, which leads to the card only while there is no thread."""
    return _posted(work, found, _ahead(work, found), told_at=told_at, writers=writers)


def _posted(
    work: Work,
    found: Ticket,
    ahead: Ahead,
    *,
    told_at: datetime | None = None,
    writers: tuple[Person, ...] = (),
) -> TicketScene:
    unit = work.unit
    channel = work.channel_of(found)
    previous = stored_tickets.by_id(unit, found.previous_id) if found.previous_id else None
    opening = ahead.openings.get(found.opening_id)
    return TicketScene(
        ticket=found,
        channel=channel,
        requester=work.person_by_id(found.requester_id) or NOBODY,
        owner=work.person_by_id(found.owner_id) if found.owner_id else None,
        opening=with_names(unit, opening) if opening else _no_words(found),
        company=channel.company,
        link=permalink(work, channel, found.thread_ts),
        card_link="" if found.thread_ts else _card_link(work, found, ahead),
        due_at=found.due_at,
        more=ahead.more.get(found.id, 0),
        previous=previous.number if previous else None,
        now=work.at,
        told_at=told_at,
        writers=writers,
        kin=_kin(work, found, ahead),
        fields=labels.shown(found, work.settings.extras) if found.extras else (),
        escalation=(asked := escalations.of_live(unit, found.id)),
        holder=work.person_by_id(asked.holder_id) if asked and asked.holder_id else None,
        next_level=_next_level(work, found),
        account=work.account_of(channel),
        warnings=accounts.warnings(unit, channel.account_id) if channel.account_id else (),
        threads=_threads(work, found) if found.attached else (),
        poll=ahead.polls.get(found.id),
        recovery=ahead.recoveries.get(found.id),
    )


def _threads(work: Work, found: Ticket) -> tuple[tuple[str, str], ...]:
    """Where else the ticket is talked about, but for channels that customers read by now."""
    known = ((work.channel_by_id(t.channel_id), t) for t in attached.of_ticket(work.unit, found.id))
    return tuple(
        (channel.name, permalink(work, channel, thread.thread_ts))
        for channel, thread in known
        if channel is not None and attach_rules.is_internal(channel, work.settings)
    )


def _next_level(work: Work, found: Ticket) -> str:
    ladder = work.settings.ladder
    above = rules_of_ladder.above(ladder, found.level) if found.level else None
    here = rules_of_ladder.level_named(ladder, found.level) or (ladder[0] if ladder else None)
    shown = above or here
    return shown.name if shown else ""


def read_ahead(work: Work, ticket_ids: Collection[int]) -> None:
    """Read at once what ``scene`` would read of each of these tickets, unchanged for now."""
    work.ahead = ahead_of(work, stored_tickets.many(work.unit, set(ticket_ids)).values())


def _ahead(work: Work, found: Ticket) -> Ahead:
    is_read = work.ahead is not None and found.id in work.ahead.tickets
    return work.ahead if work.ahead and is_read else ahead_of(work, [found])


def ahead_of(work: Work, found: Iterable[Ticket]) -> Ahead:
    """What their scenes show beside channels and people, which are remembered anyway."""
    by_id = {each.id: each for each in found}
    done = [each.id for each in by_id.values() if each.is_done]
    return Ahead(
        tickets=by_id,
        openings=messages.many(work.unit, [each.opening_id for each in by_id.values()]),
        more=messages.count_more(work.unit, by_id.keys()),
        links=(known := links.of(work.unit, by_id.keys())),
        others=_others(work, known, by_id),
        polls=(polls := csat.shown(work.unit, done)),
        recoveries=recovery.of_tickets(work.unit, _rated(polls)),
    )


def _rated(polls: Mapping[int, Poll]) -> list[int]:
    """Only tickets with a vote may have something to make good."""
    return [key for key, poll in polls.items() if poll.score is not None]


def _others(work: Work, known: Sequence[Link], by_id: Mapping[int, Ticket]) -> dict[int, Ticket]:
    """The tickets at the other ends of links."""
    ends = {end for link in known for end in (link.ticket_id, link.other_id)}
    strangers = ends - by_id.keys()
    return {**by_id, **(stored_tickets.many(work.unit, strangers) if strangers else {})}


def _kin(work: Work, found: Ticket, ahead: Ahead) -> tuple[Kin, ...]:
    mine = [each for each in ahead.links if found.id in (each.ticket_id, each.other_id)]
    return tuple(kin(work, each, found, ahead.others[_far(each, found)]) for each in mine)


def _far(link: Link, found: Ticket) -> int:
    return link.other_id if link.ticket_id == found.id else link.ticket_id


def other(work: Work, found: Ticket, other: Ticket) -> Kin | None:
    """How ``other`` belongs to a ticket, None when it does not (any more)."""
    known = links.of(work.unit, [found.id])
    fitting = (each for each in known if _far(each, found) == other.id)
    return next((kin(work, each, found, other) for each in fitting), None)


def kin(work: Work, link: Link, found: Ticket, other: Ticket) -> Kin:
    """The other ticket of a link, as seen from ``found``."""
    is_one = link.ticket_id == found.id
    goes_on = is_one and link.kind in (Kinship.MERGED, Kinship.DUPLICATE)
    address = permalink(work, work.channel_of(other), other.thread_ts) if other.thread_ts else ""
    word = link_rules.word(link, found.id)
    return Kin(word, other.number, address, goes_on, other.is_done)


def with_names(unit: Unit, message: Message) -> Message:
    """The message with the names of those it mentions, as far as we know them."""
    slack_ids = mrkdwn.mentioned(message.text)
    if not slack_ids:
        return message
    names = {person.slack_id: person.name for person in named(unit, slack_ids)}
    return replace(message, text=mrkdwn.with_names(message.text, names))


def _no_words(found: Ticket) -> Message:
    raise Missing(f"The words of #{found.number} are not there any more.")


def permalink(work: Work, channel: Channel, ts: str) -> str:
    """The address of a message, made as Slack makes it; ``""`` while there is no message."""
    base = work.tenant.workspace.url
    if not (base and ts) or ts.startswith("form:"):
        return ""
    return f"{base}archives/{channel.slack_id}/p{ts.replace('.', '')}"


def _card_key(found: Ticket) -> str:
    return f"card:{found.id}"


def _card_link(work: Work, found: Ticket, ahead: Ahead) -> str:
    if ahead.cards is None:  # what is posted in the customer's thread seldom needs them
        keys = [_card_key(each) for each in ahead.tickets.values()]
        ahead.cards = outbox.by_pictures(work.unit, keys)
    card = ahead.cards.get(_card_key(found))
    channel = work.channel_by_id(card.channel_id) if card and card.channel_id else None
    return permalink(work, channel, card.ts) if card and channel else ""


def mirror(work: Work, ticket_id: int, message_id: int) -> MirrorScene:
    """A message of the customer's thread for the internal one. Raises Missing."""
    found = work.ticket(ticket_id)
    message = messages.by_id(work.unit, message_id)
    if message is None:
        raise Missing("That message is not there any more.")
    elsewhere = _elsewhere(work, found, message)
    author = work.person_by_id(message.author_id) if message.author_id else None
    channel = work.channel_by_id(message.channel_id) or work.channel_of(found)
    link = permalink(work, channel, message.ts)
    is_ours = message.side is Side.OURS
    company = "" if is_ours else channel.company
    shown = with_names(work.unit, message)
    said = _reactions(work, message)
    heard_in = channel.name if message.reason == attach_rules.REASON else ""
    return MirrorScene(found, shown, author, is_ours, link, company, elsewhere, said, heard_in)


def _reactions(work: Work, message: Message | None) -> tuple[tuple[str, str], ...]:
    """Customers' emoji on what they were told, each with the name of whose it is."""
    if message is None or message.side not in ANSWERING:
        return ()
    given = reactions.of(work.unit, message.id)
    who = people.many(work.unit, {person for _, person in given})
    return tuple((emoji, who[person].name) for emoji, person in given if person in who)


def _elsewhere(work: Work, ticket: Ticket, message: Message) -> TicketScene | None:
    """The ticket that a message belongs to by now, None while it is this one.

    What a merge took along is still read where it was.
    """
    if message.ticket_id in (None, ticket.id, stored_tickets.whole(work.unit, ticket).id):
        return None
    return scene(work, work.ticket(message.ticket_id or 0))


def note(work: Work, ticket_id: int, reason: str, person_id: int | None) -> NoteScene:
    """A line of the desk's own for the internal thread."""
    found = work.ticket(ticket_id)
    person = work.person_by_id(person_id) if person_id else None
    link = permalink(work, work.channel_of(found), found.thread_ts)
    is_for_all = reason in ("urgent", "person") and person is None
    group = work.settings.agents_usergroup if is_for_all else ""
    return NoteScene(found, reason, person, link, group)


def reply(work: Work, reply_id: int) -> ReplyScene:
    """A reply with its author and its place. Raises Missing."""
    found = replies.by_id(work.unit, reply_id)
    if found is None:
        raise Missing("That reply is not there any more.")
    of = work.ticket(found.ticket_id)
    author = work.person_by_id(found.author_id) or NOBODY
    place = found.sent_ts and messages.by_ts(work.unit, of.channel_id, found.sent_ts)
    said = _reactions(work, place or None)
    shown = ReplyScene(of, found, author, work.channel_of(of), work.tenant.workspace.name)
    return replace(shown, reactions=said)


def named(unit: Unit, slack_ids: Iterable[str]) -> tuple[Person, ...]:
    """Those of these people whom we know."""
    found = (people.by_slack(unit, slack_id) for slack_id in slack_ids)
    return tuple(person for person in found if person is not None)


def agent_named(unit: Unit, name: str, *, by: str) -> Person:
    """The agent whom ``by`` (a Slack id) means. Raises Refused with the agents' names, or Unknown.

    Nobody but an agent is told who the agents are.
    """
    authorised(unit, by, "assign", None)
    work = working(unit, LONG_AGO)
    named = (work.team.agents or frozenset()) | work.team.leads
    agents = {slack_id: people.by_slack(unit, slack_id) for slack_id in named}
    able = [person for person in agents.values() if person and access.is_agent(person, work.team)]
    try:
        return whom.agent_named(name, able)
    except Refused:
        unknown = sorted(slack_id for slack_id, person in agents.items() if person is None)
        if unknown:
            raise Unknown(PersonFact(unknown[0])) from None
        raise


def authorised(unit: Unit, person: str, act_name: str, ticket_id: int | None) -> None:
    """Refused, with a sentence for the person, unless ``person`` (a Slack id) may do the act.

    Raises Unknown when Slack has to be asked who that is.
    """
    act = acts.by_name(act_name)
    if act is None:
        raise Missing("That button is of an older version. Please use `/ticket help` instead.")
    work = working(unit, LONG_AGO)
    found = work.ticket(ticket_id) if ticket_id is not None else None
    asked = acting.requester(work, found) if found else None
    access.may(work.person(person), act.who, work.team, found, requester=asked)
