"""Packets: what a level is asked, how it looks, and what specialists do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.rules import escalation as rules
from bot.slack import mrkdwn
from bot.usecases import announce, hands, ladder, look, written
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import escalations, links, messages
from storage.records.escalations import Escalation, Step
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Ticket

IN_PACKET = (
    "told",
    "sent-back",
    "approved",
    "unaccepted",
    "returned",
    "withdrawn",
    "ended",
    "closed",
    "merged",
    "went-along",
    "guest-says",
)
UNDER_CARD = (
    "asked",
    "passed-on",
    "accepted",
    "asked-back",
    "declined",
    "answered",
    "discussed",
    "withdrawn",
    "unaccepted",
    "reminder",
    "unsent",
)
CALLS = ("packet", "unaccepted", "urgent", "urgent-lead")

PREFILLED = 900
"""Characters of a message, the customer's or one of ours, that a packet begins with."""

_GONE = "This escalation is over, so there is nothing to say any more."


@dataclass(frozen=True, slots=True)
class PacketScene:
    """An escalation with all that is shown of it.

    ``group`` is the Slack id of whom it calls, or ``called`` are its people; ``said`` the words
    that its stage is about, by ``said_by``. ``above`` is the level that comes next, ``went_to``
    that to which it was passed on, ``""`` for none. ``agent`` has the ticket.
    """

    escalation: Escalation
    scene: TicketScene
    asker: Person
    agent: Person
    holder: Person | None
    said: Message | None = None
    said_by: Person | None = None
    group: str = ""
    called: tuple[Person, ...] = ()
    above: str = ""
    went_to: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class PacketNoteScene:
    """A line about a packet; ``message`` has the words that it passes on, ``by`` who said them."""

    packet: PacketScene
    reason: str
    message: Message | None = None
    by: Person | None = None
    is_agent_there: bool = True
    group: str = ""


def scene(work: Work, escalation_id: int) -> PacketScene:
    """A packet as it is now. Raises Missing."""
    ticket, found = ladder.ticket_of(work, escalation_id)
    level = rules.level_named(work.settings.ladder, found.level)
    above = rules.above(work.settings.ladder, found.level)
    said = messages.by_id(work.unit, found.said_id) if found.said_id else None
    group = level.usergroup if level else ""
    if level and level.role and not group:
        group = work.settings.usergroup_of(level.role)
    agent = ticket.owner_id or found.asked_by
    return PacketScene(
        escalation=found,
        scene=look.scene(work, ticket),
        asker=work.person_by_id(found.asked_by) or look.NOBODY,
        agent=work.person_by_id(agent) or look.NOBODY,
        holder=work.person_by_id(found.holder_id) if found.holder_id else None,
        said=said,
        said_by=work.person_by_id(said.author_id) if said and said.author_id else None,
        group=group,
        called=() if group or level is None else tuple(ladder.people_of(work, level)),
        above=above.name if above else "",
        went_to=_went_to(work, found),
        link=_link(work, found),
    )


def _went_to(work: Work, found: Escalation) -> str:
    if not found.ended_at:
        return ""
    later = escalations.of_ticket(work.unit, found.ticket_id)
    return next((each.level for each in later if each.previous_id == found.id), "")


def _link(work: Work, found: Escalation) -> str:
    post, channel = announce.packet_post(work, found.id), work.channel_by_id(found.channel_id)
    return look.permalink(work, channel, post.ts) if post and channel else ""


def note(work: Work, escalation_id: int, reason: str, message_id: int | None) -> PacketNoteScene:
    """A line about a packet, for its own thread or that of the card. Raises Missing."""
    packet = scene(work, escalation_id)
    message = messages.by_id(work.unit, message_id) if message_id else None
    by = work.person_by_id(message.author_id) if message and message.author_id else None
    is_there = ladder.is_there(work, packet.agent) if packet.agent.id else False
    group = work.settings.agents_usergroup
    return PacketNoteScene(packet, reason, message, by, is_there, group)


def key(item: Acted) -> int:
    """Which escalation an act is about."""
    told = item.fields.get("escalation", "")
    return int(told) if told.isdecimal() else 0


def meant(work: Work, acting: Acting) -> tuple[Ticket, Escalation]:
    """The packet that is pressed, if the actor may answer it. Raises Missing and Refused."""
    ticket, found = ladder.ticket_of(work, key(acting.item))
    check(work, acting.actor, found)
    return ticket, found


def check(work: Work, person: Person, found: Escalation) -> None:
    """Refused unless it is for that person to answer."""
    level = rules.level_named(work.settings.ladder, found.level)
    if not ladder.may_answer(work, person, level):
        raise Refused(
            f"Only people of the desk, and those whom {found.level} asks, can do this."
            " What you write in this thread is read by the team."
        )


def keep(work: Work, acting: Acting, ticket: Ticket, words: str) -> Message:
    """Words of the team about a ticket, as a note of it."""
    said = rules.check_words(words, field="text", what="what you want to say")
    return written.keep(
        work,
        acting.actor.id,
        mrkdwn.escaped(said),
        channel_id=work.place_of(ticket).id,
        side=Side.NOTE,
        end=End.JOINED,
        reason="note",
        ticket_id=ticket.id,
    )


def accept(work: Work, acting: Acting) -> str:
    """The actor has it from now on."""
    ticket, found = meant(work, acting)
    me = acting.actor.id
    kept = hands.moved(work, ticket, found, rules.accept(found, by=me), step=Step.ACCEPTED, by=me)
    hands.noted(work, ticket, kept, "accepted")
    return ""


def ask_back(work: Work, acting: Acting) -> str:
    """The agent has to say more first."""
    return _said(
        work,
        acting,
        lambda found, by, said: rules.ask_back(found, by=by, said_id=said),
        step=Step.ASKED_BACK,
        reason="asked-back",
    )


def decline(work: Work, acting: Acting) -> str:
    """It is not for this level, and the agent hears why."""
    return _said(
        work,
        acting,
        lambda found, by, said: rules.decline(found, said_id=said, now=work.at),
        step=Step.DECLINED,
        reason="declined",
    )


def answer(work: Work, acting: Acting) -> str:
    """A draft for the customer, which the agent approves."""
    return _said(
        work,
        acting,
        lambda found, by, said: rules.answer(found, by=by, said_id=said),
        step=Step.ANSWERED,
        reason="answered",
    )


def _said(
    work: Work,
    acting: Acting,
    change: Callable[[Escalation, int, int], Escalation],
    *,
    step: Step,
    reason: str,
) -> str:
    """What a specialist says goes to the ticket, and the ticket to the agent's hand."""
    ticket, found = meant(work, acting)
    me = acting.actor.id
    change(found, me, 0)  # refused before anything is kept
    message = keep(work, acting, ticket, acting.item.text)
    kept = hands.moved(work, ticket, found, change(found, me, message.id), step=step, by=me)
    hands.noted(work, ticket, kept, reason, message=message)
    return f"{ladder.agent_of(work, ticket, kept).name} is told, on #{ticket.number}."


def discussed(work: Work, acting: Acting) -> str:
    """All is said within the team: the agent closes the loop with the customer."""
    ticket, found = meant(work, acting)
    me = acting.actor.id
    kept = hands.moved(work, ticket, found, rules.discussed(found), step=Step.DISCUSSED, by=me)
    hands.noted(work, ticket, kept, "discussed")
    return ""


def quoted(work: Work, message: Message) -> str:
    """What a packet says of a message where nobody says otherwise."""
    if message.deleted_at:
        return ""
    named = look.with_names(work.unit, message)
    return mrkdwn.shorten(mrkdwn.plain(named.text), PREFILLED)


def words_changed(work: Work, ticket: Ticket, before: Message, after: Message) -> None:
    """What packets quote of a message follows it, also in those that are over."""
    was, now = (mrkdwn.escaped(quoted(work, each)) for each in (before, after))
    if was == now:
        return
    parts = links.parts(work.unit, ticket.id)
    for key in filter(None, (ticket.id, ticket.merged_id, *parts)):
        for each in escalations.of_ticket(work.unit, key):
            _follow(work, each, was, now)


def _follow(work: Work, found: Escalation, was: str, now: str) -> None:
    after = replace(
        found,
        question=rules.followed(found.question, was, now),
        tried=rules.followed(found.tried, was, now),
    )
    if after != found:
        kept = escalations.save(work.unit, found, after)
        announce.packet(work, work.ticket(kept.ticket_id), kept)
