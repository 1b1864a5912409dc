"""Scenes of digests: of each kind, whole, empty, late, and as long as they can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.charts.chart import Chart, Series
from bot.rules import subscribing as rules
from bot.rules.decisions import Topic
from bot.rules.figures import BY_KEY
from bot.usecases import briefing, subscribing, today
from bot.usecases.decisions import DecisionScene
from bot.usecases.scenes.ticket import TicketScene
from storage.records.channels import Channel
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.records.people import Person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Drawing = tuple[str, dict[str, Any]]
MONA = Person(1, 15, "U0MONA", "T0HARBOUR", name="Mona", zone="Europe/Berlin")


def digest(kind: Kind, **more: Any) -> Digest:
    told = {"first": "2026-02-27", "last": "2026-03-01", "zone": "Europe/Berlin", **more}
    return Digest(1, 901, 801, kind, NOON, NOON, Outcome.SENT, MONA.id, 105, **told)


def decision(topic: Topic, fresh: TicketScene, name: str, place: int) -> DecisionScene:
    has_ticket = topic not in (Topic.FAILED, Topic.GAP)
    return DecisionScene(
        topic,
        201,
        place,
        NOON - HOUR,
        NOON + HOUR if topic is Topic.GAP else None,
        fresh if has_ticket else None,
        owner=replace(MONA, name=name),
        level=name,
        rota=name,
        count=3,
    )


def chart(many: int) -> Chart:
    labels = tuple(f"Mon {n}" for n in range(14))
    return Chart(
        "Opened and resolved, 14 days",
        "tickets per day",
        labels,
        (Series("Opened", (many,) * 14), Series("Resolved", (None, *(0,) * 13))),
    )


def whole(fresh: TicketScene, name: str, many: int) -> briefing.BriefingScene:
    """A daily one with something of each kind."""
    topics = [*Topic, *Topic][: min(len(Topic) * 2, many, briefing.MOST_DECISIONS)]
    lines = tuple(decision(each, fresh, name, n) for n, each in enumerate(topics, 1))
    figures = tuple(
        briefing.FigureScene(BY_KEY[key], f"{many:,} tickets", "", f"+{many}", better)
        for key, better in zip(briefing.SHOWN, (True, False, None) * 4, strict=False)
    )
    shares = (briefing.ShareScene(name, 5, 4, 6),)
    return briefing.BriefingScene(
        digest(Kind.DAILY),
        replace(MONA, name=name),
        NOON,
        is_late=False,
        decisions=lines,
        more=many,
        figures=figures,
        accounts=shares * briefing.MOST_LINES,
        accounts_more=many,
        categories=shares * briefing.MOST_LINES,
        chart=chart(many),
        file_id="F0CHART",
    )


def messages(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    """Every digest and list of them."""
    shown = whole(fresh, name, many)
    done = tuple(replace(each, is_settled=True) for each in shown.decisions)
    late = replace(digest(Kind.DAILY), skipped_at=NOON - 24 * HOUR)
    for one in (
        shown,
        replace(shown, is_late=True, digest=late, file_id="", decisions=done, more=0),
        replace(shown, decisions=(), more=0, accounts=(), categories=()),
        replace(shown, digest=digest(Kind.WEEKLY), decisions=()),
        replace(shown, digest=digest(Kind.EVENING), figures=(), chart=None),
    ):
        yield "digest/digest.j2", {"scene": one}
    mine = briefing.BriefingScene(digest(Kind.QUEUE), MONA, NOON, is_late=False)
    full = (fresh,) * min(many, briefing.MOST_QUEUE)
    for queue in (mine, replace(mine, queue=full, queue_more=many, waiting=many, free=many)):
        yield "digest/digest.j2", {"scene": queue}
    yield from _to_customers(fresh, many)
    yield from _lists(name, many)


def _to_customers(fresh: TicketScene, many: int) -> Iterator[Drawing]:
    own = digest(Kind.CUSTOMER)
    week = briefing.CustomerScene(own, fresh.channel, many, many, "2 h 5 min", (), 0)
    yield "digest/customer.j2", {"scene": week}
    live = (fresh,) * min(many, briefing.MOST_QUEUE)
    yield "digest/customer.j2", {"scene": replace(week, live=live, more=many, first_answer="")}


def _lists(name: str, many: int) -> Iterator[Drawing]:
    channel = Channel(1, 105, "C0DIGEST", name)
    lines = tuple(
        subscribing.SubscriptionScene(
            Subscription(1, 801 + n, kind, 15, 15, NOON, next_at=NOON if n % 2 else None),
            rules.CALLED[kind],
            replace(MONA, name=name),
            channel if n % 2 else None,
            "Working days at 09:00",
            "Europe/Berlin",
            is_mine=True,
        )
        for n, kind in enumerate([*Kind, *Kind, *Kind, *Kind][: min(many, 60)])
    )
    yield "digest/list.j2", {"scene": subscribing.SubscriptionsScene(lines, many)}
    yield "digest/list.j2", {"scene": subscribing.SubscriptionsScene(())}


def modals(name: str, many: int) -> Iterator[Drawing]:
    """The form of a new digest."""
    kinds = tuple((str(kind), rules.MEANING[kind]) for kind in Kind)
    places = (
        ("direct", "By direct message"),
        *((f"C0{n}", f"#{name}") for n in range(min(many, 90))),
    )
    days = tuple((str(n), day) for n, day in enumerate(rules.DAYS))
    yield "digest/form.j2", {"scene": subscribing.DigestFormScene(kinds, name, places, days, "UTC")}


def day(fresh: TicketScene, name: str, many: int, *, half: int = 0) -> today.TodayScene:
    """What leads and managers see at home, with one ``half`` of what there is to decide."""
    shown = whole(fresh, name, many)
    topics = [*Topic][: today.MOST_DECISIONS], [*Topic][today.MOST_DECISIONS :]
    lines = [decision(each, fresh, name, n) for n, each in enumerate(topics[half], 1)]
    there = today.ThereScene(replace(MONA, name=name), many, "")
    return today.TodayScene(
        "Mon 2 Mar",
        "Mon 23 Feb",
        tuple(lines),
        many,
        shown.figures,
        (today.TrendScene("Opened", today.bars([*range(14)]), 13, many),) * 2,
        (there,) * min(many, 60),
        (replace(there, why="outside working hours"),) * min(many, 60),
        (there.person,) * min(many, 20),
        has_rotas=True,
    )
