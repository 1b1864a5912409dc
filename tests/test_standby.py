"""What an operator writes of ladder and rotas, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from bot import standby
from bot.customs import Wrong
from storage.records.escalations import Level
from storage.records.people import TeamRole

DAY_SHIFT = {"people": ["Ana", "Ben"], "weekdays": "09:00-17:00", "turns": "weekly"}


def test_levels_are_read_as_they_are_written() -> None:
    told = [
        {"name": "Technical", "accept": "30m"},
        {"name": "Night", "rota": "on-call", "accept": "2h", "channel": "#night"},
        {"name": "Boss", "people": "Mona, Kim", "accept": "never"},
    ]
    assert standby.ladder(told) == (
        Level("Technical", role=TeamRole.SPECIALIST, accept=30),
        Level("Night", "#night", rota="on-call", accept=120),
        Level("Boss", people=("Mona", "Kim"), accept=0),
    )


def test_a_rota_hands_its_zone_to_shifts_without_one() -> None:
    own = DAY_SHIFT | {"zone": "Asia/Tokyo", "turns_at": "tuesday 08:30"}
    told = [{"name": "on-call", "zone": "Europe/Berlin", "shift": [DAY_SHIFT, own]}]
    found = standby.rotas(told)
    assert isinstance(found, tuple)
    rota = found[0]
    assert [each.hours.zone for each in rota.shifts] == ["Europe/Berlin", "Asia/Tokyo"]
    assert rota.shifts[0].takes_turns
    assert rota.shifts[1].turns_at == 24 * 60 + 8 * 60 + 30


@pytest.mark.parametrize(
    "told, wrong",
    [
        ([{"name": ""}], "without a name"),
        ([], "no level"),
        ([{"name": "A", "chanel": "#a"}], "knows no chanel"),
        ([{"name": "A", "role": "wizard"}], "knows no role"),
        ([{"name": "A", "accept": "soon"}], "no such time to accept"),
        ([{"name": "A"}, {"name": "a"}], "same name twice"),
        ([{"name": str(n)} for n in range(11)], "has 11 levels"),
    ],
)
def test_a_wrong_ladder_says_how_to_mend_it(told: list[dict[str, Any]], wrong: str) -> None:
    with pytest.raises(Wrong, match=wrong) as refused:
        standby.ladder(told)
    assert refused.value.mend


@pytest.mark.parametrize(
    "told, wrong",
    [
        ([{"name": "x"}], "no shifts"),
        ([{"name": "x", "shift": [{"weekdays": "9-17"}]}], "shift of nobody"),
        ([{"name": "x", "shift": [DAY_SHIFT | {"turns": "daily"}]}], "knows no turns"),
        ([{"name": "x", "shift": [DAY_SHIFT | {"turns_at": "noon"}]}], "no such time of turns"),
        ([{"name": "x", "shift": [DAY_SHIFT | {"weekdays": "9-25"}]}], "no such time"),
        ([{"name": "x", "zone": "Mars", "shift": [DAY_SHIFT]}], "no time zone"),
    ],
)
def test_a_wrong_rota_says_how_to_mend_it(told: list[dict[str, Any]], wrong: str) -> None:
    with pytest.raises(Wrong, match=wrong):
        standby.rotas(told)


def test_a_level_by_a_rota_that_is_not_there_is_told() -> None:
    with pytest.raises(Wrong, match="not there"):
        standby.check_together([Level("Night", rota="nights")], [])
