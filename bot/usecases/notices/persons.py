"""What one person alone is told: private answers, calls, invitations, the app’s home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.usecases.notices.notice import Notice
from storage.records.boxes import Delivery


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
class TroubleCall(Notice):
    """An agent hears privately that triage itself cannot be written to."""

    kind: ClassVar[str] = "trouble-call"
    template: ClassVar[str] = "trouble/call.j2"
    delivery: ClassVar[Delivery] = Delivery.ONCE
    urgency: ClassVar[int] = 0
    trouble_id: int
    person: str


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
class Invitation(Notice):
    """A colleague is asked by direct message to help with one ticket. A picture."""

    kind: ClassVar[str] = "invitation"
    template: ClassVar[str] = "escalation/invitation.j2"
    is_picture: ClassVar[bool] = True
    person: str
    guest_id: int


@dataclass(frozen=True, slots=True)
class RecoveryCall(Notice):
    """Somebody hears of a low score by direct message; ``reason`` is low or overdue."""

    kind: ClassVar[str] = "recovery-call"
    template: ClassVar[str] = "csat/call.j2"
    person: str
    recovery_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Home(Notice):
    """The app's home of one person."""

    kind: ClassVar[str] = "home"
    template: ClassVar[str] = "home/home.j2"
    delivery: ClassVar[Delivery] = Delivery.IDEMPOTENT
    is_picture: ClassVar[bool] = True
    person_id: int


NOTICES: tuple[type[Notice], ...] = (
    Whisper,
    Completion,
    TroubleCall,
    Page,
    OutsidePage,
    Invitation,
    RecoveryCall,
    Home,
)
