"""Who is on call: shifts, turns, gaps, overlaps, people who stand in, and clocks that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.rules import rota as rules
from bot.rules.rota import Duty, Plan
from bot.rules.weekly import read_hours
from storage.records.rotas import Override, Rota, Shift

ANA, BEN, KIM, TOM = "UANA", "UBEN", "UKIM", "UTOM"
BERLIN, NEW_YORK, TOKYO = "Europe/Berlin", "America/New_York", "Asia/Tokyo"


def at(told: str) -> datetime:
    """``2026-03-02 09:00`` in UTC."""
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


def shift(*people: str, zone: str = "UTC", turns: bool = False, **hours: str) -> Shift:
    return Shift(read_hours({"zone": zone, **hours}), people, takes_turns=turns)


def plan(*shifts: Shift, overrides: tuple[Override, ...] = ()) -> Plan:
    return Plan(Rota("on-call", shifts), overrides)


def swap(out: str, into: str, since: str, until: str) -> Override:
    return Override(1, 1, "on-call", out, into, at(since), at(until), 1)


OFFICE = plan(shift(ANA, weekdays="09:00-17:00"))
SPLIT = plan(shift(ANA, weekdays="09:00-12:00, 14:00-18:00"))
NIGHT = plan(shift(BEN, every_day="22:00-06:00"))
OVERLAP = plan(shift(ANA, weekdays="08:00-16:00"), shift(BEN, weekdays="14:00-22:00"))
TURNS = plan(shift(BEN, KIM, ANA, turns=True, every_day="00:00-24:00"))
SUN = plan(
    shift(ANA, zone=BERLIN, every_day="08:00-16:00"),
    shift(BEN, zone=NEW_YORK, every_day="10:00-18:00"),
    shift(KIM, zone=TOKYO, every_day="07:00-16:00"),
)
BERLIN_DAY = plan(shift(ANA, zone=BERLIN, every_day="09:00-17:00"))
FRIDAY = swap(BEN, ANA, "2026-03-06 00:00", "2026-03-07 00:00")

# plan, when (UTC; 2 March 2026 is a Monday), who
CASES = [
    ("before the first shift", OFFICE, "2026-03-02 08:59", ()),
    ("its first minute", OFFICE, "2026-03-02 09:00", (ANA,)),
    ("its last minute", OFFICE, "2026-03-02 16:59", (ANA,)),
    ("the minute it is over", OFFICE, "2026-03-02 17:00", ()),
    ("a weekend is a gap", OFFICE, "2026-03-07 12:00", ()),
    ("first half of a split shift", SPLIT, "2026-03-02 11:00", (ANA,)),
    ("its pause", SPLIT, "2026-03-02 13:00", ()),
    ("its second half", SPLIT, "2026-03-02 14:00", (ANA,)),
    ("a night begins", NIGHT, "2026-03-02 22:00", (BEN,)),
    ("and goes on after midnight", NIGHT, "2026-03-03 05:59", (BEN,)),
    ("and ends", NIGHT, "2026-03-03 06:00", ()),
    ("one alone", OVERLAP, "2026-03-02 09:00", (ANA,)),
    ("two at once", OVERLAP, "2026-03-02 15:00", (ANA, BEN)),
    ("the other alone", OVERLAP, "2026-03-02 16:00", (BEN,)),
    ("turn of the first", TURNS, "2026-03-02 08:59", (KIM,)),
    ("turns change on Monday at nine", TURNS, "2026-03-02 09:00", (ANA,)),
    ("all week long", TURNS, "2026-03-08 23:59", (ANA,)),
    ("then comes the next", TURNS, "2026-03-09 09:00", (BEN,)),
    ("and the third", TURNS, "2026-03-16 09:00", (KIM,)),
    ("and the first again", TURNS, "2026-03-23 09:00", (ANA,)),
    ("Berlin in winter opens at 8 UTC", BERLIN_DAY, "2026-03-28 08:00", (ANA,)),
    ("and not before", BERLIN_DAY, "2026-03-28 07:59", ()),
    ("summer time has begun: 7 UTC", BERLIN_DAY, "2026-03-29 07:00", (ANA,)),
    ("and it ends at 15 UTC", BERLIN_DAY, "2026-03-29 15:00", ()),
    ("the last day of summer: 7 UTC", BERLIN_DAY, "2026-10-24 07:00", (ANA,)),
    ("winter again: 7 UTC is too early", BERLIN_DAY, "2026-10-25 07:00", ()),
    ("winter again: 8 UTC", BERLIN_DAY, "2026-10-25 08:00", (ANA,)),
    ("follow the sun: Berlin", SUN, "2026-03-02 07:30", (ANA,)),
    ("follow the sun: New York", SUN, "2026-03-02 18:00", (BEN,)),
    ("follow the sun: Tokyo", SUN, "2026-03-02 23:00", (KIM,)),
    ("both are up: America has changed", SUN, "2026-03-10 14:30", (ANA, BEN)),
    ("a gap where Europe has not", SUN, "2026-03-10 22:00", (KIM,)),
    ("a swap", plan(shift(BEN, every_day="00:00-24:00"), overrides=(FRIDAY,)),
     "2026-03-06 12:00", (ANA,)),
    ("is over in time", plan(shift(BEN, every_day="00:00-24:00"), overrides=(FRIDAY,)),
     "2026-03-07 00:00", (BEN,)),
    ("somebody goes, nobody comes",
     plan(shift(ANA, every_day="00:00-24:00"),
          overrides=(swap(ANA, "", "2026-03-02 10:00", "2026-03-02 11:00"),)),
     "2026-03-02 10:30", ()),
    ("somebody comes in addition",
     plan(shift(ANA, every_day="00:00-24:00"),
          overrides=(swap("", TOM, "2026-03-02 10:00", "2026-03-02 11:00"),)),
     "2026-03-02 10:30", (ANA, TOM)),
    ("who stands in for nobody on duty comes all the same", plan(
        shift(ANA, weekdays="09:00-17:00"),
        overrides=(swap(ANA, BEN, "2026-03-02 18:00", "2026-03-02 20:00"),)),
     "2026-03-02 19:00", (BEN,)),
    ("of two swaps the later is made of the first", plan(
        shift(ANA, every_day="00:00-24:00"),
        overrides=(swap(ANA, BEN, "2026-03-02 00:00", "2026-03-03 00:00"),
                   swap(BEN, KIM, "2026-03-02 12:00", "2026-03-03 00:00"))),
     "2026-03-02 13:00", (KIM,)),
]  # fmt: skip


@pytest.mark.parametrize("what, rota, when, who", CASES, ids=[case[0] for case in CASES])
def test_who_is_on_call(what: str, rota: Plan, when: str, who: tuple[str, ...]) -> None:
    assert rules.on(rota, at(when)) == who


@pytest.mark.parametrize(
    "rota, when, until",
    [
        (OFFICE, "2026-03-02 12:00", "2026-03-02 17:00"),
        (OFFICE, "2026-03-06 17:00", "2026-03-09 09:00"),
        (OVERLAP, "2026-03-02 12:00", "2026-03-02 14:00"),
        (TURNS, "2026-03-03 12:00", "2026-03-09 09:00"),
        (BERLIN_DAY, "2026-03-28 20:00", "2026-03-29 07:00"),
        (BERLIN_DAY, "2026-10-24 20:00", "2026-10-25 08:00"),
    ],
)
def test_until_when_that_is_so(rota: Plan, when: str, until: str) -> None:
    assert rules.now(rota, at(when)).until == at(until)


def test_who_comes_next_comes_after_the_gap() -> None:
    found = rules.comes_next(OFFICE, at("2026-03-06 12:00"))
    assert found == Duty((ANA,), at("2026-03-09 09:00"), at("2026-03-09 17:00"))


def test_somebody_alone_for_ever_has_nobody_after_them() -> None:
    alone = plan(shift(ANA, every_day="00:00-24:00"))
    assert rules.now(alone, at("2026-03-02 12:00")) == Duty((ANA,), at("2026-03-02 12:00"))
    assert rules.comes_next(alone, at("2026-03-02 12:00")) is None


def test_gaps_of_a_day_are_found() -> None:
    day = at("2026-03-02 00:00")
    assert rules.gaps(SPLIT, day, day + timedelta(days=1)) == [
        (day, at("2026-03-02 09:00")),
        (at("2026-03-02 12:00"), at("2026-03-02 14:00")),
        (at("2026-03-02 18:00"), day + timedelta(days=1)),
    ]


def test_members_of_a_usergroup_are_all_on_call() -> None:
    group = Shift(read_hours({"weekdays": "09:00-17:00"}), usergroup="S1")
    rota = Plan(Rota("on-call", (group,)), members={"S1": {BEN, ANA}})
    assert rules.on(rota, at("2026-03-02 12:00")) == (ANA, BEN)


@given(st.integers(0, 60 * 24 * 400))
def test_a_plan_changes_exactly_when_it_says(minutes: int) -> None:
    begin = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    duty = rules.now(SUN, begin)
    assert duty.until is not None
    assert set(rules.on(SUN, duty.until - timedelta(seconds=1))) == set(duty.who)
    assert set(rules.on(SUN, duty.until)) != set(duty.who)


@pytest.mark.parametrize(
    "words, told",
    [
        ("Ana instead of Ben on friday", ("Ana", "Ben", "friday")),
        ("<@U1> for <@U2> on 2026-03-06", ("<@U1>", "<@U2>", "2026-03-06")),
        ("put Kim in place of Tom from tomorrow 9am", ("Kim", "Tom", "tomorrow 9am")),
    ],
)
def test_a_swap_is_said_in_words(words: str, told: tuple[str, str, str]) -> None:
    assert rules.swapped(words) == rules.Swap(*told)


def test_a_swap_may_name_its_rota() -> None:
    told = rules.Swap("Ana", "Ben", "next friday", "Night watch")
    assert rules.swapped("Ana instead of Ben on next friday in Night watch") == told


BY_DAY, BY_NIGHT = Rota("Day", ()), Rota("Night", ())


@pytest.mark.parametrize(
    "day, night, named, found",
    [(True, False, "", BY_DAY), (False, True, "", BY_NIGHT), (True, True, "night", BY_NIGHT)],
)
def test_a_swap_is_of_the_rota_that_is_named_or_has_who_goes(
    day: bool, night: bool, named: str, found: Rota
) -> None:
    assert rules.meant([(BY_DAY, day), (BY_NIGHT, night)], named) is found


@pytest.mark.parametrize(
    "named, why", [("", "in which rota"), ("Noon", "no rota called Noon. There are: Day, Night")]
)
def test_a_swap_that_may_be_of_several_rotas_is_asked_about(named: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        rules.meant([(BY_DAY, True), (BY_NIGHT, True)], named)


def test_other_words_are_no_swap() -> None:
    with pytest.raises(Refused, match="instead of"):
        rules.swapped("make it better")


@pytest.mark.parametrize(
    "out, into, since, until, why",
    [
        ("", "", "2026-03-02 09:00", "2026-03-02 10:00", "who comes"),
        (ANA, ANA, "2026-03-02 09:00", "2026-03-02 10:00", "same person"),
        (ANA, BEN, "2026-03-02 09:00", "2026-03-02 09:00", "after it begins"),
        (ANA, BEN, "2026-03-02 09:00", "2026-08-02 09:00", "longer than"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    out: str, into: str, since: str, until: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        rules.check_override(at(since), at(until), out=out, into=into)
