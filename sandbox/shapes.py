"""The world in Slack's own JSON, as the Web API answers it and as events carry it.

Keys are those of ``tests/data/slack/*/*.shape.json``; how outsiders look is slack/FACTS.md §5.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.world import (
    App,
    Channel,
    File,
    Json,
    Message,
    Team,
    User,
    Usergroup,
    View,
    World,
)

NOT_IN_EVENTS = (
    "reply_count",
    "reply_users_count",
    "latest_reply",
    "reply_users",
    "is_locked",
    "subscribed",
)
PICTURES = (24, 32, 48, 72, 192, 512)
TEXT_TYPES = {"text/plain": ("text", "Plain Text"), "text/csv": ("csv", "CSV")}
FILE_TYPES = {
    "image/png": ("png", "PNG"),
    "image/jpeg": ("jpg", "JPEG"),
    "application/pdf": ("pdf", "PDF"),
}


def bot_profile(world: World, bot: User) -> Json:
    """The little card of a bot that rides on each of its messages."""
    app = world.app
    return {
        "id": bot.bot_id,
        "deleted": bot.deleted,
        "name": bot.real_name,
        "updated": bot.updated,
        "app_id": app.id if app and app.bot_user == bot.id else "",
        "icons": {f"image_{size}": picture(bot, size) for size in (36, 48, 72)},
        "team_id": bot.team_id,
    }


def picture(user: User, size: int) -> str:
    """Where the person's picture would be; nothing answers there."""
    return f"https://avatars.slack-edge.com/{user.id}_{size}.png"


def message(world: World, m: Message, *, metadata: bool = False) -> Json:
    """A message as history gives it; ``metadata`` only when it was asked for (FACTS 11)."""
    shape = bare_message(world, m)
    if m.reactions:
        shape["reactions"] = reactions(m)
    if m.metadata and metadata:
        shape["metadata"] = m.metadata
    return shape


def bare_message(world: World, m: Message) -> Json:
    """A message as it rides in ``message`` and ``previous_message`` of edits and deletions."""
    shape: Json = {"type": "message", "text": m.text, "ts": m.ts}
    if m.subtype:
        shape["subtype"] = m.subtype
    shape |= _author(world, m) | _content(world, m) | _thread(world, m) | m.extra
    return shape


def _author(world: World, m: Message) -> Json:
    """Who wrote it: a person, a bot with its profile, or a custom name without any user."""
    shape: Json = {
        key: value
        for key, value in (
            ("user", m.user),
            ("team", m.team),
            ("client_msg_id", m.client_msg_id),
            ("bot_id", m.bot_id),
            ("app_id", m.app_id),
            ("username", m.username),
            ("icons", m.icons),
        )
        if value
    }
    author = world.users.get(m.user or "")
    if m.bot_id and author:
        shape["bot_profile"] = bot_profile(world, author)
    return shape


def _content(world: World, m: Message) -> Json:
    """Blocks, attachments, files and the mark of an edit."""
    shape: Json = {}
    if m.blocks:
        shape["blocks"] = m.blocks
    if m.attachments:
        shape["attachments"] = m.attachments
    if m.files:
        channel = world.channels[m.channel]
        shape["files"] = [_file_in(world, world.files[f], channel) for f in m.files]
        shape |= {"upload": True, "display_as_bot": False}
    if m.edited:
        shape["edited"] = m.edited
    return shape


def _thread(world: World, m: Message) -> Json:
    """What a parent knows of its replies, or a reply of its parent."""
    if m.thread_ts is None:
        return {}
    shape: Json = {"thread_ts": m.thread_ts}
    if m.is_reply:
        parent = world.channels[m.channel].messages.get(m.thread_ts)
        if parent and parent.user:
            shape["parent_user_id"] = parent.user
        if parent and m.broadcast:
            shape["root"] = _root(world, parent)
        return shape
    return shape | {
        "reply_count": m.reply_count,
        "reply_users_count": len(m.reply_users),
        "latest_reply": m.latest_reply,
        "reply_users": m.reply_users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def _root(world: World, parent: Message) -> Json:
    """The parent as it rides on a broadcast reply (shape of thread_broadcast)."""
    shape = bare_message(world, parent)
    for key in ("app_id", "client_msg_id", "is_locked", "reply_users"):
        shape.pop(key, None)
    return shape


def reactions(m: Message) -> list[Json]:
    """The reactions of a message with their people, in order of first use."""
    return [
        {"name": name, "users": list(users), "count": len(users)}
        for name, users in m.reactions.items()
    ]


def message_event(world: World, m: Message) -> Json:
    """The inner event of a new message: type message, with channel, channel_type and event_ts.

    One under a custom name carries bot_id alone, neither team nor app_id (shape of bot_message).
    """
    channel = world.channels[m.channel]
    event = bare_message(world, m)
    for key in NOT_IN_EVENTS:
        event.pop(key, None)
    if m.subtype == "bot_message":
        event.pop("team", None)
        event.pop("app_id", None)
    if m.metadata:
        event["metadata"] = m.metadata
    return event | in_channel(channel, m.ts)


def in_channel(channel: Channel, event_ts: str) -> Json:
    """The keys by which an event of type message says where and when."""
    return {"channel": channel.id, "event_ts": event_ts, "channel_type": channel_type(channel)}


def channel_type(channel: Channel) -> str:
    """channel, group, im or mpim, as message events name it (FACTS 4)."""
    if channel.is_im:
        return "im"
    if channel.is_mpim:
        return "mpim"
    return "group" if channel.is_private else "channel"


def permalink(world: World, m: Message) -> str:
    """The address of a message on its host's Slack."""
    domain = world.teams[world.channels[m.channel].team_ids[0]].domain
    address = f"https://{domain}.slack.com/archives/{m.channel}/p{m.ts.replace('.', '')}"
    return address + (f"?thread_ts={m.thread_ts}&cid={m.channel}" if m.is_reply else "")


def channel(c: Channel, *, viewer: User) -> Json:
    """A conversation as lists give it to ``viewer``; ``channel_info`` adds what only info tells."""
    if c.is_im:
        return _direct_message(c, viewer)
    pending = bool(c.pending_team_ids)
    return {
        "id": c.id,
        "name": c.name,
        "name_normalized": c.name,
        "is_channel": not c.id.startswith("G"),
        "is_group": c.id.startswith("G"),
        "is_im": False,
        "is_mpim": c.is_mpim,
        "is_private": c.is_private,
        "created": c.created,
        "updated": c.created * 1000,
        "creator": c.creator,
        "is_archived": c.is_archived,
        "is_general": c.name == "general",
        "unlinked": 0,
        "is_shared": c.is_ext_shared,
        "is_org_shared": False,
        "is_ext_shared": c.is_ext_shared,
        "is_pending_ext_shared": pending,
        "pending_shared": list(c.pending_team_ids),
        "pending_connected_team_ids": list(c.pending_team_ids),
        "shared_team_ids": list(c.team_ids),
        "context_team_id": viewer.team_id,
        "topic": {"value": c.topic, "creator": "", "last_set": 0},
        "purpose": {"value": c.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "is_member": viewer.id in c.members,
    }


def _direct_message(c: Channel, viewer: User) -> Json:
    """A DM, named by the one at the other end."""
    other = next((member for member in c.members if member != viewer.id), viewer.id)
    return {
        "id": c.id,
        "created": c.created,
        "updated": c.created * 1000,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": viewer.team_id,
        "user": other,
        "is_user_deleted": False,
        "priority": 0,
    }


def channel_info(world: World, c: Channel, *, viewer: User) -> Json:
    """A conversation as conversations.info has it: only here are the connected teams (FACTS 5)."""
    shape = channel(c, viewer=viewer)
    shape["last_read"] = world.read_marks.get((viewer.id, c.id), "0000000000.000000")
    if c.is_im:
        del shape["is_user_deleted"]
        return shape
    shape["internal_team_ids"] = [team for team in c.team_ids if team == viewer.team_id]
    if c.is_ext_shared:
        shape["connected_team_ids"] = [team for team in c.team_ids if team != viewer.team_id]
        shape["conversation_host_id"] = c.team_ids[0]
    return shape


def user(world: World, u: User, *, viewer: User, email: bool = False, locale: bool = False) -> Json:
    """A person as ``viewer`` sees them; an outsider has no e-mail, no locale, no top real_name."""
    outside = u.team_id != viewer.team_id
    shape: Json = {
        "id": u.id,
        "team_id": u.team_id,
        "name": u.name,
        "deleted": u.deleted,
        "color": u.color,
        **_time_zone(world, u),
        "profile": profile(u, email=email and not outside),
        "is_bot": u.is_bot,
        "is_app_user": False,
        "updated": u.updated,
    }
    if outside:
        return shape | {"is_stranger": not shares_a_channel(world, u, viewer)}
    shape |= _standing(u)
    return shape | ({"locale": u.locale} if locale else {})


def _standing(u: User) -> Json:
    """What only the own workspace knows of a member."""
    return {
        "real_name": u.real_name,
        "is_admin": u.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": u.is_restricted,
        "is_ultra_restricted": u.is_ultra_restricted,
        "is_email_confirmed": not u.is_bot,
    }


def _time_zone(world: World, u: User) -> Json:
    """Zone, its name and its distance to UTC in seconds, now."""
    here = datetime.fromtimestamp(world.clock.time(), ZoneInfo(u.tz))
    offset = here.utcoffset()
    return {
        "tz": u.tz,
        "tz_label": here.tzname() or u.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
    }


def profile(u: User, *, email: bool = False) -> Json:
    """Names, status and pictures; ``email`` needs users:read.email and an own member."""
    first, _, last = u.real_name.partition(" ")
    shape: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": u.real_name,
        "real_name_normalized": u.real_name,
        "display_name": u.name,
        "display_name_normalized": u.name,
        "first_name": first,
        "last_name": last,
        "status_text": u.status_text,
        "status_emoji": u.status_emoji,
        "status_expiration": 0,
        "avatar_hash": u.id.lower(),
        "team": u.team_id,
    } | {f"image_{size}": picture(u, size) for size in PICTURES}
    if u.bot_id:
        shape |= {"bot_id": u.bot_id, "always_active": False}
    if email and u.email:
        shape["email"] = u.email
    return shape


def shares_a_channel(world: World, u: User, viewer: User) -> bool:
    """Whether the outsider is in any channel that the viewer's company is connected to."""
    return any(u.id in c.members and viewer.team_id in c.team_ids for c in world.channels.values())


def user_profile(u: User) -> Json:
    """The short profile on an outsider's app_mention."""
    return {
        "name": u.name,
        "first_name": u.real_name.partition(" ")[0],
        "real_name": u.real_name,
        "display_name": u.name,
        "team": u.team_id,
        "is_restricted": u.is_restricted,
        "is_ultra_restricted": u.is_ultra_restricted,
        "avatar_hash": u.id.lower(),
        "image_72": picture(u, 72),
    }


def _file_in(world: World, f: File, c: Channel) -> Json:
    """A file on a message; in Slack Connect only a hint to ask files.info (FACTS 5)."""
    if c.is_ext_shared:
        return {"id": f.id, "file_access": "check_file_info"}
    shape = file(world, f)
    for key in ("channels", "groups", "ims", "shares"):
        shape.pop(key, None)
    return shape


def file(world: World, f: File) -> Json:
    """A file with its addresses, and in ``shares`` the messages that carry it."""
    if f.deleted:
        return {"id": f.id, "mode": "tombstone"}
    return _file_facts(f) | _file_addresses(world, f) | _file_places(world, f)


def _file_facts(f: File) -> Json:
    filetype, pretty = file_type(f)
    return {
        "id": f.id,
        "created": f.created,
        "timestamp": f.created,
        "name": f.name,
        "title": f.title or f.name,
        "mimetype": f.mimetype,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": f.user,
        "editable": False,
        "size": len(f.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "has_rich_preview": False,
        "file_access": "visible",
    }


def file_type(f: File) -> tuple[str, str]:
    """Slack's short and long name of a kind of file."""
    known = FILE_TYPES.get(f.mimetype) or TEXT_TYPES.get(f.mimetype)
    return known or ("binary", "Binary")


def _file_addresses(world: World, f: File) -> Json:
    base, owner = world.address, world.users[f.user]
    private = f"{base}/files/{f.id}"
    domain = world.teams[owner.team_id].domain
    return {
        "user_team": owner.team_id,
        "url_private": private,
        "url_private_download": private + "?download=1",
        "permalink": f"https://{domain}.slack.com/files/{f.user}/{f.id}/{f.name}",
    }


def _file_places(world: World, f: File) -> Json:
    """Where the file is shared, by kind of conversation."""
    places: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    shares: dict[str, Json] = {}
    for channel_id in f.channels:
        c = world.channels[channel_id]
        places["ims" if c.is_im else "groups" if c.is_private else "channels"].append(c.id)
        kind = "private" if c.is_private or c.is_im else "public"
        shares.setdefault(kind, {})[c.id] = [
            {"ts": ts, "channel_name": c.name, "team_id": c.team_ids[0], "reply_count": 0}
            for ts in f.shares.get(c.id, [])
        ]
    return {**places, "shares": shares, "is_public": bool(places["channels"])}


def usergroup(g: Usergroup, *, users: bool = False) -> Json:
    """A group of people; its ids only when asked for."""
    shape: Json = {
        "id": g.id,
        "team_id": g.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": g.name,
        "description": "",
        "handle": g.handle,
        "is_external": False,
        "date_create": g.updated,
        "date_update": g.updated,
        "date_delete": 0,
        "auto_provision": False,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(g.users),
    }
    return shape | ({"users": list(g.users)} if users else {})


def team(t: Team) -> Json:
    """A workspace as team.info gives it."""
    icon = {
        f"image_{size}": f"https://a.slack-edge.com/{t.id}_{size}.png" for size in (34, 68, 132)
    }
    return {
        "id": t.id,
        "name": t.name,
        "domain": t.domain,
        "email_domain": f"{t.domain}.example",
        "icon": icon | {"image_default": True},
        "url": f"https://{t.domain}.slack.com/",
    }


def view(app: App, v: View) -> Json:
    """A modal or App Home as views.* and interaction payloads give it."""
    given = v.view
    shape: Json = {
        "id": v.id,
        "team_id": v.team_id,
        "type": v.type,
        "blocks": given["blocks"],
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": given.get("callback_id") or "",
        "external_id": v.external_id,
        "state": {"values": v.values},
        "hash": v.hash,
        "title": given.get("title"),
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "root_view_id": v.root_view_id,
        "previous_view_id": v.previous_view_id,
        "app_id": v.app_id,
        "app_installed_team_id": app.team_id,
        "bot_id": app.bot_id,
    }
    return shape | _only_modal(given)


def _only_modal(given: Json) -> Json:
    return (
        {"submit_disabled": bool(given.get("submit_disabled"))}
        if given.get("type") == "modal"
        else {}
    )
