"""What waited for hours is told as far as it is still true, once, and never as if on time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.ids import new_id
from bot.slack.gateway import NotSent, Paused
from storage import people, replies, texts, tickets
from storage.records.boxes import Delivery, Post, PostState
from storage.records.replies import Reply
from storage.records.tickets import Priority, Resolution, Status
from storage.unit import Unit
from tests.storage.cast import ANA, BEN, NOON, OURS
from tests.workers.office import SECOND, TEAM, Office
from tests.workers.slack import Fate

POST = "chat.postMessage"
HOUR = 3600
DONE = {"status": Status.RESOLVED, "resolution": Resolution.ANSWERED}
OPEN = {"status": Status.OPEN, "resolution": None}


async def becomes(office: Office, **fields: Any) -> None:
    """The ticket is changed while nothing can be told."""

    def step(unit: Unit) -> None:
        known = tickets.by_id(unit, office.ticket.id)
        assert known is not None
        tickets.save(unit, known, replace(known, **fields))

    await office.desk.write(OURS, step)


async def note(office: Office, reason: str, person: int | None = None) -> Post:
    """A line for the internal thread, whose card is there already."""
    await office.put("card")
    await office.desk.write(OURS, _name_ana)
    body = {"ticket_id": office.ticket.id, "reason": reason, "person_id": person}
    return await office.put("thread-note", body=body, under_card=True)


def _name_ana(unit: Unit) -> None:
    """Give her an id that Slack's could be, so that she can be mentioned."""
    ana = people.by_id(unit, ANA)
    assert ana is not None
    people.put(unit, replace(ana, slack_id="U00ANA"))


async def outage(office: Office, *posts: Post, hours: float = 9) -> list[PostState]:
    """Slack is away for hours, then back: how the posts end."""
    for lane in {each.lane for each in posts}:
        office.slack.will(POST, Fate(NotSent("no connection")))
        await office.work(lane)
    await office.wait(hours * HOUR)
    for lane in {each.lane for each in posts}:
        await office.work(lane)
        await office.work(lane)
    return [(await office.look(each)).state for each in posts]


def words(office: Office) -> str:
    return " ".join(str(each["text"]) for each in office.slack.messages)


async def test_a_receipt_that_comes_late_says_so_and_goes_on_saying_so(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.born += 9 * HOUR
    assert await outage(office, receipt) == [PostState.SHOWN]
    assert "sorry for the delay" in words(office)
    office.clock.set(office.clock.now() + timedelta(days=1))
    await office.put("receipt")
    await office.work()
    (update,) = office.slack.made("chat.update")
    assert "sorry for the delay" in str(update["text"])


async def test_a_receipt_that_waited_for_a_minute_makes_no_excuse(office: Office) -> None:
    receipt = await office.put("receipt")
    assert await outage(office, receipt, hours=1 / 60) == [PostState.SHOWN]
    assert "sorry" not in words(office)


async def test_a_late_receipt_makes_no_promise_that_is_over(office: Office) -> None:
    receipt = await office.put("receipt")
    await outage(office, receipt, hours=30)
    assert "expect an answer" not in str(office.slack.messages)


async def test_whoever_was_answered_by_hand_meanwhile_needs_no_late_receipt(
    office: Office,
) -> None:
    receipt = await office.put("receipt")
    await becomes(office, last_ours_at=office.clock.now())
    assert await outage(office, receipt) == [PostState.DROPPED]


@pytest.mark.parametrize("kind", ["receipt", "receipt-mark"])
async def test_no_first_word_about_what_is_done(office: Office, kind: str) -> None:
    delivery = Delivery.POST if kind == "receipt" else Delivery.IDEMPOTENT
    first = await office.put(kind, delivery=delivery)
    await becomes(office, **DONE)
    assert await outage(office, first) == [PostState.DROPPED]


async def test_solved_opened_and_solved_again_is_told_once(office: Office) -> None:
    posts = [await office.put(kind) for kind in ("solved", "reopened", "solved")]
    await becomes(office, **DONE)
    ends = await outage(office, *posts)
    assert ends == [PostState.DROPPED, PostState.DROPPED, PostState.SHOWN]


async def test_opened_twice_and_open_is_told_once(office: Office) -> None:
    posts = [await office.put(kind) for kind in ("reopened", "solved", "reopened")]
    await becomes(office, **OPEN)
    ends = await outage(office, *posts)
    assert ends == [PostState.DROPPED, PostState.DROPPED, PostState.SHOWN]


@pytest.mark.parametrize(
    "fields, end",
    [
        ({"priority": Priority.URGENT}, PostState.SHOWN),
        ({"priority": Priority.LOW}, PostState.DROPPED),
        ({"priority": Priority.URGENT, **DONE}, PostState.DROPPED),
    ],
)
async def test_urgent_is_confirmed_only_while_it_is(
    office: Office, fields: dict[str, Any], end: PostState
) -> None:
    urgent = await office.put("urgent")
    await becomes(office, **fields)
    assert await outage(office, urgent) == [end]


@pytest.mark.parametrize(
    "reason, fields, end",
    [
        ("assigned", {"owner_id": ANA}, PostState.SHOWN),
        ("assigned", {"owner_id": BEN}, PostState.DROPPED),
        ("assigned", {"owner_id": None}, PostState.DROPPED),
        ("reopened", OPEN, PostState.SHOWN),
        ("reopened", DONE, PostState.DROPPED),
        ("urgent", {"priority": Priority.URGENT}, PostState.SHOWN),
        ("urgent", {"priority": Priority.NORMAL}, PostState.DROPPED),
        ("urgent", {"priority": Priority.URGENT, **DONE}, PostState.DROPPED),
        ("solved-by-customer", DONE, PostState.SHOWN),
        ("solved-by-customer", OPEN, PostState.DROPPED),
        ("woken", OPEN, PostState.SHOWN),
        ("woken", {"status": Status.SNOOZED}, PostState.DROPPED),
        ("unanswered", DONE, PostState.DROPPED),
        ("nudged", {"status": Status.WAITING, "nudged_at": NOON}, PostState.SHOWN),
        ("nudged", OPEN, PostState.DROPPED),
        ("edited-after-answer", OPEN, PostState.SHOWN),
        ("reply-failed", OPEN, PostState.SHOWN),
    ],
)
async def test_a_note_to_the_team_is_told_only_while_it_is_true(
    office: Office, reason: str, fields: dict[str, Any], end: PostState
) -> None:
    told = await note(office, reason, ANA)
    await becomes(office, **fields)
    assert await outage(office, told) == [end]


async def test_ten_changes_during_an_outage_are_one_card(office: Office) -> None:
    card = await office.put("card")
    office.slack.will(POST, Fate(NotSent("no connection")))
    await office.work(TEAM)
    for _ in range(10):
        await office.put("card")
    await office.wait(24 * HOUR)
    await office.work(TEAM)
    assert (await office.look(card)).state is PostState.SHOWN
    assert (len(office.slack.messages), office.slack.made("chat.update")) == (1, [])


async def reply(office: Office) -> tuple[Post, Post]:
    """Ana's reply, held, and its picture in the internal thread."""
    now, text_id, key = office.clock.now(), new_id(), new_id()
    held = Reply(
        OURS, key, office.ticket.id, ANA, text_id, now, now + 10 * SECOND, text="It works now."
    )

    def step(unit: Unit) -> None:
        texts.put(unit, text_id, held.text)
        replies.add(unit, held)

    await office.desk.write(OURS, step)
    body = {"ticket_id": office.ticket.id, "reply_id": key}
    await office.put("card")
    post = await office.put("reply", body=body, due_at=held.send_at)
    picture = {"picture": f"reply-desk:{key}", "lane": TEAM, "under_card": True, "urgency": 1}
    desk = await office.put("reply-desk", body=body, channel_id=103, thread_ts="", **picture)
    return post, desk


async def test_undo_is_offered_only_while_there_is_time_for_it(office: Office) -> None:
    _, desk = await reply(office)
    await outage(office, desk, hours=2)
    shown = str(office.slack.messages)
    assert "on its way" in shown
    assert "act:undo" not in shown
    assert "sends in" not in shown


async def test_a_reply_that_cannot_be_sent_says_on_the_teams_side_why_it_waits(
    office: Office,
) -> None:
    await reply(office)
    await office.work(TEAM)
    office.slack.will(POST, Fate(Paused("is_archived")))
    await office.wait(11)
    await office.work()
    await office.work(TEAM)
    (update,) = office.slack.made("chat.update")
    assert "it waits, nothing is lost" in str(update["blocks"])
    assert "archived" in str(update["blocks"])
    await office.wait(60)
    await office.work()
    assert "It works now." in words(office)


async def test_a_reply_that_waited_for_a_day_is_still_sent_once(office: Office) -> None:
    post, _ = await reply(office)
    await office.wait(11)
    assert await outage(office, post, hours=24) == [PostState.SHOWN]
    assert words(office).count("It works now.") == 1
