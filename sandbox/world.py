"""What is true in the local Slack: teams, people, channels, messages, views, and who has seen what.

Plain mutable records, changed only on the event loop's thread. Everything that changes calls
``World.touch(kind, **detail)`` so that pages, waiters and the traffic view hear of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.triggers import Triggers

Json = dict[str, Any]


@dataclass
class Team:
    """A Slack workspace: one company."""

    id: str
    name: str
    domain: str
    enterprise_id: str | None = None


@dataclass
class User:
    """A person or a bot user. ``role`` is a line for the page ("Customer"), not of the Web API."""

    id: str
    team_id: str
    name: str
    real_name: str
    role: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    email: str = ""
    color: str = "4a154b"
    is_bot: bool = False
    bot_id: str | None = None
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    updated: int = 0


@dataclass
class File:
    """An uploaded file, kept in memory. ``shares`` is channel to the ts of its messages there.

    Between files.getUploadURLExternal and completeUploadExternal it is not ``complete``, and
    ``awaited`` is the number of bytes announced.
    """

    id: str
    name: str
    mimetype: str
    content: bytes
    user: str
    created: int
    title: str = ""
    channels: list[str] = field(default_factory=list)
    shares: dict[str, list[str]] = field(default_factory=dict)
    complete: bool = True
    awaited: int = 0
    deleted: bool = False


@dataclass
class Message:
    """One message as Slack stores it. ``ts`` is its id within the channel and always a string."""

    ts: str
    channel: str
    user: str | None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: Json | None = None
    team: str | None = None
    client_msg_id: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    metadata: Json | None = None
    reply_count: int = 0
    latest_reply: str | None = None
    reply_users: list[str] = field(default_factory=list)
    broadcast: bool = False
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """True for a message inside a thread that is not the thread's parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Channel:
    """A conversation. ``team_ids`` are all connected companies, the host first.

    ``messages`` is changed only by ``put`` and ``drop``, which keep ``order`` (top-level ts and
    broadcasts, ascending) and ``threads`` (parent's ts to its replies' ts, ascending) beside it:
    neither history nor a thread is ever looked for among all messages.
    """

    id: str
    name: str
    team_ids: list[str]
    creator: str = ""
    created: int = 0
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    pending_team_ids: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    last_ts: str = "0"
    order: list[str] = field(default_factory=list)
    threads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_ext_shared(self) -> bool:
        """True when another company is connected (Slack Connect)."""
        return len(self.team_ids) > 1

    def put(self, message: Message) -> None:
        """Store a message and index it."""
        self.messages[message.ts] = message
        if message.is_reply:
            insort(self.threads.setdefault(message.thread_ts or "", []), message.ts)
        if not message.is_reply or message.broadcast:
            insort(self.order, message.ts)

    def drop(self, message: Message) -> None:
        """Forget a message altogether."""
        del self.messages[message.ts]
        if message.is_reply:
            _take_out(self.threads[message.thread_ts or ""], message.ts)
        if not message.is_reply or message.broadcast:
            _take_out(self.order, message.ts)

    def thread(self, thread_ts: str) -> Iterator[Message]:
        """The replies of a thread in order of ts, the parent not included."""
        return (self.messages[ts] for ts in self.threads.get(thread_ts, ()))


def _take_out(ordered: list[str], ts: str) -> None:
    """Remove ``ts`` from an ascending list, if it is there."""
    at = bisect_left(ordered, ts)
    if at < len(ordered) and ordered[at] == ts:
        del ordered[at]


@dataclass
class Ephemeral:
    """A message that only ``user`` sees; gone on reload in Slack, kept here for page and tests."""

    id: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None
    at: str
    app_id: str
    deleted: bool = False


@dataclass
class View:
    """A modal or an App Home. ``values`` is what the person typed so far (view.state.values)."""

    id: str
    type: str
    user: str
    team_id: str
    app_id: str
    view: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    external_id: str = ""
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True


@dataclass
class Usergroup:
    """A mentionable group of people, such as @support."""

    id: str
    team_id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    updated: int = 0


@dataclass
class App:
    """The one installed app under test: its manifest, tokens and the address it listens at.

    ``redirect_urls`` are where people may be sent back to after they have signed in with Slack.
    """

    id: str
    team_id: str
    bot_user: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    manifest: Json
    scopes: list[str]
    request_url: str | None = None
    client_id: str = "1111111111.2222222222"
    client_secret: str = "sandbox-client-secret"
    redirect_urls: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """One thing that became different; ``seq`` increases by one."""

    seq: int
    kind: str
    detail: Json


Listener = Callable[[Json, Channel | None, str | None], None]


@dataclass
class World:
    """Everything in the local Slack, and the feed of its changes.

    ``address`` is where this process is reached (set once the port is known): file and upload
    addresses begin with it.
    """

    clock: Clock
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    ephemerals: dict[str, Ephemeral] = field(default_factory=dict)
    read_marks: dict[tuple[str, str], str] = field(default_factory=dict)
    app: App | None = None
    triggers: Triggers = field(default_factory=Triggers)
    address: str = "http://127.0.0.1:8765"
    changes: list[Change] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    _ids: int = 0

    def emit(self, event: Json, *, channel: Channel | None = None, team: str | None = None) -> None:
        """Tell every listener of an Events API event as Slack would put it in ``event``.

        ``channel`` is where it happened (None for workspace-wide events such as team_join),
        ``team`` the company that acted. Who may hear of it is the listener's to decide.
        """
        for listener in self.listeners:
            listener(event, channel, team)

    def touch(self, kind: str, **detail: Any) -> None:
        """Record a change and wake everybody who waits in ``wait_beyond``."""
        self.changes.append(Change(len(self.changes) + 1, kind, detail))
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait_beyond(self, seq: int, *, timeout: float) -> int:  # noqa: ASYNC109
        """Wait up to ``timeout`` machine seconds for a change after ``seq``; the newest seq."""
        if len(self.changes) <= seq:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            # Not wait_for: it loses a cancellation that comes just when its own time is over.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await waiter
        return len(self.changes)

    _waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def new_id(self, prefix: str) -> str:
        """A fresh Slack-like id such as ``C0000000A7``."""
        self._ids += 1
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        number, text = self._ids, ""
        while number:
            number, rest = divmod(number, 36)
            text = digits[rest] + text
        return prefix + text.rjust(9, "0")

    def event_ts(self) -> str:
        """The event_ts of what happens now and is no message."""
        return f"{self.clock.time():.6f}"

    def next_ts(self, channel: Channel) -> str:
        """The next message id of a channel: desk time, always later than the one before."""
        seconds, micros = divmod(int(self.clock.time() * 1_000_000), 1_000_000)
        last_seconds, _, last_micros = channel.last_ts.partition(".")
        if (seconds, micros) <= (int(last_seconds), int(last_micros or 0)):
            seconds, micros = divmod(
                int(last_seconds) * 1_000_000 + int(last_micros or 0) + 1, 1_000_000
            )
        channel.last_ts = f"{seconds}.{micros:06d}"
        return channel.last_ts
