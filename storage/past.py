"""Past tickets with their history, one after the other, for those who reckon anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, bindparam, select

from storage.accounts import account_table
from storage.base import any_of
from storage.channels import channel_table
from storage.history import change_table
from storage.records.past import Befell, PastTicket
from storage.rows import of_workspace
from storage.tickets import ticket_table
from storage.unit import Unit

AT_ONCE = 2_000  # rows that are held in memory

_ticket, _change = ticket_table.c, change_table.c
_account = and_(
    account_table.c.workspace_id == channel_table.c.workspace_id,
    account_table.c.id == channel_table.c.account_id,
)
_channel = and_(
    channel_table.c.workspace_id == _ticket.workspace_id, channel_table.c.id == _ticket.channel_id
)
_of_ticket = and_(_change.workspace_id == _ticket.workspace_id, _change.ticket_id == _ticket.id)
_PAST: Any = (
    select(
        _ticket.id,
        _ticket.opened_at,
        _ticket.priority,
        account_table.c.tier,
        account_table.c.zone,
        _change.at,
        _change.act,
        _change.before,
        _change.after,
    )
    .select_from(
        ticket_table.join(channel_table, _channel)
        .outerjoin(account_table, _account)
        .join(change_table, _of_ticket)
    )
    .where(
        of_workspace(ticket_table),
        _ticket.opened_at >= bindparam("since"),
        _ticket.opened_at < bindparam("until"),
        any_of(_change.act, "acts"),
    )
    .order_by(_ticket.id, _change.at, _change.id)
)


def tickets(
    unit: Unit, since: datetime, until: datetime, acts: Collection[str]
) -> Iterator[PastTicket]:
    """All that were opened in that time, each with those acts that befell it, oldest first."""
    values: dict[str, Any] = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    values |= {"acts": sorted(acts)}
    options = {"stream_results": True, "yield_per": AT_ONCE}
    rows = unit.connection.execute(_PAST, values, execution_options=options)
    for _, of_one in groupby(rows, key=itemgetter(0)):
        found = list(of_one)
        _, opened_at, priority, tier, zone, *_ = found[0]
        befell = tuple(Befell(*row[5:]) for row in found)
        yield PastTicket(opened_at, priority, tier or "", zone or "", befell)
