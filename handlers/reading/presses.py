"""What people press, fill in and type: interactivity and commands (FACTS 6, 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.reading import moment, need, text
from bot.usecases.inputs import Place
from handlers.reading.shape import Json
from handlers.reading.whose import Author, acting, id_of


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed or an option chosen. ``value`` is the button's, or the chosen option's."""

    action_id: str
    value: str
    by: Author
    place: Place
    at: datetime
    key: str


def press(body: Json) -> Press:
    """A ``block_actions`` payload; Slack sends one action at a time for all that we use."""
    action, by = body["actions"][0], acting(body)
    action_id, action_ts = need(action, "action_id"), need(action, "action_ts")
    return Press(
        action_id=action_id,
        value=text(action, "value") or text(action.get("selected_option") or {}, "value"),
        by=by,
        place=place(body),
        at=moment(action_ts),
        key=f"press:{action_ts}:{by.user_id}:{action_id}",
    )


@dataclass(frozen=True, slots=True)
class Submission:
    """A form as it was filled in; ``fields`` maps each block id to its one value."""

    view_id: str
    fields: dict[str, str]
    note: str
    by: Author
    key: str


def submission(body: Json) -> Submission:
    """A ``view_submission`` payload; ``note`` is the view's private_metadata."""
    view = body["view"]
    view_id = need(view, "id")
    return Submission(
        view_id=view_id,
        fields=typed(view),
        note=text(view, "private_metadata"),
        by=acting(body),
        key=f"submit:{view_id}:{text(view, 'hash')}",
    )


def typed(view: Json) -> dict[str, str]:
    """What stands in a view's inputs now, by block id; empty inputs are ``""``."""
    values = view["state"]["values"]
    return {
        block: _value(element)
        for block, elements in values.items()
        for element in elements.values()
    }


_CHOICES = (
    "selected_user",
    "selected_conversation",
    "selected_channel",
    "selected_date",
    "selected_time",
)


def _value(element: Json) -> str:
    option = element.get("selected_option")
    if isinstance(option, Mapping):
        return text(option, "value")
    several = element.get("selected_options")
    if isinstance(several, Sequence) and not isinstance(several, str):
        return ",".join(text(each, "value") for each in several if isinstance(each, Mapping))
    found = (text(element, name) for name in ("value", *_CHOICES))
    return next((value for value in found if value), "")


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as typed; ``text`` has mentions escaped as ``<@U…|name>`` (FACTS 6)."""

    name: str
    text: str
    by: Author
    place: Place
    trigger_id: str
    key: str


def command(body: Json) -> Command:
    """A slash command's form fields. Commands cannot be run in threads (FACTS 6)."""
    trigger = need(body, "trigger_id")
    return Command(
        name=need(body, "command"),
        text=text(body, "text"),
        by=acting(body),
        place=place(body),
        trigger_id=trigger,
        key=f"command:{trigger}",
    )


def place(body: Json) -> Place:
    """Where somebody stood when acting; empty in the App Home and for global shortcuts.

    Who acts on a thread's first message mostly sees the channel, and an answer in a thread that is
    not open is seen by nobody (FACTS 7): so that is no place in a thread.
    """
    container, under = body.get("container") or {}, body.get("message") or {}
    ts = text(container, "message_ts") or text(body, "message_ts")
    thread_ts = text(container, "thread_ts") or text(under, "thread_ts")
    return Place(
        channel=id_of(body.get("channel"))
        or text(container, "channel_id")
        or text(body, "channel_id"),
        ts=ts,
        thread_ts="" if thread_ts == ts else thread_ts,
        response_url=text(body, "response_url"),
    )


def our_key(told: str) -> int:
    """A key of ours that came back in a button or form.

    Raises ValueError for what never was one.
    """
    key = int(told)
    if not 0 < key < 2**63:
        raise ValueError(f"no key of ours: {told[:40]}")
    return key
