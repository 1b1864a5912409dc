"""A burst of messages: how fast they are acked, become tickets and are shown, beside a bare app."""

from __future__ import annotations

from collections.abc import Sequence

from bench import child
from bench.load import request, rush
from bench.measure import BARE, Figure, Figures, Measurement, Run, Site, at
from bench.slack import slack_like
from bench.talk import Talk, payload, team
from bench.trial import Drained, desk

PEOPLE, CHANNELS = 50, 44  # all know the desk; nobody writes twice in a channel
NEW_SHARE = 5  # each fifth person of the second burst is new: all write so many times
WARM_UP = 100
CARDS_PER_SECOND = 10.0


async def measure(site: Site) -> Run:
    """The floor, then the desk on each database."""
    run = {BARE: await floor(site.size(3000, 1000))}
    for column, make in site.databases.items():
        run[column] = await _desk(site, make())
    return run


async def floor(count: int) -> Figures:
    """What the bare Bolt app does with as many messages."""
    talk = Talk([team(CHANNELS)], PEOPLE * 3)
    async with (
        slack_like() as (_, api_url),
        child.running(["-m", "bench.floor"], {"SLACK_API_URL": api_url}) as app,
    ):
        await rush([app.port], _requests(talk, count // 10))
        before = app.cpu()
        taken, acks = await rush([app.port], _requests(talk, count))
        cpu = app.cpu() - before
    return {"acks": count / taken, **_latencies(acks), "cpu": cpu / count * 1e3}


def _requests(talk: Talk, count: int) -> list[bytes]:
    return [request(payload(talk.ask())) for _ in range(count)]


async def _desk(site: Site, database_url: str) -> Figures:
    count = site.size(2000, 300)
    newcomers = site.size(200, 60)
    talk = Talk([team(CHANNELS)], PEOPLE, newcomers)
    async with desk(database_url, site.home, talk) as trial:
        await trial.warm_up(WARM_UP)
        cards = await trial.cards(site.size(100, 30), per_second=CARDS_PER_SECOND)
        known = await trial.rush(trial.questions(count))
        new = await trial.rush(trial.questions(newcomers * NEW_SHARE, talk.ask_anew))
    figures = {"card_p50": at(cards, 50) * 1e3, "card_p95": at(cards, 95) * 1e3}
    return figures | of_burst(known) | {f"new_{key}": each for key, each in of_burst(new).items()}


def of_burst(drained: Drained) -> dict[str, float]:
    """Figures of a burst, the rates per second, latencies in ms, CPU in seconds per thousand."""
    return {
        "acks": drained.tickets / drained.acked,
        **_latencies(drained.acks),
        "cpu": drained.cpu / drained.tickets * 1e3,
        "load_cpu": drained.load_cpu / drained.tickets * 1e3,
        "shown": drained.tickets / drained.shown,
        "calls": drained.calls / drained.tickets,
    }


def _latencies(acks: Sequence[float]) -> dict[str, float]:
    return {"ack_p50": at(acks, 50) * 1e3, "ack_p99": at(acks, 99) * 1e3}


BURST = Measurement(
    "burst",
    "shows a burst of 2,000, all at once, with an instant Slack",
    (
        Figure(
            "acks", "acks per second, in the burst", aim="45 %", ratio_to=BARE, ratio_form="{:.0%}"
        ),
        Figure("ack_p50", "ack p50, in the burst, ms", "{:.1f}"),
        Figure("ack_p99", "ack p99, in the burst, ms", "{:.1f}", ratio_to=BARE),
        Figure("cpu", "CPU seconds per 1,000 (whole road)", "{:.2f}", ratio_to=BARE),
        Figure("shown", "tickets shown per second", aim="450 / 250"),
        Figure("load_cpu", "CPU seconds per 1,000, load and Slack", "{:.2f}"),
        Figure("calls", "Slack calls per ticket", "{:.2f}"),
        Figure("new_shown", "… with a fifth by newcomers"),
        Figure("new_cpu", "CPU seconds per 1,000, the same", "{:.2f}"),
        Figure("card_p50", "message to card at 10/s, p50, ms", "{:.1f}"),
        Figure("card_p95", "message to card at 10/s, p95, ms", "{:.1f}", aim="30"),
    ),
    measure,
)
