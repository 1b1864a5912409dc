"""What each new message will ask first, asked of all at once: is it known, did its author just ask?

Nearly always nothing is there. On PostgreSQL each question alone is a way to the server and back;
SQLite answers where it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.usecases.inputs import Said
from bot.usecases.work import TenantFacts
from storage import messages, remembered, tickets
from storage.records.boxes import Arrival
from storage.records.channels import Channel
from storage.records.people import Person
from storage.unit import Unit

SAID = Said.__name__


def look(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """Learn what is not there; what is, and what needs facts that nobody remembers, is asked later.

    ``arrivals`` are about to be worked in this transaction.
    """
    if connection.dialect.name != "postgresql":
        return
    said = [each for each in arrivals if each.kind == SAID]
    for workspace_id in {each.workspace_id for each in said}:
        _look(Unit(workspace_id, connection), [e for e in said if e.workspace_id == workspace_id])


def _look(unit: Unit, said: Sequence[Arrival]) -> None:
    known = remembered.facts(unit)
    tenant: TenantFacts | None = known.get(TenantFacts)
    if tenant is None:
        return
    places: set[tuple[int, str]] = set()
    askers: dict[tuple[int, int], datetime] = {}
    for each in said:
        channel: Channel | None = known.get((Channel, each.body.get("channel")))
        author: Person | None = known.get((Person, each.body.get("author")))
        if channel is None:
            continue
        places.add((channel.id, each.body.get("ts", "")))
        if author is not None:
            asker, since = (channel.id, author.id), each.at - 2 * tenant.settings.grouping
            askers[asker] = min(since, askers.get(asker, since))
    messages.look_ahead(unit, places)
    tickets.look_ahead(unit, askers)
