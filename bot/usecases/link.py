"""Tickets that belong together: merged and parted, linked and unlinked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.errors import Missing, Refused
from bot.rules import link as rules
from bot.rules.link import Wish
from bot.usecases import announce, pointed, promise, waking
from bot.usecases import notices as say
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage import links, messages, outbox, tickets
from storage.records.messages import Message
from storage.records.tickets import Kinship, Link, Resolution, Ticket


def wish(work: Work, item: Acted) -> Wish:
    """What a form or command asks for: a kind, and the other ticket by choice, number or link."""
    fields = item.fields
    other = fields.get("other", "").strip() or fields.get("into", "")
    return _read(work, item, " ".join((fields.get("kind", ""), other)))


def _read(work: Work, item: Acted, words: str) -> Wish:
    hint = rules.HOW_TO_UNLINK if item.act == "unlink" else rules.HELP
    return rules.parse(pointed.numbered(work.unit, words, by=item.person), hint)


def resolution(item: Acted) -> str:
    """How a ticket ended, by form or command; a duplicate's number may follow the word."""
    told = item.fields.get("resolution", "").strip().casefold() or Resolution.ANSWERED
    is_duplicate = told.partition(" ")[0] == Resolution.DUPLICATE
    return Resolution.DUPLICATE if is_duplicate else told


def _original(work: Work, item: Acted) -> Wish:
    """The ticket of which another one is a duplicate. Raises Refused when none is named."""
    fields = item.fields
    told = fields.get("resolution", "").strip().partition(" ")[2]
    number = fields.get("other", "").strip() or fields.get("into", "") or told
    if not number:
        raise Refused(rules.DUPLICATE_OF_WHAT)
    return _read(work, item, f"{Kinship.DUPLICATE} {number}")


def check_resolution(work: Work, item: Acted, ticket: Ticket) -> None:
    """Refused or Missing when a ticket cannot end so, while its form is still open.

    Who names another ticket, but no duplicate, may have meant one: nothing typed is passed over.
    """
    if resolution(item) == Resolution.DUPLICATE:
        other = _other(work, ticket, _original(work, item))
        _check_customer(work, ticket, other)
        rules.check_original(other)
        return
    for field in ("other", "into"):
        if item.fields.get(field, "").strip():
            raise Refused(rules.ONLY_FOR_DUPLICATES, field=field)


def duplicate(work: Work, acting: Acting) -> str:
    """Done with, as another ticket of the same customer asks for the same."""
    return _duplicate(work, acting, _other(work, acting.on, _original(work, acting.item)))


def _check_no_circle(work: Work, one: Ticket, kind: Kinship, other: Ticket) -> None:
    """Refused where the other one leads back, at once or by others between them."""
    at, seen = other, {other.id}
    while (above := _above(work, at, kind)) is not None and above.id not in seen:
        if above.id == one.id:
            raise Refused(rules.circle(other, kind, one))
        seen.add(above.id)
        at = above


def _above(work: Work, ticket: Ticket, kind: Kinship) -> Ticket | None:
    """The ticket of which it is a child, or a duplicate unless it was opened again."""
    if kind is Kinship.DUPLICATE and not ticket.is_done:
        return None
    mine = (each for each in links.of(work.unit, [ticket.id]) if each.ticket_id == ticket.id)
    found = next((each.other_id for each in mine if each.kind is kind), None)
    return None if found is None else work.ticket(found)


def _duplicate(work: Work, acting: Acting, other: Ticket) -> str:
    _check_no_circle(work, acting.on, Kinship.DUPLICATE, other)
    _end_as_duplicate(work, acting, other)
    known = links.of(work.unit, [acting.on.id, other.id])
    made, outdated = rules.as_duplicate(acting.on, other, known, now=work.at)
    for each in outdated:
        links.remove(work.unit, each)
    if made is not None:
        links.add(work.unit, made)
        _told(work, acting, "link", link=made, both=(acting.on, other))
    return f"#{acting.on.number} is resolved as a duplicate of #{other.number}."


def check(work: Work, item: Acted, ticket: Ticket) -> None:
    """Refused or Missing when it cannot be done, while its form is still open."""
    wanted = wish(work, item)
    other = _other(work, ticket, wanted)
    if item.act == "merge" or wanted.kind in (Kinship.MERGED, Kinship.DUPLICATE):
        _check_customer(work, ticket, other)
    if item.act == "merge":
        rules.merge(ticket, other, by=ticket.requester_id, now=item.at)


def merge(work: Work, acting: Acting) -> str:
    """One ticket of two: words and thread go to the other, where the work goes on."""
    wanted = wish(work, acting.item)
    if wanted.kind not in (None, Kinship.MERGED):
        raise Refused(rules.HELP)
    return _merged(work, acting, _other(work, acting.on, wanted))


def _merged(work: Work, acting: Acting, into: Ticket) -> str:
    ticket, me = acting.on, acting.actor.id
    _check_customer(work, ticket, into)
    part, events = rules.merge(ticket, into, by=me, now=work.at)
    whole, more = rules.absorbed(into, ticket, by=me, now=work.at)
    moved = [each.id for each in messages.of_ticket(work.unit, ticket.id)]
    messages.move(work.unit, moved, into.id)
    link = Link(work.workspace_id, ticket.id, Kinship.MERGED, into.id, work.at, tuple(moved))
    links.add(work.unit, link)
    whole = promise.carried(work, ticket, whole)
    waking.save(work, ticket, part)
    waking.save(work, into, whole)
    announce.tell(work, [*events, *more])
    _tell_where(work, part, whole)
    _show_words(work, part, whole, moved, by=me)
    n = ticket.number
    return f"#{n} is part of #{into.number} now. `/ticket unmerge {n}` takes that back."


def _tell_where(work: Work, part: Ticket, whole: Ticket) -> None:
    """The customer hears in the one thread where it goes on, or that it does here again."""
    if part.thread_ts != whole.thread_ts:
        announce.to_customer(work, part, say.GoesOnPost(part.id))


def _show_words(
    work: Work, part: Ticket, whole: Ticket, moved: Collection[int], *, by: int
) -> None:
    """What was asked there is read here, too; so is what had been split off from here."""
    owner = whole.owner_id if whole.owner_id != by else None  # who merged knows
    note = say.ThreadNote(whole.id, "merged-in", owner, part.id)
    announce.under_card(work, whole, note)
    here = _shown_under(work, whole, moved)
    for each in moved:
        if each == part.opening_id or each in here:
            announce.under_card(work, whole, say.Mirror(whole.id, each))


def _shown_under(work: Work, ticket: Ticket, message_ids: Collection[int]) -> set[int]:
    """Those of the messages that the ticket's internal thread shows."""
    keys = {announce.picture_key(say.Mirror(ticket.id, each)): each for each in message_ids}
    return {keys[key] for key in outbox.by_pictures(work.unit, list(keys))}


def unmerge(work: Work, acting: Acting) -> str:
    """Two tickets again: what came along goes back, and what was said in its thread since."""
    ticket, me = acting.on, acting.actor.id
    part, events = rules.unmerge(ticket, by=me, now=work.at)
    link = _merge_of(work, ticket)
    into = tickets.whole(work.unit, work.ticket(link.other_id))
    there = messages.of_ticket(work.unit, into.id)
    back = rules.going_back(_parts(work, ticket), link, into, there)
    messages.move(work.unit, back, ticket.id)
    links.remove(work.unit, link)
    _let_go(work, work.ticket(link.other_id), {*back})
    waking.save(work, ticket, part)
    _, more = rules.released(into, ticket, by=me, now=work.at)
    announce.tell(work, [*events, *more])
    _tell_where(work, part, into)
    _take_words_along(work, part, into, [each for each in there if each.id in {*back}])
    return f"#{ticket.number} is a ticket of its own again."


def _let_go(work: Work, above: Ticket, back: Collection[int]) -> None:
    """What goes back came along to the tickets above, too: it is not theirs to take home later."""
    while above.merged_id is not None:
        link = _merge_of(work, above)
        links.remove(work.unit, link)
        links.add(work.unit, replace(link, moved=tuple(m for m in link.moved if m not in back)))
        above = work.ticket(link.other_id)


def _take_words_along(work: Work, part: Ticket, into: Ticket, back: Sequence[Message]) -> None:
    """What the other ticket's thread showed says where it is, and is read in the own thread."""
    announce.moved_away(work, into, back)
    ids = [each.id for each in back]
    for each in sorted(_shown_under(work, into, ids) - _shown_under(work, part, ids)):
        if each != part.opening_id:
            announce.under_card(work, part, say.Mirror(part.id, each))


def _merge_of(work: Work, ticket: Ticket) -> Link:
    mine = (each for each in links.of(work.unit, [ticket.id]) if each.ticket_id == ticket.id)
    return next(each for each in mine if each.kind is Kinship.MERGED)


def _parts(work: Work, ticket: Ticket) -> list[Ticket]:
    """The ticket and all that was merged into it, and into those."""
    return [ticket, *(work.ticket(key) for key in links.parts(work.unit, ticket.id))]


def link(work: Work, acting: Acting) -> str:
    """Related, child or parent: for the team alone. A duplicate is done with, its customer told."""
    wanted = wish(work, acting.item)
    other = _other(work, acting.on, wanted)
    match wanted.kind:
        case None:
            raise Refused(rules.HELP)
        case Kinship.MERGED:
            return _merged(work, acting, other)
        case Kinship.DUPLICATE:
            return _duplicate(work, acting, other)
    one, other = (other, acting.on) if wanted.is_turned else (acting.on, other)
    known = links.of(work.unit, [one.id, other.id])
    if wanted.kind is Kinship.CHILD:
        _check_no_circle(work, one, Kinship.CHILD, other)
    made = rules.linked(one, wanted.kind, other, known, now=work.at)
    links.add(work.unit, made)
    _told(work, acting, "link", link=made, both=(one, other))
    return f"#{one.number} is {rules.word(made, one.id)} #{other.number} now."


def _end_as_duplicate(work: Work, acting: Acting, other: Ticket) -> None:
    """The thread stays with its ticket: a word there opens it again, other than after a merge."""
    ticket = acting.on
    _check_customer(work, ticket, other)
    rules.check_original(other)
    after, events = rules.duplicate(ticket, by=acting.actor.id, now=work.at)
    waking.save(work, ticket, after)
    announce.tell(work, events)
    _tell_where(work, after, other)


def unlink(work: Work, acting: Acting) -> str:
    """Take a link away, whatever it said; what it ended stays as it is."""
    one = acting.on
    other = _other(work, one, wish(work, acting.item))
    found = [
        each
        for each in links.of(work.unit, [one.id])
        if other.id in (each.ticket_id, each.other_id) and each.kind is not Kinship.MERGED
    ]
    if not found:
        raise Refused(f"#{one.number} and #{other.number} are not linked.")
    for each in found:
        links.remove(work.unit, each)
    _told(work, acting, "unlink", link=found[0], both=(one, other))
    return f"#{one.number} and #{other.number} are not linked any more."


def _told(work: Work, acting: Acting, act: str, *, link: Link, both: tuple[Ticket, Ticket]) -> None:
    """Both histories hear of it, and both cards show it."""
    for one, other in (both, both[::-1]):
        words = f"{rules.word(link, one.id)} #{other.number}"
        _, events = rules.told(work.ticket(one.id), act, words, by=acting.actor.id, now=work.at)
        announce.tell(work, events)


def _other(work: Work, ticket: Ticket, wanted: Wish) -> Ticket:
    found = tickets.by_number(work.unit, wanted.number)
    if found is None:
        raise Missing(f"There is no ticket #{wanted.number}. `/ticket list` shows the open ones.")
    rules.check_pair(ticket, found)
    return found


def _check_customer(work: Work, ticket: Ticket, other: Ticket) -> None:
    places = (work.channel_of(ticket), work.channel_of(other))
    rules.check_same_customer(ticket, other, places)
