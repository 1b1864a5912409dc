"""What forms about a ticket show before they are filled in, and what is checked when they were."""

from __future__ import annotations

from datetime import datetime

from bot.acts import ACTS, Act
from bot.rules import lifecycle, when
from bot.usecases import look, waking
from bot.usecases.inputs import Acted
from bot.usecases.scenes import MoreFormScene, SnoozeFormScene
from storage import people
from storage.records.tickets import Ticket
from storage.unit import Unit


def more(unit: Unit, ticket_id: int, *, now: datetime) -> MoreFormScene:
    """All that makes sense now and has no button on the card."""
    shown = look.ticket(unit, ticket_id, now)
    fitting = [act for act in ACTS if act.in_more and _makes_sense(act, shown.ticket)]
    return MoreFormScene(shown, tuple((act.name, act.label) for act in fitting))


def _makes_sense(act: Act, ticket: Ticket) -> bool:
    legal = lifecycle.MOVES.get(act.name.replace("_", "-"))
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
