"""What is made of several runs: medians, ratios, and a table that puts ratios first."""

from bench.measure import BARE, SQLITE, Figure, Measurement, Run, Site, at, median, ratios
from bench.table import as_json, table

ACKS = Figure("acks", "acks per second", aim="45 %", ratio_to=BARE, ratio_form="{:.0%}")
SHOWN = Figure("shown", "tickets shown per second", aim="450")
# The machine was busy while the second was made: both sides were half as fast.
RUNS: list[Run] = [
    {BARE: {"acks": 4000.0}, SQLITE: {"acks": 2000.0, "shown": 500.0}},
    {BARE: {"acks": 2000.0}, SQLITE: {"acks": 1000.0, "shown": 200.0}},
    {BARE: {"acks": 4000.0}, SQLITE: {"acks": 2400.0, "shown": 400.0}},
]


async def _never(site: Site) -> Run:
    raise NotImplementedError


BURST = Measurement("burst", "shows a burst", (ACKS, SHOWN), _never)


def test_a_figure_is_the_median_of_its_runs() -> None:
    assert median(RUNS) == {BARE: {"acks": 4000.0}, SQLITE: {"acks": 2000.0, "shown": 400.0}}


def test_a_ratio_is_made_within_a_run_so_that_a_busy_minute_does_not_count() -> None:
    assert ratios(RUNS, ACKS) == {SQLITE: 0.5}


def test_what_only_one_side_has_gives_no_ratio() -> None:
    assert ratios(RUNS, Figure("shown", "shown", ratio_to=BARE)) == {}
    assert ratios([{SQLITE: {"acks": 1.0}}], ACKS) == {}


def test_the_table_begins_with_ratios_and_has_a_dash_where_nothing_was_measured() -> None:
    _, ratio, _, _, acks, shown, *_ = table([BURST], {"burst": RUNS}).splitlines()
    assert ratio.split() == ["acks", "per", "second", "/", "bare", "Bolt", "-", "50%", "45", "%"]
    assert acks.split() == ["acks", "per", "second", "4000", "2000"]
    assert shown.split() == ["tickets", "shown", "per", "second", "-", "400", "450"]


def test_a_measurement_without_its_database_is_left_out() -> None:
    assert "shows a burst" not in table([BURST], {"burst": [{}]})
    assert "burst" not in as_json([BURST], {"burst": [{}]})


def test_a_percentile_is_one_of_the_values() -> None:
    assert at([3.0, 1.0, 2.0], 50) == 2.0
    assert at([3.0, 1.0, 2.0], 99) == 3.0
