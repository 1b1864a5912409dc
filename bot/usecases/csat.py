"""Satisfaction polls: asked when their time comes, voted in, commented on, sent by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, ballots, calendar, lifecycle, when
from bot.rules import csat as rules
from bot.slack import mrkdwn
from bot.usecases import announce, catchup, look, polls, recovery, waking
from bot.usecases.acting import Acting
from bot.usecases.bells import Bell
from bot.usecases.inputs import Acted, PollDue
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import csat, history, messages, texts
from storage.records.channels import Role
from storage.records.csat import Ballot, Poll, PollState
from storage.records.people import Person
from storage.records.tickets import Change, Ticket
from storage.unit import Unit

LONG_WAIT = timedelta(hours=1)
"""A post that Slack took so much later may find nobody at work."""

NO_POLL = "There is no such poll any more. Thank you all the same!"
NOT_YOURS = (
    "Only the person who asked can rate this. If you want to tell us something, too, just write"
    " it here."
)


@dataclass(frozen=True, slots=True)
class PollScene:
    """A poll as whoever asked sees it.

    ``is_private``: nobody else reads it; ``is_public``: anybody may. ``is_final``: the vote stays
    as it is; until ``until`` it may be changed, or a first one given.
    """

    poll: Poll
    scene: TicketScene
    is_private: bool
    is_public: bool
    is_final: bool
    is_low: bool
    until: datetime
    faces: tuple[ballots.Face, ...] = ballots.FACES

    @property
    def face(self) -> ballots.Face | None:
        """The face of the vote, None without one."""
        return ballots.face_of(self.poll.score) if self.poll.score else None

    @property
    def comment(self) -> str:
        """The words beside the vote, Slack's mrkdwn."""
        return ballots.bare(self.poll.comment)

    @property
    def words(self) -> str:
        """The same as they are typed in a form."""
        return mrkdwn.unescape(self.comment)


BELL = Bell(csat.TIMER, lambda due, now: PollDue(due.id, due.about, due.at, now))


def came(work: Work, item: PollDue) -> str:
    """Ask, remind, or end the poll, whichever its time is for."""
    poll = csat.by_id(work.unit, item.poll_id)
    if poll is None or poll.due_at is not None:
        return "not its time any more"
    ticket = work.ticket(poll.ticket_id)
    again_at = catchup.look_again_at(work, ticket)
    if again_at and not _is_late(work, poll, item.due_at):
        csat.save(work.unit, poll, replace(poll, due_at=again_at))
        return "first what was missed is taken in"
    match poll.state:
        case PollState.PLANNED:
            return _time_to_ask(work, poll, ticket, item.due_at)
        case PollState.ASKED:
            return _no_vote_yet(work, poll, ticket)
        case PollState.VOTED:
            announce.poll(work, ticket, poll)
            return "the vote stays"
    return "not its time any more"


def _time_to_ask(work: Work, poll: Poll, ticket: Ticket, due_at: datetime) -> str:
    asker = work.person(work.person_of(poll.asker_id).slack_id)
    why = polls.why_not(work, ticket, asker, by_hand=poll.by_id is not None)
    last = csat.last_asked(work.unit, asker.id)
    why = why or rules.is_too_soon(last, work.settings.csat, now=work.at)
    if not why and _is_late(work, poll, due_at):
        why = rules.LATE
    if why:
        csat.save(work.unit, poll, rules.dropped(poll, why, now=work.at))
        return f"not asked: {why}"
    opens = calendar.opens_next(work.at, waking.hours_of(work, ticket))
    if opens > work.at:
        csat.save(work.unit, poll, replace(poll, due_at=opens))
        return "asked when the customer is there"
    _ask(work, poll, ticket, asker)
    return "asked"


def _is_late(work: Work, poll: Poll, due_at: datetime) -> bool:
    """Whether nobody is to be asked any more, whatever is still to be found."""
    return poll.state is PollState.PLANNED and work.at - due_at > rules.MOMENT


def _ask(work: Work, poll: Poll, ticket: Ticket, asker: Person) -> None:
    place_id = _place(work, ticket, asker)
    asked = replace(poll, state=PollState.ASKED, asked_at=work.at, place_id=place_id)
    kept = _save(work, poll, asked, ticket)
    note = Change(work.workspace_id, new_id(), ticket.id, work.at, poll.by_id, "poll")
    history.add(work.unit, [note])
    announce.poll(work, ticket, kept)


def _place(work: Work, ticket: Ticket, asker: Person) -> int | None:
    """Where everybody reads along, whoever asked is asked in private, if Slack lets us.

    Raises Unknown when Slack has to open that talk first.
    """
    if not _is_public(work, ticket):
        return None
    direct = work.direct(asker.slack_id)
    is_told = direct.is_found and direct.slack_id != asker.slack_id
    return direct.id if is_told else None


def _is_public(work: Work, ticket: Ticket) -> bool:
    return access.role_of(work.channel_of(ticket), work.settings) is Role.PUBLIC


def _save(work: Work, before: Poll, after: Poll, ticket: Ticket) -> Poll:
    """Write what changed, and when to look at it next."""
    hours = waking.hours_of(work, ticket)
    at = rules.next_look(after, work.settings.csat, hours)
    return csat.save(work.unit, before, replace(after, due_at=at))


def _no_vote_yet(work: Work, poll: Poll, ticket: Ticket) -> str:
    polling, hours = work.settings.csat, waking.hours_of(work, ticket)
    if work.at >= rules.expires_at(poll, polling):
        return _over(work, poll, ticket)
    if rules.reminds_at(poll, polling, hours) is None or not calendar.is_open(work.at, hours):
        _save(work, poll, poll, ticket)
        return "nobody is reminded now"
    reminded = _save(work, poll, replace(poll, reminded_at=work.at), ticket)
    if polls.why_not(work, ticket, work.person_by_id(poll.asker_id), by_hand=True):
        return "nobody is there to be reminded"
    announce.poll_reminder(work, ticket, reminded)
    return "reminded"


def _over(work: Work, poll: Poll, ticket: Ticket) -> str:
    """Silence; but who never saw the poll was not silent."""
    if not announce.poll_post(work, ticket, poll):
        csat.save(work.unit, poll, rules.dropped(poll, rules.UNSENT, now=work.at))
        return "nobody ever saw it"
    over = replace(poll, state=PollState.EXPIRED, ended_at=work.at, due_at=None)
    announce.poll(work, ticket, csat.save(work.unit, poll, over))
    return "over without a vote"


def found(work: Work, poll_id: int) -> tuple[Poll, Ticket]:
    """A poll and its ticket. Raises Missing."""
    poll = csat.by_id(work.unit, poll_id)
    if poll is None:
        raise Missing(NO_POLL)
    return poll, work.ticket(poll.ticket_id)


def key_of(item: Acted) -> int:
    """Which poll an act is about."""
    told = item.fields.get("poll", "")
    return int(told) if told.isdecimal() else 0


def vote(work: Work, acting: Acting) -> str:
    """A face was pressed; the poll itself shows that it counts."""
    poll, ticket = found(work, key_of(acting.item))
    check_asker(poll, acting.actor)
    told = acting.item.fields.get("score", "")
    if told not in ("1", "2", "3", "4", "5"):
        raise Missing(NO_POLL)
    counted(work, poll, ticket, int(told), ballot=Ballot.BUTTON)
    return ""


def check_asker(poll: Poll, person: Person) -> None:
    """Refused for everybody but whoever asked."""
    if person.id != poll.asker_id:
        raise Refused(NOT_YOURS)


def counted(
    work: Work, poll: Poll, ticket: Ticket, score: int, *, ballot: Ballot, mark: str = ""
) -> Poll:
    """Let a vote count, and the team know of it. Raises Refused with why it cannot."""
    check_ticket(poll, ticket)
    after = rules.cast(poll, score, ballot, mark=mark, number=ticket.number, now=work.at)
    kept = _save(work, poll, after, ticket)
    _told(work, ticket, poll, kept)
    if rules.is_low(kept.score, work.settings.csat):
        recovery.called_for(work, ticket, kept)
    return kept


def check_ticket(poll: Poll, ticket: Ticket) -> None:
    """Refused where the ticket was opened again, and then went another way."""
    if poll.why != rules.REOPENED:
        return
    if ticket.merged_id is not None:
        raise Refused(lifecycle.why_merged(ticket.number, is_customer=True))
    if ticket.is_done:
        raise Refused(
            f"#{ticket.number} was opened again after we asked, so that question is over. Whatever"
            " you want to tell us, just write it here."
        )


def uncounted(work: Work, poll: Poll, ticket: Ticket) -> Poll:
    """A vote was taken back by who gave it."""
    bare = rules.withdrawn(poll, work.settings.csat, now=work.at)
    kept = csat.save(work.unit, poll, bare)
    _told(work, ticket, poll, kept)
    return kept


def _told(work: Work, ticket: Ticket, before: Poll, after: Poll) -> None:
    old, new = (str(each.score or "") for each in (before, after))
    by = after.asker_id
    announce.tell(work, [lifecycle.moved(ticket, "vote", old, new, by=by, now=work.at)])
    announce.poll(work, ticket, after)
    recovery.redrawn(work, ticket, after)


def comment(work: Work, acting: Acting) -> str:
    """Words beside a vote, by form."""
    poll, ticket = found(work, key_of(acting.item))
    check_comment(work, poll, acting.actor)
    words = rules.checked_comment(acting.item.text or _no_form())
    texts.put(work.unit, text_id := new_id(), mrkdwn.escaped(words))
    commented(work, poll, ticket, text_id)
    texts.erase(work.unit, [work.row_id])  # the words lie in one place, where they can be erased
    return "Thank you, we read that."


def _no_form() -> str:
    raise Refused("Reply to the poll with `comment:` and your words, and we read them.")


def check_comment(work: Work, poll: Poll, person: Person) -> None:
    """Refused unless the person was asked, and may still say something about it."""
    check_asker(poll, person)
    if not (poll.is_open or poll.score) or rules.is_final(poll, now=work.at):
        raise Refused("The poll is over. Whatever you want to tell us, just write it here.")


def commented(work: Work, poll: Poll, ticket: Ticket, text_id: int | None) -> Poll:
    """Keep a comment in the place of the one before, or with None take it away."""
    if poll.comment_id and messages.by_id(work.unit, poll.comment_id) is None:
        texts.erase(work.unit, [poll.comment_id])
    kept = csat.save(work.unit, poll, replace(poll, comment_id=text_id))
    words = "" if text_id else "taken back"
    by = poll.asker_id
    announce.tell(work, [lifecycle.moved(ticket, "vote-comment", "", words, by=by, now=work.at)])
    kept = csat.by_id(work.unit, kept.id) or kept
    announce.poll(work, ticket, kept)
    recovery.redrawn(work, ticket, kept)
    return kept


def send(work: Work, acting: Acting) -> str:
    """Ask now, or as soon as the customer is there, whatever was planned."""
    ticket, me = acting.on, acting.actor.id
    asker = work.person(work.person_of(ticket.requester_id).slack_id)
    last = csat.latest(work.unit, ticket.id)
    _check_new(ticket, asker, last)
    why = polls.why_not(work, ticket, asker, by_hand=True)
    asked_at = csat.last_asked(work.unit, asker.id)
    why = why or rules.is_too_soon(asked_at, work.settings.csat, now=work.at)
    if why:
        raise Refused(f"#{ticket.number} gets no poll: {rules.WHY[why]}.")
    at = calendar.opens_next(work.at, waking.hours_of(work, ticket))
    if last is not None and last.state is PollState.PLANNED:
        csat.save(work.unit, last, replace(last, due_at=at, by_id=me))
    else:
        polls.planned(work, ticket, due_at=at, by=me)
    name = asker.name or "The customer"
    then = when.said(at, waking.asked(acting.actor, work.settings, work.at))
    return f"{name} is asked {'now' if at <= work.at else then} about #{ticket.number}."


def _check_new(ticket: Ticket, asker: Person, last: Poll | None) -> None:
    n, name = ticket.number, asker.name or "The customer"
    if last is not None and last.state is PollState.VOTED:
        raise Refused(f"{name} gave {last.score} of {ballots.BEST} for #{n} already.")
    if last is not None and last.is_open:
        raise Refused(f"{name} was asked about #{n} already, and may still answer.")


def scene(work: Work, poll_id: int) -> PollScene:
    """What whoever asked is shown. Raises Missing."""
    poll, ticket = found(work, poll_id)
    is_final = rules.is_final(poll, now=work.at) or poll.state is PollState.EXPIRED
    until = rules.expires_at(poll, work.settings.csat)
    if poll.voted_at:
        until = poll.voted_at + rules.CHANGES
    is_private = poll.place_id is not None
    return PollScene(
        poll,
        look.posted(work, ticket),
        is_private=is_private,
        is_public=_is_public(work, ticket) and not is_private,
        is_final=is_final,
        is_low=rules.is_low(poll.score, work.settings.csat),
        until=until,
    )


def is_at_rest(work: Work, shown: PollScene) -> bool:
    """True where the post waited so long that the customer went home meanwhile."""
    asked_at, hours = shown.poll.asked_at, waking.hours_of(work, shown.scene.ticket)
    waited = asked_at is not None and work.at - asked_at > LONG_WAIT
    return waited and not calendar.is_open(work.at, hours)


def form(unit: Unit, item: Acted, now: datetime) -> PollScene:
    """The form of a comment. Raises Refused and Missing."""
    work = look.working(unit, now)
    poll, _ = found(work, key_of(item))
    check_comment(work, poll, work.person(item.person))
    return scene(work, poll.id)


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with a comment while its form is still open. Raises Refused, Missing."""
    form(unit, item, item.at)
    rules.checked_comment(item.text)
