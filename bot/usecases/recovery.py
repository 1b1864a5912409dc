"""After a low score somebody makes good: called for at once, taken, reminded of, ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import ballots, calendar, lifecycle
from bot.slack import mrkdwn
from bot.usecases import announce, duty, look
from bot.usecases.acting import Acting
from bot.usecases.bells import Bell
from bot.usecases.inputs import Acted, RecoveryDue
from bot.usecases.notices import RecoveryCall
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import csat, recovery, texts
from storage.records.csat import Poll, Recovery, RecoveryState
from storage.records.people import Person
from storage.records.tickets import Ticket
from storage.unit import Unit

A_DAY = timedelta(hours=8)
"""So much of our opening time is there to make good, and lies between two reminders."""

ENOUGH = timedelta(days=10)
"""Nobody is reminded any more of what is overdue for so long."""

LONGEST = 1500


@dataclass(frozen=True, slots=True)
class RecoveryScene:
    """What is to be made good, with whom it is, and how it went. ``leads`` are called at first."""

    recovery: Recovery
    poll: Poll
    scene: TicketScene
    owner: Person | None
    by: Person | None
    is_overdue: bool
    act: str = ""

    @property
    def comment(self) -> str:
        """What the customer wrote beside the vote, Slack's mrkdwn."""
        return ballots.bare(self.poll.comment)


def called_for(work: Work, ticket: Ticket, poll: Poll) -> None:
    """A low score: the leads hear it at once, and somebody is to make good.

    Raises Unknown when Slack has to tell who they are.
    """
    if recovery.of_poll(work.unit, poll.id) is not None:
        return
    due_at = calendar.add_open_time(work.at, A_DAY, work.settings.hours)
    task = Recovery(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        poll_id=poll.id,
        opened_at=work.at,
        due_at=due_at,
        owner_id=_owner(work, ticket),
        look_at=due_at,
    )
    recovery.add(work.unit, task)
    _tell(work, ticket, task, act="recovery", by=None)
    _call(work, ticket, task, moment="low")


def _owner(work: Work, ticket: Ticket) -> int | None:
    """Whoever cares for the account, else whoever had the ticket."""
    account = work.account_of(work.channel_of(ticket))
    return (account.owner_id if account else None) or ticket.owner_id


def _call(work: Work, ticket: Ticket, task: Recovery, *, moment: str) -> None:
    """The leads, and whoever is to make good."""
    owner = work.person_by_id(task.owner_id) if task.owner_id else None
    called = [*duty.leads(work), *([owner] if owner else [])]
    for slack_id in dict.fromkeys(person.slack_id for person in called):
        announce.recovery_call(work, ticket, RecoveryCall(slack_id, task.id, moment))


def redrawn(work: Work, ticket: Ticket, poll: Poll) -> None:
    """The vote, or the words beside it, changed: the team sees that."""
    task = recovery.of_poll(work.unit, poll.id)
    if task is not None:
        announce.recovery(work, ticket, task)


def _tell(work: Work, ticket: Ticket, task: Recovery, *, act: str, by: int | None) -> None:
    after = task.due_at.isoformat() if task.is_open else ""
    announce.tell(work, [lifecycle.moved(ticket, act, "", after, by=by, now=work.at)])
    announce.recovery(work, ticket, task)


BELL = Bell(recovery.TIMER, lambda due, now: RecoveryDue(due.id, due.about, due.at, now))


def came(work: Work, item: RecoveryDue) -> str:
    """Nobody has made good in time: whoever is to do it is reminded, on working days."""
    task = recovery.by_id(work.unit, item.recovery_id)
    if task is None or not task.is_open or task.look_at is not None:
        return "not its time any more"
    ticket, hours = work.ticket(task.ticket_id), work.settings.hours
    opens = calendar.opens_next(work.at, hours)
    if opens > work.at and work.at != task.due_at:
        recovery.save(work.unit, task, replace(task, look_at=opens))
        return "reminded when the desk is open"
    again = calendar.add_open_time(work.at, A_DAY, hours)
    look_at = again if again - task.due_at < ENOUGH else None
    reminded = replace(task, reminded_at=work.at, look_at=look_at)
    kept = recovery.save(work.unit, task, reminded)
    announce.recovery(work, ticket, kept)
    _call(work, ticket, kept, moment="overdue")
    return "reminded"


def _meant(work: Work, acting: Acting) -> tuple[Recovery, Ticket]:
    """The open task that an act is about. Raises Missing, and Refused for one that is ended."""
    task, ticket = _found(work, key_of(acting.item))
    if not task.is_open:
        raise Refused(f"Making good on #{ticket.number} is {task.state} already.")
    return task, ticket


def _found(work: Work, recovery_id: int) -> tuple[Recovery, Ticket]:
    task = recovery.by_id(work.unit, recovery_id)
    if task is None:
        raise Missing("That task is not there any more.")
    return task, work.ticket(task.ticket_id)


def key_of(item: Acted) -> int:
    """Which task an act is about."""
    told = item.fields.get("recovery", "")
    return int(told) if told.isdecimal() else 0


def take(work: Work, acting: Acting) -> str:
    """The actor makes good."""
    task, ticket = _meant(work, acting)
    me = acting.actor
    if task.owner_id == me.id:
        raise Refused(f"Making good on #{ticket.number} is yours already.")
    kept = recovery.save(work.unit, task, replace(task, owner_id=me.id))
    _tell(work, ticket, kept, act="recovery-take", by=me.id)
    return ""


def done(work: Work, acting: Acting) -> str:
    """It was made good; the actor says how it went."""
    return _ended(work, acting, RecoveryState.DONE, "recovery-done")


def drop(work: Work, acting: Acting) -> str:
    """Nothing is to be made good; the actor says why."""
    return _ended(work, acting, RecoveryState.DROPPED, "recovery-drop")


def _ended(work: Work, acting: Acting, state: RecoveryState, act: str) -> str:
    task, ticket = _meant(work, acting)
    words = checked(acting.item.text)
    texts.put(work.unit, text_id := new_id(), mrkdwn.escaped(words))
    texts.erase(work.unit, [work.row_id])  # the words lie in one place, where they can be erased
    ended = replace(
        task,
        state=state,
        look_at=None,
        outcome_id=text_id,
        by_id=acting.actor.id,
        ended_at=work.at,
    )
    kept = recovery.save(work.unit, task, ended)
    _tell(work, ticket, kept, act=act, by=acting.actor.id)
    return f"Noted on #{ticket.number}. Thank you."


def checked(words: str) -> str:
    """How it went, in words. Raises Refused."""
    said = words.strip()
    if not said:
        raise Refused("Say in a few words how it went.", field="text")
    if len(said) > LONGEST:
        raise Refused(f"Say it in {LONGEST:,} characters at most.", field="text")
    return said


def scene(work: Work, recovery_id: int, act: str = "") -> RecoveryScene:
    """What the team is shown. Raises Missing."""
    task, ticket = _found(work, recovery_id)
    poll = csat.by_id(work.unit, task.poll_id)
    if poll is None:
        raise Missing("That poll is not there any more.")
    owner = work.person_by_id(task.owner_id) if task.owner_id else None
    by = work.person_by_id(task.by_id) if task.by_id else None
    is_overdue = task.is_open and work.at >= task.due_at
    return RecoveryScene(task, poll, look.scene(work, ticket), owner, by, is_overdue, act)


def form(unit: Unit, item: Acted, now: datetime) -> RecoveryScene:
    """The form in which somebody says how it went. Raises Refused and Missing."""
    look.authorised(unit, item.person, item.act, None)
    shown = scene(look.working(unit, now), key_of(item), item.act)
    if not shown.recovery.is_open:
        raise Refused(f"Making good is {shown.recovery.state} already.")
    return shown


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with that form while it is still open. Raises Refused, Missing."""
    form(unit, item, item.at)
    checked(item.text)
