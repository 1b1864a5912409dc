"""The verdict on a new message: ticket, part of one, answer, note, or nothing of the kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from bot.errors import PersonFact, Unknown
from bot.rules import access, courtesy, helping, lifecycle
from bot.usecases.inputs import Said
from storage.records.channels import Channel, Role
from storage.records.light import light
from storage.records.messages import End, Message, Side
from storage.records.people import Person, Team
from storage.records.tickets import Source, Ticket
from storage.records.workspaces import DeskSettings, Mode

Action = Literal["open", "join", "answer", "help", "note", "ignore"]

REASONS = MappingProxyType(
    {
        "new": "It is a new request, so it became a ticket.",
        "late": "It asks for something in a thread that was not tracked, so it became a ticket.",
        "mention": "Somebody called me here by name, so it became a ticket.",
        "tracked": "Somebody asked for it by hand, so it became a ticket whatever else was said.",
        "split": "It was split off from another ticket, so it became one of its own.",
        "asked": "It was asked with the *Ask for help* form.",
        "form": "It was written in the form of a new ticket.",
        "follows": "Its ticket was resolved long ago, so it became a new one that follows it.",
        "thread": "It belongs to the ticket of this thread.",
        "grouped": "The same person had just opened a ticket here that nobody had answered yet.",
        "again": "It only asks again about the newest open ticket of the same person here.",
        "reopened": "It came after the ticket was resolved, so the ticket was opened again.",
        "imported": "It stood in the thread before the thread became a ticket.",
        "urgent": "It says why the ticket is urgent.",
        "vote": "It says how satisfied somebody is with a ticket, and moves nothing else.",
        "comment": "It is a comment on how we did with a ticket.",
        "courtesy": "It is a kind word, or none at all, and asks for nothing.",
        "answer": "Somebody of the team answered in the ticket’s thread.",
        "reply": "Somebody of the team answered with *Reply*.",
        "helper": "Somebody who helps in this channel answered the question.",
        "asked-back": "A specialist asked back about the escalation.",
        "declined": "A specialist declined the escalation.",
        "answered": "A specialist answered the escalation.",
        "note": "Somebody of the team wrote in the internal thread.",
        "attached": "It was written in a thread that is attached to the ticket.",
        "staff": "It was written by one of our own people.",
        "own": "It is a post of this desk.",
        "bot": "It was written by an app or a bot.",
        "housekeeping": "It is one of Slack’s own notices, not somebody’s words.",
        "empty": "It holds neither words nor files.",
        "nobody": "Slack does not say who wrote it.",
        "on-demand": "This channel is tracked on demand only.",
        "off": "Tracking is switched off in this channel.",
        "archived": "The channel is archived.",
        "elsewhere": "This is not a customer channel.",
        "direct": "It was written to me alone, where nobody of the team reads.",
        "before": "It was said before its thread was tracked.",
        "gone": "It was deleted before I could read it.",
    }
)
"""Every reason that a message may end with, with a sentence for "Why (not) a ticket?"."""

BEFORE = "before"

WORDS_OF_PEOPLE = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message"})
"""The subtypes that carry what somebody says (FACTS 4); all others are housekeeping."""

_SLACKBOT = "USLACKBOT"
_TEAM_ROLES = frozenset({Role.TRIAGE, Role.TECH, Role.DIGEST})


@light(frozen=True, slots=True)
class Verdict:
    """``ticket``: the one joined or answered; with "open" the older one that it follows, if any."""

    end: End
    reason: str
    action: Action
    ticket: Ticket | None = None

    @property
    def is_courtesy(self) -> bool:
        return self.reason == "courtesy"

    @property
    def side(self) -> Side:
        """On whose side the message stands."""
        if self.action in ("open", "join"):
            return Side.CUSTOMER
        if self.action == "answer" or self.reason == "staff":
            return Side.OURS
        if self.action == "help":
            return Side.HELPER
        return Side.NOTE if self.action == "note" else Side.OTHER


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known of one message while it is judged."""

    said: Said
    channel: Channel
    author: Person
    team: Team
    settings: DeskSettings
    now: datetime

    @property
    def mode(self) -> Mode:
        return access.mode_of(self.channel, self.settings)

    @property
    def is_on_demand(self) -> bool:
        return self.mode is Mode.ON_DEMAND

    @property
    def is_courtesy(self) -> bool:
        return courtesy.is_courtesy(self.said.text, has_files=_has_files(self.said))


def judge(
    said: Said,
    *,
    channel: Channel,
    author: Person | None,
    team: Team,
    settings: DeskSettings,
    parent_ticket: Ticket | None,
    newest: Ticket | None,
    now: datetime,
) -> Verdict:
    """The one end of a message.

    ``parent_ticket``: the (newest) ticket of its thread; for a reply also that of the card under
    which it stands, or that its parent message has joined. ``newest``: the author's newest ticket
    in this channel. Raises Unknown when the author or the agents have to be asked for first.
    """
    if (nothing := _nobodys(said, author, team)) or author is None:
        return nothing or _of_nobody(said)
    case = _Case(said, channel, author, team, settings, now)
    if parent_ticket is not None:
        return _in_thread(case, parent_ticket)
    return _untracked(case, newest)


def judge_attached(
    said: Said, *, author: Person | None, team: Team, attached_to: Ticket
) -> Verdict:
    """The end of a message in a thread of ours that is attached to a ticket.

    Raises Unknown when its author has to be asked for first.
    """
    note = Verdict(End.JOINED, "attached", "note", attached_to)
    return _nobodys(said, author, team) or note


def _nobodys(said: Said, author: Person | None, team: Team) -> Verdict | None:
    """The end of what nobody said, None for the words of people."""
    if (reason := no_words(said, team)) is not None:
        return _ignored(reason)
    if author is None:
        return _of_nobody(said)
    return _ignored("bot") if _is_machine(author) else None


def judge_late(
    said: Said,
    *,
    channel: Channel,
    author: Person | None,
    team: Team,
    settings: DeskSettings,
    ticket: Ticket,
) -> Verdict:
    """The end of what stood in a thread before the thread became ``ticket``.

    Nothing said then opens anything now. Raises Unknown when the agents have to be asked for first.
    """
    if author is None or _is_machine(author) or no_words(said, team):
        return _ignored(BEFORE)
    case = _Case(said, channel, author, team, settings, said.at)
    verdict = _in_thread(case, ticket)
    if verdict.action not in ("join", "answer", "help"):
        return _ignored(BEFORE)
    return replace(verdict, reason="courtesy" if verdict.is_courtesy else "imported")


def asks(
    said: Said, *, channel: Channel, author: Person | None, team: Team, settings: DeskSettings
) -> bool:
    """Whether a message asks for something at all, wherever it stands and whatever the mode."""
    if author is None or _is_machine(author) or no_words(said, team):
        return False
    case = _Case(said, channel, author, team, settings, said.at)
    return not case.is_courtesy and not _is_ours(case, None)


def is_called(text: str, team: Team) -> bool:
    """True when the words name the desk's own bot: ``<@U…>``, or ``<@U…|name>``."""
    return f"<@{team.bot_user_id}>" in text or f"<@{team.bot_user_id}|" in text


def splits(said: Said, parent: Message | None, ticket: Ticket | None) -> bool:
    """True when a reply starts a thread on a message that had joined ``ticket`` by grouping.

    ``parent`` then becomes a ticket of its own, and the reply is judged in that ticket's thread
    (PRODUCT 1.2). Courtesy, bots and Slack's own notices start nothing.
    """
    if parent is None or ticket is None or ticket.is_done or not _starts_a_talk(said):
        return False
    is_top_level = parent.thread_ts in {"", parent.ts} and parent.ts == said.thread_ts
    is_joined = parent.ticket_id == ticket.id and parent.side is Side.CUSTOMER
    is_joined = is_joined and parent.reason != "again"
    is_elsewhere = parent.channel_id == ticket.channel_id and parent.ts != ticket.thread_ts
    return is_top_level and is_joined and is_elsewhere


def _starts_a_talk(said: Said) -> bool:
    if not said.is_reply or said.bot_id or said.subtype not in WORDS_OF_PEOPLE - {"bot_message"}:
        return False
    has_files = _has_files(said)
    is_nothing = courtesy.is_empty(said.text, has_files=has_files)
    return not is_nothing and not courtesy.is_courtesy(said.text, has_files=has_files)


def _is_machine(author: Person) -> bool:
    return author.is_bot or author.slack_id == _SLACKBOT


def no_words(said: Said, team: Team) -> str | None:
    """Why a message is nobody's words, whatever they say; None when it is somebody's."""
    if access.is_own_bot(said.bot_id, said.app_id, said.author, team):
        return "own"
    if said.bot_id or said.subtype == "bot_message":
        return "bot"
    if said.subtype not in WORDS_OF_PEOPLE:
        return "housekeeping"
    return "empty" if courtesy.is_empty(said.text, has_files=_has_files(said)) else None


def _of_nobody(said: Said) -> Verdict:
    if said.author:
        raise Unknown(PersonFact(said.author))
    return _ignored("nobody")


def _in_thread(case: _Case, ticket: Ticket) -> Verdict:
    if access.role_of(case.channel, case.settings) in _TEAM_ROLES:
        return Verdict(End.JOINED, "note", "note", ticket)
    if ticket.channel_id != case.channel.id:
        # A card whose channel has outsiders by now: their words never join another's ticket.
        return _untracked(case, None)
    if _is_ours(case, ticket):
        return Verdict(End.JOINED, "answer", "answer", ticket)
    if _is_helping(case, ticket):
        return Verdict(End.JOINED, "helper", "help", ticket)
    return _from_customer(case, ticket)


def _from_customer(case: _Case, ticket: Ticket) -> Verdict:
    if case.is_courtesy:
        return Verdict(End.JOINED, "courtesy", "join", ticket)
    if not ticket.is_done:
        return Verdict(End.JOINED, "thread", "join", ticket)
    if lifecycle.is_reopenable(ticket, window=case.settings.reopen, now=case.now):
        return Verdict(End.JOINED, "reopened", "join", ticket)
    return Verdict(End.OPENED, "follows", "open", ticket)


def _is_ours(case: _Case, ticket: Ticket | None) -> bool:
    """Where everybody may ask, only those with a role answer; elsewhere all of our people do."""
    if case.mode is not Mode.COMMUNITY:
        return access.is_staff(case.author, case.team) or _has_left_us(case)
    return not _is_asking(case.author, ticket) and bool(access.roles(case.author, case.team))


def _is_helping(case: _Case, ticket: Ticket) -> bool:
    """In public, who did not ask may answer; whoever fills in a form asks for somebody unknown."""
    if case.mode is not Mode.COMMUNITY or ticket.source is Source.FORM:
        return False
    return ticket.requester_id != case.author.id and helping.is_answer(case.said.text)


def _is_asking(author: Person, ticket: Ticket | None) -> bool:
    """An agent who fills in a form asks for somebody else."""
    if ticket is None or ticket.source is Source.FORM:
        return False
    return ticket.requester_id == author.id


def _has_left_us(case: _Case) -> bool:
    return case.author.is_deleted and access.is_of_our_company(case.author, case.team)


def _untracked(case: _Case, newest: Ticket | None) -> Verdict:
    if (reason := _no_request(case)) is not None:
        return _ignored(reason)
    if case.said.is_reply:
        return Verdict(End.OPENED, "mention" if case.is_on_demand else "late", "open")
    if case.is_on_demand:
        return Verdict(End.OPENED, "mention", "open")
    if newest is not None and _is_grouped(case, newest):
        return Verdict(End.JOINED, "grouped", "join", newest)
    if newest is not None and _asks_again(case, newest):
        return Verdict(End.JOINED, "again", "join", newest)
    return Verdict(End.OPENED, "new", "open")


def _no_request(case: _Case) -> str | None:
    if (reason := _no_place(case)) is not None:
        return reason
    called = case.is_on_demand and is_called(case.said.text, case.team)
    if not called and _is_ours(case, None):
        return "staff"
    if case.is_on_demand and not called:
        return "on-demand"
    return "courtesy" if case.is_courtesy else None


def _no_place(case: _Case) -> str | None:
    """Why nothing that is written there asks for anything, None where it may."""
    role = access.role_of(case.channel, case.settings)
    if role is Role.DIRECT:
        return "courtesy" if case.said.is_reply and case.is_courtesy else "direct"
    if role not in (Role.CUSTOMER, Role.PUBLIC):
        return "elsewhere"
    # Nobody writes in an archived channel: what comes late from there was asked before.
    return "off" if case.mode is Mode.OFF else None


def _is_grouped(case: _Case, newest: Ticket) -> bool:
    """Counted from the customer's last word, either way: events have no order (FACTS 1)."""
    if newest.requester_id != case.author.id or newest.channel_id != case.channel.id:
        return False
    if newest.is_done or newest.first_answer_at is not None:
        return False
    last = newest.last_customer_at or newest.opened_at
    return abs(case.said.at - last) <= case.settings.grouping


def _asks_again(case: _Case, newest: Ticket) -> bool:
    """Nobody can answer a lone question mark but in the ticket that it is about."""
    is_theirs = newest.requester_id == case.author.id and newest.channel_id == case.channel.id
    is_live = is_theirs and not newest.is_done and not _has_files(case.said)
    return is_live and courtesy.only_asks_again(case.said.text)


def _has_files(said: Said) -> bool:
    return bool(said.files) or said.subtype == "file_share"


def _ignored(reason: str) -> Verdict:
    return Verdict(End.IGNORED, reason, "ignore")
