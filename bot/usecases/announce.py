"""The one table of who hears what: Event → Notices, and the only place that chooses a channel."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.ids import new_id, new_nonce
from bot.rules import access, assignment, catchup
from bot.rules import trouble as rules_of_trouble
from bot.usecases import notices as say
from bot.usecases.codec import to_arrival
from bot.usecases.events import (
    CustomerWrote,
    Event,
    HelperAnswered,
    MessageDeleted,
    MessageEdited,
    Moved,
    Noted,
    Opened,
    Reopened,
    ReplyEnded,
    ReplyHeld,
    Resolved,
    TeamAnswered,
)
from bot.usecases.inputs import OwnerSought
from bot.usecases.work import Work
from storage import channels, history, homes, inbox, outbox
from storage.records.boxes import Post
from storage.records.channels import Channel, CustomerChannel, Role, TeamChannel
from storage.records.messages import Message, Side
from storage.records.replies import ReplyState
from storage.records.tickets import Change, Resolution, Ticket
from storage.records.trouble import Trouble
from storage.records.workspaces import Answer

# What others do is seen at home a little later: many changes then cost one look at all tickets.
HOME_RESTS = timedelta(seconds=10)
CARD_WORDS = 1_200  # what templates/ticket/card.j2 shows of a request
MOST_CALLED = 5  # agents, when triage itself is out of reach
CUSTOMER_ROLES = frozenset({Role.CUSTOMER, Role.PUBLIC})


def tell(work: Work, events: Sequence[Event]) -> None:
    """Write the events into the history and announce what they mean, in their order."""
    changes = [change for event in events for change in _changes(event)]
    if changes:
        history.add(work.unit, changes)
    for event in events:
        TABLE[type(event)](work, event)
        _homes(work, event)


_PLAIN: dict[type[Event], str] = {
    TeamAnswered: "answer",
    HelperAnswered: "help",
    MessageDeleted: "delete",
}
"""Events whose word in the history says all."""


def _changes(event: Event) -> Iterable[Change]:
    match event:
        case Opened():
            yield _change(event, "open", "", f"#{event.ticket.number}")
        case Moved(act=act, before=before, after=after):
            yield _change(event, act, before, after)
        case TeamAnswered() | HelperAnswered() | MessageDeleted():
            yield _change(event, _PLAIN[type(event)], "", "")
        case MessageEdited():
            yield _change(event, "edit", "", "after the answer" if event.after_answer else "")
        case ReplyEnded(reply=reply) if reply.state is not ReplyState.SENT:
            yield _change(event, "reply", "", str(reply.state))
        case CustomerWrote():
            yield _change(event, "write", "", "courtesy" if event.courtesy else "")


def _change(event: Event, act: str, before: str, after: str) -> Change:
    ticket = event.ticket
    return Change(ticket.workspace_id, new_id(), ticket.id, event.at, event.by, act, before, after)


def _opened(work: Work, event: Opened) -> None:
    ticket = event.ticket
    if not ticket.thread_ts:
        to_customer_channel(work, ticket, say.OpeningPost(ticket.id))
    else:
        _receipt(work, ticket, due_at=_first_word_at(work, event))
    _card(work, ticket)
    if event.is_long:
        under_card(work, ticket, say.Mirror(ticket.id, ticket.opening_id))
    if ticket.previous_id:
        under_card(work, ticket, say.ThreadNote(ticket.id, "follows"))
    _seek_first_owner(work, ticket)


def _seek_first_owner(work: Work, ticket: Ticket) -> None:
    if ticket.owner_id is None:
        seek_owner(work, ticket)


def seek_owner(work: Work, ticket: Ticket) -> None:
    """Let the desk look for an owner, or for the next, where the ticket's queue does so itself."""
    if assignment.is_automatic(work.settings.queue_of(ticket.category)):
        sought = OwnerSought(ticket.id, work.at, ticket.owner_id)
        inbox.put(work.unit.connection, [to_arrival(work.workspace_id, sought)])


def _first_word_at(work: Work, event: Opened) -> datetime | None:
    """What we missed was perhaps answered meanwhile: that answer is taken in first."""
    if work.is_missed and event.found_at and catchup.is_late(event.at, event.found_at):
        return event.found_at + catchup.PATIENCE
    return None


def _customer_wrote(work: Work, event: CustomerWrote) -> None:
    under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    _card(work, event.ticket)


def _team_answered(work: Work, event: TeamAnswered) -> None:
    if event.message.reason != "reply":
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    _card(work, event.ticket)
    _receipt(work, event.ticket)


def _helped(work: Work, event: HelperAnswered) -> None:
    under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    _card(work, event.ticket)
    _receipt(work, event.ticket)


def _edited(work: Work, event: MessageEdited) -> None:
    """The card shows the new words of a request in silence: the thread says that they are new."""
    words_changed(work, event.ticket, event.message)
    if event.message.id == event.ticket.opening_id:
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    if event.after_answer:
        ticket, about = event.ticket, event.message.id
        reason, owner = "edited-after-answer", ticket.owner_id
        under_card(work, ticket, say.ThreadNote(ticket.id, reason, owner, message_id=about))


def words_changed(work: Work, ticket: Ticket, message: Message) -> None:
    """Draw again what shows a message's words or files."""
    if message.id == ticket.opening_id:
        _card(work, ticket)
        _opening_changed(work, ticket)
    mirror = say.Mirror(ticket.id, message.id)
    if outbox.by_picture(work.unit, _picture_key(mirror)):
        under_card(work, ticket, mirror)


def reacted_to(work: Work, ticket: Ticket, message: Message) -> None:
    """Draw again what shows an answer of ours: of a reply its own picture, else its mirror."""
    words_changed(work, ticket, message)
    post = outbox.by_place(work.unit, message.channel_id, message.ts)
    if post is not None and post.kind == say.ReplyPost.kind:
        under_card(work, ticket, say.ReplyDesk(ticket.id, post.body["reply_id"]))


def _opening_changed(work: Work, ticket: Ticket) -> None:
    """Where we have posted somebody's words ourselves, they follow what becomes of them."""
    post = say.OpeningPost(ticket.id)
    if outbox.by_picture(work.unit, _picture_key(post)):
        to_customer_channel(work, ticket, post)


def moved_away(
    work: Work, ticket: Ticket, moved: Sequence[Message], *, to: Ticket | None = None
) -> None:
    """Where a ticket's thread showed messages that belong to another by now, it says so.

    ``to`` has a thread of its own by our own post: the customer is led there from the old one.
    """
    for message in moved:
        mirror = say.Mirror(ticket.id, message.id)
        if outbox.by_picture(work.unit, _picture_key(mirror)):
            under_card(work, ticket, mirror)
    if to is not None and not to.thread_ts:
        to_customer(work, ticket, say.SplitPost(ticket.id, to.id))


def _deleted(work: Work, event: MessageDeleted) -> None:
    words_changed(work, event.ticket, event.message)
    if event.message.side is Side.OURS:
        _card(work, event.ticket)
        _receipt(work, event.ticket)


def _moved(work: Work, event: Moved) -> None:
    ticket = event.ticket
    _card(work, ticket)
    if event.act in _SHOWN_TO_CUSTOMERS:
        _receipt(work, ticket)
    if event.by is None and event.act in _OF_TIME:
        note = say.ThreadNote(ticket.id, _OF_TIME[event.act], ticket.owner_id)
        under_card(work, ticket, note)
    if event.act == "category":
        _seek_first_owner(work, ticket)
    if event.act == "unsolved":
        under_card(work, ticket, say.ThreadNote(ticket.id, "unsolved", ticket.owner_id))
    if event.act == "nudge":
        to_customer(work, ticket, say.NudgePost(ticket.id, nudge_stamp(ticket)))
    if event.act == "assign" and ticket.owner_id not in (None, event.by):
        under_card(work, ticket, say.ThreadNote(ticket.id, "assigned", ticket.owner_id))
    if event.act == "urgent":
        to_customer(work, ticket, say.UrgentPost(ticket.id))
        under_card(work, ticket, say.ThreadNote(ticket.id, "urgent", ticket.owner_id))


_GO_ON = ("merge", "duplicate")  # the customer is told where
_GIVES = {"take", "assign"} | assignment.ASKING
_SHOWN_TO_CUSTOMERS = {"take", "assign", "priority", "urgent"} | assignment.ASKING
_OF_TIME = {
    "wake": "woken",
    "unanswered": "unanswered",
    "nudge": "nudged",
    assignment.BY_ACCOUNT: "assigned",
    assignment.BY_TURN: "assigned",
    assignment.BY_LOAD: "assigned",
    assignment.PASSED: "passed-on",
    assignment.NOBODY_FREE: "nobody-free",
    assignment.NOBODY_ELSE: "nobody-else",
}


def nudge_stamp(ticket: Ticket) -> str:
    """What tells one reminder of a ticket from another."""
    return f"{ticket.id}:{ticket.nudged_at.isoformat() if ticket.nudged_at else ''}"


def is_in_reach(work: Work, ticket: Ticket) -> bool:
    """True when there is a thread in which the customer can be told something."""
    role = access.role_of(work.channel_of(ticket), work.settings)
    return bool(ticket.thread_ts) and role in CUSTOMER_ROLES


def _resolved(work: Work, event: Resolved) -> None:
    ticket = event.ticket
    _card(work, ticket)
    _receipt(work, ticket)
    if event.act == "solved":
        note = say.ThreadNote(ticket.id, "solved-by-customer", ticket.owner_id)
        under_card(work, ticket, note)
    elif event.act not in _GO_ON and ticket.resolution is not Resolution.NOT_A_REQUEST:
        to_customer(work, ticket, say.SolvedPost(ticket.id))


def _reopened(work: Work, event: Reopened) -> None:
    ticket = event.ticket
    _card(work, ticket)
    _receipt(work, ticket)
    under_card(work, ticket, say.ThreadNote(ticket.id, "reopened", ticket.owner_id))
    if event.act == "reopen":  # by a press: who reopens by writing is answered by people
        to_customer(work, ticket, say.ReopenedPost(ticket.id))
    _seek_first_owner(work, ticket)


def _reply_held(work: Work, event: ReplyHeld) -> None:
    ticket, reply = event.ticket, event.reply
    under_card(work, ticket, say.ReplyDesk(ticket.id, reply.id))
    to_customer(work, ticket, say.ReplyPost(ticket.id, reply.id), due_at=reply.send_at)


def _reply_ended(work: Work, event: ReplyEnded) -> None:
    ticket, reply = event.ticket, event.reply
    under_card(work, ticket, say.ReplyDesk(ticket.id, reply.id))
    if reply.state is ReplyState.FAILED:
        under_card(work, ticket, say.ThreadNote(ticket.id, "reply-failed", reply.author_id))


def _noted(work: Work, event: Noted) -> None:
    if event.message is not None:
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))


TABLE: dict[type[Event], Callable[[Work, Any], None]] = {
    Opened: _opened,
    CustomerWrote: _customer_wrote,
    TeamAnswered: _team_answered,
    HelperAnswered: _helped,
    MessageEdited: _edited,
    MessageDeleted: _deleted,
    Moved: _moved,
    Noted: _noted,
    Resolved: _resolved,
    Reopened: _reopened,
    ReplyHeld: _reply_held,
    ReplyEnded: _reply_ended,
}


def refresh(work: Work, ticket: Ticket) -> None:
    """Draw a ticket's card again because something beside its own fields changed."""
    _card(work, ticket)


def thread_began(work: Work, ticket: Ticket) -> None:
    """A ticket made by form has a thread now, where its customer can be told."""
    _card(work, ticket)
    _receipt(work, ticket)


def _card(work: Work, ticket: Ticket) -> None:
    _put(work, say.Card(ticket.id), work.place_of(ticket), ticket=ticket)


def _receipt(work: Work, ticket: Ticket, *, due_at: datetime | None = None) -> None:
    if not ticket.thread_ts or work.settings.answer is Answer.SILENT:
        return
    if work.settings.answer is Answer.REACTION:
        to_customer(work, ticket, say.ReceiptMark(ticket.id), due_at=due_at)
    else:
        to_customer(work, ticket, say.Receipt(ticket.id), due_at=due_at)


def to_customer(
    work: Work, ticket: Ticket, notice: say.Notice, *, due_at: datetime | None = None
) -> None:
    """Announce into the customer's thread of a ticket; without one there is nobody to tell."""
    channel = work.channel_of(ticket)
    if ticket.thread_ts and access.role_of(channel, work.settings) in CUSTOMER_ROLES:
        place = access.customer_channel(channel, work.settings)
        _put(work, notice, place, ticket=ticket, thread_ts=ticket.thread_ts, due_at=due_at)


def to_customer_channel(work: Work, ticket: Ticket, notice: say.Notice) -> None:
    """Announce at the top level of the customer's channel; a ticket of the team alone has none."""
    channel = work.channel_of(ticket)
    if channel.slack_id not in work.settings.team_channels:
        _put(work, notice, access.customer_channel(channel, work.settings), ticket=ticket)


def under_card(work: Work, ticket: Ticket, notice: say.Notice) -> None:
    """Announce into the internal thread of a ticket."""
    _put(work, notice, work.place_of(ticket), ticket=ticket, is_reply=True)


def withdraw(work: Work, ts: str, ticket: Ticket) -> None:
    """Let a sent reply disappear from the customer's thread."""
    to_customer(work, ticket, say.Withdrawal(ticket.id, ts))


def whisper(work: Work, notice: say.Whisper | say.Completion) -> None:
    """Answer one person privately, where that person acted."""
    _announce(work, _post(work, notice, lane=f"person:{notice.person}"))


def home(work: Work, person_id: int) -> None:
    """Draw somebody's App Home anew, at once: they wait for it."""
    homes.hasten(work.unit, _draw_home(work, person_id), work.at)


def _draw_home(work: Work, person_id: int) -> str:
    post = _post(work, say.Home(person_id), lane=f"home:{person_id}")
    _announce(work, post)
    return post.picture


def _homes(work: Work, event: Event) -> None:
    """Draw anew the homes of those who looked lately and to whom the change matters."""
    lookers = homes.looking(work.unit, work.at)
    if not lookers:
        return
    concerned = {event.ticket.owner_id}
    if isinstance(event, Moved) and event.act in _GIVES:
        concerned |= {int(key) if key else None for key in (event.before, event.after)}
    for person_id in lookers:
        is_concerned = None in concerned or person_id in concerned
        if is_concerned and homes.is_first(work.unit, person_id):
            picture = _draw_home(work, person_id)
            homes.postpone(work.unit, picture, work.at + HOME_RESTS, now=work.at)


def onboarding(work: Work, channel_id: int) -> None:
    """Ask the team whose the channel is; whether anybody needs to know is seen when it is sent."""
    _to_triage(work, say.Onboarding(channel_id))


def channel_known(work: Work, channel_id: int) -> None:
    """Show whose the channel is where that was asked, if it was."""
    asked = say.Onboarding(channel_id)
    if outbox.by_picture(work.unit, _picture_key(asked)):
        _to_triage(work, asked)


def channel_lost(work: Work, notice: say.ChannelNote) -> None:
    """Tell the team that customers cannot be reached in a channel any more."""
    _to_triage(work, notice)


def _to_triage(work: Work, notice: say.Notice) -> None:
    """Announce something that is about no ticket to the team."""
    triage = work.triage()
    post = _post(work, notice, lane=f"channel:{triage.id}")
    _announce(work, dataclasses.replace(post, channel_id=triage.id))


def help_button(work: Work, channel: Channel, after: str) -> None:
    """Put up, or draw anew, the button by which anybody may ask, and pin it."""
    place = f"{channel.id}:{after}"
    _beside(work, channel, say.HelpButton(place))
    help_pin(work, channel, place)


def help_pin(work: Work, channel: Channel, place: str) -> None:
    """Pin that button, once it stands."""
    _beside(work, channel, say.HelpPin(place))


def _beside(work: Work, channel: Channel, notice: say.Notice) -> None:
    """Announce in a customers' channel what belongs to no ticket."""
    where = access.customer_channel(channel, work.settings)
    post = _post(work, notice, lane=f"channel:{where.id}")
    _announce(work, dataclasses.replace(post, channel_id=where.id))


def troubled(work: Work, trouble: Trouble) -> None:
    """Tell the team that posts wait, or that they do not any more, wherever that can be told.

    Replies that wait in the channel say so on the team's side.
    """
    triage = channels.by_slack(work.unit, work.settings.triage_channel)
    if triage is None or (trouble.ended_at is None and rules_of_trouble.silences(trouble)):
        return
    if trouble.ended_at is None and trouble.channel_id == triage.id:
        _call_agents(work, trouble)
        return
    post = _post(work, say.TroubleNote(trouble.id), lane=f"channel:{triage.id}")
    _announce(work, dataclasses.replace(post, channel_id=triage.id))
    if trouble.channel_id is not None and trouble.ended_at is None:
        _show_waiting_replies(work, trouble.channel_id)


def _call_agents(work: Work, trouble: Trouble) -> None:
    for person in sorted(work.tenant.agents or ())[:MOST_CALLED]:
        lane = f"person:{person}"
        _announce(work, _post(work, say.TroubleCall(trouble.id, person), lane=lane))


def _show_waiting_replies(work: Work, channel_id: int) -> None:
    for post in outbox.waiting_replies(work.unit, channel_id):
        desk = outbox.by_picture(work.unit, f"{say.ReplyDesk.kind}:{post.body['reply_id']}")
        if desk is not None:
            _announce(work, dataclasses.replace(desk, id=new_id()))


def _announce(work: Work, post: Post) -> None:
    outbox.announce(work.unit, post)
    work.lanes.add(post.lane)


def _put(
    work: Work,
    notice: say.Notice,
    place: CustomerChannel | TeamChannel,
    *,
    ticket: Ticket,
    thread_ts: str = "",
    is_reply: bool = False,
    due_at: datetime | None = None,
) -> None:
    post = dataclasses.replace(
        _post(work, notice, lane=f"channel:{place.id}"),
        channel_id=place.id,
        ticket_id=ticket.id,
        thread_ts=thread_ts,
        under_card=is_reply,
        due_at=due_at or work.at,
    )
    _announce(work, post)


def _post(work: Work, notice: say.Notice, *, lane: str) -> Post:
    return Post(
        workspace_id=work.workspace_id,
        id=new_id(),
        lane=lane,
        kind=notice.kind,
        delivery=notice.delivery,
        body=dataclasses.asdict(notice),
        due_at=work.at,
        picture=_picture_key(notice),
        urgency=notice.urgency,
        nonce=new_nonce(),
    )


def _picture_key(notice: say.Notice) -> str:
    if not notice.is_picture:
        return ""
    if isinstance(notice, say.Mirror):  # a message may move from one ticket to another
        return f"{notice.kind}:{notice.ticket_id}:{notice.message_id}"
    *_, subject = dataclasses.astuple(notice)
    return f"{notice.kind}:{subject}"
