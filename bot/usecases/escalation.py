"""Escalations by agents: asked, completed, answered when asked back, approved or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, lifecycle, when
from bot.rules import escalation as rules
from bot.slack import mrkdwn
from bot.usecases import announce, hands, ladder, look, packet, waking
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted, Door
from bot.usecases.packet import PacketScene
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import escalations, messages
from storage.records.escalations import Escalation, Stage, Step
from storage.records.messages import Message, Side
from storage.records.replies import Reply
from storage.records.tickets import Priority, Ticket
from storage.unit import Unit

MOST_TRIED = 3
UNKNOWN_SEVERITY = "Choose how severe it is: low, normal, high or urgent."


@dataclass(frozen=True, slots=True)
class EscalateFormScene:
    """The form of a packet; ``escalation`` is set where one is completed that is there already.

    ``levels`` are (name, label), ``chosen`` who is next.
    """

    scene: TicketScene
    levels: tuple[tuple[str, str], ...]
    chosen: str
    question: str
    tried: str
    setup: str
    severity: Priority
    needed: str = ""
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class WordsFormScene:
    """One question about a packet; ``act`` says which, ``text`` is what the box begins with."""

    packet: PacketScene
    act: str
    text: str = ""


def form(unit: Unit, ticket_id: int, item: Acted, now: datetime) -> EscalateFormScene:
    """The form of a new packet, filled in from the ticket. Raises Refused and Missing."""
    work = look.working(unit, now)
    ticket = work.ticket(ticket_id)
    rules.check_free(ticket, escalations.of_live(unit, ticket.id))
    level = ladder.wanted(work, ticket, "")
    begun = _prefilled(work, ticket, item.text)
    return EscalateFormScene(
        scene=look.scene(work, ticket),
        levels=tuple((each.name, each.name) for each in work.settings.ladder),
        chosen=level.name,
        question=begun.question,
        tried=begun.tried,
        setup=begun.setup,
        severity=ticket.priority,
    )


def complete_form(unit: Unit, item: Acted, now: datetime) -> EscalateFormScene:
    """The form of a packet that is there already. Raises Refused and Missing."""
    work = look.working(unit, now)
    ticket, found = ladder.ticket_of(work, packet.key(item))
    _check_live(found)
    return EscalateFormScene(
        scene=look.scene(work, ticket),
        levels=((found.level, found.level),),
        chosen=found.level,
        question=mrkdwn.plain(found.question),
        tried=mrkdwn.plain(found.tried),
        setup=mrkdwn.plain(found.setup),
        severity=found.severity,
        needed=_said_time(work, item, found.needed_at),
        escalation=found,
    )


def _said_time(work: Work, item: Acted, at: datetime | None) -> str:
    by = waking.asked(work.person(item.person), work.settings, work.at)
    return when.said(at, by) if at else ""


def words_form(unit: Unit, item: Acted, now: datetime) -> WordsFormScene:
    """A form of one box: what is asked back, why it is declined, the draft … Raises Missing."""
    work = look.working(unit, now)
    _, found = ladder.ticket_of(work, packet.key(item))
    _check_live(found)
    is_theirs = item.act in ("ask_back", "decline", "draft")
    if is_theirs:
        packet.check(work, work.person(item.person), found)
    shown = packet.scene(work, found.id)
    is_draft = item.act == "draft" and found.stage is Stage.ANSWERED and shown.said is not None
    text = mrkdwn.plain(shown.said.text) if is_draft and shown.said else ""
    return WordsFormScene(shown, item.act, text)


def _check_live(found: Escalation) -> None:
    if not found.is_live:
        raise Refused(f"The escalation to {found.level} is over: {found.stage}.")


@dataclass(frozen=True, slots=True)
class _Words:
    question: str
    tried: str
    setup: str


def _prefilled(work: Work, ticket: Ticket, said: str) -> _Words:
    """What a packet says where nobody says otherwise; ``said`` is the question, if any."""
    told = messages.of_ticket(work.unit, ticket.id)
    opening = next((each for each in told if each.id == ticket.opening_id), None)
    ours = [each for each in told if each.side is Side.OURS and not each.deleted_at]
    tried = "\n".join(packet.quoted(work, each) for each in ours[-MOST_TRIED:])
    setup = "\n".join(f"{name}: {value}" for name, value in ticket.extras if value)
    question = said.strip() or (packet.quoted(work, opening) if opening else "")
    return _Words(question[: rules.LONGEST], tried[: rules.LONGEST], setup[: rules.LONGEST])


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form while it is still open. Raises Refused, Missing, Unknown."""
    work = look.working(unit, item.at)
    _texts(item.text, item.fields)
    _severity(item.fields.get("severity", ""))
    _needed(work, item)
    if item.act == "escalate" and item.ticket_id is not None:
        ladder.wanted(work, work.ticket(item.ticket_id), item.fields.get("level", ""))


def check_words(unit: Unit, item: Acted) -> None:
    """The same of a form of one box."""
    rules.check_words(item.text, field="text", what="what you want to say")


def _texts(question: str, fields: dict[str, str]) -> _Words:
    for name in ("tried", "setup"):
        if fields.get(name, "").strip():
            rules.check_words(fields[name], field=name, what="it")
    asked = rules.check_words(question, field="question", what="what you want to know")
    return _Words(asked, fields.get("tried", "").strip(), fields.get("setup", "").strip())


def _severity(word: str) -> Priority | None:
    try:
        return Priority(word.strip().casefold()) if word.strip() else None
    except ValueError:
        raise Refused(UNKNOWN_SEVERITY, field="severity") from None


def _needed(work: Work, item: Acted) -> datetime | None:
    said = item.fields.get("needed", "").strip()
    if not said:
        return None
    try:
        return when.parse(said, waking.asked(work.person(item.person), work.settings, work.at))
    except Refused as refused:
        raise Refused(str(refused), field="needed") from None


def escalate(work: Work, acting: Acting) -> str:
    """Ask a level: by form with all that it says, else at once with what the ticket says."""
    ticket, item = acting.on, acting.item
    rules.check_free(ticket, escalations.of_live(work.unit, ticket.id))
    meant = ladder.wanted(work, ticket, item.fields.get("level", ""))
    is_form = item.door is Door.FORM
    told = _texts(item.text, item.fields) if is_form else _prefilled(work, ticket, item.text)
    level, passed = ladder.reached(work, meant)
    after = _begun(work, acting, ticket, level.name)
    fresh = Escalation(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        level=level.name,
        channel_id=ladder.place_of(work, level).id,
        asked_by=acting.actor.id,
        asked_at=work.at,
        question=mrkdwn.escaped(told.question),
        tried=mrkdwn.escaped(told.tried),
        setup=mrkdwn.escaped(told.setup),
        severity=_severity(item.fields.get("severity", "")) or ticket.priority,
        needed_at=_needed(work, item),
        due_at=rules.look_at(level, Stage.ASKED, hands.hours_of(work, level), work.at),
    )
    ladder.ask(work, after, fresh, step=Step.ASKED, by=acting.actor.id)
    hands.noted(work, after, fresh, "asked")
    return _words(after, level.name, [each.name for each in passed])


def _begun(work: Work, acting: Acting, ticket: Ticket, level: str) -> Ticket:
    """Who escalates what nobody has, has it: somebody must be there for what comes back."""
    is_mine = ticket.owner_id is None and access.is_agent(acting.actor, work.team)
    owner = acting.actor.id if is_mine else ticket.owner_id
    told, events = lifecycle.asked_for(ticket, owner, by=acting.actor.id, now=work.at)
    after = waking.save(work, ticket, replace(told, level=level))
    announce.tell(work, events)
    return after


def _words(ticket: Ticket, level: str, passed: list[str]) -> str:
    away = f" In {' and '.join(passed)} everybody is away just now." if passed else ""
    return f"#{ticket.number} is with {level} now.{away} What they say comes under its card."


def complete(work: Work, acting: Acting) -> str:
    """Add to a packet what it did not say at first."""
    ticket, found = ladder.ticket_of(work, packet.key(acting.item))
    _check_live(found)
    told = _texts(acting.item.text, acting.item.fields)
    after = replace(
        found,
        question=mrkdwn.escaped(told.question),
        tried=mrkdwn.escaped(told.tried),
        setup=mrkdwn.escaped(told.setup),
        severity=_severity(acting.item.fields.get("severity", "")) or found.severity,
        needed_at=_needed(work, acting.item),
    )
    kept = escalations.save(work.unit, found, after)
    announce.packet(work, ticket, kept)
    return f"The packet of #{ticket.number} is complete."


def tell_back(work: Work, acting: Acting) -> str:
    """Say what was asked back."""
    ticket, found = ladder.ticket_of(work, packet.key(acting.item))
    after = rules.told(found)
    message = packet.keep(work, acting, ticket, acting.item.text)
    kept = hands.moved(work, ticket, found, after, step=Step.TOLD, by=acting.actor.id)
    announce.in_packet(work, ticket, kept, "told", message_id=message.id, person_id=found.holder_id)
    _shown(work, ticket, message)
    return f"{found.level} is told."


def send_back(work: Work, acting: Acting) -> str:
    """The draft is not sent as it is, and whoever wrote it hears why."""
    ticket, found = ladder.ticket_of(work, packet.key(acting.item))
    after = rules.send_back(found)
    message = packet.keep(work, acting, ticket, acting.item.text)
    kept = hands.moved(work, ticket, found, after, step=Step.SENT_BACK, by=acting.actor.id)
    announce.in_packet(
        work, ticket, kept, "sent-back", message_id=message.id, person_id=found.holder_id
    )
    _shown(work, ticket, message)
    return f"The draft went back to {found.level}."


def _shown(work: Work, ticket: Ticket, message: Message) -> None:
    announce.mirrored(work, ticket, message)


def withdraw(work: Work, acting: Acting) -> str:
    """Nobody needs to be asked any more; the ticket goes on."""
    ticket, found = ladder.ticket_of(work, packet.key(acting.item))
    after = rules.withdraw(found, now=work.at)
    kept = hands.moved(work, ticket, found, after, step=Step.WITHDRAWN, by=acting.actor.id)
    announce.in_packet(work, ticket, kept, "withdrawn")
    hands.noted(work, ticket, kept, "withdrawn")
    return f"#{ticket.number} is not with {found.level} any more."


def begun(unit: Unit, form: ReplyFormScene, item: Acted, now: datetime) -> ReplyFormScene:
    """The Reply form, begun with the draft of the ticket's escalation. Raises Refused, Missing."""
    work = look.working(unit, now)
    ticket, found = ladder.ticket_of(work, packet.key(item))
    if ticket.id != form.scene.ticket.id:
        raise Missing("That draft is of another ticket.")
    rules.approved(found, reply_id=0)  # refused before anybody writes
    shown = packet.scene(work, found.id)
    text = mrkdwn.plain(shown.said.text) if shown.said else ""
    return replace(form, text=text, preview=text, draft_of=shown.said_by, escalation=found)


def approved(work: Work, acting: Acting, reply: Reply) -> None:
    """The reply that is held just now is the draft of an escalation, as the agent wants it."""
    if not packet.key(acting.item):
        return
    ticket, found = ladder.ticket_of(work, packet.key(acting.item))
    if ticket.id != reply.ticket_id:
        raise Missing("That draft is of another ticket.")
    kept = escalations.save(work.unit, found, rules.approved(found, reply_id=reply.id))
    announce.packet(work, ticket, kept)
