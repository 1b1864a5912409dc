"""Who is looking: the names, time zone and rights by which a message is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from sandbox.world import Channel, File, User, World

_PERMALINK = re.compile(r"^/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>\d+)(?P<micros>\d{6})$")


@dataclass(frozen=True)
class Reader:
    """One person at the page. ``origin`` is the page's own address, such as ``http://127.0.0.1:8765``."""

    world: World
    user: User
    origin: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.user.tz)

    @property
    def here(self) -> str:
        """The short name that stands for this person in addresses (``?as=``)."""
        return self.user.name or self.user.id

    def person_name(self, user_id: str) -> str:
        """The name to show for a user id; the id itself when nobody has it."""
        user = self.world.users.get(user_id)
        return user.real_name or user.name if user else user_id

    def channel(self, channel_id: str) -> Channel | None:
        """A channel whose name this person may know: public in their company, or they are in it."""
        channel = self.world.channels.get(channel_id)
        return (
            channel if channel and (self.is_in(channel) or self._is_public_here(channel)) else None
        )

    def sees(self, file: File) -> bool:
        """Whether a file was shared where the person is, or a message there shows it."""
        mine = [c for c in self.world.channels.values() if self.is_in(c)]
        if any(channel.id in file.channels for channel in mine):
            return True
        shown = (b.get("slack_file") for c in mine for m in c.messages.values() for b in m.blocks)
        return any(told and told.get("id") == file.id for told in shown)

    def is_in(self, channel: Channel) -> bool:
        """Whether the person is a member."""
        return self.user.id in channel.members

    def knows(self, user: User) -> bool:
        """Whether the person can find ``user``: a colleague, or somebody in a shared channel."""
        if user.team_id == self.user.team_id:
            return True
        return any(self.is_in(c) and user.id in c.members for c in self.world.channels.values())

    @property
    def has_app(self) -> bool:
        """Commands, shortcuts and App Home are for the installing workspace (FACTS.md §5)."""
        app = self.world.app
        return app is not None and app.team_id == self.user.team_id

    def app_user(self) -> User | None:
        """The app's own user."""
        app = self.world.app
        return self.world.users.get(app.bot_user) if app else None

    def app_channel(self) -> Channel | None:
        """The conversation between the person and the app, once there is one."""
        app = self.app_user()
        mine = (c for c in self.world.channels.values() if c.is_im and self.is_in(c))
        return next((c for c in mine if app and app.id in c.members), None)

    def _is_public_here(self, channel: Channel) -> bool:
        private = channel.is_private or channel.is_im or channel.is_mpim
        return not private and self.user.team_id in channel.team_ids

    def group_handle(self, group_id: str) -> str:
        """The handle of a user group without ``@``."""
        group = self.world.usergroups.get(group_id)
        return group.handle if group else group_id

    def address(self, **query: str | None) -> str:
        """The page's address for this person, with ``channel``, ``thread`` and so on."""
        return "/?" + urlencode({"as": self.here} | {k: v for k, v in query.items() if v})

    def link_to(self, channel: Channel, *, thread: str | None = None, ts: str | None = None) -> str:
        """The address of a channel, a thread in it or a message in it."""
        name = channel.id if channel.is_im or channel.is_mpim else channel.name
        return self.address(channel=name, thread=thread, ts=ts)

    def own_link(self, url: str) -> str | None:
        """The page's address for a permalink of this Slack, when this person may follow it."""
        found = _PERMALINK.match(urlsplit(url).path)
        channel = self.channel(found["channel"]) if found else None
        if found is None or channel is None:
            return None
        ts = f"{found['seconds']}.{found['micros']}"
        message = channel.messages.get(ts)
        return self.link_to(channel, ts=ts, thread=message.thread_ts if message else None)

    def is_ours(self, url: str) -> bool:
        """Whether a picture comes from this server: nothing else is ever fetched."""
        return (url.startswith("/") and not url.startswith("//")) or bool(
            self.origin and url.startswith(self.origin + "/")
        )
