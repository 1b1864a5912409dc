"""Scenes of satisfaction: Carla votes, the team makes good, and the lead looks at the scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rules.scores import Score
from bot.usecases.csat import PollScene
from bot.usecases.opinions import HELP, Group, OpinionScene, Voice
from bot.usecases.polling import PollingScene
from bot.usecases.recovery import RecoveryScene
from bot.usecases.scenes.ticket import TicketScene
from storage.records.accounts import Account
from storage.records.csat import Poll, Polling, PollState, Recovery, RecoveryState
from storage.records.people import Person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Drawing = tuple[str, dict[str, Any]]

VOTED: dict[str, Any] = {"state": PollState.VOTED, "voted_at": NOON, "score": 2}
EVERYDAY = Score((1, 0, 2, 5, 9), waiting=3, silent=7)


def poll(
    fresh: TicketScene, comment: str = "", *, is_private: bool = False, **told: Any
) -> PollScene:
    asked = Poll(1, 901, fresh.ticket.id, 11, 101, NOON, PollState.ASKED, asked_at=NOON)
    asked = replace(asked, **told)
    asked = replace(asked, comment_id=1 if comment and asked.score else None)
    shown = replace(asked, comment=comment if asked.comment_id else "")
    is_low = (shown.score or 5) <= 2
    return PollScene(
        shown,
        fresh,
        is_private=is_private,
        is_public=False,
        is_final=False,
        is_low=is_low,
        until=NOON + 7 * DAY,
    )


def polls(fresh: TicketScene, text: str) -> Iterator[PollScene]:
    yield poll(fresh)
    yield poll(fresh, is_private=True)
    yield poll(fresh, text, **VOTED)
    yield poll(fresh, text, is_private=True, **VOTED)
    yield replace(poll(fresh, text, **VOTED), is_public=True)
    yield replace(poll(fresh, text, **VOTED | {"score": 5}), is_final=True)
    yield poll(fresh, state=PollState.EXPIRED)
    yield poll(fresh, state=PollState.DROPPED, why="reopened")


def recovery(
    fresh: TicketScene, text: str, name: str, state: RecoveryState = RecoveryState.OPEN
) -> RecoveryScene:
    who = Person(1, 14, "U0TARIQ", "T0HARBOUR", name=name)
    is_over = state is not RecoveryState.OPEN
    task = Recovery(1, 911, fresh.ticket.id, 901, NOON, NOON + DAY, 14, state, outcome=text)
    task = replace(task, ended_at=NOON + DAY if is_over else None)
    rated = poll(fresh, text, **VOTED).poll
    return RecoveryScene(task, rated, fresh, who, who if is_over else None, is_overdue=False)


def rated(fresh: TicketScene, text: str, name: str) -> TicketScene:
    made = recovery(fresh, text, name)
    return replace(fresh, poll=made.poll, recovery=made.recovery)


def _scores(text: str, name: str, many: int) -> Iterator[OpinionScene]:
    yield OpinionScene(NOON - 91 * DAY, NOON, Score(), help=HELP)
    yield OpinionScene(NOON - 91 * DAY, NOON, Score())
    yield OpinionScene(NOON - 91 * DAY, NOON, Score(waiting=3, silent=1))
    lines = tuple((f"{name} {n}", EVERYDAY) for n in range(min(many, 8)))
    titles = ("By account", "By agent", "By category", "By week")
    groups = tuple(Group(title, lines, more=many) for title in titles)
    yield OpinionScene(NOON - 91 * DAY, NOON, EVERYDAY, groups, to_do=many)
    said = replace(Poll(1, 901, 201, 11, 101, NOON), **VOTED, comment=text)
    who = Person(1, 11, "U0CARLA", "T0ACME", name=name)
    voices = (Voice(said, who, 123, "https://x.slack.com/archives/C0/p1"),) * min(many, 5)
    acme = Account(1, 601, name, "acme", NOON)
    yield OpinionScene(NOON - DAY, NOON, EVERYDAY, groups[:1], voices, account=acme)


def messages(fresh: TicketScene, text: str, name: str, many: int) -> list[Drawing]:
    drawn: list[Drawing] = [
        (template, {"scene": each})
        for template in ("csat/poll.j2", "csat/reminder.j2")
        for each in polls(fresh, text)
    ]
    notes = [recovery(fresh, text, name, state) for state in RecoveryState]
    notes.append(replace(notes[0], is_overdue=True, owner=None))
    drawn += [("csat/recovery.j2", {"scene": each}) for each in notes]
    calls = [{"scene": notes[0], "reason": reason} for reason in ("low", "overdue")]
    drawn += [("csat/call.j2", each) for each in calls]
    drawn += [("csat/opinions.j2", {"scene": each}) for each in _scores(text, name, many)]
    return [*drawn, ("ticket/card.j2", {"scene": rated(fresh, text, name)})]


def modals(fresh: TicketScene, text: str, name: str) -> list[Drawing]:
    task = recovery(fresh, text, name)
    acts = ("recovery_done", "recovery_drop")
    settings = [PollingScene(Polling(), ()), PollingScene(Polling(is_on=False), (name,) * 30)]
    return [
        ("csat/comment_form.j2", {"scene": poll(fresh)}),
        ("csat/comment_form.j2", {"scene": poll(fresh, text, **VOTED)}),
        *(("csat/outcome_form.j2", {"scene": replace(task, act=act)}) for act in acts),
        *(("csat/settings_form.j2", {"scene": each}) for each in settings),
    ]
