"""What is posted where customers read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.usecases.notices.notice import Notice
from storage.records.boxes import Delivery


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
class PromisePost(Notice):
    """The customer reads by when they hear from us. A picture: it may be moved or taken back."""

    kind: ClassVar[str] = "promise"
    template: ClassVar[str] = "promise/customer.j2"
    is_picture: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    ticket_id: int
    promise_id: int


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


NOTICES: tuple[type[Notice], ...] = (
    Receipt,
    ReceiptMark,
    OpeningPost,
    ReplyPost,
    Withdrawal,
    SolvedPost,
    NudgePost,
    GoesOnPost,
    ReopenedPost,
    UrgentPost,
    SplitPost,
    PromisePost,
    CsatPost,
    CsatReminder,
    AnswerPost,
    HelpButton,
    HelpPin,
)
