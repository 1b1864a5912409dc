"""What somebody did, in the desk's words: the first of the three vocabularies.

Slack ids stay strings here; use cases turn them into our own keys. Every Input knows the lane in
which it is worked in order, and a key that is the same for every copy that Slack may deliver.
"""

from __future__ import annotations

from bot.usecases.inputs.due import (
    Delivered,
    DigestDue,
    OwnerSought,
    PacketDue,
    PollDue,
    RecoveryDue,
    ReviewDue,
    RotaDue,
    Suggested,
    TimeCame,
)
from bot.usecases.inputs.people import (
    Acted,
    Deleted,
    Door,
    Drafting,
    Edited,
    HomeOpened,
    Looked,
    Place,
    Reacted,
    Said,
)
from bot.usecases.inputs.surroundings import (
    ChannelChanged,
    MemberMoved,
    PersonChanged,
    StaffChanged,
    Uninstalled,
    Unpinned,
)

__all__ = [
    "Acted",
    "ChannelChanged",
    "Deleted",
    "Delivered",
    "DigestDue",
    "Door",
    "Drafting",
    "Edited",
    "HomeOpened",
    "Input",
    "Looked",
    "MemberMoved",
    "OwnerSought",
    "PacketDue",
    "PersonChanged",
    "Place",
    "PollDue",
    "Reacted",
    "RecoveryDue",
    "ReviewDue",
    "RotaDue",
    "Said",
    "StaffChanged",
    "Suggested",
    "TimeCame",
    "Uninstalled",
    "Unpinned",
]

Input = (
    Said
    | Edited
    | Deleted
    | Reacted
    | Acted
    | ChannelChanged
    | MemberMoved
    | PersonChanged
    | StaffChanged
    | HomeOpened
    | Unpinned
    | Uninstalled
    | Delivered
    | TimeCame
    | OwnerSought
    | Drafting
    | Looked
    | ReviewDue
    | PacketDue
    | PollDue
    | RecoveryDue
    | RotaDue
    | DigestDue
    | Suggested
)
