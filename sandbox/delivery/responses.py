"""response_url: how an app answers a command or a press for half an hour (FACTS.md §6, §7)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox import deeds
from sandbox.delivery.given import blocks_of, text_of
from sandbox.refused import Refused
from sandbox.world import Channel, Ephemeral, Json, Message, User, World

USES = 5
LIFETIME = 30 * 60.0


@dataclass
class ResponseUrl:
    """Where an answer goes: the person, the conversation and, after a press, what was pressed."""

    channel: str
    user: str
    expires: float
    message_ts: str | None = None
    ephemeral_id: str | None = None
    uses: int = USES


class ResponseUrls:
    """All addresses handed out, by the token at their end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, ResponseUrl] = {}

    def mint(
        self,
        channel: Channel,
        user: User,
        *,
        message: Message | None = None,
        ephemeral: Ephemeral | None = None,
    ) -> str:
        """A new address, good for 5 answers within 30 minutes of desk time."""
        token = secrets.token_urlsafe(18)
        self._known[token] = ResponseUrl(
            channel=channel.id,
            user=user.id,
            expires=self._world.clock.time() + LIFETIME,
            message_ts=message.ts if message else None,
            ephemeral_id=ephemeral.id if ephemeral else None,
        )
        return f"{self._world.address}/response/{token}"

    def forget(self) -> None:
        """Let no address of before be known."""
        self._known.clear()

    def show(self, channel: Channel, user: User, body: Json) -> None:
        """Show what a command's ack said, as an answer to its response_url would be."""
        respond(self._world, ResponseUrl(channel.id, user.id, expires=0), body)

    def answer(self, token: str, body: Json) -> None:
        """Do what the app says. Refused: invalid_url, expired_url, used_url, no_text and more."""
        url = self._known.get(token)
        if url is None:
            raise Refused("invalid_url")
        if self._world.clock.time() > url.expires:
            raise Refused("expired_url")
        if url.uses == 0:
            raise Refused("used_url")
        url.uses -= 1
        respond(self._world, url, body)


def respond(world: World, url: ResponseUrl, body: Json) -> None:
    """Delete or replace what was pressed, or say something new: privately unless told otherwise."""
    if body.get("delete_original"):
        _delete_original(world, url)
        return
    if not any(body.get(key) for key in ("text", "blocks", "attachments")):
        raise Refused("no_text")
    if body.get("replace_original"):
        _replace_original(world, url, body)
    elif body.get("response_type") == "in_channel":
        _say_aloud(world, url, body)
    else:
        _whisper(world, url, body)


def _delete_original(world: World, url: ResponseUrl) -> None:
    if url.ephemeral_id is not None:
        deeds.hush(world, world.ephemerals[url.ephemeral_id])
        return
    message = _original(world, url)
    deeds.delete(world, message, by=_bot(world))


def _replace_original(world: World, url: ResponseUrl, body: Json) -> None:
    text, blocks = text_of(body), blocks_of(world, body)
    if url.ephemeral_id is not None:
        deeds.reword_whisper(world, world.ephemerals[url.ephemeral_id], text=text, blocks=blocks)
        return
    message = _original(world, url)
    deeds.edit(world, message, by=_bot(world), text=text, blocks=blocks)


def _say_aloud(world: World, url: ResponseUrl, body: Json) -> None:
    draft = deeds.Draft(
        text=text_of(body),
        blocks=blocks_of(world, body),
        attachments=list(body.get("attachments") or []),
        thread_ts=body.get("thread_ts"),
        metadata=body.get("metadata"),
    )
    deeds.post(world, _channel(world, url), _bot(world), draft)


def _whisper(world: World, url: ResponseUrl, body: Json) -> None:
    deeds.whisper(
        world,
        _channel(world, url),
        world.users[url.user],
        text=text_of(body),
        blocks=blocks_of(world, body),
        thread_ts=body.get("thread_ts"),
    )


def _original(world: World, url: ResponseUrl) -> Message:
    message = _channel(world, url).messages.get(url.message_ts or "")
    if message is None:
        raise Refused("message_not_found")
    return message


def _channel(world: World, url: ResponseUrl) -> Channel:
    channel = world.channels.get(url.channel)
    if channel is None:
        raise Refused("channel_not_found")
    return channel


def _bot(world: World) -> User:
    if world.app is None:
        raise Refused("app_not_installed")
    return world.users[world.app.bot_user]
