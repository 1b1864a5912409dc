"""A quarter of plausible talk: what customers asked on working days, and what was answered.

Only talk: what a desk makes of it is the desk's business. The same for every fresh world.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from sandbox.clock import Clock
from sandbox.deeds import Draft, post
from sandbox.world import Channel, Team, User, World

HOST = "T0HARBOUR"
DAY, HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Company:
    """A customer with its channel; ``much`` says how much they ask."""

    id: str
    name: str
    channel: str
    people: tuple[str, ...]
    much: int


COMPANIES = (
    Company("T0NORTHW", "Northwind Traders", "northwind-harbour", ("Priya Nair", "Jonas Ek"), 5),
    Company("T00INGEN", "Ingen Labs", "ingen-harbour", ("Ellie Sato",), 3),
    Company("T0STARKI", "Stark Interiors", "stark-harbour", ("Pepe Ruiz", "Lena Novak"), 2),
    Company("T00TYREL", "Tyrell Optics", "tyrell-harbour", ("Rachel Imani",), 1),
)
# channel, who asks there, how much
ASKING = (
    ("acme-harbour", ("carla", "omar"), 4),
    ("globex-harbour", ("zoe",), 3),
    ("help", ("kim",), 2),
)
QUESTIONS = (
    "The nightly export stopped after two files. Can you have a look?",
    "How do we add a second approver to invoices?",
    "Our webhook gets every event twice since yesterday.",
    "Can we have an invoice with our new address, please?",
    "The API answers 503 now and then. Is something known?",
    "A colleague cannot sign in any more: it says that her seat was removed.",
    "Is there a way to import contacts from a spreadsheet?",
    "The label printer of the new kit smells burnt. What shall we do?",
    "We think about the larger plan. What would forty seats cost?",
    "The dashboard shows last week only. Where is the rest?",
    "Single sign-on ends in a loop for our contractors.",
    "Do you have a data processing agreement in German?",
    "Search finds nothing with umlauts.",
    "The scanner that you replaced in March fails again. Is it under warranty?",
    "Could somebody show us the new reports in a call?",
    "Numbers in the CSV have a comma where we need a dot.",
)
ANSWERS = (
    "Thanks for telling us. I am looking into it and come back to you today.",
    "You find that under Settings › Team. Tell me if it is not there for you.",
    "We have found it: a job was stuck. It runs again since a minute.",
    "Done. You should have it in your mail.",
    "That is a known fault. The mend goes out tonight.",
    "I have asked our specialists, and tell you what they say.",
)
THANKS = (
    "That did it, thank you!",
    "Perfect.",
    "Works again, thanks.",
    "Still the same here, sorry.",
)


@dataclass(frozen=True, slots=True)
class _Word:
    """Something said at a time; ``talk`` is the number of its thread."""

    at: float
    talk: int
    channel: str
    who: str
    text: str


def seed(world: World, days: int) -> None:
    """Fill customers' channels with so many days of questions and answers, the last yesterday."""
    for company in COMPANIES:
        _join(world, company)
    past = World(
        clock=Clock(), teams=world.teams, users=world.users, channels=world.channels, app=world.app
    )
    users = {user.name: user for user in world.users.values()}
    channels = {channel.name: channel for channel in world.channels.values()}
    begun: dict[int, str] = {}
    for word in sorted(_talk(world.clock.time(), days), key=attrgetter("at")):
        past.clock.freeze(word.at)
        draft = Draft(text=word.text, thread_ts=begun.get(word.talk))
        said = post(past, channels[word.channel], users[word.who], draft)
        begun.setdefault(word.talk, said.ts)
    for channel in world.channels.values():
        seen = ((member, channel.id) for member in channel.members)
        world.read_marks.update(dict.fromkeys(seen, channel.last_ts))


Talk = list[tuple[str, str, str]]
"""A thread: ts, author and text of each word."""


def threads(world: World) -> Iterator[tuple[str, list[Talk]]]:
    """What was asked in customers' channels, by channel; nothing where `seed` was not called."""
    if COMPANIES[0].id not in world.teams:
        return
    by_name = {channel.name: channel for channel in world.channels.values()}
    for channel in (by_name[name] for name, *_ in _places()):
        heads = ((ts, *channel.threads.get(ts, ())) for ts in channel.order)
        found = [[channel.messages[ts] for ts in each] for each in heads]
        yield channel.id, [[(it.ts, it.user or "", it.text) for it in one] for one in found]


def _join(world: World, company: Company) -> None:
    """A company with its customers and the channel that it shares with the host."""
    world.teams[company.id] = Team(company.id, company.name, _handle(company.name))
    people = [_person(company, each) for each in company.people]
    world.users.update((user.id, user) for user in people)
    ours = [user.id for user in world.users.values() if _is_ours(user)]
    world.channels[f"C{company.id[1:]}HB"] = Channel(
        id=f"C{company.id[1:]}HB",
        name=company.channel,
        team_ids=[HOST, company.id],
        members=[*(user.id for user in people), *ours],
    )


def _is_ours(user: User) -> bool:
    return user.name in ("ana", "ben") or (user.is_bot and user.team_id == HOST)


def _handle(name: str) -> str:
    return name.partition(" ")[0].lower()


def _person(company: Company, real_name: str) -> User:
    name = _handle(real_name)
    return User(
        id=f"U0{name.upper():0>7}",
        team_id=company.id,
        name=name,
        real_name=real_name,
        role="Customer",
        tz="Europe/Berlin",
        email=f"{name}@{_handle(company.name)}.example",
    )


def _places() -> Iterator[tuple[str, tuple[str, ...], int]]:
    yield from ASKING
    for each in COMPANIES:
        yield each.channel, tuple(map(_handle, each.people)), each.much


def _talk(now: float, days: int) -> Iterator[_Word]:
    dice, talk, places = random.Random(7), 0, list(_places())
    midnight = now // DAY * DAY
    for begin in (midnight - back * DAY for back in range(days, 0, -1)):
        is_work = (begin // DAY + 3) % 7 < 5  # 1970 began on a Thursday
        for _ in range(dice.randint(5, 13) if is_work else dice.randint(0, 2)):
            talk += 1
            channel, people, _ = dice.choices(places, [each[2] for each in places])[0]
            asked = _Word(
                begin + dice.uniform(7, 17) * HOUR,
                talk,
                channel,
                dice.choice(people),
                dice.choice(QUESTIONS),
            )
            words = _one(dice, asked)
            yield from (word for word in words if word.at < midnight)


def _one(dice: random.Random, asked: _Word) -> Iterator[_Word]:
    """A question, an answer or two, and what the customer says to that."""
    yield asked
    at, agent = asked.at, dice.choice(("ana", "ana", "ben"))
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3))):
        at += dice.lognormvariate(0, 1.1) * HOUR
        yield replace(asked, at=at, who=agent, text=dice.choice(ANSWERS))
        at += dice.lognormvariate(-1, 1) * HOUR
        if dice.random() < 0.5:
            yield replace(asked, at=at, text=dice.choice(THANKS))
