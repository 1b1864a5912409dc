"""Random histories of a desk, written as it would have written them, for figures to be counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from bot.ids import new_id
from storage import channels, csat, escalations, history, promises, questions, sla, texts, tickets
from storage.history import REOPENED, RESOLVED
from storage.records.clocks import Entry, Goal
from storage.records.clocks import Step as ClockStep
from storage.records.csat import Poll, PollState
from storage.records.escalations import Escalation, Hand, HandOff
from storage.records.escalations import Step as HandStep
from storage.records.promises import Promise, PromiseState
from storage.records.questions import Outcome, Question
from storage.records.tickets import Change, Status, Ticket
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, BEN, CARLA, LOBBY, NOON, OURS, ask

HOUR = timedelta(hours=1)
MOMENTS = st.integers(0, 24 * 9)  # hours after the first
LAST_YEAR = -24 * 62
TURNS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["category", "assign", "merge", "map", "vote"]),
        st.integers(0, 24 * 9),
    ),
    max_size=4,
)
"""To which of the tickets what is done afterwards, how many hours after the first was opened."""
_ids = count(500_000)


@dataclass(frozen=True)
class Life:
    """What befell a ticket, each so many hours after it was opened."""

    channel: int
    owner: int | None
    category: str
    opened: int
    answered: int | None
    done_and_back: list[tuple[str, int]]
    clocks: list[tuple[ClockStep, int]] = field(default_factory=list)
    promises: list[tuple[PromiseState, int]] = field(default_factory=list)
    hands: list[tuple[HandStep, Hand, int]] = field(default_factory=list)
    looked_up: list[tuple[Outcome, int]] = field(default_factory=list)
    polls: list[tuple[int | None, int]] = field(default_factory=list)


def _moves() -> st.SearchStrategy[list[tuple[str, int]]]:
    """Done and reopened in turn, by any way."""

    def turns(drawn: list[tuple[int, int]]) -> list[tuple[str, int]]:
        found, hours = [], 0
        for n, (way, later) in enumerate(drawn):
            hours += later
            ways = RESOLVED if n % 2 == 0 else REOPENED
            found.append((ways[way % len(ways)], hours))
        return found

    return st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=4).map(turns)


LIVES = st.lists(
    st.builds(
        Life,
        channel=st.sampled_from([ACME, LOBBY]),
        owner=st.sampled_from([None, ANA, BEN]),
        category=st.sampled_from(["", "Billing"]),
        opened=MOMENTS | st.just(LAST_YEAR),
        answered=st.none() | st.integers(0, 40),
        done_and_back=_moves(),
        clocks=st.lists(st.tuples(st.sampled_from(ClockStep), st.integers(0, 40)), max_size=2),
        promises=st.lists(st.tuples(st.sampled_from(PromiseState), st.integers(0, 40)), max_size=2),
        hands=st.lists(
            st.tuples(st.sampled_from(HandStep), st.sampled_from(Hand), st.integers(0, 20)),
            max_size=4,
        ),
        looked_up=st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 40)), max_size=2),
        polls=st.lists(st.tuples(st.none() | st.integers(1, 5), st.integers(0, 40)), max_size=2),
    ),
    max_size=7,
)


def live(unit: Unit, life: Life) -> Ticket:
    """Write a ticket's whole life down."""
    at = NOON + life.opened * HOUR
    ticket = ask(
        unit,
        channel_id=life.channel,
        owner_id=life.owner,
        category=life.category,
        opened_at=at,
    )
    befell(unit, ticket, "open", at)
    for act, hours in life.done_and_back:
        befell(unit, ticket, act, at + hours * HOUR)
    status = Status.RESOLVED if len(life.done_and_back) % 2 else Status.OPEN
    answered = None if life.answered is None else at + life.answered * HOUR
    saved = tickets.save(unit, ticket, replace(ticket, status=status, first_answer_at=answered))
    measure(unit, saved, life)
    return saved


def turn(unit: Unit, ticket: Ticket, what: str, at: datetime) -> None:
    """Something that changes whose a ticket's figures are, or what they were."""
    at = max(at, *(each.at for each in history.of_ticket(unit, ticket.id)))
    match what:
        case "map":
            _map(unit, ticket)
        case "vote":
            _vote_anew(unit, ticket)
        case "merge":
            status = Status.OPEN if ticket.is_done else Status.RESOLVED
            tickets.save(unit, ticket, replace(ticket, status=status))
            befell(unit, ticket, "unmerge" if ticket.is_done else "merge", at, new_id())
        case _:
            other = BEN if ticket.owner_id == ANA else ANA
            to = {"category": "" if ticket.category else "Billing"}
            tickets.save(
                unit, ticket, replace(ticket, **(to if what == "category" else {"owner_id": other}))
            )
            befell(unit, ticket, what, at, new_id())


def _map(unit: Unit, ticket: Ticket) -> None:
    """Its channel is given to an account, or to none."""
    place = channels.many(unit, [ticket.channel_id])[ticket.channel_id]
    account = 7 if place.account_id is None else None
    channels.assign(unit, place, account_id=account, mode=place.mode)


def _vote_anew(unit: Unit, ticket: Ticket) -> None:
    poll = csat.latest(unit, ticket.id)
    if poll is not None:
        voted = replace(poll, state=PollState.VOTED, score=6 - (poll.score or 1))
        csat.save(unit, poll, voted)


def befell(unit: Unit, ticket: Ticket, act: str, at: datetime, key: int | None = None) -> None:
    """A row of a ticket's history."""
    key = next(_ids) if key is None else key
    history.add(unit, [Change(OURS, key, ticket.id, at, ANA, act)])


def measure(unit: Unit, ticket: Ticket, life: Life) -> None:
    """What was promised of a ticket, and through whose hands it went."""
    for step, hours in life.clocks:
        at = ticket.opened_at + hours * HOUR
        entry = Entry(Goal.FIRST, at, step, "all", HOUR, HOUR, at, at)
        sla.add(unit, ticket.id, [entry], [next(_ids)])
    for state, hours in life.promises:
        at = ticket.opened_at + hours * HOUR
        made = Promise(OURS, next(_ids), ticket.id, ANA, ticket.opened_at, at, state, ended_at=at)
        promises.add(unit, made)
    for outcome, hours in life.looked_up:
        key, at = next(_ids), ticket.opened_at + hours * HOUR
        texts.put(unit, key, "how?")
        questions.add(unit, Question(OURS, key, at, key, outcome, ticket_id=ticket.id))
    for score, hours in life.polls:
        _poll(unit, ticket, score, ticket.opened_at + hours * HOUR)
    if life.hands:
        _hand_over(unit, ticket, life)


def _poll(unit: Unit, ticket: Ticket, score: int | None, at: datetime) -> None:
    state = PollState.ASKED if score is None else PollState.VOTED
    told = Poll(OURS, next(_ids), ticket.id, CARLA, ticket.channel_id, at, state, asked_at=at)
    csat.add(unit, replace(told, score=score, owner_id=ticket.owner_id, category=ticket.category))


def _hand_over(unit: Unit, ticket: Ticket, life: Life) -> None:
    key, at = next(_ids), ticket.opened_at
    packet = Escalation(OURS, key, ticket.id, "Technical", ACME, ANA, at, "Why?")
    escalations.add(unit, packet)
    for step, hand, hours in life.hands:
        at += hours * HOUR
        row = HandOff(OURS, next(_ids), ticket.id, key, at, step, ANA, hand, None, "Technical")
        escalations.hand_over(unit, row)
