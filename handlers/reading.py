"""Slack's payloads read into the desk's Inputs: pure, and the only place that knows their shapes.

Readers take the whole body as parsed. They return None for what changes nothing, and raise
``Unreadable`` (through ``understood``) for what Slack never sends. Source: FACTS.md §4, §5, §13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from bot.slack.reading import files, moment, need, said, text
from bot.usecases.inputs import (
    ChannelChanged,
    Deleted,
    Edited,
    HomeOpened,
    Input,
    MemberMoved,
    PersonChanged,
    Place,
    Reacted,
    Said,
    StaffChanged,
    Uninstalled,
    Unpinned,
)

Json = Mapping[str, Any]
EventReader = Callable[[Json], Input | None]
T = TypeVar("T")

_SHAPE_ERRORS = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    OSError,
)


class Unreadable(Exception):
    """The payload is not shaped as Slack shapes it. ``str()`` says what was looked for."""


def understood(read: Callable[[Json], T], body: Json) -> T:
    """``read(body)``, with every complaint about its shape raised as ``Unreadable``."""
    try:
        return read(body)
    except _SHAPE_ERRORS as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """Where the app is installed. ``team_id`` is ``""`` for an organisation (FACTS 13)."""

    enterprise_id: str
    team_id: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who acted, and for which company: a T… or E… id, ``""`` where nobody says (FACTS 5)."""

    user_id: str
    team_id: str = ""


class Kind(StrEnum):
    """What sort of thing Slack tells; each has its own patience and its own way to be answered."""

    EVENT = "event"
    COMMAND = "command"
    PRESS = "press"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"
    OPTIONS = "options"
    OTHER = "other"


_KINDS = {
    "event_callback": Kind.EVENT,
    "block_actions": Kind.PRESS,
    "view_submission": Kind.SUBMISSION,
    "view_closed": Kind.CLOSED,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    "block_suggestion": Kind.OPTIONS,
}


def kind(body: Json) -> Kind:
    """The sort of payload; OTHER for what is obsolete or unknown. Never raises."""
    told = body.get("type")
    known = _KINDS.get(told) if isinstance(told, str) else None
    if known is None and isinstance(body.get("command"), str):
        return Kind.COMMAND
    return known or Kind.OTHER


_ROUTES: dict[Kind, Callable[[Json], Sequence[object]]] = {
    Kind.EVENT: lambda body: [body["event"]["type"]],
    Kind.PRESS: lambda body: [body["actions"][0]["action_id"]],
    Kind.SUBMISSION: lambda body: [body["view"]["callback_id"], body["view"]["type"]],
    Kind.CLOSED: lambda body: [body["view"]["callback_id"], body["view"]["type"]],
    Kind.SHORTCUT: lambda body: [body["callback_id"]],
    Kind.OPTIONS: lambda body: [body["action_id"]],
    Kind.COMMAND: lambda body: [body["command"]],
}


def routable(body: Json) -> None:
    """Raises where Bolt would stumble while it looks for the listener of a payload."""
    if not all(isinstance(word, str) for word in _ROUTES[kind(body)](body)):
        raise TypeError("what names the listener is no text")


def tenant_key(body: Json) -> InstallationKey:
    """The installation a payload is meant for; never the acting company's (FACTS 5).

    With Slack Connect the outer ``team_id`` and a view's ``team`` often are the other side's.
    """
    installed = (body.get("view") or {}).get("app_installed_team_id")
    if body.get("authorizations"):
        return _key(body["authorizations"][0])
    if installed and not _is_for_organisation(body):
        return InstallationKey("", installed)
    return _key(body)


def _key(source: Json) -> InstallationKey:
    enterprise = _enterprise(source)
    if _is_for_organisation(source) and enterprise:
        return InstallationKey(enterprise, "")
    team = _id_of(source.get("team")) or source.get("team_id") or ""
    if not team and not enterprise:
        raise KeyError("team_id")
    return InstallationKey(enterprise, team)


def _enterprise(source: Json) -> str:
    """Shortcuts and the like say it inside of ``team``."""
    team = source.get("team")
    inside = text(team, "enterprise_id") if isinstance(team, Mapping) else ""
    return _id_of(source.get("enterprise")) or text(source, "enterprise_id") or inside


def _is_for_organisation(source: Json) -> bool:
    """A slash command says it as a word, everything else as a boolean (FACTS 6)."""
    return source.get("is_enterprise_install") in (True, "true")


def _id_of(thing: object) -> str:
    """Slack names channels, teams and users either by id or by an object that has one."""
    if isinstance(thing, Mapping):
        return text(thing, "id")
    return thing if isinstance(thing, str) else ""


def author(body: Json) -> Author:
    """Who acted and for whom. The company is the person's own, not the tenant's."""
    event = body.get("event")
    if event is None:
        return _acting(body)
    return Author(_user_of(event), _company(body, event))


def _acting(body: Json) -> Author:
    user = body.get("user")
    if isinstance(user, Mapping):
        return Author(need(user, "id"), text(user, "team_id"))
    return Author(need(body, "user_id"), text(body, "team_id"))


def _user_of(event: Json) -> str:
    direct = _id_of(event.get("user")) or text(event, "user_id")
    if direct:
        return direct
    inner = event.get("message") or event.get("previous_message") or {}
    return text(inner, "user") if isinstance(inner, Mapping) else ""


def _company(body: Json, event: Json) -> str:
    named = text(event, "user_team") or text(event, "team")
    if not named:
        return "" if body.get("is_ext_shared_channel") is not False else tenant_key(body).team_id
    if named.startswith("E") and event.get("type") != "app_mention":
        return _team_in_organisation(body, named)
    return named


def _team_in_organisation(body: Json, enterprise: str) -> str:
    """The envelope often knows which workspace of the organisation it was."""
    if body.get("enterprise_id") == enterprise:
        return text(body, "team_id") or enterprise
    if body.get("context_enterprise_id") == enterprise:
        return text(body, "context_team_id") or enterprise
    return enterprise


def message(body: Json) -> Input | None:
    """What a ``message`` or ``app_mention`` event means: Said, Edited, Deleted or nothing."""
    event = body["event"]
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(event)
    if subtype == "message_deleted":
        return _deleted(event, text(event, "deleted_ts") or need(event["previous_message"], "ts"))
    if subtype in ("message_replied", "tombstone") or event.get("hidden"):
        return None
    return _said(body, event)


def _said(body: Json, event: Json) -> Said:
    return said(need(event, "channel"), event, _company(body, event))


def _changed(event: Json) -> Input | None:
    """An edit, a deletion in disguise, or, for link previews and counters, nothing (FACTS 4)."""
    now, before = event["message"], _before(event)
    ts = text(now, "ts") or need(before, "ts")
    if now.get("subtype") == "tombstone":
        return _deleted(event, ts)
    same_words = "text" in before and text(before, "text") == text(now, "text")
    same_files = not before or files(before) == files(now)
    if same_files and (same_words or not now.get("edited")):
        return None
    return _edited(event, now, ts=ts)


def _before(event: Json) -> Json:
    """``previous_message`` may be missing or, of all things, an empty list (FACTS 4)."""
    before = event.get("previous_message")
    return before if isinstance(before, Mapping) else {}


def _edited(event: Json, now: Json, *, ts: str) -> Edited:
    edit = now.get("edited") or {}
    event_ts = text(event, "event_ts") or need(event, "ts")
    return Edited(
        channel=need(event, "channel"),
        ts=ts,
        editor=text(edit, "user") or text(now, "user"),
        at=moment(event_ts),
        event_ts=event_ts,
        text=text(now, "text"),
        thread_ts=text(now, "thread_ts"),
        author=text(now, "user"),
        bot_id=text(now, "bot_id"),
        files=files(now),
    )


def _deleted(event: Json, ts: str) -> Deleted:
    event_ts = text(event, "event_ts") or need(event, "ts")
    return Deleted(need(event, "channel"), ts, moment(event_ts), event_ts)


def reaction(body: Json) -> Reacted | None:
    """``reaction_added`` and ``reaction_removed``; those on files are nobody's business."""
    event = body["event"]
    item = event["item"]
    if item.get("type") != "message":
        return None
    stamp = event_stamp(body)
    return Reacted(
        channel=need(item, "channel"),
        ts=need(item, "ts"),
        person=need(event, "user"),
        emoji=need(event, "reaction"),
        at=moment(stamp),
        event_ts=stamp,
        removed=event["type"] == "reaction_removed",
    )


def channel_changed(body: Json) -> ChannelChanged:
    """Rename, archive, share and the like: what we know of the channel is stale."""
    event, stamp = body["event"], event_stamp(body)
    told = event["channel"]
    name = text(told, "name") if isinstance(told, Mapping) else ""
    return ChannelChanged(_channel(event), event["type"], moment(stamp), stamp, name=name)


def channel_id_changed(body: Json) -> ChannelChanged:
    """The same channel has another id since a share was started (FACTS 5)."""
    event, stamp = body["event"], event_stamp(body)
    return ChannelChanged(
        channel=need(event, "old_channel_id"),
        what=event["type"],
        at=moment(stamp),
        event_ts=stamp,
        new_id=need(event, "new_channel_id"),
    )


def member_moved(body: Json) -> MemberMoved:
    """``member_joined_channel`` and ``member_left_channel``; the bot's own come, too (FACTS 3)."""
    event, stamp = body["event"], event_stamp(body)
    joined = event["type"] == "member_joined_channel"
    return MemberMoved(
        channel=_channel(event),
        person=need(event, "user"),
        at=moment(stamp),
        event_ts=stamp,
        joined=joined,
    )


def unpinned(body: Json) -> Unpinned | None:
    """``pin_removed``; of files and the like there is nothing to say."""
    event, stamp = body["event"], event_stamp(body)
    item = event["item"]
    if item.get("type") != "message":
        return None
    told = item.get("message") or {}
    return Unpinned(need(event, "channel_id"), need(told, "ts"), moment(stamp), stamp)


def person_changed(body: Json) -> PersonChanged:
    """``user_change``: the profile inside may belong to anybody we share a channel with."""
    stamp = event_stamp(body)
    return PersonChanged(need(body["event"]["user"], "id"), moment(stamp), stamp)


def staff_changed(body: Json) -> StaffChanged:
    """``subteam_members_changed`` names the usergroup, ``subteam_updated`` contains it."""
    event, stamp = body["event"], event_stamp(body)
    usergroup = text(event, "subteam_id") or need(event["subteam"], "id")
    return StaffChanged(usergroup, moment(stamp), stamp)


def home_opened(body: Json) -> HomeOpened | None:
    """``app_home_opened`` fires for the messages tab, too: that is not the home (FACTS 11)."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    stamp = event_stamp(body)
    return HomeOpened(need(event, "user"), moment(stamp), stamp)


def uninstalled(body: Json) -> Uninstalled | None:
    """``app_uninstalled``, or ``tokens_revoked`` with a bot's token among them."""
    event = body["event"]
    if event["type"] == "tokens_revoked" and not event["tokens"].get("bot"):
        return None
    stamp = event_stamp(body)
    return Uninstalled(event["type"], moment(stamp), stamp)


def _channel(event: Json) -> str:
    channel = _id_of(event["channel"])
    if not channel:
        raise KeyError("channel")
    return channel


def event_stamp(body: Json) -> str:
    """When an event happened, the same on every retry. Some have only event_time."""
    stamp = text(body["event"], "event_ts") or str(body.get("event_time") or "")
    if not stamp:
        raise KeyError("event_ts")
    return stamp


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
    action, by = body["actions"][0], _acting(body)
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
        by=_acting(body),
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
        by=_acting(body),
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
        channel=_id_of(body.get("channel"))
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
