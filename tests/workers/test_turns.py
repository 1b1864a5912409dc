"""Lanes share a transaction, but not each other's faults."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.workers.sending import Batch, Turn
from bot.workers.turns import MOST_AT_ONCE, Turns

HERE, THERE = 1, 2


class Steps:
    """Gives batches to lanes, each step when it is let go; some lanes are at fault."""

    def __init__(self, *, faulty: str = "", error: Exception | None = None) -> None:
        self.groups: list[list[str]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.faulty, self.error = faulty, error or LookupError(faulty)

    async def __call__(self, workspace_id: int, turns: Sequence[Turn]) -> list[Batch | None]:
        self.groups.append([f"{workspace_id}:{turn.lane}" for turn in turns])
        self.begun.set()
        await self.go.wait()
        if any(turn.lane == self.faulty for turn in turns):
            raise self.error
        return [None if turn.lane == "theirs" else Batch() for turn in turns]


async def together(turns: Turns, *lanes: str) -> list[Batch | BaseException | None]:
    asked = [turns.next(HERE, Turn(lane)) for lane in lanes]
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_who_comes_while_a_step_runs_goes_with_the_next() -> None:
    steps = Steps()
    turns = Turns(steps)
    first = asyncio.create_task(together(turns, "a"))
    await steps.begun.wait()
    rest = asyncio.create_task(together(turns, "b", "c", "theirs"))
    await asyncio.sleep(0)
    steps.go.set()
    assert [type(each) for each in await first] == [Batch]
    assert (await rest)[2] is None
    assert steps.groups == [["1:a"], ["1:b", "1:c", "1:theirs"]]


async def test_workspaces_share_nothing() -> None:
    steps = Steps()
    steps.go.set()
    turns = Turns(steps)
    await asyncio.gather(turns.next(HERE, Turn("a")), turns.next(THERE, Turn("a")))
    assert steps.groups == [["1:a"], ["2:a"]]


async def test_a_step_is_never_too_long() -> None:
    steps = Steps()
    steps.go.set()
    await together(Turns(steps), *(f"lane {n}" for n in range(2 * MOST_AT_ONCE)))
    assert [len(group) for group in steps.groups] == [MOST_AT_ONCE, MOST_AT_ONCE]


async def test_one_at_fault_fails_alone() -> None:
    steps = Steps(faulty="b")
    steps.go.set()
    a, b, c = await together(Turns(steps), "a", "b", "c")
    assert isinstance(a, Batch)
    assert isinstance(b, LookupError)
    assert isinstance(c, Batch)


async def test_trouble_of_the_database_is_not_asked_for_again_lane_by_lane() -> None:
    gone = OperationalError("SELECT", None, ConnectionError(), connection_invalidated=True)
    steps = Steps(faulty="b", error=gone)
    steps.go.set()
    turns = Turns(steps)
    assert await together(turns, "a", "b") == [gone, gone]
    assert len(steps.groups) == 1
    with pytest.raises(OperationalError):
        await turns.next(HERE, Turn("b"))
