"""The control API from another process: for tests that start, kill and restart whole programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.people import NotAllowed
from sandbox.world import Json


class SlackClient:
    """A person's hands, from afar. All raise ``NotAllowed`` as ``people`` does."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._session = session

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> str:
        """Write something; its ts."""
        said = await self._post(
            "say", user=user, channel=channel, text=text, thread_ts=thread_ts, broadcast=broadcast
        )
        return str(said["ts"])

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change an own message."""
        await self._post("edit", user=user, channel=channel, ts=ts, text=text)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete an own message."""
        await self._post("delete", user=user, channel=channel, ts=ts)

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add an emoji."""
        await self._post("react", user=user, channel=channel, ts=ts, name=name)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take an own emoji back."""
        await self._post("react", user=user, channel=channel, ts=ts, name=name, remove=True)

    async def press(self, user: str, action_id: str, **where: Any) -> None:
        """Press or choose. ``where``: channel and ts, ephemeral_id, view_id; block_id, selected."""
        await self._post("press", user=user, action_id=action_id, **where)

    async def options(self, user: str, action_id: str, query: str, **where: Any) -> list[Json]:
        """Type into an external select; what the app offers."""
        found = await self._post("options", user=user, action_id=action_id, value=query, **where)
        return list(found["options"])

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Send a slash command; what the ack said."""
        sent = await self._post("command", user=user, channel=channel, command=command, text=text)
        return dict(sent["response"])

    async def shortcut(
        self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> None:
        """Choose a shortcut, of a message when ``ts`` is given."""
        await self._post("shortcut", user=user, callback_id=callback_id, channel=channel, ts=ts)

    async def fill(self, user: str, view_id: str, values: Json) -> None:
        """Type into a view without submitting."""
        await self._post("fill", user=user, view_id=view_id, values=values)

    async def submit(self, user: str, view_id: str, values: Json | None = None) -> Json:
        """Submit a modal: ``errors``, ``closed`` and the ``view`` now in front, if any."""
        return await self._post("submit", user=user, view_id=view_id, values=values or {})

    async def close(self, user: str, view_id: str) -> None:
        """Press Cancel."""
        await self._post("close", user=user, view_id=view_id)

    async def home(self, user: str) -> Json | None:
        """Open the App Home; what it shows now."""
        view: Json | None = (await self._post("home", user=user))["view"]
        return view

    async def channel(self, user: str, **act: Any) -> Json:
        """Make (``name``) or change (``channel`` and one act) a channel; the channel."""
        return dict((await self._post("channel", user=user, **act))["channel"])

    async def status(self, user: str, text: str, emoji: str = "") -> None:
        """Set a status."""
        await self._post("status", user=user, text=text, emoji=emoji)

    async def state(self) -> Json:
        """Teams, users, channels, usergroups, app."""
        return await self._get("state")

    async def messages(
        self, channel: str, *, user: str | None = None, thread_ts: str | None = None
    ) -> list[Json]:
        """What stands in a channel or thread, oldest first; with ``user``, if they see it."""
        found = await self._get("messages", channel=channel, user=user, thread_ts=thread_ts)
        return list(found["messages"])

    async def ephemerals(self, user: str) -> list[Json]:
        """What only they see."""
        return list((await self._get("ephemerals", user=user))["ephemerals"])

    async def views(self, user: str) -> list[Json]:
        """The modals in front of them, the lowest first."""
        return list((await self._get("views", user=user))["views"])

    async def traffic(self, *, since: int = 0, kind: str | None = None) -> list[Json]:
        """What went over the wire."""
        return list((await self._get("traffic", since=str(since), kind=kind))["entries"])

    async def clock(self) -> Json:
        """Desk time."""
        return await self._get("clock")

    async def move_clock(self, seconds: float) -> Json:
        """Let desk time pass."""
        return await self._post("clock", move=seconds)

    async def set_clock(self, **how: Any) -> Json:
        """One of set, freeze, run, to."""
        return await self._post("clock", **how)

    async def faults(self, **setting: Any) -> None:
        """Replace the whole fault setting; without arguments nothing goes wrong any more."""
        await self._post("faults", **setting)

    async def limits(self, *, enabled: bool) -> None:
        """Hold to Slack's rate limits, or lift them."""
        await self._post("limits", on=enabled)

    async def socket(self, **how: Any) -> Json:
        """``drop=True``, or ``disconnect`` with a reason."""
        return await self._post("socket", **how)

    async def app(self, *, request_url: str | None = None) -> None:
        """Tell where the app listens; without a URL it uses Socket Mode."""
        await self._post("app", request_url=request_url, socket=request_url is None)

    async def reset(self, *, history: bool = False) -> None:
        """Begin anew with the cast."""
        await self._post("reset", history=history)

    async def idle(self, *, patience: float = 30) -> None:
        """Wait until nothing is on its way to the app; ``patience`` in machine seconds."""
        await self._get("idle", timeout=str(patience))

    async def _post(self, call: str, **body: Any) -> Json:
        said = {name: value for name, value in body.items() if value is not None}
        async with self._session.post(f"{self.url}/control/{call}", json=said) as response:
            return _read(await response.json())

    async def _get(self, call: str, **query: str | None) -> Json:
        asked = {name: value for name, value in query.items() if value is not None}
        async with self._session.get(f"{self.url}/control/{call}", params=asked) as response:
            return _read(await response.json())


def _read(answer: Json) -> Json:
    if not answer.pop("ok"):
        raise NotAllowed(answer["error"], answer["hint"])
    return answer


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[SlackClient]:
    """A client of the sandbox at ``url``, such as ``http://127.0.0.1:8765``."""
    async with aiohttp.ClientSession() as session:
        yield SlackClient(url, session)
