"""What the team reads in its own channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.errors import ChannelFact, Missing, Unknown
from bot.rules import trouble as rules_of_trouble
from bot.usecases import (
    article,
    draft,
    guest,
    look,
    offers,
    packet,
    profile,
    promise,
    recovery,
    review,
    rota,
    sla,
    trouble,
)
from bot.usecases.announce import packet_post
from bot.usecases.tell import posts
from bot.usecases.tell.outgoing import Dropped, NotYet, Prepared, Teller
from bot.usecases.work import Work
from storage.records.boxes import Post, PostState
from storage.records.channels import Channel
from storage.records.clocks import Goal, Step
from storage.records.people import Person
from storage.records.replies import ReplyState
from storage.records.tickets import Priority, Status, Ticket


def _card(work: Work, post: Post) -> Prepared:
    ticket = work.ticket(post.body["ticket_id"])
    scene = look.posted(work, ticket, writers=draft.writers(work, ticket.id))
    if scene.card_link:  # it needs no way to itself
        scene = replace(scene, card_link="")
    return posts.message(work, post, {"scene": scene})


def _mirror(work: Work, post: Post) -> Prepared:
    scene = look.mirror(work, post.body["ticket_id"], post.body["message_id"])
    if scene.message.deleted_at and not post.ts:
        return Dropped(post, "It was deleted before it was shown.")
    return posts.message(work, post, {"scene": scene})


def _note(work: Work, post: Post) -> Prepared:
    body = post.body
    if passed := _passed(work.ticket(body["ticket_id"]), body["reason"], body["person_id"]):
        return Dropped(post, passed)
    scene = look.note(work, body["ticket_id"], body["reason"], _whom(work, body))
    scene = replace(scene, message_id=body.get("message_id"))
    if other_id := body.get("other_id"):
        scene = replace(scene, other=look.other(work, scene.ticket, work.ticket(other_id)))
    return posts.message(work, post, {"scene": scene})


def _whom(work: Work, body: dict[str, Any]) -> int | None:
    """Who is to hear a note: what is urgent is for whoever has the ticket by now."""
    told: int | None = body["person_id"]
    is_for_owner = body["reason"] in ("urgent", "person")
    return work.ticket(body["ticket_id"]).owner_id if is_for_owner else told


def _passed(ticket: Ticket, reason: str, person_id: int | None) -> str:
    """Why nobody needs to hear this any more, ``""`` while it is true."""
    match reason:
        case "assigned" | "passed-on" | "nobody-free" if ticket.owner_id != person_id:
            return "Somebody else has it by now."
        case "woken" | "unanswered" | "nudged" if _is_over(ticket, reason):
            return "It was put aside again, or the customer answered."
        case "reopened" | "urgent" | "woken" | "unanswered" | "person" if ticket.is_done:
            return "It was solved meanwhile."
        case "urgent" if ticket.priority is not Priority.URGENT:
            return "It is not urgent any more."
        case "solved-by-customer" if not ticket.is_done:
            return "It was opened again meanwhile."
    return ""


def _is_over(ticket: Ticket, reason: str) -> bool:
    return ticket.nudged_at is None if reason == "nudged" else ticket.status is Status.SNOOZED


def _clock_note(work: Work, post: Post) -> Prepared:
    """What was missed stays so; nobody is warned of what was done meanwhile."""
    body, ticket = post.body, work.ticket(post.body["ticket_id"])
    goal, step, due = Goal(body["goal"]), Step(body["step"]), datetime.fromisoformat(body["due_at"])
    if step is Step.WARNED and not sla.is_still_due(ticket, goal, due):
        return Dropped(post, "It was done before somebody had to be warned.")
    return posts.message(work, post, {"scene": sla.note(work, ticket, goal, step, due_at=due)})


def _promise_note(work: Work, post: Post) -> Prepared:
    scene = promise.note(work, post.body["promise_id"], post.body["step"])
    if not scene.is_broken and not scene.promise.is_open:
        return Dropped(post, f"The promise is {scene.promise.state} by now.")
    return posts.message(work, post, {"scene": scene})


def _late_note(work: Work, post: Post) -> Prepared:
    scene = sla.late(work, datetime.fromisoformat(post.body["since"]))
    if not scene.lines:
        return Dropped(post, "Nothing was missed after all.")
    return posts.message(work, post, {"scene": scene})


def _reply_desk(work: Work, post: Post) -> Prepared:
    """While a reply is not sent, its picture says why, and offers no undo that would be refused."""
    scene = look.reply(work, post.body["reply_id"])
    if scene.reply.state in (ReplyState.HELD, ReplyState.SENDING):
        waits = trouble.why_waiting(work.unit, scene.channel.id)
        scene = replace(scene, waits=waits, is_due=work.at >= scene.reply.send_at)
    return posts.message(work, post, {"scene": scene})


def _trouble(work: Work, post: Post) -> Prepared:
    """Nobody needs to hear of a channel's trouble that passed before anybody could hear of it."""
    scene = trouble.by_id(work.unit, post.body["trouble_id"])
    if scene.trouble.ended_at and not post.ts and not rules_of_trouble.silences(scene.trouble):
        is_of_triage = scene.trouble.channel_id == post.channel_id
        if not is_of_triage:
            return Dropped(post, "It was mended before it was told.")
    return posts.message(work, post, {"scene": scene})


def _onboarding(work: Work, post: Post) -> Prepared:
    """Nobody is asked about a channel of our own, nor of one whose account is known already."""
    channel = _as_it_is_now(work, post.body["channel_id"])
    is_there = channel.is_member and channel.is_found and not channel.is_archived
    is_theirs = channel.has_outsiders and not profile.is_ours(channel, work.settings)
    if not post.ts and not (is_there and is_theirs and profile.is_unmapped(channel)):
        return Dropped(post, "There is nothing to ask about that channel.")
    return posts.message(work, post, {"scene": profile.channel(work, channel)})


def _channel_note(work: Work, post: Post) -> Prepared:
    channel, body = _as_it_is_now(work, post.body["channel_id"]), post.body
    scene = profile.lost(work, channel, what=body["what"], was=body["was"])
    if not scene.why:
        return Dropped(post, "The channel is as it was.")
    return posts.message(work, post, {"scene": scene})


def _as_it_is_now(work: Work, channel_id: int) -> Channel:
    channel = work.channel_by_id(channel_id)
    if channel is None:
        raise Missing("The channel is not known any more.")
    if channel.fetched_at is None:
        raise Unknown(ChannelFact(channel.slack_id))
    return channel


def _packet(work: Work, post: Post) -> Prepared:
    return posts.message(work, post, {"scene": packet.scene(work, post.body["escalation_id"])})


def _packet_note(work: Work, post: Post) -> Prepared:
    body = post.body
    about = packet_post(work, body["escalation_id"])
    if about is None or about.state is PostState.FAILED:
        return Dropped(post, "The packet could not be posted.")
    if not about.ts:
        return NotYet(post, "waits for the packet")
    scene = packet.note(work, body["escalation_id"], body["reason"], body["message_id"])
    fields = {"scene": scene, "person": _named(work, body["person_id"])}
    return posts.message(work, replace(post, thread_ts=about.ts), fields)


def _named(work: Work, person_id: int | None) -> Person | None:
    return work.person_by_id(person_id) if person_id else None


def _escalation_note(work: Work, post: Post) -> Prepared:
    body = post.body
    scene = packet.note(work, body["escalation_id"], body["reason"], body["message_id"])
    if body["reason"] == "reminder" and not scene.packet.escalation.is_live:
        return Dropped(post, "It was settled meanwhile.")
    return posts.message(work, post, {"scene": scene})


def _hand_over(work: Work, post: Post) -> Prepared:
    body = post.body
    scene = rota.scene(work, body["rota"], datetime.fromisoformat(body["at"]))
    return posts.message(work, post, {"scene": scene})


def _guest_note(work: Work, post: Post) -> Prepared:
    scene = guest.scene(work, post.body["guest_id"])
    person = work.person_by_id(scene.guest.person_id)
    return posts.message(work, post, {"scene": scene, "person": person})


def _article_note(work: Work, post: Post) -> Prepared:
    scene = review.note_scene(work, post.body["article_id"], post.body["reason"])
    if scene is None:
        return Dropped(post, "It was looked at meanwhile, or is not there any more.")
    return posts.message(work, post, {"scene": scene})


def _folder_note(work: Work, post: Post) -> Prepared:
    scene = article.folder_scene(work.unit, datetime.fromisoformat(post.body["since"]))
    if not scene.broken and not post.ts:
        return Dropped(post, "The files were mended before it was told.")
    return posts.message(work, post, {"scene": scene})


def _recovery(work: Work, post: Post) -> Prepared:
    return posts.message(work, post, {"scene": recovery.scene(work, post.body["recovery_id"])})


def _suggestion(work: Work, post: Post) -> Prepared:
    scene = offers.suggestion(work, post.body["ticket_id"])
    if not post.ts and (scene.ticket.is_done or not scene.has_some):
        return Dropped(post, "There is nothing to suggest any more.")
    return posts.message(work, post, {"scene": scene})


TELLERS: Mapping[str, Teller] = MappingProxyType(
    {
        "card": _card,
        "mirror": _mirror,
        "thread-note": _note,
        "clock-note": _clock_note,
        "promise-note": _promise_note,
        "late-note": _late_note,
        "reply-desk": _reply_desk,
        "onboarding": _onboarding,
        "channel-note": _channel_note,
        "article-note": _article_note,
        "folder-note": _folder_note,
        "trouble": _trouble,
        "packet": _packet,
        "packet-note": _packet_note,
        "escalation-note": _escalation_note,
        "guest-note": _guest_note,
        "hand-over": _hand_over,
        "recovery": _recovery,
        "suggestion": _suggestion,
    }
)
