"""Digests: to a channel of the team's, to one person, or a customer's own week to the customer."""

from __future__ import annotations

import dataclasses

from bot.rules import access
from bot.usecases import notices as say
from bot.usecases.announce.places import beside, enqueue, row_of
from bot.usecases.work import Work
from storage import channels, outbox
from storage.records.boxes import Post
from storage.records.channels import Channel
from storage.records.digests import Digest, Kind


def digest(work: Work, made: Digest, place: Channel) -> None:
    """Post a digest. Raises Refused for what is internal where customers could read it."""
    if made.kind is Kind.CUSTOMER:
        beside(work, place, say.CustomerReport(made.id))
        return
    if not place.is_direct:
        access.team_channel(place, work.settings)
    _put(work, made.id, place.id)


def _put(work: Work, digest_id: int, channel_id: int) -> None:
    post = row_of(work, say.DigestPost(digest_id), lane=f"channel:{channel_id}")
    enqueue(work, dataclasses.replace(post, channel_id=channel_id))


def decided(work: Work, slack_channel: str, ts: str) -> None:
    """Somebody acted from a message: where that is a digest, it says what became of it."""
    channel = channels.by_slack(work.unit, slack_channel)
    post: Post | None = outbox.by_place(work.unit, channel.id, ts) if channel else None
    if post is not None and post.kind == say.DigestPost.kind:
        _put(work, post.body["digest_id"], post.channel_id or 0)
