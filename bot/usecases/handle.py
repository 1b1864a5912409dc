"""The one table of who does what: Input → use case. It also answers people whom a rule refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot import acts
from bot.errors import Missing, Refused
from bot.rules import access
from bot.usecases import (
    account,
    account_merge,
    acting,
    announce,
    ask,
    assignment,
    attach,
    authoring,
    ballots,
    csat,
    digest,
    directions,
    draft,
    escalation,
    faces,
    gaps,
    guest,
    home,
    intake,
    labels,
    ladder,
    link,
    macro,
    mode,
    note,
    packet,
    polling,
    promise,
    queue,
    reaction,
    recovery,
    reply,
    review,
    rewording,
    rota,
    split,
    subscribing,
    suggestion,
    surroundings,
    team,
    ticket,
    track,
    typed,
    urgent,
    waking,
)
from bot.usecases.acting import Acting
from bot.usecases.inputs import (
    Acted,
    ChannelChanged,
    Deleted,
    Delivered,
    DigestDue,
    Door,
    Drafting,
    Edited,
    HomeOpened,
    Input,
    Looked,
    MemberMoved,
    OwnerSought,
    PacketDue,
    PersonChanged,
    PollDue,
    Reacted,
    RecoveryDue,
    ReviewDue,
    RotaDue,
    Said,
    StaffChanged,
    Suggested,
    TimeCame,
    Uninstalled,
    Unpinned,
)
from bot.usecases.notices import Whisper
from bot.usecases.work import Work
from storage.records.people import Person
from storage.records.tickets import Ticket

ACT_STEPS: dict[str, Callable[[Work, Acting], str]] = {
    "new": ticket.new,
    "ask": ask.ask,
    "track": track.track,
    "split": split.split,
    "take": ticket.take,
    "take_next": home.take_next,
    "home_show": home.show,
    "assign": ticket.assign,
    "reply": reply.reply,
    "note": note.note,
    "macro": reply.by_macro,
    "macro_new": macro.save,
    "macro_edit": macro.save,
    "macro_archive": macro.archive,
    "undo": reply.undo,
    "unsend": reply.unsend,
    "resolve": ticket.resolve,
    "resolve_as": ticket.resolve,
    "reopen": ticket.reopen,
    "wait": ticket.wait,
    "tag": labels.tag,
    "category": labels.category,
    "set": labels.fill,
    "label": labels.label,
    "merge": link.merge,
    "unmerge": link.unmerge,
    "link": link.link,
    "unlink": link.unlink,
    "attach": attach.attach,
    "detach": attach.detach,
    "snooze": waking.snooze,
    "wake": waking.wake,
    "promise": promise.promise,
    "unpromise": promise.unpromise,
    "priority": ticket.priority,
    "not_a_request": ticket.not_a_request,
    "solved": ticket.solved,
    "unsolved": ticket.unsolved,
    "urgent": urgent.urgent,
    "mode": mode.change,
    "map_channel": account.map_channel,
    "map_all": account.map_all,
    "no_customers": account.no_customers,
    "account_save": account.save,
    "account_merge": account_merge.merge,
    "account_note": account.note,
    "account_note_remove": account.remove_note,
    "queue": queue.save,
    "away": assignment.away,
    "back": assignment.back,
    "team_add": team.add,
    "team_remove": team.remove,
    "escalate": escalation.escalate,
    "complete": escalation.complete,
    "send_back": escalation.send_back,
    "tell_back": escalation.tell_back,
    "withdraw": escalation.withdraw,
    "accept": packet.accept,
    "ask_back": packet.ask_back,
    "decline": packet.decline,
    "draft": packet.answer,
    "discussed": packet.discussed,
    "pull_in": guest.pull_in,
    "guest_says": guest.says,
    "let_go": guest.let_go,
    "rota_swap": rota.swap,
    "rota_unswap": rota.unswap,
    "accept_line": rota.accept_line,
    "vote": csat.vote,
    "csat_comment": csat.comment,
    "csat_send": csat.send,
    "csat_on": polling.on,
    "csat_off": polling.off,
    "csat_settings": polling.save,
    "recovery_take": recovery.take,
    "recovery_done": recovery.done,
    "recovery_drop": recovery.drop,
    "digest_new": subscribing.subscribe,
    "digest_pause": subscribing.pause,
    "digest_resume": subscribing.resume,
    "digest_remove": subscribing.remove,
    "digest_send": subscribing.send,
    "kb_new": authoring.save,
    "kb_write": authoring.save,
    "kb_edit": authoring.save,
    "kb_from": authoring.save,
    "kb_restore": authoring.restore,
    "kb_retire": authoring.retire,
    "kb_reviewed": review.reviewed,
    "kb_unhelpful": gaps.unhelpful,
    "kb_no_gap": gaps.dismiss,
    "suggest_no": suggestion.refuse,
    "same": suggestion.same,
    "not_same": suggestion.not_same,
    "helped": suggestion.helped,
    "person": suggestion.person,
    "answers": suggestion.let_answer,
}
"""Act → use case. Acts that only read are answered live and never get here."""

ANSWERED = frozenset({Door.COMMAND, Door.SHORTCUT, Door.FORM, Door.WORDS})
"""Doors whose acts are confirmed. After a press or an emoji everybody sees the card move."""


def handle(work: Work, item: Input) -> str:
    """Do what the Input asks; a few words for the books.

    Raises Unknown, Conflict and database errors.
    """
    return TABLE[type(item)](work, item)


def acted(work: Work, item: Acted) -> str:
    """An act by any door. A refusal undoes the step and is told to the person, privately."""
    outcome = _acted(work, item)
    if _is_at_home(item):
        announce.home(work, work.person(item.person).id)
    elif item.place.ts and item.door in (Door.BUTTON, Door.FORM):
        announce.decided(work, item.place.channel, item.place.ts)
    return outcome


def _acted(work: Work, item: Acted) -> str:
    try:
        with work.unit.savepoint():
            words = _act(work, item)
    except (Refused, Missing) as refusal:
        _whisper(work, item, str(refusal), row=work.row_id if item.door is Door.FORM else 0)
        return f"refused: {refusal}"
    if words and _is_answered(item):
        _whisper(work, item, words)
    return f"done: {item.act}"


def _is_answered(item: Acted) -> bool:
    """What changes the desk moves no card, so whoever did it is told by whichever door."""
    if _is_at_home(item):
        return False
    act = acts.by_name(item.act)
    return item.door in ANSWERED or bool(act and (act.desk or act.is_of_kb))


def _is_at_home(item: Acted) -> bool:
    """Pressed in the app's home, which shows what came of it."""
    return item.door is Door.BUTTON and not item.place.channel


def _act(work: Work, item: Acted) -> str:
    act, step = acts.by_name(item.act), ACT_STEPS.get(item.act)
    if act is None or step is None:
        raise Missing("That button is of an older version. Please use `/ticket help` instead.")
    actor = work.person(item.person)
    if act.who is not access.Who.REQUESTER:  # who may not act may not ask what there is, either
        access.may(actor, act.who, work.team, None)
    found = _found(work, act, actor, item) if act.needs_ticket else None
    _authorise(work, act, actor, found)
    return step(work, Acting(item, actor, found))


def _found(work: Work, act: acts.Act, actor: Person, item: Acted) -> Ticket | None:
    """The ticket that is meant; whoever may not act hears the same whether there is one or not."""
    try:
        return acting.find(work, item)
    except Missing:
        if item.number is not None:
            access.may(actor, act.who, work.team, None)
        raise


def _authorise(work: Work, act: acts.Act, actor: Person, found: Ticket | None) -> None:
    asked = acting.requester(work, found) if found else None
    access.may(actor, act.who, work.team, found, requester=asked)


def _whisper(work: Work, item: Acted, words: str, *, row: int = 0) -> None:
    place = item.place
    announce.whisper(
        work,
        Whisper(
            words=words,
            person=item.person,
            channel=place.channel,
            thread_ts=place.thread_ts,
            response_url=place.response_url,
            returned_row=row,
        ),
    )


def said(work: Work, item: Said) -> str:
    """A message; in an internal thread it may ask for an act in words. An edit never does."""
    if (vote := ballots.heard(work, item)) is not None:
        return vote
    is_new = attach.is_like_one(item) and typed.is_new(work, item)
    outcome = intake.said(work, item)
    if outcome == directions.UNHEARD and access.is_private(item.channel):
        directions.give(work, item)
    if not is_new:
        return outcome
    if ticket := typed.thread_of(work, item):
        return f"{outcome}; {_typed(work, item, ticket)}" if typed.is_like_one(item) else outcome
    if meant := attach.meant(work, item):
        return f"{outcome}; {acted(work, meant)}"
    if typed.is_astray(work, item):
        announce.whisper(work, typed.answer(item, typed.ASTRAY))
    return outcome


def edited(work: Work, item: Edited) -> str:
    """A changed message; whoever hopes that it does what it says now is told that it does not."""
    outcome = rewording.edited(work, item)
    if typed.is_like_one(item) and outcome != rewording.NOTHING_NEW and typed.thread_of(work, item):
        announce.whisper(work, typed.answer(item, typed.NOT_AGAIN))
    return outcome


def _typed(work: Work, item: Said, ticket: Ticket) -> str:
    try:
        meant = typed.meant(work, item, ticket)
    except (Refused, Missing) as slip:
        announce.refusal(work, typed.answer(item, str(slip)))
        return f"refused: {slip}"
    if isinstance(meant, Acted):
        return acted(work, meant)
    announce.whisper(work, typed.answer(item, meant) if isinstance(meant, str) else meant)
    return "answered"


def reacted(work: Work, item: Reacted) -> str:
    """An emoji: mostly nothing, sometimes an act."""
    if (vote := faces.reacted(work, item)) is not None:
        return vote
    if meant := reaction.meant(work, item):
        return acted(work, meant)
    return track.wished(work, item) if reaction.is_wish(work, item) else reaction.kept(work, item)


TABLE: dict[type[Input], Callable[[Work, Any], str]] = {
    Said: said,
    Edited: edited,
    Deleted: rewording.deleted,
    Acted: acted,
    Reacted: reacted,
    Delivered: reply.delivered,
    ChannelChanged: surroundings.channel_changed,
    MemberMoved: surroundings.member_moved,
    PersonChanged: surroundings.person_changed,
    StaffChanged: surroundings.staff_changed,
    HomeOpened: surroundings.home_opened,
    Unpinned: ask.unpinned,
    Uninstalled: surroundings.uninstalled,
    TimeCame: waking.came,
    OwnerSought: assignment.sought,
    Drafting: draft.drafting,
    PacketDue: ladder.came,
    PollDue: csat.came,
    RecoveryDue: recovery.came,
    RotaDue: rota.came,
    DigestDue: digest.came,
    Looked: gaps.looked,
    ReviewDue: review.came,
    Suggested: suggestion.suggested,
}
