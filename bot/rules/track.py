"""Tracking by hand: where it is possible, and which message of a thread the ticket is about."""

from __future__ import annotations

from bot.errors import Refused
from bot.rules import access
from storage.records.channels import Channel, Role
from storage.records.messages import Message
from storage.records.tickets import Resolution, Ticket
from storage.records.workspaces import DeskSettings, Mode

NO_WORDS = frozenset({"own", "bot", "housekeeping", "empty", "nobody", "gone"})
"""The reasons of messages that are nobody's words, and so never the customer's or ours."""


def check_place(channel: Channel, settings: DeskSettings) -> None:
    """Refused where nothing is tracked, not even by hand."""
    if access.role_of(channel, settings) not in (Role.CUSTOMER, Role.PUBLIC):
        raise Refused(
            "This is not a customer channel, so I track nothing here."
            " If customers write here, switch it on with `/desk mode on-demand`."
        )
    if channel.is_archived:
        raise Refused("This channel is archived: nobody could be answered here.")
    if access.mode_of(channel, settings) is Mode.OFF:
        raise Refused(
            "Tracking is switched off in this channel. `/desk mode on-demand` switches it on."
        )


def opening(
    marked: Message, root: Message | None, *, marked_asks: bool, root_asks: bool
) -> Message:
    """What the ticket is about: the message that was marked, if it asks for anything at all.

    Whoever calls us in a thread, or answers in it, means the question with which it began.
    """
    if root is None or root.id == marked.id or marked_asks or not root_asks:
        return marked
    return root


def is_to_reopen(ticket: Ticket) -> bool:
    """True when somebody had closed it as no request: now somebody else says that it is one."""
    return ticket.is_done and ticket.resolution is Resolution.NOT_A_REQUEST


def already(ticket: Ticket) -> Refused:
    """What to say to somebody who wants to track what is tracked."""
    if ticket.is_done:
        n = ticket.number
        return Refused(f"That is #{n} already, and solved. `/ticket reopen {n}` opens it again.")
    return Refused(
        f"That belongs to #{ticket.number} already."
        f" To make a later message of it a ticket of its own, use `/ticket split {ticket.number}`."
    )
