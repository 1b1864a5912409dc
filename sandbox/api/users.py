"""users.* and usergroups.*: people of the own workspace, outsiders as far as they are visible."""

from __future__ import annotations

from sandbox import shapes
from sandbox.api.call import Call
from sandbox.api.paging import page
from sandbox.refused import Refused
from sandbox.world import Json, User, Usergroup


def info(call: Call) -> Json:
    """One person; the e-mail needs users:read.email."""
    return {"user": _shape(call, call.user(), locale=call.flag("include_locale"))}


def _shape(call: Call, user: User, *, locale: bool = False) -> Json:
    email = call.may("users:read.email")
    return shapes.user(call.world, user, viewer=call.bot, email=email, locale=locale)


def list_all(call: Call) -> Json:
    """The members and bots of the own workspace; outsiders are never in it (FACTS 5)."""
    own = [u for u in call.world.users.values() if u.team_id == call.app.team_id]
    part = page(call, own)
    locale = call.flag("include_locale")
    shown = [_shape(call, user, locale=locale) for user in part.items]
    return {"members": shown, "cache_ts": int(call.world.clock.time()), **part.metadata}


def lookup_by_email(call: Call) -> Json:
    """An own member by e-mail."""
    wanted = call.text("email").lower()
    for user in call.world.users.values():
        own = user.team_id == call.app.team_id and not user.deleted
        if own and wanted and user.email.lower() == wanted:
            return {"user": _shape(call, user)}
    raise Refused("users_not_found")


def get_profile(call: Call) -> Json:
    """Names, status and pictures of a person, the bot's own by default."""
    user = call.user() if call.given("user") else call.bot
    own = user.team_id == call.app.team_id
    return {"profile": shapes.profile(user, email=own and call.may("users:read.email"))}


def get_presence(call: Call) -> Json:
    """Everybody is always there."""
    call.user()
    return {"presence": "active"}


def list_usergroups(call: Call) -> Json:
    """The groups of the own workspace."""
    users = call.flag("include_users")
    own = [g for g in call.world.usergroups.values() if g.team_id == call.app.team_id]
    return {"usergroups": [shapes.usergroup(group, users=users) for group in own]}


def list_usergroup(call: Call) -> Json:
    """Who is in a group."""
    return {"users": list(_usergroup(call).users)}


def update_usergroup(call: Call) -> Json:
    """Put other people into a group. Emits subteam_updated."""
    group, users = _usergroup(call), call.listed("users")
    if not users:
        raise Refused("no_users_provided")
    if not all(user in call.world.users for user in users):
        raise Refused("invalid_users")
    world = call.world
    group.users, group.updated = list(dict.fromkeys(users)), int(world.clock.time())
    world.touch("usergroup", usergroup=group.id)
    shape = shapes.usergroup(group, users=True)
    event = {"type": "subteam_updated", "subteam": shape, "event_ts": world.event_ts()}
    world.emit(event, team=group.team_id)
    return {"usergroup": shape}


def _usergroup(call: Call) -> Usergroup:
    group = call.world.usergroups.get(call.text("usergroup"))
    if group is None or group.team_id != call.app.team_id:
        raise Refused("no_such_subteam")
    return group


METHODS = {
    "users.info": info,
    "users.list": list_all,
    "users.lookupByEmail": lookup_by_email,
    "users.profile.get": get_profile,
    "users.getPresence": get_presence,
    "usergroups.list": list_usergroups,
    "usergroups.users.list": list_usergroup,
    "usergroups.users.update": update_usergroup,
}
