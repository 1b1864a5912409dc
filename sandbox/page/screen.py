"""What the templates are filled with: one small function for each part of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from sandbox.page import dates, emoji, faces, hints, lines, shown_traffic, sidebar, views
from sandbox.page.lines import Line
from sandbox.page.paper import Json, dumps, readable
from sandbox.page.place import Place, channels_of, people_of
from sandbox.page.reader import Reader
from sandbox.traffic import Traffic
from sandbox.world import Channel, User, World

SHOWN = 120
QUICK = ("eyes", "white_check_mark", "ticket", "rotating_light", "see_no_evil", "pray")
THEMES = 5

Values = dict[str, Any]


@dataclass(frozen=True)
class Head:
    """The line above the messages."""

    name: str
    icon: str
    face: Markup
    companies: str
    topic: str
    members: list[Markup]


@dataclass(frozen=True)
class ClockFace:
    """Desk time as the person reads it; ``now`` is epoch seconds."""

    now: float
    words: str
    frozen: bool


def page(place: Place, *, shown: int = SHOWN) -> Values:
    """Everything at once, for the first load."""
    values = stage(place) | sidebar_part(place) | clock_part(place)
    if place.is_home:
        return values | home_part(place)
    if place.is_threads:
        return values | threads_part(place)
    if place.channel:
        values |= messages_part(place, shown=shown)
        values |= replies_part(place) if place.parent else {}
    return values


def stage(place: Place) -> Values:
    """Who and where: what every part of the page may need."""
    reader = place.reader
    team = reader.world.teams.get(reader.user.team_id)
    company = team.name if team else ""
    values: Values = {
        "place": place,
        "reader": reader,
        "you": lines.person(reader, reader.user),
        "company": company,
        "company_face": faces.named(company, "ffffff"),
        "theme": theme(reader.world, reader.user.team_id),
        "hints": hints.of(reader),
        "title": "Sandbox",
        "seq": len(reader.world.changes),
        "jump_people": dumps(_jump_people(place)),
        "quick": [(name, emoji.html(name)) for name in QUICK],
    }
    if place.channel:
        values |= _conversation(place, place.channel)
    return values | app_part(place) | _title(place)


def _title(place: Place) -> Values:
    name = "Threads" if place.is_threads else "App Home" if place.is_home else ""
    if place.channel:
        name = sidebar.name_of(place.reader, place.channel)
    return {"title": f"{name} · {place.reader.user.real_name}"}


def theme(world: World, team_id: str) -> int:
    """Each company has a colour, so that one sees at a glance on whose side one is."""
    return list(world.teams).index(team_id) % THEMES if team_id in world.teams else 0


def _conversation(place: Place, channel: Channel) -> Values:
    reader = place.reader
    return {
        "head": head(reader, channel),
        "commands": dumps(_commands(reader)),
        "names": dumps(_names(reader, channel)),
        "has_shortcuts": bool(shortcuts(reader, "global")),
    }


def head(reader: Reader, channel: Channel) -> Head:
    """The channel's own line."""
    members = [reader.world.users[m] for m in channel.members if m in reader.world.users]
    others = sidebar.others_in(reader, channel)
    is_direct = channel.is_im or channel.is_mpim
    return Head(
        name=sidebar.name_of(reader, channel),
        icon=sidebar.icon_of(channel),
        face=faces.of(others[0]) if is_direct and others else Markup(""),
        companies=sidebar.companies(reader, channel),
        topic=readable(channel.topic or channel.purpose),
        members=[faces.of(user) for user in members],
    )


def _features(reader: Reader, name: str) -> list[Json]:
    app = reader.world.app
    if app is None or not reader.has_app:
        return []
    found: list[Json] = app.manifest.get("features", {}).get(name, [])
    return found


def _commands(reader: Reader) -> list[Json]:
    return [
        {
            "label": spec["command"],
            "usage": spec.get("usage_hint", ""),
            "hint": spec.get("description", ""),
        }
        for spec in _features(reader, "slash_commands")
    ]


def shortcuts(reader: Reader, kind: str) -> list[Json]:
    """The app's shortcuts of a kind, ``message`` or ``global``, that the person has."""
    return [spec for spec in _features(reader, "shortcuts") if spec.get("type") == kind]


def _names(reader: Reader, channel: Channel) -> list[Json]:
    members = (reader.world.users.get(m) for m in channel.members)
    people = [{"label": f"@{u.name}", "hint": u.real_name} for u in members if u]
    groups = [
        {"label": f"@{g.handle}", "hint": g.name}
        for g in reader.world.usergroups.values()
        if g.team_id == reader.user.team_id
    ]
    everybody = [{"label": "@here", "hint": "Everybody who is here"}]
    return people + groups + everybody


def sidebar_part(place: Place) -> Values:
    """The left side."""
    reader = place.reader
    return {"groups": sidebar.groups(place), "new_replies": sidebar.new_replies(reader)} | app_part(
        place
    )


def app_part(place: Place) -> Values:
    """The app among the person's apps, with what it wrote to them."""
    reader = place.reader
    app, channel = reader.app_user(), reader.app_channel()
    return {
        "app_user": app if reader.has_app else None,
        "app_face": faces.of(app) if app else "",
        "app_channel": reader.link_to(channel) if channel else "",
        "app_count": len(sidebar.unread(reader, channel)) if channel else 0,
        "is_app": place.is_home or bool(channel and place.channel is channel),
    }


def clock_part(place: Place) -> Values:
    """Desk time."""
    clock = place.reader.world.clock
    at = dates.local(clock.time(), place.reader.zone)
    words = f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"
    return {"clock": ClockFace(clock.time(), words, clock.frozen_at is not None)}


def messages_part(place: Place, *, shown: int = SHOWN) -> Values:
    """The channel's messages."""
    channel = place.channel
    if channel is None:
        return {"lines": [], "earlier": "", "beginning": ""}
    found = _marked(place, lines.in_channel(place.reader, channel, last=shown))
    more = len(channel.order) > shown
    name = sidebar.name_of(place.reader, channel)
    sign = "" if channel.is_im or channel.is_mpim else "#"
    earlier = place.reader.address(channel=channel.id, shown=str(shown * 4)) if more else ""
    return {"lines": found, "earlier": earlier, "beginning": f"This is where {sign}{name} begins."}


def _marked(place: Place, found: list[Line]) -> list[Line]:
    """Mark the first new message and the one that a link led to."""
    new = (ln for ln in found if ln.ts > place.new_from and not ln.is_mine and ln.kind == "message")
    first = next(new, None) if place.new_from else None
    return [
        replace(
            line,
            is_new=line is first,
            is_first=line.is_first or line is first,
            is_target=bool(line.ts) and line.ts == place.target,
        )
        for line in found
    ]


def replies_part(place: Place) -> Values:
    """The thread at the right."""
    if place.channel is None or place.parent is None:
        return {"replies": [], "reply_count": ""}
    count = place.parent.reply_count
    words = f"{count} {'reply' if count == 1 else 'replies'}" if count else "No replies yet"
    return {
        "replies": lines.in_thread(place.reader, place.channel, place.parent),
        "reply_count": words,
    }


def threads_part(place: Place) -> Values:
    """The threads that the person takes part in, the liveliest first."""
    reader = place.reader
    parents = [
        (channel, message)
        for channel in channels_of(reader)
        for message in sidebar.followed(reader, channel)
    ]
    parents.sort(key=lambda pair: pair[1].latest_reply or "", reverse=True)
    return {"threads": [_thread_card(reader, c, m.ts) for c, m in parents[:40]]}


def _thread_card(reader: Reader, channel: Channel, ts: str) -> Values:
    drawn = lines.in_thread(reader, channel, channel.messages[ts])
    last = drawn[-1]
    now = reader.world.clock.now()
    return {
        "key": f"{channel.id}-{ts}",
        "address": reader.link_to(channel, thread=ts),
        "icon": sidebar.icon_of(channel),
        "channel": sidebar.name_of(reader, channel),
        "count": f"{channel.messages[ts].reply_count} in the thread",
        "last": dates.fill("{date_short_pretty} at {time}", last.at, now),
        "first": drawn[0],
        "first_words": _words(drawn[0].body),
        "latest": last,
        "latest_words": _words(last.body),
    }


def _words(body: Markup) -> str:
    """The words of a message without its pictures, short."""
    text = Markup(re.sub(r"<(?:br|/div|/p|/pre|/h3)[^>]*>", " ", str(body))).striptags()
    return text if len(text) < 140 else text[:139] + "…"


def home_part(place: Place) -> Values:
    """The App Home."""
    view = views.home(place.reader) if place.reader.has_app else None
    return {"home": views.drawn(place.reader, view) if view else None}


def modal_part(place: Place) -> Values:
    """The modal on top; None when there is none."""
    view = views.top(place.reader)
    return {"view": views.drawn(place.reader, view) if view else None}


def traffic_part(traffic: Traffic, place: Place) -> Values:
    """The last exchanges, the newest first."""
    zone = place.reader.zone
    return {"entries": [shown_traffic.shown(e, zone) for e in reversed(traffic.since()[-200:])]}


def people_menu(place: Place) -> Values:
    """Everybody one can be, by company."""
    reader = place.reader
    return {
        "teams": [
            {
                "name": team.name,
                "theme": theme(reader.world, team.id),
                "people": [
                    _switch(place, u) for u in people_of(reader.world) if u.team_id == team.id
                ],
            }
            for team in reader.world.teams.values()
        ]
    }


def _switch(place: Place, user: User) -> Values:
    """A way to become ``user``, in the same channel and thread where they are in it."""
    other = Reader(place.reader.world, user, place.reader.origin)
    channel = place.channel if place.channel and other.is_in(place.channel) else None
    thread = place.parent.ts if channel and place.parent else None
    address = other.link_to(channel, thread=thread) if channel else other.address()
    return {
        "name": user.real_name,
        "role": user.role,
        "face": faces.of(user),
        "address": address,
        "is_you": user.id == place.reader.user.id,
    }


def _jump_people(place: Place) -> list[Json]:
    """Who one can become from the jump list."""
    return [
        {"name": one["name"], "about": f"{one['role']} · {team['name']}", "address": one["address"]}
        for team in people_menu(place)["teams"]
        for one in team["people"]
        if not one["is_you"]
    ]


def members_menu(place: Place) -> Values:
    """Who is in the channel."""
    reader = place.reader
    users = [reader.world.users.get(m) for m in (place.channel.members if place.channel else [])]
    return {"members": [lines.person(reader, user) for user in users if user]}


PARTS: dict[str, Callable[[Place], Values]] = {
    "sidebar": sidebar_part,
    "clock": clock_part,
    "messages": messages_part,
    "replies": replies_part,
    "threads": threads_part,
    "home": home_part,
    "modal": modal_part,
}
