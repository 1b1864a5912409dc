"""How many posts a lane claims at once: as many as Slack takes in half a second, within bounds."""

import pytest

from bot.workers.sending import FEW, MANY, QUICK_SECONDS, next_size

QUICK, SLOW = QUICK_SECONDS / 2, QUICK_SECONDS * 2


@pytest.mark.parametrize(
    "size, taken, seconds, then",
    [
        (FEW, FEW, QUICK, 2 * FEW),
        (MANY, MANY, QUICK, MANY),
        (80, 80, SLOW, 40),
        (FEW, FEW, SLOW, FEW),
        (80, 79, QUICK, FEW),  # there are no more, or Slack did not take the rest
        (80, 0, SLOW, FEW),
    ],
)
def test_a_lane_claims_more_while_slack_is_quick_and_fewer_while_it_is_not(
    size: int, taken: int, seconds: float, then: int
) -> None:
    assert next_size(size, taken, seconds) == then
