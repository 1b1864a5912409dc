"""What forms about a ticket show before they are filled in, and what is checked when they were."""

from __future__ import annotations

from datetime import datetime

from bot.acts import ACTS, Act
from bot.rules import access, lifecycle, when
from bot.slack import mrkdwn
from bot.usecases import link as links
from bot.usecases import look, waking
from bot.usecases.inputs import Acted
from bot.usecases.scenes.forms import (
    FieldScene,
    LinkFormScene,
    MoreFormScene,
    NewFormScene,
    SnoozeFormScene,
)
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import channels, people, queues
from storage.records.channels import Channel, Role
from storage.records.tickets import Queue, Ticket
from storage.unit import Unit

MOST_CHOICES = 50
MOST_CHANNELS = 100  # as many as a form offers
TEAM_ONLY = ("0", "No customer, for the team alone")
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


def new(unit: Unit, channel: str, title: str) -> NewFormScene:
    """The request form; ``channel`` (a Slack id) is chosen beforehand when customers are there."""
    work = look.working(unit, look.LONG_AGO)
    open_to_customers = (Role.CUSTOMER, Role.PUBLIC)
    fitting = [
        each
        for each in channels.tracked(unit)
        if access.role_of(each, work.settings) in open_to_customers
    ]
    here = next((str(each.id) for each in fitting if each.slack_id == channel), "")
    named = sorted((_whose(work, each), str(each.id)) for each in fitting)
    named.sort(key=lambda each: each[1] != here)  # the one that is chosen is among the first
    choices = tuple((key, words) for words, key in named[: MOST_CHANNELS - 1])
    fields = tuple(FieldScene.of(extra) for extra in work.settings.extras)
    return NewFormScene((*choices, TEAM_ONLY), here, title, work.settings.categories, fields)


def _whose(work: Work, channel: Channel) -> str:
    account = work.account_of(channel)
    return f"{account.name} · #{channel.name}" if account else f"#{channel.name}"
