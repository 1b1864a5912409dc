"""A post in its place: the last look at who reads there, and where in the channel it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.errors import ChannelFact, Missing, Unknown
from bot.rules import access
from bot.usecases import look
from bot.usecases.notices import BY_KIND
from bot.usecases.tell.outgoing import Dropped, NotYet, Outgoing, Prepared
from bot.usecases.work import Work
from storage import outbox
from storage.records.boxes import Post, PostState
from storage.records.channels import Channel, Role
from storage.records.tickets import Ticket

DIRECT_KINDS = frozenset({"page", "invitation", "recovery-call"})
TEAM_KINDS = frozenset(
    {"card", "mirror", "thread-note", "reply-desk", "trouble", "onboarding", "channel-note"}
    | {"clock-note", "late-note", "promise-note"}
    | {"packet", "packet-note", "escalation-note", "guest-note", "hand-over", "digest"}
    | {"article-note", "folder-note"}
    | {"recovery"}
    | {"suggestion"}
)
BETWEEN_US = frozenset({"csat", "csat-reminder"})
"""What a customer may be told among the two of us."""


def place(work: Work, post: Post) -> Channel:
    """The channel, after the wall's last check: internal words go to a channel of ours alone."""
    channel = work.channel_by_id(post.channel_id or 0)
    if channel is None:
        raise Missing("The channel is not known any more.")
    if channel.fetched_at is None:
        # It changed: perhaps outsiders read it by now.
        raise Unknown(ChannelFact(channel.slack_id))
    if post.kind == "digest" and channel.is_direct:
        return channel  # whether they may read it is asked with the digest
    if post.kind in TEAM_KINDS:
        access.team_channel(channel, work.settings)
    elif channel.is_direct and post.kind in BETWEEN_US:
        return channel
    elif access.role_of(channel, work.settings) not in (Role.CUSTOMER, Role.PUBLIC):
        raise Missing("This is no customer channel any more.")
    return channel


def message(work: Work, post: Post, fields: dict[str, Any]) -> Prepared:
    """A post, or the update of a picture that is there already."""
    channel = place(work, post)
    template = BY_KIND[post.kind].template
    if post.ts:
        there = {"channel": channel.slack_id, "ts": post.ts}
        return Outgoing(post, "chat.update", template, fields, there)
    arguments = {"channel": channel.slack_id}
    thread_ts = post.thread_ts
    if post.under_card:
        card = outbox.by_picture(work.unit, f"card:{post.ticket_id}")
        if card is None or card.state is PostState.FAILED:
            return Dropped(post, "The card could not be posted.")
        if not card.ts:
            return NotYet(post, "waits for the card")
        thread_ts = card.ts
    if thread_ts:
        arguments["thread_ts"] = thread_ts
    return Outgoing(post, "chat.postMessage", template, fields, arguments)


def about(work: Work, post: Post, ticket: Ticket) -> Prepared:
    """What shows nothing but a ticket."""
    return message(work, post, {"scene": look.posted(work, ticket)})


def of_ticket(work: Work, post: Post) -> Prepared:
    """What shows nothing but its own ticket."""
    return about(work, post, work.ticket(post.body["ticket_id"]))


def directly(work: Work, post: Post, fields: dict[str, Any]) -> Outgoing | Dropped:
    """To one person alone, in the conversation in which it can be found and changed afterwards."""
    there = work.direct(post.body["person"])
    if not there.is_found:
        return Dropped(post, "Slack has no such person to write to.")
    template, to_them = BY_KIND[post.kind].template, {"channel": there.slack_id}
    if post.ts:
        return Outgoing(post, "chat.update", template, fields, to_them | {"ts": post.ts})
    return Outgoing(post, "chat.postMessage", template, fields, to_them)


def told_at(work: Work, post: Post) -> datetime:
    """When Slack took the post, now when it has not yet: a ts is seconds since 1970 (FACTS 4)."""
    return datetime.fromtimestamp(float(post.ts), UTC) if post.ts else work.at
