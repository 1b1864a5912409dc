"""What is sent again, what is looked for first, what is left alone: each unknown end of a call."""

from __future__ import annotations

import pytest

from bot.errors import SendFailed
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from storage import lanes
from storage.lag import Lag, lag
from storage.records.boxes import Delivery, PostState
from storage.records.tickets import Status
from storage.unit import Unit
from tests.storage.cast import NOON, OURS
from tests.workers.office import CUSTOMERS, SECOND, TEAM, Office
from tests.workers.slack import Fate

POST, UPDATE, MARK = "chat.postMessage", "chat.update", "reactions.add"
REPLIES, HISTORY = "conversations.replies", "conversations.history"
PERSON = "person:U-ANA"

LOST = Fate(Unsure("the answer is lost"), landed=True)
BROKEN = Fate(Unsure("internal_error"))


async def _work_on(office: Office) -> None:
    """Whenever there is something to do, until there is nothing."""
    while (again := await office.work()) is not None:
        office.clock.set(again)


async def test_what_slack_took_is_shown_under_its_ts(office: Office) -> None:
    receipt = await office.put("receipt")
    await office.work()
    shown = await office.look(receipt)
    assert (shown.state, shown.ts) == (PostState.SHOWN, office.slack.messages[0]["ts"])


async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, LOST)
    assert await office.work() == NOON + 2 * SECOND
    assert (await office.look(receipt)).state is PostState.SENDING
    await office.wait(2)
    await office.work()
    assert (await office.look(receipt)).ts == office.slack.messages[0]["ts"]
    assert len(office.slack.messages) == 1


async def test_nothing_is_looked_for_before_it_had_time_to_land(office: Office) -> None:
    await office.put("receipt")
    office.slack.will(POST, LOST)
    await office.work()
    await office.wait(1)
    await office.work()
    assert office.slack.made(REPLIES) == []


async def test_a_post_that_did_not_land_is_sent_again_once(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, BROKEN)
    await office.work()
    await office.wait(2)
    await office.work()
    assert (await office.look(receipt)).state is PostState.SHOWN
    assert len(office.slack.messages) == 1


async def test_a_card_is_looked_for_in_the_channel_and_a_receipt_in_its_thread(
    office: Office,
) -> None:
    await office.put("card")
    await office.put("receipt")
    office.slack.will(POST, LOST, LOST)
    for lane in (TEAM, CUSTOMERS):
        await office.work(lane)
    await office.wait(2)
    for lane in (TEAM, CUSTOMERS):
        await office.work(lane)
    assert [each["channel"] for each in office.slack.made(HISTORY)] == ["C-TRIAGE"]
    assert [each["ts"] for each in office.slack.made(REPLIES)] == [office.ticket.thread_ts]
    assert len(office.slack.messages) == 2


async def test_what_a_dead_process_was_sending_is_given_a_moment_however_old_the_try(
    office: Office,
) -> None:
    await office.die_while_sending(await office.put("receipt"))
    await office.wait(60)  # the last of its batch may have left the house only just now
    assert await office.work() == NOON + 62 * SECOND
    assert office.slack.calls == []


async def test_what_a_dead_process_sent_is_found(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, LOST)
    await office.work()
    receipt = await office.die_while_sending(await office.look(receipt))
    await office.work()
    await office.wait(2)
    await office.work()
    assert (await office.look(receipt)).state is PostState.SHOWN
    assert len(office.slack.messages) == 1


@pytest.mark.parametrize("fate, state", [(LOST, PostState.SHOWN), (BROKEN, PostState.DROPPED)])
async def test_what_is_not_true_any_more_is_looked_for_before_it_is_dropped(
    office: Office, fate: Fate, state: PostState
) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, fate)
    await office.work()
    await office.change(status=Status.RESOLVED)
    await office.wait(2)
    await office.work()
    ended = await office.look(receipt)
    there = [each["ts"] for each in office.slack.messages]
    assert (ended.state, [ended.ts]) == (state, there or [""])


async def test_a_picture_that_changed_while_its_post_was_unknown_is_found_and_then_updated(
    office: Office,
) -> None:
    card = await office.put("card")
    office.slack.will(POST, LOST)
    await office.work(TEAM)
    await office.put("card")
    await office.wait(2)
    await office.work(TEAM)
    shown = await office.look(card)
    assert (shown.state, shown.shown, shown.wanted) == (PostState.SHOWN, 2, 2)
    assert [each["ts"] for each in office.slack.made(UPDATE)] == [shown.ts]
    assert len(office.slack.messages) == 1


async def test_an_update_whose_end_is_unknown_is_simply_made_again(office: Office) -> None:
    card = await office.put("card")
    await office.work(TEAM)
    await office.put("card")
    office.slack.will(UPDATE, LOST)
    again = await office.work(TEAM)
    assert again is not None
    office.clock.set(again)
    await office.work(TEAM)
    assert (await office.look(card)).state is PostState.SHOWN
    assert len(office.slack.made(UPDATE)) == 2
    assert office.slack.made(HISTORY) == []


async def test_an_update_of_a_dead_process_may_not_overtake_ours(office: Office) -> None:
    await office.put("card")
    await office.work(TEAM)
    await office.die_while_sending(await office.put("card"))
    assert await office.work(TEAM) == NOON + 2 * SECOND
    assert office.slack.made(UPDATE) == []
    await office.wait(2)
    await office.work(TEAM)
    assert len(office.slack.made(UPDATE)) == 1


@pytest.mark.parametrize("fate", [LOST, BROKEN])
async def test_a_whisper_whose_end_is_unknown_is_never_repeated(office: Office, fate: Fate) -> None:
    whisper = await office.whisper()
    office.slack.will("chat.postEphemeral", fate)
    await office.work(PERSON)
    assert (await office.look(whisper)).state is PostState.DROPPED


async def test_a_whisper_of_a_dead_process_is_never_repeated(office: Office) -> None:
    whisper = await office.die_while_sending(await office.whisper())
    await office.work(PERSON)
    await office.wait(2)
    await office.work(PERSON)
    assert (await office.look(whisper)).state is PostState.DROPPED
    assert office.slack.calls == []


async def test_what_surely_was_not_sent_waits_longer_each_time_and_holds_its_lane(
    office: Office,
) -> None:
    await office.put("receipt")
    await office.put("receipt-mark", delivery=Delivery.IDEMPOTENT)
    office.slack.will(POST, *[Fate(NotSent("no connection"))] * 3)
    waits = []
    for _ in range(3):
        again = await office.work()
        assert again is not None
        waits.append(again - office.clock.now())
        office.clock.set(again)
    assert SECOND / 2 <= waits[0] <= SECOND
    assert 2 * SECOND <= waits[2] <= 4 * SECOND
    assert [method for method, _ in office.slack.calls] == [POST] * 3
    await office.work()
    assert [method for method, _ in office.slack.calls] == [*[POST] * 4, "reactions.add"]


async def test_an_outage_of_days_does_not_break_the_arithmetic(office: Office) -> None:
    receipt = await office.put("receipt", tries=5000)
    office.slack.will(POST, Fate(NotSent("no connection")))
    again = await office.work()
    assert again is not None
    assert again <= NOON + 60 * SECOND
    assert (await office.look(receipt)).state is PostState.WAITING


async def test_a_429_closes_the_method_for_all_lanes_until_its_time(office: Office) -> None:
    await office.put("receipt")
    await office.put("card")
    office.slack.will(POST, Fate(RateLimited(POST, 30)))
    assert await office.work() == NOON + 30 * SECOND
    assert await office.work(TEAM) == NOON + 30 * SECOND
    assert len(office.slack.made(POST)) == 1


async def test_a_429_stops_what_other_lanes_have_claimed_before_it(office: Office) -> None:
    for number in range(3):
        await office.put("receipt", picture=f"receipt:{number}")
    await office.put("card")

    async def another_lane_is_limited() -> None:
        office.slack.will(POST, Fate(RateLimited(POST, 30)))
        await office.work(TEAM)

    office.slack.then = another_lane_is_limited
    assert await office.work() == NOON + 30 * SECOND
    assert len(office.slack.made(POST)) == 2


async def test_what_was_held_up_by_others_is_looked_for_as_soon_as_anything(
    office: Office,
) -> None:
    posts = [await office.put("receipt", picture=f"receipt:{number}") for number in range(3)]
    for _ in range(6):
        office.slack.will(POST, Fate(NotSent("no connection")))
        await office.work()
        await office.wait(60)
    assert [(await office.look(post)).tries for post in posts] == [6, 0, 0]
    await office.work()
    last = await office.put("receipt", picture="receipt:last")
    office.slack.will(POST, LOST)
    assert await office.work() == office.clock.now() + 2 * SECOND
    assert (await office.look(last)).state is PostState.SENDING


async def test_a_429_is_no_failure_of_the_post_that_met_it(office: Office) -> None:
    receipt = await office.put("receipt")
    for _ in range(6):
        office.slack.will(POST, Fate(RateLimited(POST, 1)))
        await office.work()
        await office.wait(1)
    assert (await office.look(receipt)).tries == 1
    await office.work()
    assert len(office.slack.messages) == 1


async def test_what_is_tried_in_vain_waits_all_the_time(office: Office) -> None:
    for number in range(3):
        await office.put("receipt", picture=f"receipt:{number}")
    began = office.clock.now()
    for _ in range(6):
        office.slack.will(POST, Fate(RateLimited(POST, 100)))
        await office.work()
        found = await _lag(office)
        assert (found.outbox_waiting, found.outbox_since) == (3, began)
        await office.wait(100)
    await office.work()
    assert (await _lag(office)).outbox_waiting == 0


@pytest.mark.parametrize(
    "refusal", [RateLimited(POST, 100), NotSent("no connection"), Paused("not_in_channel")]
)
async def test_one_that_waits_alone_waits_since_it_was_first_due(
    office: Office, refusal: Exception
) -> None:
    await office.put("receipt")
    began = office.clock.now()
    for _ in range(6):
        office.slack.will(POST, Fate(refusal))
        await office.work()
        assert (await _lag(office)).outbox_since == began
        await office.wait(100)


async def test_what_stands_aside_for_people_is_as_old_as_its_next_try(office: Office) -> None:
    mark = await office.put("receipt-mark", delivery=Delivery.IDEMPOTENT)
    office.slack.will(MARK, Fate(SendFailed("missing_scope", permanent=True)))
    await office.work()
    await office.work(TEAM)  # who are told of it
    assert (await _lag(office)).outbox_waiting == 0
    office.clock.set((await office.look(mark)).due_at)
    found = await _lag(office)
    assert (found.outbox_waiting, found.outbox_since) == (1, office.clock.now())


async def test_a_picture_that_changes_waits_since_its_change(office: Office) -> None:
    await office.put("card", picture="card:1")
    await office.work(TEAM)
    await office.wait(3600)
    await office.put("card", picture="card:1")
    found = await _lag(office)
    assert (found.outbox_waiting, found.outbox_since) == (1, office.clock.now())


async def _lag(office: Office) -> Lag:
    now = office.clock.now()
    return await office.desk.read_all(lambda connection: lag(connection, now))


async def test_a_429_outlives_the_process_that_met_it(office: Office) -> None:
    await office.put("receipt")
    await office.put("card")
    office.slack.will(POST, Fate(RateLimited(POST, 30)))
    await office.work()
    after = Office(office.desk, office.ticket, office.presence, office.slack, office.clock)
    await office.wait(29)
    await after.work()
    await after.work(TEAM)
    assert len(office.slack.made(POST)) == 1
    await office.wait(1)
    await after.work()
    await after.work(TEAM)
    assert len(office.slack.messages) == 2


async def test_a_429_for_looking_up_holds_for_all_lanes_too(office: Office) -> None:
    await office.put("receipt")
    await office.put("card")
    office.slack.will(POST, LOST, LOST)
    for lane in (CUSTOMERS, TEAM):
        await office.work(lane)
    office.slack.will(HISTORY, Fate(RateLimited(HISTORY, 30)))
    await office.wait(2)
    await office.work(TEAM)
    await office.put("card", lane="channel:102", picture="card:other")
    office.slack.will(POST, LOST)
    await office.work("channel:102")
    await office.wait(5)
    assert await office.work("channel:102") == NOON + 32 * SECOND
    assert len(office.slack.made(HISTORY)) == 1


async def test_what_slack_breaks_on_is_tried_ever_more_seldom(office: Office) -> None:
    await office.put("receipt")
    office.slack.will(POST, *[BROKEN] * 200)
    while office.clock.now() < NOON + 3600 * SECOND:
        again = await office.work()
        assert again is not None
        office.clock.set(max(again, office.clock.now() + SECOND))
    assert 60 <= len(office.slack.made(POST)) <= 140


async def test_what_cannot_be_looked_for_is_looked_for_ever_more_seldom(office: Office) -> None:
    await office.put("receipt")
    office.slack.will(POST, LOST)
    office.slack.will(REPLIES, *[Fate(Unsure("internal_error"))] * 200)
    while office.clock.now() < NOON + 3600 * SECOND:
        again = await office.work()
        assert again is not None
        office.clock.set(max(again, office.clock.now() + SECOND))
    assert 60 <= len(office.slack.made(REPLIES)) <= 140
    assert len(office.slack.made(POST)) == 1


@pytest.mark.parametrize(
    "error, seconds",
    [
        (RateLimited(REPLIES, 7), 7),
        (NotSent("no connection"), 5),
        (Unsure("internal_error"), 5),
        (Paused("not_in_channel"), 60),
        (SendFailed("missing_scope", permanent=True), 60),
    ],
)
async def test_what_cannot_be_looked_for_is_not_sent_again_either(
    office: Office, error: Exception, seconds: int
) -> None:
    await office.put("receipt")
    office.slack.will(POST, LOST)
    office.slack.will(REPLIES, Fate(error))
    await office.work()
    await office.wait(2)
    again = await office.work()
    assert again is not None
    assert seconds * SECOND / 2 <= again - office.clock.now() <= seconds * SECOND
    await office.wait(seconds)
    await office.work()
    assert len(office.slack.messages) == 1


async def test_in_a_thread_that_is_gone_nothing_can_have_landed(office: Office) -> None:
    receipt = await office.put("receipt")
    gone = SendFailed("thread_not_found", permanent=True)
    office.slack.will(POST, BROKEN, Fate(gone))
    office.slack.will(REPLIES, Fate(gone))
    await office.work()
    await office.wait(2)
    await office.work()
    assert (await office.look(receipt)).state is PostState.DROPPED


async def test_replies_held_for_undo_do_not_hold_up_what_is_due(office: Office) -> None:
    for _ in range(15):
        await office.put("solved", due_at=NOON + 10 * SECOND)
    receipt = await office.put("receipt")
    assert await office.work() == NOON + 10 * SECOND
    assert (await office.look(receipt)).state is PostState.SHOWN


async def test_a_channel_out_of_reach_is_tried_again_in_a_minute(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, Fate(Paused("is_archived")))
    assert await office.work() == NOON + 60 * SECOND
    assert (await office.look(receipt)).state is PostState.WAITING


async def test_what_slack_refuses_for_good_is_given_up_and_the_lane_goes_on(
    office: Office,
) -> None:
    receipt = await office.put("receipt")
    other = await office.put("opening", thread_ts="")
    office.slack.will(POST, Fate(SendFailed("invalid_blocks", permanent=True)))
    await office.work()
    assert (await office.look(receipt)).state is PostState.FAILED
    assert (await office.look(other)).state is PostState.SHOWN


async def test_a_refusal_that_nobody_knows_is_tried_a_few_times(office: Office) -> None:
    receipt = await office.put("receipt")
    odd = SendFailed("invented_yesterday", permanent=True)
    office.slack.will(POST, *[Fate(odd)] * 3)
    await _work_on(office)
    assert (await office.look(receipt)).state is PostState.SHOWN
    assert len(office.slack.messages) == 1


@pytest.mark.parametrize(
    "codes",
    [("invented_yesterday",) * 2, ("invented_yesterday", "invented_today"), ("Odd one",) * 2],
)
async def test_a_refusal_that_nobody_knows_and_that_stays_ends_after_five(
    office: Office, codes: tuple[str, str]
) -> None:
    """Whether it is always the same or two that take turns."""
    receipt, other = await office.put("receipt"), await office.put("opening", thread_ts="")
    odd, turn = (Fate(SendFailed(code, permanent=True)) for code in codes)
    office.slack.will(POST, odd, turn, odd, turn, odd)
    await _work_on(office)
    given_up = await office.look(receipt)
    assert (given_up.state, given_up.error) == (PostState.FAILED, codes[0])
    assert len(office.slack.made(POST)) == 6
    assert (await office.look(other)).state is PostState.SHOWN


async def test_before_a_refusal_that_nobody_knows_come_no_other_troubles(office: Office) -> None:
    receipt = await office.put("receipt")
    odd = Fate(SendFailed("invented_yesterday", permanent=True))
    office.slack.will(POST, *[Fate(NotSent("no way to Slack"))] * 6, odd)
    await _work_on(office)
    assert (await office.look(receipt)).state is PostState.SHOWN


async def test_an_answer_for_one_moment_is_not_tried_again(office: Office) -> None:
    receipt = await office.put("receipt", delivery=Delivery.ONCE)
    office.slack.will(POST, Fate(SendFailed("invented_yesterday", permanent=True)))
    await _work_on(office)
    assert (await office.look(receipt)).state is PostState.FAILED


async def test_a_card_that_somebody_deleted_is_posted_anew(office: Office) -> None:
    card = await office.put("card")
    await office.work(TEAM)
    await office.put("card")
    office.slack.will(UPDATE, Fate(SendFailed("message_not_found", permanent=True)))
    await office.work(TEAM)
    assert len(office.slack.messages) == 2
    assert (await office.look(card)).ts == office.slack.messages[1]["ts"]


async def test_an_idempotent_call_is_repeated_without_looking(office: Office) -> None:
    mark = await office.put("receipt-mark", delivery=Delivery.IDEMPOTENT)
    office.slack.will("reactions.add", LOST)
    again = await office.work()
    assert again is not None
    office.clock.set(again)
    await office.work()
    assert (await office.look(mark)).state is PostState.SHOWN
    assert len(office.slack.made("reactions.add")) == 2


async def test_told_to_stop_it_ends_the_call_at_hand_and_leaves_the_rest_for_later(
    office: Office,
) -> None:
    first, second = await office.put("receipt"), await office.put("opening", thread_ts="")
    office.worker.stop()
    await office.work()
    assert (await office.look(first)).state is PostState.SHOWN
    assert (await office.look(second)).state is PostState.WAITING


async def test_who_may_be_taken_for_dead_sends_nothing(office: Office) -> None:
    receipt = await office.put("receipt")
    office.presence.holder, office.presence._sure_until = 7, 0.0
    await office.work_unseen()
    assert (await office.look(receipt)).state is PostState.WAITING
    assert office.slack.calls == []


async def test_what_was_taken_over_is_not_written_by_its_first_sender(office: Office) -> None:
    if not office.presence.holder:
        pytest.skip("an SQLite file has one process only")
    receipt = await office.put("receipt")
    office.slack.then = lambda: _take_over(office)
    await office.work()
    assert (await office.look(receipt)).state is PostState.SENDING


async def _take_over(office: Office) -> None:
    """Another replica frees the lane and holds it."""

    def step(unit: Unit) -> None:
        lanes.release(unit, CUSTOMERS, holder=office.presence.holder)
        lanes.lease(unit, CUSTOMERS, holder=99, machine_now=0, machine_until=2**40)

    await office.desk.write(OURS, step)
