"""The only place that chooses a channel: each Notice's row in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.ids import new_id, new_nonce
from bot.rules import access
from bot.usecases import notices as say
from bot.usecases.work import Work
from storage import outbox
from storage.records.boxes import Post
from storage.records.channels import Channel, CustomerChannel, Role, TeamChannel
from storage.records.tickets import Ticket

CUSTOMER_ROLES = frozenset({Role.CUSTOMER, Role.PUBLIC})


def is_in_reach(work: Work, ticket: Ticket) -> bool:
    """True when there is a thread in which the customer can be told something."""
    role = access.role_of(work.channel_of(ticket), work.settings)
    return bool(ticket.thread_ts) and role in CUSTOMER_ROLES


def to_customer(
    work: Work, ticket: Ticket, notice: say.Notice, *, due_at: datetime | None = None
) -> None:
    """Announce into the customer's thread of a ticket; without one there is nobody to tell."""
    channel = work.channel_of(ticket)
    if ticket.thread_ts and access.role_of(channel, work.settings) in CUSTOMER_ROLES:
        place = access.customer_channel(channel, work.settings)
        put(work, notice, place, ticket=ticket, thread_ts=ticket.thread_ts, due_at=due_at)


def to_customer_channel(work: Work, ticket: Ticket, notice: say.Notice) -> None:
    """Announce at the top level of the customer's channel; a ticket of the team alone has none."""
    channel = work.channel_of(ticket)
    if channel.slack_id not in work.settings.team_channels:
        put(work, notice, access.customer_channel(channel, work.settings), ticket=ticket)


def under_card(work: Work, ticket: Ticket, notice: say.Notice) -> None:
    """Announce into the internal thread of a ticket."""
    put(work, notice, work.place_of(ticket), ticket=ticket, is_reply=True)


def withdraw(work: Work, ts: str, ticket: Ticket) -> None:
    """Let a sent reply disappear from the customer's thread."""
    to_customer(work, ticket, say.Withdrawal(ticket.id, ts))


def whisper(work: Work, notice: say.Whisper | say.Completion) -> None:
    """Answer one person privately, where that person acted."""
    enqueue(work, row_of(work, notice, lane=f"person:{notice.person}"))


def refusal(work: Work, notice: say.Whisper) -> None:
    """Tell one person privately that nothing was done; of what was found late, where it stays."""
    if work.found_at is None:
        whisper(work, notice)
        return
    lasting = replace(notice, channel="", thread_ts="", response_url="")
    row = row_of(work, lasting, lane=f"person:{notice.person}", due_at=work.found_at)
    enqueue(work, row)


def to_triage(work: Work, notice: say.Notice) -> None:
    """Announce something that is about no ticket to the team."""
    triage = work.triage()
    enqueue(work, row_of(work, notice, lane=f"channel:{triage.id}", channel_id=triage.id))


def beside(work: Work, channel: Channel, notice: say.Notice) -> None:
    """Announce in a customers' channel what belongs to no ticket."""
    where = access.customer_channel(channel, work.settings)
    enqueue(work, row_of(work, notice, lane=f"channel:{where.id}", channel_id=where.id))


def enqueue(work: Work, post: Post) -> None:
    """Into the outbox, and wake its lane."""
    outbox.announce(work.unit, post)
    work.lanes.add(post.lane)


def put(
    work: Work,
    notice: say.Notice,
    place: CustomerChannel | TeamChannel,
    *,
    ticket: Ticket,
    thread_ts: str = "",
    is_reply: bool = False,
    due_at: datetime | None = None,
) -> None:
    """Announce about a ticket in a place."""
    post = row_of(
        work,
        notice,
        lane=f"channel:{place.id}",
        channel_id=place.id,
        ticket_id=ticket.id,
        thread_ts=thread_ts,
        under_card=is_reply,
        due_at=due_at,
    )
    enqueue(work, post)


def row_of(
    work: Work,
    notice: say.Notice,
    *,
    lane: str,
    channel_id: int | None = None,
    ticket_id: int | None = None,
    thread_ts: str = "",
    under_card: bool = False,
    due_at: datetime | None = None,
) -> Post:
    """The outbox's row of a Notice, due now unless ``due_at`` says when."""
    return Post(
        workspace_id=work.workspace_id,
        id=new_id(),
        lane=lane,
        kind=notice.kind,
        delivery=notice.delivery,
        body=notice.body(),
        due_at=due_at or work.at,
        channel_id=channel_id,
        ticket_id=ticket_id,
        picture=picture_key(notice),
        under_card=under_card,
        thread_ts=thread_ts,
        urgency=notice.urgency,
        nonce=new_nonce(),
    )


def note_key(kind: str, message_id: int) -> str:
    """By what a note that passes on the words of a message is known."""
    return f"{kind}:{message_id}"


def picture_key(notice: say.Notice) -> str:
    """By what a picture is known, however often it is drawn; ``""`` for a post."""
    if not notice.is_picture:
        return ""
    if isinstance(notice, say.Mirror):  # a message may move from one ticket to another
        return f"{notice.kind}:{notice.ticket_id}:{notice.message_id}"
    if isinstance(notice, say.PacketNote | say.EscalationNote):
        return note_key(notice.kind, notice.message_id) if notice.message_id else ""
    return f"{notice.kind}:{notice.subject()}"
