"""Events as rows of the history."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ids import new_id
from bot.usecases.events import (
    CustomerWrote,
    Event,
    HelperAnswered,
    MessageDeleted,
    MessageEdited,
    Moved,
    Opened,
    ReplyEnded,
    TeamAnswered,
)
from storage.records.replies import ReplyState
from storage.records.tickets import Change

_PLAIN: dict[type[Event], str] = {
    TeamAnswered: "answer",
    HelperAnswered: "help",
    MessageDeleted: "delete",
}
"""Events whose word in the history says all."""


def history_of(event: Event) -> Iterable[Change]:
    """What the history says of an Event; nothing of those that change nothing."""
    match event:
        case Opened():
            yield _change(event, "open", "", f"#{event.ticket.number}")
        case Moved(act=act, before=before, after=after):
            yield _change(event, act, before, after)
        case TeamAnswered() | HelperAnswered() | MessageDeleted():
            yield _change(event, _PLAIN[type(event)], "", "")
        case MessageEdited():
            yield _change(event, "edit", "", "after the answer" if event.after_answer else "")
        case ReplyEnded(reply=reply) if reply.state is not ReplyState.SENT:
            yield _change(event, "reply", "", str(reply.state))
        case CustomerWrote():
            yield _change(event, "write", "", "courtesy" if event.courtesy else "")


def _change(event: Event, act: str, before: str, after: str) -> Change:
    ticket = event.ticket
    return Change(ticket.workspace_id, new_id(), ticket.id, event.at, event.by, act, before, after)
