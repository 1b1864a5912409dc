"""A Slack as slow as the real one, 120 to 200 ms an answer: do others go on while one waits?"""

from __future__ import annotations

from bench.burst import of_burst
from bench.measure import Figure, Figures, Measurement, Run, Site
from bench.talk import Talk, teams
from bench.trial import desk

# A hundred accounts, each with a team channel of its own for its cards.
TEAMS, CHANNELS, PEOPLE = 100, 3, 15
LATENCY = (0.120, 0.200)


async def measure(site: Site) -> Run:
    """The desk on each database."""
    return {column: await _desk(site, make()) for column, make in site.databases.items()}


async def _desk(site: Site, database_url: str) -> Figures:
    of = teams(site.size(TEAMS, TEAMS // 5), CHANNELS)
    talk = Talk(of, PEOPLE)
    async with desk(database_url, site.home, talk, teams=of) as trial:
        await trial.warm_up(len(of) * PEOPLE)
        instant = await trial.rush(trial.questions(site.size(1000, 200)))
        trial.slack.latency = LATENCY
        slow = await trial.rush(trial.questions(site.size(2000, 300)))
    return {f"instant_{key}": each for key, each in of_burst(instant).items()} | of_burst(slow)


SLOW = Measurement(
    "slow-slack",
    "shows a burst over 300 customer and 100 team channels when Slack takes 120 to 200 ms",
    (
        Figure("shown", "tickets shown per second, Slack of 160 ms", aim="150"),
        Figure("instant_shown", "… and of 0 ms, the same channels"),
        Figure("cpu", "CPU seconds per 1,000, Slack of 160 ms", "{:.2f}"),
    ),
    measure,
)
