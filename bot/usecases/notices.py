"""What Slack is to be told: the third vocabulary. Notices hold ids and a reason, never text.

A *picture* is updated in place when it is announced again; other notices are new posts each time.
``template`` names the template that ``bot.usecases.scenes`` fills when the notice is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from storage.records.boxes import Delivery


@dataclass(frozen=True, slots=True)
class Notice:
    """``subject_id`` tells pictures of one ticket apart (a message, a reply)."""

    kind: ClassVar[str]
    template: ClassVar[str]
    delivery: ClassVar[Delivery] = Delivery.POST
    is_picture: ClassVar[bool] = False
    urgency: ClassVar[int] = 1

    def body(self) -> dict[str, Any]:
        """What it holds, by name."""
        return {name: getattr(self, name) for name in _NAMES[type(self)]}

    def subject(self) -> Any:
        """What tells a picture from others of its kind: its last field."""
        return getattr(self, _NAMES[type(self)][-1])


@dataclass(frozen=True, slots=True)
class Receipt(Notice):
    """The customer's proof in the thread: number, who has it, when to expect an answer.

    A picture.
    """

    kind: ClassVar[str] = "receipt"
    template: ClassVar[str] = "intake/receipt.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class ReceiptMark(Notice):
    """The same as a mere reaction, where a channel wants it so."""

    kind: ClassVar[str] = "receipt-mark"
    template: ClassVar[str] = ""
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class OpeningPost(Notice):
    """Words that get a thread in the customer's channel: of a form, or split off a thread.

    A picture: what is split off follows its message.
    """

    kind: ClassVar[str] = "opening"
    template: ClassVar[str] = "intake/opening.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Card(Notice):
    """The ticket in its team channel. A picture."""

    kind: ClassVar[str] = "card"
    template: ClassVar[str] = "ticket/card.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Mirror(Notice):
    """A message of the customer's thread, shown in the internal thread.

    A picture: it follows edits.
    """

    kind: ClassVar[str] = "mirror"
    template: ClassVar[str] = "intake/mirror.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 2
    ticket_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ThreadNote(Notice):
    """A line of the desk's own in the internal thread: reopened, urgent, edited after the answer …

    ``reason`` is one of ``scenes.REASONS``; ``person_id`` who is meant to hear it (the owner), if
    anybody; ``other_id`` another ticket that it speaks of.
    ``message_id`` is the message that it is about, where it is about one.
    """

    kind: ClassVar[str] = "thread-note"
    template: ClassVar[str] = "ticket/thread_note.j2"
    ticket_id: int
    reason: str
    person_id: int | None = None
    other_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReplyDesk(Notice):
    """A reply as the team sees it: held with Undo, sent, undone or failed.

    A picture in the internal thread.
    """

    kind: ClassVar[str] = "reply-desk"
    template: ClassVar[str] = "reply/desk.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class ReplyPost(Notice):
    """A reply as the customer gets it, under the agent's name and picture."""

    kind: ClassVar[str] = "reply"
    template: ClassVar[str] = "reply/customer.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class Withdrawal(Notice):
    """A sent reply is to disappear from the customer's thread."""

    kind: ClassVar[str] = "withdrawal"
    template: ClassVar[str] = ""
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    urgency: ClassVar[int] = 0
    ticket_id: int
    ts: str


@dataclass(frozen=True, slots=True)
class SolvedPost(Notice):
    """The customer hears that the ticket is solved, and how to say that it is not."""

    kind: ClassVar[str] = "solved"
    template: ClassVar[str] = "ticket/solved.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class NudgePost(Notice):
    """The customer is asked whether it is settled. ``stamp`` tells one such question from another.

    A picture, so that it can be found whether it was ever posted.
    """

    kind: ClassVar[str] = "nudge"
    template: ClassVar[str] = "ticket/nudge.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int
    stamp: str


@dataclass(frozen=True, slots=True)
class GoesOnPost(Notice):
    """The customer hears in one thread that we look after it in another, or not any more.

    A picture.
    """

    kind: ClassVar[str] = "goes-on"
    template: ClassVar[str] = "ticket/goes_on.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class ReopenedPost(Notice):
    """The customer hears that the ticket is open again."""

    kind: ClassVar[str] = "reopened"
    template: ClassVar[str] = "ticket/reopened.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class UrgentPost(Notice):
    """The customer hears that the ticket now counts as urgent."""

    kind: ClassVar[str] = "urgent"
    template: ClassVar[str] = "intake/urgent.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class SplitPost(Notice):
    """The customer hears in the old thread that a question has a thread of its own now."""

    kind: ClassVar[str] = "split"
    template: ClassVar[str] = "intake/split.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int
    split_id: int


@dataclass(frozen=True, slots=True)
class HelpButton(Notice):
    """The button in the public channel by which anybody may ask. A picture.

    ``place`` is our key of the channel and the ts of the button before it, which was deleted.
    """

    kind: ClassVar[str] = "help-button"
    template: ClassVar[str] = "intake/help_button.j2"
    is_picture: ClassVar[bool] = True
    place: str


@dataclass(frozen=True, slots=True)
class HelpPin(Notice):
    """That button is to be pinned."""

    kind: ClassVar[str] = "help-pin"
    template: ClassVar[str] = ""
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    place: str


@dataclass(frozen=True, slots=True)
class Whisper(Notice):
    """A private answer to one person: a refusal with its mend, or that it is done. At most once.

    ``words`` is a finished plain sentence of ours; customers' text never goes in. ``returned_row``
    is the Input that came to nothing, whose own words go back to who wrote them; 0 for none.
    """

    kind: ClassVar[str] = "whisper"
    template: ClassVar[str] = "access/whisper.j2"
    delivery: ClassVar[Delivery] = Delivery.ONCE
    urgency: ClassVar[int] = 0
    words: str
    person: str
    channel: str
    thread_ts: str = ""
    response_url: str = ""
    returned_row: int = 0


@dataclass(frozen=True, slots=True)
class Completion(Notice):
    """A private button for an act that was asked for in words, and opens something. At most once.

    Words have no trigger id, without which Slack opens no form. ``chosen`` is what was said for the
    act's first field; ``said`` our key of the message whose own words are to stand in the form.
    """

    kind: ClassVar[str] = "completion"
    template: ClassVar[str] = "access/completion.j2"
    delivery: ClassVar[Delivery] = Delivery.ONCE
    urgency: ClassVar[int] = 0
    act: str
    ticket_id: int
    person: str
    channel: str
    thread_ts: str
    chosen: str = ""
    said: int | None = None


@dataclass(frozen=True, slots=True)
class Onboarding(Notice):
    """The team is asked in triage whose a new customers' channel is, and later sees the answer.

    A picture.
    """

    kind: ClassVar[str] = "onboarding"
    template: ClassVar[str] = "account/onboarding.j2"
    is_picture: ClassVar[bool] = True
    channel_id: int


@dataclass(frozen=True, slots=True)
class ChannelNote(Notice):
    """The team hears in triage that a customers' channel was lost: archived, unshared, left …

    ``what`` is Slack's event, ``was`` what the channel was called then.
    """

    kind: ClassVar[str] = "channel-note"
    template: ClassVar[str] = "account/channel_note.j2"
    channel_id: int
    what: str
    was: str


@dataclass(frozen=True, slots=True)
class ClockNote(Notice):
    """A line in the internal thread: the owner is warned, or a lead hears that it was missed.

    ``step`` is warned or missed; ``due_at`` in ISO format.
    """

    kind: ClassVar[str] = "clock-note"
    template: ClassVar[str] = "sla/note.j2"
    ticket_id: int
    goal: str
    step: str
    due_at: str


@dataclass(frozen=True, slots=True)
class PromisePost(Notice):
    """The customer reads by when they hear from us. A picture: it may be moved or taken back."""

    kind: ClassVar[str] = "promise"
    template: ClassVar[str] = "promise/customer.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int
    promise_id: int


@dataclass(frozen=True, slots=True)
class PromiseNote(Notice):
    """A line in the internal thread: a promise is nearly due, or broken; ``step`` says which."""

    kind: ClassVar[str] = "promise-note"
    template: ClassVar[str] = "promise/note.j2"
    ticket_id: int
    promise_id: int
    step: str


@dataclass(frozen=True, slots=True)
class LateNote(Notice):
    """The team hears in triage, once, what was missed while the desk was down. A picture.

    ``since`` is when the round of looking began, in ISO format.
    """

    kind: ClassVar[str] = "late-note"
    template: ClassVar[str] = "sla/late.j2"
    is_picture: ClassVar[bool] = True
    since: str


@dataclass(frozen=True, slots=True)
class ArticleNote(Notice):
    """The team hears in triage that somebody should look at an article.

    ``reason`` is one of ``review.REASONS``; ``stamp`` tells one such call from another.
    """

    kind: ClassVar[str] = "article-note"
    template: ClassVar[str] = "article/note.j2"
    article_id: int
    reason: str
    stamp: str


@dataclass(frozen=True, slots=True)
class FolderNote(Notice):
    """The team hears in triage which files of the folder of articles are broken. A picture.

    ``since`` is when they were found so, in ISO format.
    """

    kind: ClassVar[str] = "folder-note"
    template: ClassVar[str] = "article/folder.j2"
    is_picture: ClassVar[bool] = True
    since: str


@dataclass(frozen=True, slots=True)
class TroubleNote(Notice):
    """The team hears in triage what keeps posts waiting and how to mend it, or that it is over.

    A picture.
    """

    kind: ClassVar[str] = "trouble"
    template: ClassVar[str] = "trouble/note.j2"
    is_picture: ClassVar[bool] = True
    trouble_id: int


@dataclass(frozen=True, slots=True)
class TroubleCall(Notice):
    """An agent hears privately that triage itself cannot be written to."""

    kind: ClassVar[str] = "trouble-call"
    template: ClassVar[str] = "trouble/call.j2"
    delivery: ClassVar[Delivery] = Delivery.ONCE
    urgency: ClassVar[int] = 0
    trouble_id: int
    person: str


@dataclass(frozen=True, slots=True)
class Packet(Notice):
    """What is asked of a level of the ladder, in its channel, and what came of it. A picture."""

    kind: ClassVar[str] = "packet"
    template: ClassVar[str] = "escalation/packet.j2"
    is_picture: ClassVar[bool] = True
    escalation_id: int


@dataclass(frozen=True, slots=True)
class PacketNote(Notice):
    """A line of the desk's own in the thread of a packet.

    ``reason`` is one of ``packet.IN_PACKET``; ``message_id`` holds the words that it passes on,
    ``person_id`` is who is meant to hear it. With words it is a picture: they may be erased.
    """

    kind: ClassVar[str] = "packet-note"
    template: ClassVar[str] = "escalation/packet_note.j2"
    is_picture: ClassVar[bool] = True
    escalation_id: int
    reason: str
    message_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class EscalationNote(Notice):
    """What became of an escalation, under the card; ``reason`` is one of ``packet.UNDER_CARD``.

    With words that it passes on, those of ``message_id``, it is a picture: they may be erased.
    """

    kind: ClassVar[str] = "escalation-note"
    template: ClassVar[str] = "escalation/note.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    escalation_id: int
    reason: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Notice):
    """Somebody is called by direct message; ``reason`` is one of ``packet.CALLS``."""

    kind: ClassVar[str] = "page"
    template: ClassVar[str] = "escalation/page.j2"
    urgency: ClassVar[int] = 0
    ticket_id: int
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutsidePage(Notice):
    """An outside pager is called, once for all ``people`` (our keys) who are called.

    ``reason`` as of `Page`; ``at`` in ISO format.
    """

    kind: ClassVar[str] = "outside-page"
    template: ClassVar[str] = ""
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    urgency: ClassVar[int] = 0
    ticket_id: int
    reason: str
    at: str
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOverNote(Notice):
    """What was left open at the end of a shift, for who comes to accept. A picture.

    ``place`` is the rota and when its shift ended.
    """

    kind: ClassVar[str] = "hand-over"
    template: ClassVar[str] = "rota/hand_over.j2"
    is_picture: ClassVar[bool] = True
    rota: str
    at: str
    place: str


@dataclass(frozen=True, slots=True)
class GuestNote(Notice):
    """Under the card: somebody helps with the ticket, or not any more. A picture."""

    kind: ClassVar[str] = "guest-note"
    template: ClassVar[str] = "escalation/guest_note.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    guest_id: int


@dataclass(frozen=True, slots=True)
class Invitation(Notice):
    """A colleague is asked by direct message to help with one ticket. A picture."""

    kind: ClassVar[str] = "invitation"
    template: ClassVar[str] = "escalation/invitation.j2"
    is_picture: ClassVar[bool] = True
    person: str
    guest_id: int


@dataclass(frozen=True, slots=True)
class DigestPost(Notice):
    """A digest in a channel of the team's or by direct message. A picture: decisions are taken."""

    kind: ClassVar[str] = "digest"
    template: ClassVar[str] = "digest/digest.j2"
    is_picture: ClassVar[bool] = True
    digest_id: int


@dataclass(frozen=True, slots=True)
class CustomerReport(Notice):
    """A customer's own week in their channel, who wanted it so."""

    kind: ClassVar[str] = "customer-report"
    template: ClassVar[str] = "digest/customer.j2"
    digest_id: int


@dataclass(frozen=True, slots=True)
class CsatPost(Notice):
    """Whoever asked is asked how we did, and sees what became of the vote. A picture."""

    kind: ClassVar[str] = "csat"
    template: ClassVar[str] = "csat/poll.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    poll_id: int


@dataclass(frozen=True, slots=True)
class CsatReminder(Notice):
    """The same once more for who has not voted. A picture: it gives way to the vote."""

    kind: ClassVar[str] = "csat-reminder"
    template: ClassVar[str] = "csat/reminder.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    poll_id: int


@dataclass(frozen=True, slots=True)
class RecoveryNote(Notice):
    """Under the card: a low score, who makes good by when, and how it went. A picture."""

    kind: ClassVar[str] = "recovery"
    template: ClassVar[str] = "csat/recovery.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    recovery_id: int


@dataclass(frozen=True, slots=True)
class RecoveryCall(Notice):
    """Somebody hears of a low score by direct message; ``reason`` is low or overdue."""

    kind: ClassVar[str] = "recovery-call"
    template: ClassVar[str] = "csat/call.j2"
    person: str
    recovery_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class SuggestionNote(Notice):
    """What is known that may help with a new ticket, and what became of it.

    A picture in the internal thread.
    """

    kind: ClassVar[str] = "suggestion"
    template: ClassVar[str] = "suggestion/note.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 2
    ticket_id: int


@dataclass(frozen=True, slots=True)
class AnswerPost(Notice):
    """A public article that the desk tells a customer by itself, with a way to a person.

    A picture: it shows what the customer said of it.
    """

    kind: ClassVar[str] = "answer"
    template: ClassVar[str] = "suggestion/answer.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Home(Notice):
    """The app's home of one person."""

    kind: ClassVar[str] = "home"
    template: ClassVar[str] = "home/home.j2"
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    is_picture: ClassVar[bool] = True
    person_id: int


NOTICES: tuple[type[Notice], ...] = (
    Receipt,
    ReceiptMark,
    OpeningPost,
    Card,
    Mirror,
    ThreadNote,
    ReplyDesk,
    ReplyPost,
    Withdrawal,
    SolvedPost,
    NudgePost,
    GoesOnPost,
    ReopenedPost,
    UrgentPost,
    SplitPost,
    HelpButton,
    HelpPin,
    Whisper,
    Completion,
    Onboarding,
    ChannelNote,
    ClockNote,
    PromisePost,
    PromiseNote,
    LateNote,
    ArticleNote,
    FolderNote,
    TroubleNote,
    TroubleCall,
    Packet,
    PacketNote,
    EscalationNote,
    Page,
    OutsidePage,
    HandOverNote,
    GuestNote,
    Invitation,
    DigestPost,
    CustomerReport,
    CsatPost,
    CsatReminder,
    RecoveryNote,
    RecoveryCall,
    SuggestionNote,
    AnswerPost,
    Home,
)
BY_KIND = {notice.kind: notice for notice in NOTICES}
_NAMES: dict[type[Notice], tuple[str, ...]] = {
    notice: tuple(field.name for field in fields(notice)) for notice in NOTICES
}
