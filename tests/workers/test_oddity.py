"""A post that Slack cannot bear does not hold up the others, and no outage is taken for one."""

from __future__ import annotations

import pytest

from bot.slack.gateway import Unsure
from bot.workers.oddity import FEW_ODD, MOST_ODD
from storage import outbox
from storage.records.boxes import Delivery, Post, PostState
from tests.storage.cast import OURS
from tests.workers.office import CUSTOMERS, TEAM, Office
from tests.workers.slack import Fate

POST, UPDATE = "chat.postMessage", "chat.update"
BROKEN = Fate(Unsure("internal_error"))
LOST = Fate(Unsure("the answer is lost"), landed=True)


async def _break(office: Office, lane: str, method: str, fate: Fate = BROKEN) -> None:
    """The head of that lane is tried when it is due, in vain, and what then is looked up is."""
    office.slack.will(method, fate)
    again = await office.work(lane)
    while office.slack.fates[method]:
        assert again is not None
        office.clock.set(again)
        again = await office.work(lane)
    if again is not None:
        office.clock.set(again)


async def test_a_post_that_slack_takes_from_others_only_is_given_up_and_its_lane_goes_on(
    office: Office,
) -> None:
    receipt = await office.put("receipt")
    behind = await office.put("card", lane=CUSTOMERS, picture="card:behind")
    for _ in range(MOST_ODD + 1):
        await _break(office, CUSTOMERS, POST)
        await office.put("card", picture="")
        await office.work(TEAM)
    await office.work()
    assert (await office.look(receipt)).state is PostState.FAILED
    assert (await office.look(behind)).state is PostState.SHOWN
    failed = await office.desk.read(OURS, outbox.failed)
    assert [each.error for each in failed] == ["internal_error"]


async def test_what_was_given_up_and_is_retried_by_hand_begins_anew(office: Office) -> None:
    receipt = await office.put("receipt")
    for _ in range(MOST_ODD + 1):
        await _break(office, CUSTOMERS, POST)
        await office.put("card", picture="")
        await office.work(TEAM)
    await office.work()
    await office.desk.write(OURS, lambda unit: outbox.retry(unit, receipt.id, office.clock.now()))
    await _break(office, CUSTOMERS, POST)
    assert (await office.look(receipt)).state is PostState.SENDING
    while (again := await office.work(CUSTOMERS)) is not None:
        office.clock.set(again)
    assert (await office.look(receipt)).state is PostState.SHOWN


async def test_while_slack_takes_nothing_from_anybody_nothing_is_given_up(office: Office) -> None:
    receipt = await office.put("receipt")
    for _ in range(3 * MOST_ODD):
        await _break(office, CUSTOMERS, POST)
    assert (await office.look(receipt)).state is PostState.SENDING
    while (again := await office.work()) is not None:
        office.clock.set(again)
    assert (await office.look(receipt)).state is PostState.SHOWN


async def test_what_landed_at_last_is_found_however_odd(office: Office) -> None:
    receipt = await office.put("receipt")
    for number in range(MOST_ODD + 1):
        await _break(office, CUSTOMERS, POST, LOST if number == MOST_ODD else BROKEN)
        await office.put("card", picture="")
        await office.work(TEAM)
    await office.work()
    assert (await office.look(receipt)).state is PostState.SHOWN


@pytest.mark.parametrize("is_alone", [True, False], ids=["only this one", "all updates"])
async def test_an_update_that_slack_breaks_on_stands_aside(
    office: Office, *, is_alone: bool
) -> None:
    card = await office.put("card")
    other = await office.put("card", lane=CUSTOMERS, picture="card:other")
    for lane in (TEAM, CUSTOMERS):
        await office.work(lane)
    await office.put("card")
    for _ in range(FEW_ODD + 1):
        await _break(office, TEAM, UPDATE)
        await _other_goes(office, other, is_alone=is_alone)
    behind = await office.put("card", picture="card:behind")
    office.slack.will(UPDATE, BROKEN)
    await office.work(TEAM)
    assert (await office.look(behind)).state is PostState.SHOWN
    assert (await office.look(card)).state is PostState.WAITING
    for _ in range(MOST_ODD):
        again = await office.work(TEAM)
        office.slack.fates[UPDATE].clear()
        if again is None:
            break
        office.clock.set(again)
        await _other_goes(office, other, is_alone=is_alone)
        office.slack.will(UPDATE, BROKEN)
    given_up = PostState.FAILED if is_alone else PostState.WAITING
    assert (await office.look(card)).state is given_up


async def _other_goes(office: Office, other: Post, *, is_alone: bool) -> None:
    """An update of the other card, or, where all updates fail, a new post."""
    if is_alone:
        await office.put("card", lane=other.lane, picture=other.picture)
    else:
        await office.put("card", lane=CUSTOMERS, picture="", delivery=Delivery.POST)
    await office.work(CUSTOMERS)
