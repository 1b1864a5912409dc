"""The only place that calls Slack for the desk: posts, updates, looks up.

It tells how a call ended; what then follows is for others to decide.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.errors import SendFailed
from bot.slack.families import CODES, Family, family_of
from storage import quickjson

TIMEOUT_SECONDS = 10
JSON = {"Content-Type": "application/json;charset=utf-8"}
NO_HEADERS: Mapping[str, str] = {}
LONGEST_PAUSE = 3600.0  # seconds; Slack's own pauses are a minute or so

UNHEARD = (aiohttp.ClientError, TimeoutError, OSError)
"""What keeps an answer from us."""

Headed = tuple[Mapping[str, str], dict[str, Any]]
"""The headers of an answer, and what Slack said."""

EVENT_TYPE = "threadkeeper_post"

METHODS = (
    "auth.test",
    "bots.info",
    "chat.delete",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.members",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "pins.add",
    "reactions.add",
    "team.info",
    "usergroups.list",
    "usergroups.users.list",
    "users.conversations",
    "users.info",
    "views.open",
    "views.publish",
    "views.update",
)
"""Every Web API method that the desk calls, live ones too; the manifest's scopes must cover it."""

# Slack is to find no names or links of its own in what we say, neither at first nor on update,
# whose default differs (FACTS 10).
PLAIN = {"parse": "none", "link_names": False}
NO_PREVIEWS = {"unfurl_links": False, "unfurl_media": False}

STOPPED = CODES[Family.INSTALLATION]
"""Slack's codes that say: this token opens nothing (any more)."""

_OUT_OF_REACH = frozenset({Family.INSTALLATION, Family.CHANNEL})


class NotSent(Exception):
    """Slack surely does not have it: the connection failed before, or Slack refused for now."""


class Unsure(Exception):
    """Slack may have it or not: a timeout, a lost connection, an internal error (FACTS 8)."""


class RateLimited(Exception):
    """Slack said 429; ``retry_after`` in seconds holds for that method in that workspace."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(f"{method}: again after {retry_after:g} s")
        self.method = method
        self.retry_after = retry_after


class Paused(Exception):
    """The channel or the installation cannot be written to now; ``str()`` is Slack's code."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A post that was found in Slack by its nonce."""

    nonce: str
    ts: str


@dataclass(slots=True)
class Gateway:
    """One installation's way to Slack.

    ``client`` shares one session and has no retries of its own. ``hear`` gets the date of each
    answer of Slack's own.
    """

    client: AsyncWebClient
    note: Callable[[str, str], None] = lambda method, result: None
    hear: Callable[[str], None] = lambda date: None
    _addresses: dict[str, URL] = field(default_factory=dict)

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Slack's answer. Raises NotSent, Unsure, RateLimited, Paused or SendFailed."""
        body = quickjson.octets(arguments)
        try:
            return (await self._ask(method, "POST", data=body, headers=JSON))[1]
        except aiohttp.ClientConnectorError as error:
            self.note(method, "no connection")
            raise NotSent(str(error)) from error
        except UNHEARD as error:
            self.note(method, "unsure")
            raise Unsure(f"{method}: {error!r}") from error

    async def _ask(
        self, method: str, verb: str, *, headers: Mapping[str, str] = NO_HEADERS, **sent: Any
    ) -> Headed:
        """As slack_sdk would, at half its cost, which every post would pay.

        A redirect is no answer of Slack's: whoever follows it asks elsewhere, and without a body.
        """
        async with self._session.request(
            verb,
            self._address(method),
            headers={"Authorization": f"Bearer {self.client.token}", **headers},
            proxy=self.client.proxy,
            allow_redirects=False,
            **sent,
        ) as response:
            answer = _object(await response.read())
            if "ok" in answer:  # whoever else answers, on the way there, may have another time
                self.hear(response.headers.get("Date", ""))
            if response.status != 200 or not answer.get("ok"):
                raise self._failure(method, response.status, response.headers, answer)
        self.note(method, "ok")
        return response.headers, answer

    def _address(self, method: str) -> URL:
        """Read once: there are few, and reading one takes a twentieth of a call."""
        address = self._addresses.get(method)
        if address is None:
            address = self._addresses[method] = URL(f"{self.client.base_url}{method}")
        return address

    @property
    def _session(self) -> aiohttp.ClientSession:
        session = self.client.session
        assert session is not None  # noqa: S101 - every client is given one; only the type allows none
        return session

    def _failure(
        self, method: str, status: int, headers: Mapping[str, str], answer: Mapping[str, Any]
    ) -> Exception:
        told = answer.get("error")
        code = told if told and isinstance(told, str) else f"http_{status}"
        self.note(method, code)
        family = family_of(code)
        if status == 429 or family is Family.LIMITED:
            return RateLimited(method, _seconds(headers))
        if status >= 500 or family is Family.UNSURE or code.startswith("http_"):
            return Unsure(f"{method}: {code}")
        if family in _OUT_OF_REACH:
            return Paused(code)
        return SendFailed(code, permanent=True)

    async def post(self, arguments: Mapping[str, Any], nonce: str) -> str:
        """Post a message that carries its nonce; the ts that Slack gave it."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": nonce}}
        answer = await self.call(
            "chat.postMessage", {**arguments, **PLAIN, **NO_PREVIEWS, "metadata": metadata}
        )
        ts = answer.get("ts")
        if not ts or not isinstance(ts, str):
            raise Unsure("chat.postMessage: it was not said where it stands")
        return ts

    async def update(self, arguments: Mapping[str, Any]) -> None:
        """Change a message of ours; its metadata stays (FACTS 8)."""
        await self.call("chat.update", {**arguments, **PLAIN})

    async def find(
        self, channel: str, nonces: frozenset[str], *, thread_ts: str, oldest: str
    ) -> list[Landed]:
        """Which of these posts landed since ``oldest``: one look through channel or thread."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments = {"channel": channel, "oldest": oldest, "limit": 200}
        arguments |= {"include_all_metadata": True} | ({"ts": thread_ts} if thread_ts else {})
        landed: list[Landed] = []
        cursor = ""
        while True:
            answer = await self._look_up(method, arguments | ({"cursor": cursor} if cursor else {}))
            if "messages" not in answer:
                raise Unsure(f"{method}: it was not said what is there")
            landed += _landed(answer["messages"], nonces)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor or len(landed) == len(nonces):
                return landed

    async def _look_up(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Reading methods take no JSON bodies everywhere: form arguments are safe (FACTS 8)."""
        return await self.read(method, arguments)

    async def read(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Slack's answer to a question.

        Raises like ``call``; ``SendFailed`` carries "not found" codes.
        """
        return (await self.headed(method, arguments))[1]

    async def headed(self, method: str, arguments: Mapping[str, Any]) -> Headed:
        """The same with the headers that came along."""
        try:
            return await self._ask(method, "GET", params=_form(arguments))
        except UNHEARD as error:
            self.note(method, "no connection")
            raise NotSent(repr(error)) from error

    async def pages(self, method: str, key: str, **arguments: Any) -> list[Any]:
        """All items of a list method, page after page."""
        items: list[Any] = []
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = await self.read(method, {"limit": 200, **arguments, **more})
            items += answer.get(key, ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return items

    async def upload(self, address: str, content: bytes) -> None:
        """Bring a file's bytes to where Slack takes them. Raises Unsure when it did not."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async with self._session.post(address, data=content) as answer:
                    if answer.status != 200:
                        raise Unsure(f"upload: {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(f"upload: {error!r}") from error

    async def respond(self, response_url: str, text: str) -> None:
        """Answer privately by response_url (FACTS 6). Raises Unsure when Slack did not take it."""
        body = {"response_type": "ephemeral", "replace_original": False, "text": text}
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async with self._session.post(response_url, json=body) as answer:
                    if answer.status != 200:
                        raise Unsure(f"response_url: {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(f"response_url: {error!r}") from error


def is_fine(error: SendFailed) -> bool:
    """True for errors that say: it is so already (FACTS 8)."""
    return family_of(error.code) is Family.DONE


def _object(told: bytes) -> dict[str, Any]:
    """A JSON object, or nothing where it is cut off, or a proxy says it in words of its own."""
    try:
        found = quickjson.read(told)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _form(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: ("true" if value else "false") if isinstance(value, bool) else value
        for key, value in arguments.items()
    }


def _seconds(headers: Mapping[str, str]) -> float:
    """Whole seconds, says Slack; whatever else stands there keeps nobody silent for ever."""
    try:
        told = float(headers.get("Retry-After") or 1)
    except ValueError:
        return 1.0
    return min(max(1.0, told), LONGEST_PAUSE)


def _landed(messages: Any, nonces: frozenset[str]) -> list[Landed]:
    found = []
    for message in messages:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if payload.get("id") in nonces:
            found.append(Landed(payload["id"], str(message["ts"])))
    return found
