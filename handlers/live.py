"""Private answers to acts that only read: asked, rendered and shown while somebody waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from bot import acts
from bot.acts import ACTS, Act
from bot.desk import Tenant
from bot.errors import Missing
from bot.slack.render import Rendered
from bot.usecases import acting, look
from bot.usecases.inputs import Acted
from handlers.front import Front
from storage.records.tickets import Ticket
from storage.unit import Unit

Fields = dict[str, Any]
Query = Callable[[Unit, Acted, datetime], Fields]

OUTDATED = "That button is of an older version. Please use `/ticket help` instead."


class HelpLine(NamedTuple):
    """One command with what it does."""

    command: str
    example: str
    help: str


HELP = tuple(
    HelpLine(act.command or f"/ticket {act.verb}", act.example, act.help)
    for act in ACTS
    if act.command or act.verb
)


def act_of(item: Acted) -> Act:
    """The row of the act table. Raises Missing for one that is there no more."""
    act = acts.by_name(item.act)
    if act is None:
        raise Missing(OUTDATED)
    return act


def meant(unit: Unit, item: Acted, now: datetime) -> Ticket:
    """The ticket that is meant, if the person may do the act. Raises Refused, Missing, Unknown."""
    ticket = acting.find(look.working(unit, now), item)
    if ticket is None:
        raise Missing(OUTDATED)
    look.authorised(unit, item.person, item.act, ticket.id)
    return ticket


def _show(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": look.ticket(unit, meant(unit, item, now).id, now)}


def _history(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": look.history(unit, meant(unit, item, now).id, now)}


def _list(which: look.Which) -> Query:
    def query(unit: Unit, item: Acted, now: datetime) -> Fields:
        look.authorised(unit, item.person, item.act, None)
        here = item.place.channel
        return {"scene": look.tickets(unit, which, person=item.person, channel=here, now=now)}

    return query


def _help(unit: Unit, item: Acted, now: datetime) -> Fields:
    """For any colleague: it names no ticket and no customer."""
    return {"acts": HELP, "nearest": ""}


# Act → the template of its private answer and what fills it.
ANSWERS: dict[str, tuple[str, Query]] = {
    "show": ("ticket/show.j2", _show),
    "list": ("ticket/list.j2", _list("open")),
    "mine": ("ticket/list.j2", _list("mine")),
    "history": ("ticket/history.j2", _history),
    "help": ("ticket/help.j2", _help),
}


async def answer(front: Front, tenant: Tenant, item: Acted) -> Rendered:
    """The private answer to an act that only reads. Raises Refused or Missing."""
    template, query = ANSWERS[item.act]
    now = front.clock.now()
    fields = await front.look(tenant, lambda unit: query(unit, item, now))
    return front.renderer.message(template, **fields)


async def picker(front: Front, tenant: Tenant, item: Acted) -> Rendered | None:
    """The channel's open tickets to choose from, when an act needs one and several are meant."""
    if not act_of(item).needs_ticket or item.number is not None:
        return None
    now, query = front.clock.now(), _list("channel")
    fields = await front.look(tenant, lambda unit: query(unit, item, now))
    if fields["scene"].total < 2:
        return None
    return front.renderer.message("ticket/picker.j2", **fields, act=item.act)
