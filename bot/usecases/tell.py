"""From a row of the outbox to what Slack is to be told now: still true, reworded, or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import acts
from bot.errors import ChannelFact, ChartFact, FileFact, Missing, Refused, Unknown
from bot.rules import access, catchup
from bot.rules import digest as rules_of_digests
from bot.rules import replies as reply_rules
from bot.rules import trouble as rules_of_trouble
from bot.rules import waking as rules_of_time
from bot.usecases import (
    acting,
    article,
    briefing,
    csat,
    digest,
    draft,
    guest,
    home,
    look,
    offers,
    packet,
    profile,
    promise,
    recovery,
    review,
    rota,
    sla,
    suggestion,
    trouble,
    urgent,
)
from bot.usecases.announce import nudge_stamp, packet_post
from bot.usecases.notices import BY_KIND
from bot.usecases.scenes import MirrorScene, TicketScene
from bot.usecases.waking import hours_of
from bot.usecases.work import Work
from storage import digests, messages, outbox, replies
from storage.errors import Conflict
from storage.records.boxes import Post, PostState
from storage.records.channels import Channel, Role
from storage.records.clocks import Goal, Step
from storage.records.digests import Digest
from storage.records.people import Person
from storage.records.replies import ReplyState
from storage.records.tickets import Priority, Status, Ticket

BAD_BLOCKS = "invalid_blocks"
PAGER = "pager"
STALE_PAGE = timedelta(days=1)
STALE_WHISPER = timedelta(minutes=5)
DONE_BEFORE = "It was done before the customer was told."
NEEDLESS = "It would come late, and needs no word of ours any more."
SAID_AGAIN = "It is said again later."
FILES_SHOWN = 5  # as many as _ui.j2 names
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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that the sender needs. ``ts`` is that of the message to change, ``""`` for a new post."""

    post: Post
    method: str
    template: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """It is not true any more, or nobody is there to hear it; ``reason`` is kept with the row.

    ``is_failure``: somebody waits for it and has to be told.
    """

    post: Post
    reason: str
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """Something else has to be shown first; ``is_paused``: somebody has to mend something first."""

    post: Post
    reason: str
    is_paused: bool = False


def prepare(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """What to tell Slack for this row, as things are now."""
    try:
        return _TELLERS[post.kind](work, post)
    except Missing as missing:
        return Dropped(post, str(missing))
    except Refused as wall:
        return NotYet(post, str(wall), is_paused=True)


def sought(work: Work, post: Post) -> Outgoing | None:
    """Where a post would stand that is not to be sent any more; None where it could not."""
    try:
        there = _directly(work, post, {}) if post.kind in DIRECT_KINDS else _message(work, post, {})
    except (Missing, Refused):
        return None
    return there if isinstance(there, Outgoing) else None


def unnamed(ready: Outgoing) -> tuple[FileFact, ...]:
    """The files on a card or mirror that Slack may still tell more of than their ids."""
    match ready.fields.get("scene"):
        case TicketScene(opening=message, ticket=ticket) if ready.post.kind == "card":
            shown = () if ticket.is_done else message.files[:FILES_SHOWN]
        case MirrorScene(message=message):
            shown = message.files[:FILES_SHOWN]
        case _:
            return ()
    return tuple(FileFact(file.id, message.id) for file in shown if file.is_unnamed)


def _place(work: Work, post: Post) -> Channel:
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


def _message(work: Work, post: Post, fields: dict[str, Any]) -> Outgoing | Dropped | NotYet:
    """A post, or the update of a picture that is there already."""
    channel = _place(work, post)
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


def _ticket(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    return _about(work, post, work.ticket(post.body["ticket_id"]))


def _card(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    ticket = work.ticket(post.body["ticket_id"])
    scene = look.posted(work, ticket, writers=draft.writers(work, ticket.id))
    if scene.card_link:  # it needs no way to itself
        scene = replace(scene, card_link="")
    return _message(work, post, {"scene": scene})


def _about(work: Work, post: Post, ticket: Ticket) -> Outgoing | Dropped | NotYet:
    return _message(work, post, {"scene": look.posted(work, ticket)})


def _receipt(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """A first receipt for what is done already would only puzzle."""
    ticket = work.ticket(post.body["ticket_id"])
    scene = look.posted(work, ticket, told_at=_told_at(work, post))
    if not post.ts and ticket.is_done:
        return Dropped(post, DONE_BEFORE)
    if not post.ts and scene.is_told_late and not _is_of_use(work, scene):
        return Dropped(post, NEEDLESS)
    return _message(work, post, {"scene": scene})


def _told_at(work: Work, post: Post) -> datetime:
    """When Slack took the post, now when it has not yet: a ts is seconds since 1970 (FACTS 4)."""
    return datetime.fromtimestamp(float(post.ts), UTC) if post.ts else work.at


def _is_of_use(work: Work, scene: TicketScene) -> bool:
    ticket = scene.ticket
    first = messages.by_ts(work.unit, ticket.channel_id, ticket.thread_ts)
    return catchup.is_of_use(ticket, scene.opening, first)


def _mark(work: Work, post: Post) -> Outgoing | Dropped:
    channel, ticket = _place(work, post), work.ticket(post.body["ticket_id"])
    if ticket.is_done:
        return Dropped(post, DONE_BEFORE)
    arguments = {"channel": channel.slack_id, "timestamp": ticket.thread_ts, "name": "eyes"}
    return Outgoing(post, "reactions.add", arguments=arguments)


def _solved(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    ticket = work.ticket(post.body["ticket_id"])
    if not ticket.is_done:
        return Dropped(post, "It was opened again meanwhile.")
    if outbox.has_later(work.unit, post):
        return Dropped(post, SAID_AGAIN)
    return _about(work, post, ticket)


def _nudge(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    ticket = work.ticket(post.body["ticket_id"])
    if post.body["stamp"] != nudge_stamp(ticket):
        return Dropped(post, "The customer answered meanwhile, or it was solved.")
    closes_at = rules_of_time.gives_up_on(ticket, work.settings, hours_of(work, ticket))
    scene = replace(look.posted(work, ticket), closes_at=closes_at)
    return _message(work, post, {"scene": scene})


def _goes_on(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = look.posted(work, work.ticket(post.body["ticket_id"]))
    if not post.ts and scene.goes_on is None:
        return Dropped(post, "The tickets were parted before it was told.")
    return _message(work, post, {"scene": scene})


def _reopened(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    if work.ticket(post.body["ticket_id"]).is_done:
        return Dropped(post, "It was solved again meanwhile.")
    if outbox.has_later(work.unit, post):
        return Dropped(post, SAID_AGAIN)
    return _ticket(work, post)


def _urgent(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    ticket = work.ticket(post.body["ticket_id"])
    if ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    if ticket.priority is not Priority.URGENT or outbox.has_later(work.unit, post):
        return Dropped(post, "It is not urgent any more, or that is said again later.")
    return _message(work, post, {"scene": urgent.scene(work, ticket)})


def _split(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """It leads to the new thread, so that has to be there first."""
    new = work.ticket(post.body["split_id"])
    if not new.thread_ts:
        return NotYet(post, "waits for the new thread")
    return _about(work, post, new)


def _help_button(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    return _message(work, post, {"channel_id": post.channel_id})


def _help_pin(work: Work, post: Post) -> Outgoing | NotYet:
    button = outbox.by_picture(work.unit, f"help-button:{post.body['place']}")
    if button is None or not button.ts:
        return NotYet(post, "waits for the button")
    there = {"channel": _place(work, post).slack_id, "timestamp": button.ts}
    return Outgoing(post, "pins.add", arguments=there)


def _mirror(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = look.mirror(work, post.body["ticket_id"], post.body["message_id"])
    if scene.message.deleted_at and not post.ts:
        return Dropped(post, "It was deleted before it was shown.")
    return _message(work, post, {"scene": scene})


def _note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    body = post.body
    if passed := _passed(work.ticket(body["ticket_id"]), body["reason"], body["person_id"]):
        return Dropped(post, passed)
    scene = look.note(work, body["ticket_id"], body["reason"], _whom(work, body))
    scene = replace(scene, message_id=body.get("message_id"))
    if other_id := body.get("other_id"):
        scene = replace(scene, other=look.other(work, scene.ticket, work.ticket(other_id)))
    return _message(work, post, {"scene": scene})


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


def _clock_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """What was missed stays so; nobody is warned of what was done meanwhile."""
    body, ticket = post.body, work.ticket(post.body["ticket_id"])
    goal, step, due = Goal(body["goal"]), Step(body["step"]), datetime.fromisoformat(body["due_at"])
    if step is Step.WARNED and not sla.is_still_due(ticket, goal, due):
        return Dropped(post, "It was done before somebody had to be warned.")
    return _message(work, post, {"scene": sla.note(work, ticket, goal, step, due_at=due)})


def _promise(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """One that was taken back before anybody read it was never made."""
    scene = promise.scene(work, post.body["promise_id"])
    if not post.ts and (scene.ticket.is_done or not scene.promise.is_open):
        return Dropped(post, f"The promise is {scene.promise.state} already.")
    return _message(work, post, {"scene": scene})


def _promise_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = promise.note(work, post.body["promise_id"], post.body["step"])
    if not scene.is_broken and not scene.promise.is_open:
        return Dropped(post, f"The promise is {scene.promise.state} by now.")
    return _message(work, post, {"scene": scene})


def _late_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = sla.late(work, datetime.fromisoformat(post.body["since"]))
    if not scene.lines:
        return Dropped(post, "Nothing was missed after all.")
    return _message(work, post, {"scene": scene})


def _reply_desk(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """While a reply is not sent, its picture says why, and offers no undo that would be refused."""
    scene = look.reply(work, post.body["reply_id"])
    if scene.reply.state in (ReplyState.HELD, ReplyState.SENDING):
        waits = trouble.why_waiting(work.unit, scene.channel.id)
        scene = replace(scene, waits=waits, is_due=work.at >= scene.reply.send_at)
    return _message(work, post, {"scene": scene})


def _reply(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """The moment of truth: of undo and send, one wins."""
    scene = look.reply(work, post.body["reply_id"])
    if scene.reply.state not in (ReplyState.HELD, ReplyState.SENDING):
        return Dropped(post, f"The reply is {scene.reply.state}.")
    try:
        ready = _message(work, post, {"scene": scene})
    except Missing as gone:
        return Dropped(post, str(gone), is_failure=True)
    if isinstance(ready, Outgoing):
        if scene.reply.state is ReplyState.HELD:
            _claim(work, scene.reply.id)
        ready.arguments.update(username=scene.author.name)
        if scene.author.image:
            ready.arguments.update(icon_url=scene.author.image)
    return ready


def _claim(work: Work, reply_id: int) -> None:
    held = replies.by_id(work.unit, reply_id)
    if held is None:
        raise Conflict
    replies.save(work.unit, held, reply_rules.sending(held))


def _withdrawal(work: Work, post: Post) -> Outgoing:
    channel = _place(work, post)
    return Outgoing(
        post, "chat.delete", arguments={"channel": channel.slack_id, "ts": post.body["ts"]}
    )


def _whisper(work: Work, post: Post) -> Outgoing | Dropped:
    if post.due_at + STALE_WHISPER < work.at:
        return Dropped(post, "too late to be of use")
    body = post.body
    fields = {"words": body["words"], "returned": acting.returned(work, body["returned_row"])}
    if body["response_url"]:
        return Outgoing(
            post, "response_url", "access/whisper.j2", fields, {"url": body["response_url"]}
        )
    if not body["channel"]:
        to_them = {"channel": body["person"]}
        return Outgoing(post, "chat.postMessage", "access/whisper.j2", fields, to_them)
    arguments = {"channel": body["channel"], "user": body["person"]}
    if body["thread_ts"]:
        arguments["thread_ts"] = body["thread_ts"]
    return Outgoing(post, "chat.postEphemeral", "access/whisper.j2", fields, arguments)


def _completion(work: Work, post: Post) -> Outgoing | Dropped:
    act, body = acts.by_name(post.body["act"]), post.body
    if act is None or post.due_at + STALE_WHISPER < work.at:
        return Dropped(post, "too late to be of use")
    scene = look.scene(work, work.ticket(body["ticket_id"]))
    fields = {"act": act, "scene": scene, "chosen": body["chosen"], "said": body["said"]}
    to_them = {"channel": body["channel"], "user": body["person"], "thread_ts": body["thread_ts"]}
    return Outgoing(post, "chat.postEphemeral", BY_KIND[post.kind].template, fields, to_them)


def _trouble(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """Nobody needs to hear of a channel's trouble that passed before anybody could hear of it."""
    scene = trouble.by_id(work.unit, post.body["trouble_id"])
    if scene.trouble.ended_at and not post.ts and not rules_of_trouble.silences(scene.trouble):
        is_of_triage = scene.trouble.channel_id == post.channel_id
        if not is_of_triage:
            return Dropped(post, "It was mended before it was told.")
    return _message(work, post, {"scene": scene})


def _trouble_call(work: Work, post: Post) -> Outgoing | Dropped:
    scene = trouble.by_id(work.unit, post.body["trouble_id"])
    if scene.trouble.ended_at:
        return Dropped(post, "It was mended before it was told.")
    to_them = {"channel": post.body["person"]}
    return Outgoing(post, "chat.postMessage", "trouble/call.j2", {"scene": scene}, to_them)


def _onboarding(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """Nobody is asked about a channel of our own, nor of one whose account is known already."""
    channel = _as_it_is_now(work, post.body["channel_id"])
    is_there = channel.is_member and channel.is_found and not channel.is_archived
    is_theirs = channel.has_outsiders and not profile.is_ours(channel, work.settings)
    if not post.ts and not (is_there and is_theirs and profile.is_unmapped(channel)):
        return Dropped(post, "There is nothing to ask about that channel.")
    return _message(work, post, {"scene": profile.channel(work, channel)})


def _channel_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    channel, body = _as_it_is_now(work, post.body["channel_id"]), post.body
    scene = profile.lost(work, channel, what=body["what"], was=body["was"])
    if not scene.why:
        return Dropped(post, "The channel is as it was.")
    return _message(work, post, {"scene": scene})


def _as_it_is_now(work: Work, channel_id: int) -> Channel:
    channel = work.channel_by_id(channel_id)
    if channel is None:
        raise Missing("The channel is not known any more.")
    if channel.fetched_at is None:
        raise Unknown(ChannelFact(channel.slack_id))
    return channel


def _packet(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    return _message(work, post, {"scene": packet.scene(work, post.body["escalation_id"])})


def _packet_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    body = post.body
    about = packet_post(work, body["escalation_id"])
    if about is None or about.state is PostState.FAILED:
        return Dropped(post, "The packet could not be posted.")
    if not about.ts:
        return NotYet(post, "waits for the packet")
    scene = packet.note(work, body["escalation_id"], body["reason"], body["message_id"])
    fields = {"scene": scene, "person": _named(work, body["person_id"])}
    return _message(work, replace(post, thread_ts=about.ts), fields)


def _named(work: Work, person_id: int | None) -> Person | None:
    return work.person_by_id(person_id) if person_id else None


def _escalation_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    body = post.body
    scene = packet.note(work, body["escalation_id"], body["reason"], body["message_id"])
    if body["reason"] == "reminder" and not scene.packet.escalation.is_live:
        return Dropped(post, "It was settled meanwhile.")
    return _message(work, post, {"scene": scene})


def _page(work: Work, post: Post) -> Outgoing | Dropped:
    """Nobody is called out of bed for what is settled."""
    scene = look.scene(work, work.ticket(post.body["ticket_id"]))
    if scene.ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    return _directly(work, post, {"scene": scene, "reason": post.body["reason"]})


def _directly(work: Work, post: Post, fields: dict[str, Any]) -> Outgoing | Dropped:
    """To one person alone, in the conversation in which it can be found and changed afterwards."""
    there = work.direct(post.body["person"])
    if not there.is_found:
        return Dropped(post, "Slack has no such person to write to.")
    template, to_them = BY_KIND[post.kind].template, {"channel": there.slack_id}
    if post.ts:
        return Outgoing(post, "chat.update", template, fields, to_them | {"ts": post.ts})
    return Outgoing(post, "chat.postMessage", template, fields, to_them)


def _outside_page(work: Work, post: Post) -> Outgoing | Dropped:
    """Who is called and where to look, none of a customer's words: nobody of ours reads there."""
    body = post.body
    scene = look.scene(work, work.ticket(body["ticket_id"]))
    if scene.ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    if datetime.fromisoformat(body["at"]) + STALE_PAGE < work.at:
        return Dropped(post, "The pager has not taken it for a day.", is_failure=True)
    return Outgoing(post, PAGER, fields=_paged(work, scene, body))


def _paged(work: Work, scene: TicketScene, body: dict[str, Any]) -> dict[str, Any]:
    """What docs/operating.md says that a page holds."""
    own, found = work.tenant, [work.person_by_id(key) for key in body["people"]]
    return {
        "type": "page",
        "at": body["at"],
        "workspace": {"id": own.installation.team_id, "name": own.workspace.name},
        "reason": body["reason"],
        "ticket": {"number": scene.ticket.number, "priority": str(scene.ticket.priority)},
        "who": [{"id": each.slack_id, "name": each.name} for each in found if each],
        "link": scene.card_link or scene.link,
    }


def _hand_over(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    body = post.body
    scene = rota.scene(work, body["rota"], datetime.fromisoformat(body["at"]))
    return _message(work, post, {"scene": scene})


def _guest_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = guest.scene(work, post.body["guest_id"])
    person = work.person_by_id(scene.guest.person_id)
    return _message(work, post, {"scene": scene, "person": person})


def _invitation(work: Work, post: Post) -> Outgoing | Dropped:
    scene = guest.scene(work, post.body["guest_id"])
    if scene.guest.ended_at is not None and not post.ts:
        return Dropped(post, "They were let go before they were asked.")
    return _directly(work, post, {"scene": scene})


def _digest(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """It waits a moment for its picture; what Slack refused with one goes without."""
    found = digests.by_id(work.unit, post.body["digest_id"])
    if found is None:
        raise Missing("That digest is not there any more.")
    if not post.ts and (why := _passed_digest(work, found)):
        return Dropped(post, why)
    if not post.ts and briefing.lacks_picture(found):
        raise Unknown(ChartFact(found.id))
    scene = briefing.scene(work, found, told_at=_told_at(work, post))
    if post.error == BAD_BLOCKS:
        scene = replace(scene, file_id="")
    return _message(work, post, {"scene": scene})


def _passed_digest(work: Work, found: Digest) -> str:
    """Why nobody is told a digest any more, ``""`` while it is of use."""
    if not found.is_asked and work.at - found.slot_at > rules_of_digests.LATEST[found.kind]:
        return "It would come too late to be of use."
    subscription = digests.subscription(work.unit, found.subscription_id)
    if subscription is None or not digest.may_read(work, subscription):
        return "Its reader may not see it any more."
    return ""


def _customer_report(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    found = digests.by_id(work.unit, post.body["digest_id"])
    if found is None:
        raise Missing("That report is not there any more.")
    if why := _passed_digest(work, found):
        return Dropped(post, why)
    scene = briefing.customer(work, found, _place(work, post))
    return _message(work, post, {"scene": scene})


def _article_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = review.note_scene(work, post.body["article_id"], post.body["reason"])
    if scene is None:
        return Dropped(post, "It was looked at meanwhile, or is not there any more.")
    return _message(work, post, {"scene": scene})


def _folder_note(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = article.folder_scene(work.unit, datetime.fromisoformat(post.body["since"]))
    if not scene.broken and not post.ts:
        return Dropped(post, "The files were mended before it was told.")
    return _message(work, post, {"scene": scene})


def _csat(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """Nobody is asked late at night because Slack was away, nor about what is open again."""
    scene = csat.scene(work, post.body["poll_id"])
    if not post.ts and not scene.poll.is_open:
        return Dropped(post, f"The poll is {scene.poll.state} already.")
    if not post.ts and csat.is_at_rest(work, scene):
        return NotYet(post, "waits until the customer is there")
    return _message(work, post, {"scene": scene})


def _recovery(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    return _message(work, post, {"scene": recovery.scene(work, post.body["recovery_id"])})


def _recovery_call(work: Work, post: Post) -> Outgoing | Dropped:
    scene = recovery.scene(work, post.body["recovery_id"])
    if not scene.recovery.is_open:
        return Dropped(post, f"It is {scene.recovery.state} already.")
    return _directly(work, post, {"scene": scene, "reason": post.body["reason"]})


def _suggestion(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    scene = offers.suggestion(work, post.body["ticket_id"])
    if not post.ts and (scene.ticket.is_done or not scene.has_some):
        return Dropped(post, "There is nothing to suggest any more.")
    return _message(work, post, {"scene": scene})


def _answer(work: Work, post: Post) -> Outgoing | Dropped | NotYet:
    """Nothing comes by itself where one of us was faster, or the article is not for customers."""
    scene = offers.answer(work, post.body["ticket_id"])
    if not post.ts and (why := suggestion.why_not(work, scene)):
        suggestion.untold(work, scene)
        return Dropped(post, why)
    return _message(work, post, {"scene": suggestion.as_it_is(work, scene)})


def _home(work: Work, post: Post) -> Outgoing:
    scene = home.scene(work, post.body["person_id"])
    return Outgoing(
        post, "views.publish", "home/home.j2", {"scene": scene}, {"user_id": scene.person.slack_id}
    )


_TELLERS: dict[str, Callable[[Work, Post], Outgoing | Dropped | NotYet]] = {
    "receipt": _receipt,
    "receipt-mark": _mark,
    "opening": _ticket,
    "card": _card,
    "mirror": _mirror,
    "thread-note": _note,
    "clock-note": _clock_note,
    "promise": _promise,
    "promise-note": _promise_note,
    "late-note": _late_note,
    "reply-desk": _reply_desk,
    "reply": _reply,
    "withdrawal": _withdrawal,
    "solved": _solved,
    "nudge": _nudge,
    "goes-on": _goes_on,
    "reopened": _reopened,
    "urgent": _urgent,
    "split": _split,
    "help-button": _help_button,
    "help-pin": _help_pin,
    "whisper": _whisper,
    "completion": _completion,
    "onboarding": _onboarding,
    "channel-note": _channel_note,
    "article-note": _article_note,
    "folder-note": _folder_note,
    "trouble": _trouble,
    "trouble-call": _trouble_call,
    "packet": _packet,
    "packet-note": _packet_note,
    "escalation-note": _escalation_note,
    "page": _page,
    "outside-page": _outside_page,
    "guest-note": _guest_note,
    "hand-over": _hand_over,
    "invitation": _invitation,
    "digest": _digest,
    "customer-report": _customer_report,
    "csat": _csat,
    "csat-reminder": _csat,
    "recovery": _recovery,
    "recovery-call": _recovery_call,
    "suggestion": _suggestion,
    "answer": _answer,
    "home": _home,
}
