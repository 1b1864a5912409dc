"""The ladder, and each stage of an escalation: what may be done, and who has the ticket then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.rules import escalation as rules
from bot.rules.escalation import Holder
from storage.records.escalations import LADDER, LIVE, Escalation, Hand, Level, Stage
from storage.records.hours import OFFICE, Hours
from storage.records.tickets import Status
from tests.rules.cast import ANA, BEN, NOON, ticket

PACKET = Escalation(1, 700, 900, "Technical", 104, ANA.id, NOON, "Why?")
Deed = Callable[[Escalation], Escalation]
DEEDS: dict[str, Deed] = {
    "accept": lambda e: rules.accept(e, by=BEN.id),
    "ask back": lambda e: rules.ask_back(e, by=BEN.id, said_id=1),
    "tell": rules.told,
    "decline": lambda e: rules.decline(e, said_id=1, now=NOON),
    "answer": lambda e: rules.answer(e, by=BEN.id, said_id=1),
    "send back": rules.send_back,
    "approve": lambda e: rules.approved(e, reply_id=1),
    "discuss": rules.discussed,
    "pass on": lambda e: rules.passed_on(e, now=NOON),
    "withdraw": lambda e: rules.withdraw(e, now=NOON),
}
# What may be done at each live stage, and what stage that leads to.
LEGAL: dict[Stage, dict[str, Stage]] = {
    Stage.ASKED: {
        "accept": Stage.ACCEPTED,
        "ask back": Stage.ASKED_BACK,
        "decline": Stage.DECLINED,
        "answer": Stage.ANSWERED,
        "discuss": Stage.CLOSING,
        "pass on": Stage.PASSED,
        "withdraw": Stage.WITHDRAWN,
    },
    Stage.ACCEPTED: {
        "ask back": Stage.ASKED_BACK,
        "decline": Stage.DECLINED,
        "answer": Stage.ANSWERED,
        "discuss": Stage.CLOSING,
        "withdraw": Stage.WITHDRAWN,
    },
    Stage.ASKED_BACK: {
        "tell": Stage.ACCEPTED,
        "decline": Stage.DECLINED,
        "answer": Stage.ANSWERED,
        "discuss": Stage.CLOSING,
        "withdraw": Stage.WITHDRAWN,
    },
    Stage.ANSWERED: {
        "ask back": Stage.ASKED_BACK,
        "answer": Stage.ANSWERED,
        "send back": Stage.ACCEPTED,
        "approve": Stage.ANSWERED,
        "discuss": Stage.CLOSING,
        "withdraw": Stage.WITHDRAWN,
    },
    Stage.CLOSING: {"withdraw": Stage.WITHDRAWN},
}
CASES = [(stage, deed) for stage in Stage for deed in DEEDS]


def at(stage: Stage) -> Escalation:
    holder = None if stage is Stage.ASKED else ANA.id
    return replace(PACKET, stage=stage, holder_id=holder)


@pytest.mark.parametrize("stage, deed", CASES, ids=[f"{deed} when {at}" for at, deed in CASES])
def test_each_deed_leads_where_the_table_says_or_is_refused(stage: Stage, deed: str) -> None:
    to = LEGAL.get(stage, {}).get(deed)
    if to is None:
        with pytest.raises(Refused, match=r"\w.*\."):
            DEEDS[deed](at(stage))
    else:
        assert DEEDS[deed](at(stage)).stage is to


@pytest.mark.parametrize("stage", Stage)
def test_what_is_over_has_an_end_and_no_timer(stage: Stage) -> None:
    for deed, to in LEGAL.get(stage, {}).items():
        after = DEEDS[deed](at(stage))
        assert after.is_live == (after.ended_at is None)
        assert (to in LIVE) == after.is_live


@pytest.mark.parametrize(
    "stage, holder",
    [
        (Stage.ASKED, Holder(Hand.LEVEL, level="Technical")),
        (Stage.ACCEPTED, Holder(Hand.SPECIALIST, ANA.id, "Technical")),
        (Stage.ASKED_BACK, Holder(Hand.AGENT, BEN.id)),
        (Stage.ANSWERED, Holder(Hand.AGENT, BEN.id)),
        (Stage.CLOSING, Holder(Hand.AGENT, BEN.id)),
        (Stage.DECLINED, Holder(Hand.AGENT, BEN.id)),
        (Stage.CLOSED, Holder(Hand.AGENT, BEN.id)),
    ],
)
def test_somebody_has_it_at_each_stage(stage: Stage, holder: Holder) -> None:
    assert rules.holder(ticket(owner_id=BEN.id), at(stage)) == holder
    done = ticket(owner_id=BEN.id, status=Status.RESOLVED)
    assert rules.holder(done, at(stage)).hand is Hand.NOBODY


def test_what_comes_back_to_nobody_comes_to_whoever_asked() -> None:
    assert rules.holder(ticket(), at(Stage.ANSWERED)) == Holder(Hand.AGENT, ANA.id)


def test_a_draft_on_its_way_cannot_be_withdrawn_or_changed() -> None:
    sent = replace(at(Stage.ANSWERED), reply_id=7)
    for deed in ("withdraw", "answer", "send back", "approve"):
        with pytest.raises(Refused, match="on its way"):
            DEEDS[deed](sent)
    assert rules.unsent(sent) == at(Stage.ANSWERED)


def test_whoever_goes_away_leaves_it_to_the_level() -> None:
    after = rules.returned(at(Stage.ACCEPTED))
    assert (after.stage, after.holder_id) == (Stage.ASKED, None)


@pytest.mark.parametrize(
    "name, above",
    [("Technical", "Engineering"), ("engineering", "Manager"), ("Manager", None), ("Gone", None)],
)
def test_the_level_above(name: str, above: str | None) -> None:
    found = rules.above(LADDER, name)
    assert (found.name if found else None) == above


@pytest.mark.parametrize(
    "level, stage, hours, later",
    [
        (LADDER[0], Stage.ASKED, OFFICE, timedelta(hours=1)),
        (LADDER[1], Stage.ASKED, OFFICE, timedelta(hours=2)),
        (Level("Never", accept=0), Stage.ASKED, OFFICE, rules.LOOKS),
        (LADDER[0], Stage.ANSWERED, OFFICE, rules.LOOKS),
        (Level("Late", accept=6 * 60), Stage.ASKED, OFFICE, timedelta(hours=22)),
        (Level("Night", accept=6 * 60), Stage.ASKED, Hours.always(), timedelta(hours=6)),
    ],
)
def test_when_the_desk_looks_again(
    level: Level, stage: Stage, hours: Hours, later: timedelta
) -> None:
    assert rules.look_at(level, stage, hours, NOON) == NOON + later


def test_two_levels_at_once_are_refused_with_who_has_it() -> None:
    with pytest.raises(Refused, match="is with Technical already"):
        rules.check_free(ticket(), PACKET)
    rules.check_free(ticket(), replace(PACKET, stage=Stage.DECLINED, ended_at=NOON))


@pytest.mark.parametrize(
    "told, before, after, left",
    [
        ("It stops.", "It stops.", "", ""),
        ("It stops.", "It stops.", "It stops at noon.", "It stops at noon."),
        ("Why?\nIt stops.\nBye.", "It stops.", "", "Why?\nBye."),
        ("Why? It stops.", "It stops.", "", "Why? It stops."),
        ("One\nmine\nTwo", "One\nTwo", "Two", "mine\nTwo"),
        ("Which history?", "is", "", "Which history?"),
        ("Mine", "", "Anything", "Mine"),
        (r"a\1b", r"a\1b", r"\1", r"\1"),
    ],
)
def test_a_quote_follows_whose_words_it_has(told: str, before: str, after: str, left: str) -> None:
    assert rules.followed(told, before, after) == left
