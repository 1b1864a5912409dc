"""Slack's payloads read into the desk's Inputs: pure, and the only place that knows their shapes.

Readers take the whole body as parsed. They return None for what changes nothing, and raise
``Unreadable`` (through ``understood``) for what Slack never sends. Source: FACTS.md §4, §5, §13.
"""

from __future__ import annotations

from handlers.reading.messages import event_stamp, message, reaction, unpinned
from handlers.reading.presses import (
    Command,
    Press,
    Submission,
    command,
    our_key,
    place,
    press,
    submission,
    typed,
)
from handlers.reading.shape import (
    EventReader,
    Json,
    Kind,
    T,
    Unreadable,
    kind,
    routable,
    understood,
)
from handlers.reading.surroundings import (
    channel_changed,
    channel_id_changed,
    home_opened,
    member_moved,
    person_changed,
    staff_changed,
    uninstalled,
)
from handlers.reading.whose import Author, InstallationKey, author, tenant_key

__all__ = [
    "Author",
    "Command",
    "EventReader",
    "InstallationKey",
    "Json",
    "Kind",
    "Press",
    "Submission",
    "T",
    "Unreadable",
    "author",
    "channel_changed",
    "channel_id_changed",
    "command",
    "event_stamp",
    "home_opened",
    "kind",
    "member_moved",
    "message",
    "our_key",
    "person_changed",
    "place",
    "press",
    "reaction",
    "routable",
    "staff_changed",
    "submission",
    "tenant_key",
    "typed",
    "understood",
    "uninstalled",
    "unpinned",
]
