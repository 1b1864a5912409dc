"""Memory over 100,000 events of all kinds: what is kept of each, apart from the database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice

from bench.child import Memory
from bench.load import request, rush
from bench.measure import Figure, Figures, Measurement, Run, Site
from bench.talk import Talk, days, team
from bench.trial import Trial, desk

STEPS = 10  # a look after each tenth of the events, the warm-up's left out
AT_ONCE = 20
PEOPLE, CHANNELS = 200, 50
# One in twenty opens a ticket; the others are about one of the last, most of them in vain.
KINDS = (
    *("asked", "thanked", "reacted", "thanked", "replied"),
    *("reacted", "thanked", "answered", "reacted", "thanked"),
    *("reacted", "thanked", "edited", "reacted", "thanked"),
    *("reacted", "thanked", "replied", "reacted", "thanked"),
)


async def measure(site: Site) -> Run:
    """What grew between the warm-up, a tenth of all events, and the end. The desk's process alone:
    PostgreSQL's own are not looked at.
    """
    return {column: await _on(make(), site) for column, make in site.databases.items()}


async def _on(database_url: str, site: Site) -> Figures:
    each = site.size(10_000, 1_000)
    talk = Talk([team(CHANNELS)], PEOPLE)
    async with desk(database_url, site.home, talk) as trial:
        events = map(request, days(talk, KINDS))
        seen = []
        for number in range(1, STEPS + 2):
            seen.append(await _after(trial, islice(events, each)))
            _tell(seen[-1], each * number)
    own = [memory.own for memory in seen]
    return {
        "events": each * (STEPS + 1),
        "first": own[0],
        "last": own[-1],
        "grew": max(own) - own[0],
        "mapped": seen[-1].mapped,
    }


def _tell(memory: Memory, events: int) -> None:
    told = f"memory: {memory.own:6.1f} MB own, {memory.mapped:6.1f} mapped"
    print(f"{told}, after {events:,} events", file=sys.stderr)


async def _after(trial: Trial, events: Iterator[bytes]) -> Memory:
    await rush(trial.ports, events, at_once=AT_ONCE)
    await trial.worked()
    await trial.calm()
    return trial.apps[0].memory()


MEMORY = Measurement(
    "memory",
    "keeps its memory over 100,000 events of mixed kinds, after as many as a tenth",
    (
        Figure("grew", "memory won over all events, MB", "{:.1f}", aim="10"),
        Figure("first", "own memory after the warm-up, MB", "{:.1f}"),
        Figure("last", "own memory at the end, MB", "{:.1f}"),
        Figure("mapped", "mapped files at the end, MB", "{:.1f}"),
        Figure("events", "events", "{:,.0f}"),
    ),
    measure,
    repeats=False,
)
