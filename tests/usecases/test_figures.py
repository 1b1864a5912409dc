"""The figures know every act by which a ticket becomes live or is done."""

from dataclasses import replace
from datetime import timedelta

from bot.rules import lifecycle, link, waking
from bot.usecases.events import Event, Reopened, Resolved
from storage.history import REOPENED, RESOLVED
from storage.records.tickets import Resolution, Status, Ticket
from tests.storage.cast import ACME, ANA, CARLA, NOON

TICKET = Ticket(1, 2, 3, ACME, "1.0", 4, CARLA, NOON)
OTHER = replace(TICKET, id=5, number=6)


def test_every_way_to_be_done_counts_as_resolved() -> None:
    ways = (
        lifecycle.resolve(TICKET, by=ANA, resolution=Resolution.FIXED, now=NOON),
        lifecycle.not_a_request(TICKET, by=ANA, now=NOON),
        lifecycle.solved_by_customer(TICKET, by=CARLA, now=NOON),
        waking.silence(replace(TICKET, status=Status.WAITING), now=NOON),
        link.merge(TICKET, OTHER, by=ANA, now=NOON),
        link.duplicate(TICKET, by=ANA, now=NOON),
    )
    assert {act(events, Resolved) for _, events in ways} == set(RESOLVED)


def test_every_way_back_counts_as_reopened() -> None:
    done, _ = lifecycle.resolve(TICKET, by=ANA, resolution=Resolution.FIXED, now=NOON)
    week = timedelta(days=7)
    ways = (
        lifecycle.reopen(done, by=ANA, now=NOON),
        lifecycle.reopen_by_customer(done, by=CARLA, window=week, now=NOON),
        link.unmerge(replace(done, merged_id=OTHER.id), by=ANA, now=NOON),
    )
    assert {act(events, Reopened) for _, events in ways} <= set(REOPENED)


def act(events: tuple[Event, ...], kind: type[Resolved | Reopened]) -> str:
    (found,) = [each.act for each in events if isinstance(each, kind)]
    return found
