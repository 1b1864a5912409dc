"""What forms about a ticket show before they are filled in, and what is checked when they were."""

from __future__ import annotations

from datetime import datetime

from bot.acts import ACTS, Act
from bot.rules import lifecycle, when
from bot.slack import mrkdwn
from bot.usecases import link as links
from bot.usecases import look, waking
from bot.usecases.inputs import Acted
from bot.usecases.scenes import LinkFormScene, MoreFormScene, SnoozeFormScene, TicketScene
from storage import people, queues
from storage.records.tickets import Queue, Ticket
from storage.unit import Unit

MOST_CHOICES = 50
MORE = "more"
_MOVES_OF = {"resolve_as": "resolve"}


def more(unit: Unit, ticket_id: int, *, now: datetime) -> MoreFormScene:
    """All that makes sense now and has no button on the card."""
    shown = look.ticket(unit, ticket_id, now)
    fitting = [act for act in ACTS if act.in_more and _makes_sense(act, shown.ticket)]
    return MoreFormScene(shown, tuple((act.name, act.label) for act in fitting))


def chooser(unit: Unit, ticket_id: int, *, now: datetime) -> MoreFormScene:
    """All that makes sense now, for whoever does not stand before the card."""
    shown = look.ticket(unit, ticket_id, now)
    doable = [act for act in ACTS if act.on_card or act.in_menu or act.in_more]
    fitting = [act for act in doable if act.name != MORE and _makes_sense(act, shown.ticket)]
    return MoreFormScene(shown, tuple((act.name, act.label) for act in fitting))


def _makes_sense(act: Act, ticket: Ticket) -> bool:
    if act.name == "unmerge" and ticket.merged_id is None:
        return False
    if act.name == "detach" and not ticket.attached:
        return False
    if act.name == "unpromise" and ticket.promised_at is None:
        return False
    move = _MOVES_OF.get(act.name, act.name)
    legal = lifecycle.MOVES.get(move.replace("_", "-"))
    return legal is None or ticket.status in legal


def snooze(unit: Unit, ticket_id: int, *, by: str, now: datetime) -> SnoozeFormScene:
    """Times that ``by`` (a Slack id) may choose from, as the clock on their wall will show them."""
    work = look.working(unit, now)
    asked = waking.asked(people.by_slack(unit, by), work.settings, now)
    return SnoozeFormScene(look.ticket(unit, ticket_id, now), tuple(when.presets(asked)))


def check_snooze(unit: Unit, item: Acted) -> None:
    """Refused when what was typed is no time to come."""
    work = look.working(unit, item.at)
    asked = waking.asked(people.by_slack(unit, item.person), work.settings, item.at)
    waking.until(item, asked)


def link(unit: Unit, ticket_id: int, *, now: datetime) -> LinkFormScene:
    """Open tickets of the same channel, to choose from."""
    shown, work = look.ticket(unit, ticket_id, now), look.working(unit, now)
    near = queues.page(unit, Queue(channel_id=shown.ticket.channel_id), limit=MOST_CHOICES)
    work.ahead = look.ahead_of(work, near)
    others = [look.scene(work, each) for each in near if each.id != ticket_id]
    return LinkFormScene(shown, tuple(map(_choice, others)))


def _choice(other: TicketScene) -> tuple[str, str]:
    words = " ".join(mrkdwn.plain(other.opening.text).split()) or "a file"
    return f"#{other.ticket.number}", f"#{other.ticket.number} {words}"


def check_resolution(unit: Unit, item: Acted) -> None:
    """Refused or Missing when a duplicate is of no ticket that it can be of."""
    work = look.working(unit, item.at)
    links.check_resolution(work, item, work.ticket(item.ticket_id or 0))


def check_link(unit: Unit, item: Acted) -> None:
    """Refused or Missing when the two cannot be joined so."""
    work = look.working(unit, item.at)
    links.check(work, item, work.ticket(item.ticket_id or 0))
