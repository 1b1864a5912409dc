"""How a reply goes from held to sent, or back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.rules import replies
from storage.records.replies import Reply, ReplyState
from tests.rules.cast import NOON

UNDO = timedelta(seconds=10)


def held(text: str = "Try it again now.") -> Reply:
    return replies.hold(
        workspace_id=1,
        id=5,
        ticket_id=900,
        author_id=1,
        text_id=6,
        text=text,
        undo=UNDO,
        now=NOON,
    )


def in_state(state: ReplyState) -> Reply:
    return replace(held(), state=state, sent_ts="30.0" if state is ReplyState.SENT else "")


def test_a_reply_is_held_for_its_time() -> None:
    reply = held("  Try it again now.\n")

    assert reply.state is ReplyState.HELD
    assert reply.text == "Try it again now."
    assert (reply.made_at, reply.send_at) == (NOON, NOON + UNDO)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\u2800\u00a0"])
def test_nothing_to_send_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="nothing to send"):
        held(text)


def test_a_reply_fits_in_one_message() -> None:
    assert replies.check_text("x" * 3000 + "  ") == "x" * 3000


def test_a_longer_one_is_told_by_how_much() -> None:
    with pytest.raises(Refused) as refused:
        replies.check_text("x" * 3025)
    assert "3,025 characters" in str(refused.value)
    assert "Shorten it by 25" in str(refused.value)


@pytest.mark.parametrize("seconds", [0, 5, 9.999])
def test_a_held_reply_can_be_taken_back(seconds: float) -> None:
    undone = replies.undo(held(), now=NOON + timedelta(seconds=seconds))

    assert undone.state is ReplyState.UNDONE


@pytest.mark.parametrize("seconds", [10, 11, 3600])
def test_after_its_time_it_may_be_on_its_way(seconds: float) -> None:
    with pytest.raises(Refused, match="Too late to undo"):
        replies.undo(held(), now=NOON + timedelta(seconds=seconds))


def test_without_time_for_undo_there_is_none() -> None:
    with pytest.raises(Refused):
        replies.undo(replace(held(), send_at=NOON), now=NOON)


@pytest.mark.parametrize(
    "state, why",
    [
        (ReplyState.SENDING, "it is being sent"),
        (
            ReplyState.SENT,
            "Too late to undo: it was sent. You can delete it from the card.",
        ),
        (ReplyState.UNDONE, "already taken back"),
        (ReplyState.FAILED, "was not sent"),
        (ReplyState.DELETED, "already deleted"),
    ],
)
def test_what_is_not_held_cannot_be_taken_back(state: ReplyState, why: str) -> None:
    with pytest.raises(Refused, match=why):
        replies.undo(in_state(state), now=NOON)


def test_a_reply_is_sent_and_known_by_its_ts() -> None:
    reply = replies.sent(replies.sending(held()), "30.0")

    assert (reply.state, reply.sent_ts) == (ReplyState.SENT, "30.0")


def test_its_outcome_may_come_before_the_word_that_it_left() -> None:
    assert replies.sent(held(), "30.0").state is ReplyState.SENT


def test_the_same_outcome_twice_is_once() -> None:
    reply = replies.sent(held(), "30.0")

    assert replies.sent(reply, "30.0") is reply
    assert replies.sending(replies.sending(held())).state is ReplyState.SENDING


def test_a_failure_keeps_slacks_word_for_it() -> None:
    reply = replies.failed(replies.sending(held()), "is_archived")

    assert (reply.state, reply.error) == (ReplyState.FAILED, "is_archived")


def test_a_sent_reply_can_be_deleted() -> None:
    assert replies.deleted(in_state(ReplyState.SENT)).state is ReplyState.DELETED


LEGAL = {
    "sending": {ReplyState.HELD, ReplyState.SENDING},
    "sent": {ReplyState.HELD, ReplyState.SENDING, ReplyState.SENT},
    "failed": {ReplyState.HELD, ReplyState.SENDING, ReplyState.FAILED},
    "deleted": {ReplyState.SENT},
}
STEPS: dict[str, Callable[[Reply], Reply]] = {
    "sending": replies.sending,
    "sent": lambda reply: replies.sent(reply, "30.0"),
    "failed": lambda reply: replies.failed(reply, "is_archived"),
    "deleted": replies.deleted,
}


@pytest.mark.parametrize("state", ReplyState)
@pytest.mark.parametrize("step", STEPS)
def test_no_other_way_leads_anywhere(step: str, state: ReplyState) -> None:
    if state in LEGAL[step]:
        assert STEPS[step](in_state(state)).state == step
        return
    with pytest.raises(Refused, match=r"^This reply .*\.$"):
        STEPS[step](in_state(state))


def test_a_reply_that_was_taken_back_is_never_sent() -> None:
    undone = replies.undo(held(), now=NOON)

    for step in STEPS.values():
        with pytest.raises(Refused):
            step(undone)
