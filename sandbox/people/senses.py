"""What a person can see and reach: names resolved, walls kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sandbox.people.refusals import NotAllowed
from sandbox.world import App, Channel, Ephemeral, Message, User, View, World


class Senses:
    """Finds what a person means, by id or name, and refuses what they cannot see."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def app(self) -> App:
        """The installed app."""
        if self.world.app is None:
            raise NotAllowed("no_app", "No app is installed in this Slack.")
        return self.world.app

    @property
    def app_name(self) -> str:
        """What people call the app."""
        return self.world.users[self.app.bot_user].real_name

    def user(self, who: str) -> User:
        """A person by id, "carla" or "@carla"."""
        name = who.removeprefix("@")
        found = self.world.users.get(name) or self._named(name)
        if found is None:
            known = [u.name for u in self.world.users.values()]
            raise NotAllowed("user_not_found", _nearest("Nobody is called", who, known))
        return found

    def _named(self, name: str) -> User | None:
        return next((u for u in self.world.users.values() if u.name == name), None)

    def channel(self, where: str) -> Channel:
        """A conversation by id, "#help" or "help", whoever may be in it."""
        name = where.removeprefix("#")
        found = self.world.channels.get(name)
        found = found or next((c for c in self.world.channels.values() if c.name == name), None)
        if found is None:
            known = [c.name for c in self.world.channels.values() if c.name]
            raise NotAllowed("channel_not_found", _nearest("There is no channel", where, known))
        return found

    def place(self, user: User, where: str) -> Channel:
        """A conversation that ``user`` is in. Raises ``NotAllowed`` for all others."""
        channel = self.channel(where)
        if user.id not in channel.members:
            hint = f"{user.name} is not in #{channel.name or channel.id}."
            if self.may_join(user, channel):
                hint += " They can join it first."
            raise NotAllowed("not_in_channel", hint)
        return channel

    def may_join(self, user: User, channel: Channel) -> bool:
        """Whether the person can walk in without being asked."""
        is_closed = channel.is_private or channel.is_im or channel.is_mpim or channel.is_archived
        return not is_closed and not user.is_restricted and user.team_id in channel.team_ids

    def message(self, channel: Channel, ts: str) -> Message:
        """A message that still stands there."""
        message = channel.messages.get(ts)
        if message is None or message.subtype == "tombstone":
            raise NotAllowed("message_not_found", f"There is no message {ts} in {channel.id}.")
        return message

    def own_message(self, user: User, channel: Channel, ts: str) -> Message:
        """A message that ``user`` wrote and may change."""
        message = self.message(channel, ts)
        if message.user != user.id or message.bot_id:
            raise NotAllowed("cant_update_message", f"{user.name} did not write message {ts}.")
        return message

    def ephemeral(self, user: User, ephemeral_id: str) -> Ephemeral:
        """Something only ``user`` sees."""
        said = self.world.ephemerals.get(ephemeral_id)
        if said is None or said.user != user.id or said.deleted:
            hint = f"{user.name} sees no ephemeral message {ephemeral_id}."
            raise NotAllowed("message_not_found", hint)
        return said

    def view(self, user: User, view_id: str) -> View:
        """A modal that is in front of ``user``, or their App Home."""
        home = self.world.homes.get(user.id)
        if home is not None and home.id == view_id:
            return home
        view = self.world.views.get(view_id)
        if view is None or view.user != user.id or not view.is_open:
            raise NotAllowed("view_not_found", f"{user.name} has no view {view_id} open.")
        if any(v.is_open and v.previous_view_id == view.id for v in self.world.views.values()):
            raise NotAllowed("view_covered", "Another view lies on top of this one.")
        return view


def _nearest(what: str, name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.strip("@#"), list(known), n=3)
    return f"{what} {name!r}." + (f" Did you mean {', '.join(close)}?" if close else "")
