"""Which new tickets are looked at: not those of a rush, but whoever comes after it."""

from dataclasses import replace

import pytest

from bot.ids import new_id
from bot.workers.suggesting import RUSH, Suggester
from storage import articles, inbox, messages, texts, tickets
from storage.records.articles import Article, Audience
from storage.unit import Unit
from tests.workers.office import Office

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def open_tickets(office: Office, count: int) -> None:
    """As many as there is one of already, all of the same request."""

    def add(unit: Unit) -> None:
        asked = messages.by_id(unit, office.ticket.opening_id)
        assert asked is not None
        for number in tickets.take_numbers(unit, count):
            ts, key = f"1800000000.{number:06}", new_id()
            texts.put(unit, key, "Where does the robot keep its oil?")
            messages.add(unit, replace(asked, id=key, text_id=key, ts=ts, ticket_id=key + 1))
            new = replace(office.ticket, id=key + 1, number=number, thread_ts=ts, opening_id=key)
            tickets.add(unit, new)

    await office.desk.write(office.ticket.workspace_id, add)


async def looked_at(office: Office) -> int:
    """How many tickets something was said of."""
    kept = await office.desk.write_all(lambda c: inbox.take(c, office.clock.now(), most=100))
    return sum(each.kind == "Suggested" for each in kept)


@on_sqlite
async def test_after_a_rush_new_tickets_are_looked_at_again(office: Office) -> None:
    def write(unit: Unit) -> None:
        now = office.clock.now()
        article = Article(unit.workspace_id, 9, "x", "X", "Y", Audience.PUBLIC, now)
        articles.add(unit, article)

    await office.desk.write(office.ticket.workspace_id, write)
    suggester = Suggester(office.desk, office.clock)
    await open_tickets(office, RUSH + 1)
    await suggester.work_round()
    assert await looked_at(office) == 0
    await open_tickets(office, 1)
    await suggester.work_round()
    assert await looked_at(office) == 1
