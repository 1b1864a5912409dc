"""Who am I: api.test, auth.test, bots.info and team.info."""

from __future__ import annotations

from sandbox import shapes
from sandbox.api.call import Call
from sandbox.refused import Refused
from sandbox.world import Json


def api_test(call: Call) -> Json:
    """Echo the arguments; ``error`` makes it fail with just that."""
    if error := call.given("error"):
        raise Refused(error, args=call.args)
    return {"args": call.args}


def auth_test(call: Call) -> Json:
    """The app's own workspace, user and bot."""
    team = call.world.teams[call.app.team_id]
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": call.bot.name,
        "team_id": team.id,
        "user_id": call.bot.id,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    """The own workspace, or one that a channel connects to it."""
    team = call.world.teams.get(call.given("team") or call.app.team_id)
    connected = {call.app.team_id}
    for channel in call.world.channels.values():
        if call.app.team_id in channel.team_ids:
            connected.update(channel.team_ids)
    if team is None or team.id not in connected:
        raise Refused("team_not_found")
    return {"team": shapes.team(team)}


def bots_info(call: Call) -> Json:
    """A bot by its bot_id."""
    wanted = call.given("bot") or call.app.bot_id
    for user in call.world.users.values():
        if user.bot_id == wanted:
            bot = shapes.bot_profile(call.world, user)
            del bot["team_id"]
            return {"bot": bot | {"user_id": user.id}}
    raise Refused("bot_not_found")


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "team.info": team_info,
    "bots.info": bots_info,
}
