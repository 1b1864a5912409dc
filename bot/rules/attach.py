"""Attaching a Slack thread elsewhere to a ticket: where that may be, and which ticket is meant."""

from __future__ import annotations

import re

from bot.errors import Refused
from bot.rules import access, permalinks
from storage.records.channels import Channel, Role
from storage.records.workspaces import DeskSettings

_INTERNAL = frozenset({Role.TRIAGE, Role.TECH, Role.DIGEST, Role.OTHER})
_NUMBER = re.compile(r"(?<!\S)#?0*([1-9][0-9]{0,8})(?![^\s.,;!])")

REASON = "attached"
"""How the end of a message of an attached thread is called."""

WHICH = (
    "Say of which ticket: `/ticket attach 12 https://…`, with the link of a message of the thread,"
    " or `!attach #12` in the thread itself."
)
WHERE = (
    "Add the link of a message of the thread, such as `/ticket attach 12 https://…`,"
    " or write `!attach #12` in the thread itself."
)


def is_internal(channel: Channel, settings: DeskSettings) -> bool:
    """True where our own people talk, of the desk or not, and nobody else reads or soon could."""
    return access.role_of(channel, settings) in _INTERNAL


def check_place(channel: Channel, settings: DeskSettings) -> None:
    """Refused, with the reason, where threads never become internal notes."""
    if access.role_of(channel, settings) in (Role.CUSTOMER, Role.PUBLIC):
        raise Refused(
            f"Customers read #{channel.name}, and what is said in an attached thread is an internal"
            " note. Attach a thread of one of our own channels instead."
        )
    if channel.is_direct:
        raise Refused("I read no direct messages. Attach a thread of one of our own channels.")
    if not (channel.is_found and channel.is_member):
        raise Refused(
            "I am not in the channel of that thread. Invite me there, then attach it again."
        )


def number(words: str) -> int:
    """The ticket's number in what was typed, whatever link stands beside it. Raises Refused."""
    found = _NUMBER.findall(permalinks.without(words))
    if len(found) != 1:
        raise Refused(WHICH)
    return int(found[0])
