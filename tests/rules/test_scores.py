"""What votes come to: shares that add up, and an interval that holds for few votes, too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import scores
from bot.rules.scores import Score
from storage.records.csat import PollCount, PollState

STATES: list[tuple[PollState, int | None]] = [
    (PollState.ASKED, None),
    (PollState.EXPIRED, None),
]
STATES += [(PollState.VOTED, score) for score in range(1, 6)]


def count(day: int, channel: int, stands: tuple[PollState, int | None], many: int) -> PollCount:
    state, score = stands
    return PollCount(day, channel, None, "", state, score, many)


COUNTS = st.lists(
    st.builds(
        count,
        st.integers(0, 3),
        st.integers(1, 3),
        st.sampled_from(STATES),
        st.integers(1, 50),
    ),
    max_size=30,
)


# Newcombe (1998), Statistics in Medicine 17, table I, method 3: the examples of its author.
@pytest.mark.parametrize(
    "good,total,low,high",
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_wilson(good: int, total: int, low: float, high: float) -> None:
    assert scores.wilson(good, total) == pytest.approx((low, high), abs=0.0001)


def test_nobody_knows_anything_without_a_vote() -> None:
    empty = Score()
    assert (empty.share, empty.mean, empty.rate, empty.silence) == (None, None, None, None)
    assert empty.interval == (0.0, 1.0)


def test_good_is_four_and_five_and_silence_is_not_a_bad_vote() -> None:
    score = Score((1, 0, 1, 2, 4), waiting=4, silent=8)
    assert (score.answered, score.asked, score.good) == (8, 20, 6)
    assert score.share == 0.75
    assert score.mean == pytest.approx(4.0)
    assert (score.rate, score.silence) == (0.4, 0.4)


@given(COUNTS)
def test_groups_add_up_to_the_whole(counts: list[PollCount]) -> None:
    whole = scores.total(counts)
    parts = scores.by(counts, lambda each: each.channel_id).values()
    assert sum(part.asked for part in parts) == whole.asked == sum(each.many for each in counts)
    assert sum(part.good for part in parts) == whole.good
    if whole.share is not None:
        low, high = whole.interval
        assert 0 <= low <= whole.share <= high <= 1
