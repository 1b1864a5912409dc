"""Opening hours as operators write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.rules.weekly import NotHours, read_hours
from storage.records.hours import Hours, office_week

NINE_TO_FIVE = ((9 * 60, 17 * 60),)


def test_nothing_said_is_nine_to_five_from_monday_to_friday() -> None:
    assert read_hours({}) == Hours()
    assert read_hours({"zone": "Europe/Berlin"}) == Hours("Europe/Berlin")


def test_a_whole_table_is_understood() -> None:
    told = {
        "zone": "Europe/Berlin",
        "weekdays": "08:00-12:00, 13:00-18:30",
        "friday": "08:00-14:00",
        "saturday": ["10-14"],
        "holidays": "de-be",
        "closed": ["2026-12-24", date(2026, 12, 31)],
    }
    split = ((8 * 60, 12 * 60), (13 * 60, 18 * 60 + 30))
    assert read_hours(told) == Hours(
        "Europe/Berlin",
        (*[split] * 4, ((8 * 60, 14 * 60),), ((10 * 60, 14 * 60),), ()),
        "DE-BE",
        frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
    )


@pytest.mark.parametrize(
    "words, span",
    [
        ("9-17", (540, 1020)),
        ("09:00 - 17:00", (540, 1020)),
        ("0900-1700", (540, 1020)),
        ("9 to 17:30", (540, 1050)),
        ("9:00–17:00", (540, 1020)),
        ("22:00-06:00", (1320, 360)),
        ("00:00-24:00", (0, 1440)),
        ("18:00-24:00", (1080, 0)),
    ],
)
def test_spans_are_read_as_people_write_them(words: str, span: tuple[int, int]) -> None:
    assert read_hours({"monday": words}).week[0] == (span,)


@pytest.mark.parametrize("words", ["", "closed", "-", []])
def test_a_day_may_be_closed_among_others(words: object) -> None:
    assert read_hours({"every_day": "9-17", "wednesday": words}).week == (
        NINE_TO_FIVE,
        NINE_TO_FIVE,
        (),
        *[NINE_TO_FIVE] * 4,
    )


def test_one_day_goes_before_several_wherever_it_stands() -> None:
    first = read_hours({"monday": "10-12", "weekdays": "9-17"})
    assert first == read_hours({"weekdays": "9-17", "monday": "10-12"})
    assert first.week[0] == ((600, 720),)
    assert first.week[1:] == office_week()[1:]


def test_round_the_clock_is_one_word() -> None:
    assert read_hours({"always": True, "zone": "Asia/Tokyo"}).week == Hours.always().week


@pytest.mark.parametrize(
    "told, wrong, mend",
    [
        ({"mondy": "9-17"}, "knows no mondy", "did you mean monday?"),
        ({"colour": "red"}, "knows no colour", "zone"),
        ({"monday": "nine to five"}, "no such hours on monday", '"09:00-17:00"'),
        ({"monday": "9-25"}, "no such time on monday", "24:00"),
        ({"monday": "9:75-17"}, "no such time on monday", "24:00"),
        ({"zone": "Mars/Olympus"}, "no time zone Mars/Olympus", "Europe/Berlin"),
        ({"holidays": "Atlantis"}, "no holidays of ATLANTIS", "ISO 3166"),
        ({"holidays": "DE-XX"}, "no holidays of DE-XX", "ISO 3166"),
        ({"closed": ["Christmas"]}, "no such day (Christmas)", '"2026-12-24"'),
        ({"weekdays": "closed"}, "never opens", "at least one day"),
    ],
)
def test_what_is_no_hours_says_how_to_write_it(told: dict[str, Any], wrong: str, mend: str) -> None:
    with pytest.raises(NotHours) as caught:
        read_hours(told)
    assert wrong in caught.value.wrong
    assert mend in caught.value.mend
