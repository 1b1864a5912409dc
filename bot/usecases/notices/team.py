"""What the team reads in its own channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.usecases.notices.notice import Notice


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

    ``reason`` is one of `scenes.posts.REASONS`; ``person_id`` who is meant to hear it (the owner),
    if anybody; ``other_id`` another ticket that it speaks of.
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
    """The team hears in triage what Slack refuses and how to mend it, or that it is over.

    A picture.
    """

    kind: ClassVar[str] = "trouble"
    template: ClassVar[str] = "trouble/note.j2"
    is_picture: ClassVar[bool] = True
    trouble_id: int


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
class RecoveryNote(Notice):
    """Under the card: a low score, who makes good by when, and how it went. A picture."""

    kind: ClassVar[str] = "recovery"
    template: ClassVar[str] = "csat/recovery.j2"
    is_picture: ClassVar[bool] = True
    ticket_id: int
    recovery_id: int


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


NOTICES: tuple[type[Notice], ...] = (
    Card,
    Mirror,
    ThreadNote,
    ReplyDesk,
    Onboarding,
    ChannelNote,
    ClockNote,
    PromiseNote,
    LateNote,
    ArticleNote,
    FolderNote,
    TroubleNote,
    Packet,
    PacketNote,
    EscalationNote,
    HandOverNote,
    GuestNote,
    RecoveryNote,
    SuggestionNote,
)
