"""Acks at an even 100 events a second: what Slack waits for on a busy day."""

from __future__ import annotations

from itertools import islice

from bench import child
from bench.load import evenly, request
from bench.measure import BARE, Figure, Figures, Measurement, Run, Site, at
from bench.slack import slack_like
from bench.talk import Talk, days, payload, team
from bench.trial import desk

PER_SECOND = 100.0
PEOPLE, CHANNELS = 80, 45
WARM_UP = 160
# As in life: one event in eight opens a ticket.
MIXED = "asked", "replied", "thanked", "replied", "reacted", "edited", "replied", "thanked"


async def measure(site: Site) -> Run:
    """The bare app and the desk, which makes a ticket of every message; then of some."""
    count = site.size(3000, 300)
    run = {BARE: await _floor(count)}
    for column, make in site.databases.items():
        run[column] = await _desk(site, make(), count)
    return run


async def _floor(count: int) -> Figures:
    talk = Talk([team(CHANNELS)], PEOPLE)
    async with (
        slack_like() as (_, api_url),
        child.running(["-m", "bench.floor"], {"SLACK_API_URL": api_url}) as app,
    ):
        messages = (request(payload(talk.ask())) for _ in range(count))
        _, acks = await evenly([app.port], messages, per_second=PER_SECOND)
    return _latencies(acks)


async def _desk(site: Site, database_url: str, count: int) -> Figures:
    talk = Talk([team(CHANNELS)], PEOPLE)
    async with desk(database_url, site.home, talk) as trial:
        await trial.warm_up(WARM_UP)
        messages = (request(payload(talk.ask())) for _ in range(count))
        _, tickets = await evenly(trial.ports, messages, per_second=PER_SECOND)
        await trial.all_shown(count)
        events = map(request, islice(days(talk, MIXED), count))
        _, mixed = await evenly(trial.ports, events, per_second=PER_SECOND)
    return _latencies(tickets) | {f"mixed_{key}": each for key, each in _latencies(mixed).items()}


def _latencies(acks: list[float]) -> dict[str, float]:
    return {"p50": at(acks, 50) * 1e3, "p99": at(acks, 99) * 1e3, "longest": max(acks) * 1e3}


ACKS = Measurement(
    "acks",
    "acks 100 events a second, sent evenly for half a minute",
    (
        Figure("p99", "ack p99 at 100 tickets/s, ms", "{:.1f}", aim="50", ratio_to=BARE),
        Figure("p50", "ack p50 at 100 tickets/s, ms", "{:.1f}", ratio_to=BARE),
        Figure("longest", "longest ack at 100 tickets/s, ms", "{:.1f}"),
        Figure("mixed_p99", "ack p99 at 100 mixed events/s, ms", "{:.1f}", aim="50"),
        Figure("mixed_p50", "ack p50 at 100 mixed events/s, ms", "{:.1f}"),
    ),
    measure,
)
