"""conversations.*: finding, joining, making and closing channels, and who is in them."""

from __future__ import annotations

from sandbox import deeds, shapes
from sandbox.api.call import Call, is_visible, knows
from sandbox.api.paging import page
from sandbox.checks import PREFIXES, kind_of
from sandbox.refused import Refused
from sandbox.world import Channel, Json, User

INVITE_MOST = 100
OPEN_MOST = 8
TOPIC_MOST = 250


def read_kinds(call: Call) -> list[str]:
    """The kinds asked for in ``types``, public channels by default; refused with invalid_types."""
    kinds = call.listed("types") or ["public_channel"]
    if not set(kinds) <= set(PREFIXES):
        raise Refused("invalid_types")
    return kinds


def list_all(call: Call) -> Json:
    """All conversations the app may see."""
    found = [c for c in _wanted(call) if is_visible(c, call.bot)]
    return _channels(call, found, members=True)


def list_of_user(call: Call) -> Json:
    """users.conversations: those a person is in (the bot itself by default)."""
    user = call.user() if call.given("user") else call.bot
    found = [c for c in _wanted(call) if user.id in c.members and is_visible(c, call.bot)]
    return _channels(call, found, members=False)


def _wanted(call: Call) -> list[Channel]:
    kinds = read_kinds(call)
    without_archived = call.flag("exclude_archived")
    return [
        c
        for c in call.world.channels.values()
        if kind_of(c) in kinds and not (without_archived and c.is_archived)
    ]


def _channels(call: Call, found: list[Channel], *, members: bool) -> Json:
    part = page(call, found)
    shown = [shapes.channel(c, viewer=call.bot) for c in part.items]
    for shape, channel in zip(shown, part.items, strict=True):
        if members and not channel.is_im:
            shape["num_members"] = len(channel.members)
        if not members:
            shape.pop("is_member", None)
    return {"channels": shown, **part.metadata}


def info(call: Call) -> Json:
    """One conversation, with what only info tells."""
    channel = call.channel()
    shape = shapes.channel_info(call.world, channel, viewer=call.bot)
    if call.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    if call.flag("include_locale"):
        shape["locale"] = "en-US"
    return {"channel": shape}


def members(call: Call) -> Json:
    """The ids of everybody in it, outsiders included (FACTS 5)."""
    part = page(call, call.channel().members)
    return {"members": part.items, **part.metadata}


def open_direct(call: Call) -> Json:
    """The DM with these people, made when it is not there yet."""
    if call.given("channel"):
        channel, known = call.channel(), True
    else:
        channel, known = _direct(call)
    if not call.flag("return_im"):
        return {"channel": {"id": channel.id}} | _known(known)
    return {"channel": shapes.channel_info(call.world, channel, viewer=call.bot)} | _known(known)


def _known(known: bool) -> Json:  # noqa: FBT001
    return {"no_op": True, "already_open": True} if known else {}


def _direct(call: Call) -> tuple[Channel, bool]:
    wanted = call.listed("users")
    if not wanted:
        raise Refused("users_list_not_supplied")
    if len(wanted) > OPEN_MOST:
        raise Refused("too_many_users")
    for user_id in wanted:
        user = call.world.users.get(user_id)
        if user is None or not knows(call.world, call.bot, user):
            raise Refused("user_not_found")
        if user.deleted:
            raise Refused("user_disabled")
    return deeds.open_conversation(call.world, [call.bot.id, *wanted])


def close(call: Call) -> Json:
    """Close a DM; nothing is lost by it."""
    channel = call.member_channel()
    if not (channel.is_im or channel.is_mpim):
        raise Refused("method_not_supported_for_channel_type")
    return {}


def join(call: Call) -> Json:
    """Go into a public channel; being in it already is a warning only."""
    channel = call.channel()
    _not_direct(channel)
    if channel.is_private:
        raise Refused("method_not_supported_for_channel_type")
    already = call.bot.id in channel.members
    deeds.join(call.world, channel, call.bot)
    answer: Json = {"channel": shapes.channel(channel, viewer=call.bot)}
    if already:
        warning = "already_in_channel"
        answer |= {"warning": warning, "response_metadata": {"warnings": [warning]}}
    return answer


def leave(call: Call) -> Json:
    """Go out of a channel; not being in it is no error."""
    channel = call.channel()
    _not_direct(channel)
    if channel.name == "general":
        raise Refused("cant_leave_general")
    if call.bot.id in channel.members:
        deeds.leave(call.world, channel, call.bot)
    return {}


def create(call: Call) -> Json:
    """A new channel with the bot in it."""
    plan = deeds.Plan(call.text("name"), is_private=call.flag("is_private"))
    channel = deeds.create_channel(call.world, plan, creator=call.bot)
    return {"channel": shapes.channel(channel, viewer=call.bot)}


def invite(call: Call) -> Json:
    """Bring people in; outsiders only where their company is connected."""
    channel = call.member_channel()
    _not_direct(channel)
    if channel.is_archived:
        raise Refused("is_archived")
    wanted = call.listed("users")
    if not wanted:
        raise Refused("no_user")
    if len(wanted) > INVITE_MOST:
        raise Refused("too_many_users")
    people = [_invitee(call, channel, user_id) for user_id in wanted]
    for person in people:
        deeds.join(call.world, channel, person, inviter=call.bot)
    return {"channel": shapes.channel(channel, viewer=call.bot)}


def _invitee(call: Call, channel: Channel, user_id: str) -> User:
    person = call.world.users.get(user_id)
    if person is None or not knows(call.world, call.bot, person):
        raise Refused("user_not_found")
    if person.id == call.bot.id:
        raise Refused("cant_invite_self")
    if person.id in channel.members:
        raise Refused("already_in_channel")
    if person.team_id not in channel.team_ids:
        raise Refused("org_user_not_in_team")
    return person


def kick(call: Call) -> Json:
    """Put somebody out."""
    channel = call.member_channel()
    _not_direct(channel)
    person = call.user()
    if person.id == call.bot.id:
        raise Refused("cant_kick_self")
    if channel.name == "general":
        raise Refused("cant_kick_from_general")
    deeds.leave(call.world, channel, person, by=call.bot)
    return {"errors": {}}


def archive(call: Call) -> Json:
    """Close a channel for good, or until it is unarchived."""
    channel = call.member_channel()
    _not_direct(channel)
    deeds.archive(call.world, channel, by=call.bot)
    return {}


def unarchive(call: Call) -> Json:
    """Open an archived channel again."""
    channel = call.channel()
    _not_direct(channel)
    deeds.unarchive(call.world, channel, by=call.bot)
    return {}


def rename(call: Call) -> Json:
    """Rename a channel the bot has made; others are not_authorized."""
    channel = call.member_channel()
    _not_direct(channel)
    if channel.is_archived:
        raise Refused("is_archived")
    if channel.creator != call.bot.id:
        raise Refused("not_authorized")
    deeds.rename(call.world, channel, call.text("name"), by=call.bot)
    return {"channel": shapes.channel(channel, viewer=call.bot)}


def set_topic(call: Call) -> Json:
    """Say what the channel is about just now."""
    channel, topic = _describable(call, "topic")
    deeds.set_topic(call.world, channel, topic, by=call.bot)
    return {"channel": shapes.channel(channel, viewer=call.bot)}


def set_purpose(call: Call) -> Json:
    """Say what the channel is for."""
    channel, purpose = _describable(call, "purpose")
    deeds.set_purpose(call.world, channel, purpose, by=call.bot)
    return {"channel": shapes.channel(channel, viewer=call.bot)}


def _describable(call: Call, name: str) -> tuple[Channel, str]:
    channel, text = call.member_channel(), call.text(name)
    _not_direct(channel)
    if channel.is_archived:
        raise Refused("is_archived")
    if len(text) > TOPIC_MOST:
        raise Refused("too_long")
    return channel, text


def mark(call: Call) -> Json:
    """Note how far the bot has read."""
    channel = call.member_channel()
    deeds.mark_read(call.world, channel, call.bot, call.text("ts"))
    return {}


def _not_direct(channel: Channel) -> None:
    if channel.is_im or channel.is_mpim:
        raise Refused("method_not_supported_for_channel_type")


METHODS = {
    "conversations.list": list_all,
    "users.conversations": list_of_user,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.open": open_direct,
    "conversations.close": close,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.create": create,
    "conversations.invite": invite,
    "conversations.kick": kick,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.rename": rename,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.mark": mark,
}
