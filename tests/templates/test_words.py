"""What people read, in the words that they read it; the snapshots show whole messages."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.acts import ACTS
from bot.rules import lifecycle
from bot.slack.filters import date
from bot.slack.render import Renderer
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.posts import NoteScene
from bot.usecases.scenes.ticket import HistoryScene, ListScene
from storage.records.books import Waiting
from storage.records.catchup import Cause, Gap
from storage.records.replies import ReplyState
from storage.records.tickets import Change, Resolution, Turn
from tests.templates import cast

RENDERER = Renderer()
MINUTE = timedelta(minutes=1)


def _said(template: str, **fields: Any) -> str:
    return json.dumps(RENDERER.message(template, **fields), ensure_ascii=False)


def _buttons(template: str, **fields: Any) -> list[str]:
    blocks = RENDERER.message(template, **fields).blocks
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return [button["action_id"] for row in rows for button in row]


FULL = replace(cast.scene(files=2), more=3, previous=98)
DRAWN = {
    "card of a new ticket": ("ticket/card.j2", FULL),
    "card of an urgent ticket": ("ticket/card.j2", cast.urgent(cast.scene())),
    "card of a resolved ticket": ("ticket/card.j2", cast.resolved(cast.scene())),
    "receipt": ("intake/receipt.j2", FULL),
    "receipt once taken": ("intake/receipt.j2", cast.taken(cast.scene())),
    "receipt once solved": ("intake/receipt.j2", cast.resolved(cast.scene())),
    "mirror": ("intake/mirror.j2", cast.mirror(files=1)),
    "reply on its way": (
        "reply/desk.j2",
        cast.reply("On it, **Carla**:\n- dock 4\n- dock 5", ReplyState.HELD),
    ),
    "reply to the customer": ("reply/customer.j2", cast.reply("On it.", ReplyState.SENDING)),
}


@pytest.mark.parametrize("what", DRAWN)
def test_it_looks_like_this(what: str, snapshot: SnapshotAssertion) -> None:
    template, scene = DRAWN[what]
    assert RENDERER.message(template, scene=scene)._asdict() == snapshot


def test_the_reply_form_looks_like_this(snapshot: SnapshotAssertion) -> None:
    scene = ReplyFormScene(
        cast.scene(),
        cast.message("It fails *again*"),
        (cast.CARLA,),
        (cast.ANA,),
        3,
        (cast.BEN,),
        preview="**Hi**",
    )
    assert RENDERER.modal("reply/form.j2", scene=scene) == snapshot


def test_a_customer_hears_who_looks_at_it_and_until_when() -> None:
    assert "The team will look at it." in _said("intake/receipt.j2", scene=cast.scene())
    said = _said("intake/receipt.j2", scene=cast.taken(cast.scene()))
    assert "Ana is looking at it." in said
    assert "<!date^1772467200^" in said


def test_a_promise_that_has_passed_is_not_told_again() -> None:
    late = replace(cast.scene(), now=cast.NOON + 5 * cast.HOUR)
    assert "expect" not in _said("intake/receipt.j2", scene=late)
    assert "was due" in _said("ticket/card.j2", scene=late)


def test_after_our_answer_the_receipt_says_so() -> None:
    scene = cast.taken(cast.scene())
    answered = replace(scene.ticket, first_answer_at=cast.NOON, turn=Turn.THEIRS)
    said = _said("intake/receipt.j2", scene=replace(scene, ticket=answered))
    assert "We have answered." in said


def test_the_buttons_of_a_receipt_are_what_makes_sense_now() -> None:
    fresh = cast.scene()
    receipt = "intake/receipt.j2"
    assert _buttons(receipt, scene=fresh) == ["act:solved", "act:urgent"]
    assert _buttons(receipt, scene=cast.urgent(fresh)) == ["act:solved"]
    assert _buttons(receipt, scene=cast.resolved(fresh)) == ["act:reopen"]


def test_a_request_that_was_none_is_closed_not_solved() -> None:
    done = cast.resolved(cast.scene())
    none = replace(done, ticket=replace(done.ticket, resolution=Resolution.NOT_A_REQUEST))
    assert "#123* is closed." in _said("intake/receipt.j2", scene=none)


def test_a_resolved_card_is_a_single_line_with_a_menu() -> None:
    [line] = RENDERER.message("ticket/card.j2", scene=cast.resolved(cast.scene())).blocks
    assert [option["value"] for option in line["accessory"]["options"]] == [
        "reopen:201",
        "history:201",
        "more:201",
    ]


def test_words_that_a_customer_deleted_are_gone_from_the_card() -> None:
    scene = cast.scene("secret")
    gone = replace(scene, opening=replace(scene.opening, deleted_at=cast.NOON))
    said = _said("ticket/card.j2", scene=gone)
    assert "secret" not in said
    assert "deleted" in said


def test_a_mirror_tells_customers_from_ours() -> None:
    theirs = cast.mirror()
    assert "answered the customer" not in _said("intake/mirror.j2", scene=theirs)
    assert "answered the customer" in _said("intake/mirror.j2", scene=replace(theirs, is_ours=True))


@pytest.mark.parametrize(
    "state,buttons",
    [
        (ReplyState.HELD, ["act:undo"]),
        (ReplyState.SENDING, []),
        (ReplyState.SENT, ["act:unsend"]),
        (ReplyState.UNDONE, []),
        (ReplyState.FAILED, []),
        (ReplyState.DELETED, []),
    ],
)
def test_a_reply_can_be_undone_while_held_and_deleted_once_sent(
    state: ReplyState, buttons: list[str]
) -> None:
    assert _buttons("reply/desk.j2", scene=cast.reply("Hi", state)) == buttons


def test_a_reply_that_failed_says_why_in_plain_words() -> None:
    scene = cast.reply("Hi", ReplyState.FAILED, error="is_archived")
    assert "the channel is archived" in _said("reply/desk.j2", scene=scene)


def test_a_reply_to_words_that_are_gone_is_not_to_be_tried_again() -> None:
    scene = cast.reply("Hi", ReplyState.FAILED, error="cannot_reply_to_message")
    told = _said("reply/desk.j2", scene=scene)
    assert "the customer deleted the message" in told
    assert "try again" not in told


def test_what_was_typed_survives_in_the_reply_form() -> None:
    scene = ReplyFormScene(cast.scene(), cast.message(), text="half a sen")
    view = RENDERER.modal("reply/form.j2", scene=scene)
    [box] = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert (box["action_id"], box["initial_value"]) == ("text", "half a sen")


LET_WAIT = "let it wait for the customer"


def _told(act: str, before: str = "", after: str = "") -> str:
    """The line of a history that tells of Ana's change."""
    change = Change(1, 1, 201, cast.NOON, 12, act, before, after)
    names, moments = {"12": "Ana", "13": "Ben"}, {cast.NOON.isoformat(): cast.NOON}
    scene = HistoryScene(cast.scene(), ((change, cast.ANA),), names, moments)
    blocks = RENDERER.message("ticket/history.j2", scene=scene).blocks
    return str(blocks[-1]["text"]["text"]).partition("  ")[2]


@pytest.mark.parametrize(
    "change,words",
    [
        (("open", "", "#12"), "opened it"),
        (("take", "", "12"), "took it"),
        (("take", "13", "12"), "took it from Ben"),
        (("assign", "12", "13"), "gave it to Ben"),
        (("assign", "12", ""), "gave it to nobody"),
        (("assign", "12", "99"), "gave it to somebody"),
        (("status", "new", "open"), "set the status: new → open"),
        (("priority", "normal", "high"), "changed the priority: normal → high"),
        (("urgent", "normal", "urgent"), "said that it is urgent"),
        (("resolve", "open", "fixed"), "resolved it as fixed"),
        (("solved", "open", "answered"), "said that it is solved"),
        (("not-a-request", "new", "not a request"), "closed it as no request"),
        (("reopen", "resolved", "open"), "opened it again"),
        (("reopen-by-word", "resolved", "open"), "opened it again by writing"),
        (("wait", "open", "waiting"), LET_WAIT),
        (("snooze", "open", cast.NOON.isoformat()), f"snoozed it {date(cast.NOON, after='until')}"),
        (("wait", "open", cast.NOON.isoformat()), f"{LET_WAIT} {date(cast.NOON, after='until')}"),
        (("wake", "snoozed", "open"), "woke it"),
        (("unanswered", "waiting", "open"), "brought it back: the customer did not answer"),
        (("silence", "waiting", "no answer"), "closed it, as the customer did not answer"),
        (("tag", "old", "vip, eu"), "changed the tags: added vip, eu, took away old"),
        (("tag", "", "vip"), "changed the tags: added vip"),
        (("category", "", "Billing"), "changed the category: Billing"),
        (("field Plan", "Free", "Paid"), "changed Plan: Free → Paid"),
        (("merge", "new", "#15"), "merged it into #15"),
        (("absorb", "", "#12"), "took in #12"),
        (("unmerge", "resolved", "open"), "parted it from the other ticket"),
        (("link", "", "related to #15"), "linked it, related to #15"),
        (("unlink", "related to #15", ""), "unlinked it, not related to #15 any more"),
        (("answer", "", ""), "answered the customer"),
        (("write", "", ""), "wrote"),
        (("write", "", "courtesy"), "wrote, only a courtesy"),
        (("edit", "", "after the answer"), "edited a message after our answer"),
        (("delete", "", ""), "deleted a message"),
        (("reply", "", "undone"), "took a reply back"),
        (("reply", "", "failed"), "could not send a reply"),
        (("reply", "", "deleted"), "deleted a reply"),
    ],
)
def test_a_history_tells_in_words_and_hides_our_keys(
    change: tuple[str, str, str], words: str
) -> None:
    assert _told(*change) == f"*Ana*  {words}"


def test_every_move_of_a_ticket_has_its_words_in_the_history() -> None:
    assert not [act for act in lifecycle.MOVES if _told(act) == f"*Ana*  {act}"]


def test_agents_are_all_called_when_nobody_has_an_urgent_ticket() -> None:
    note = NoteScene(cast.ticket(), "urgent", None, cast.LINK, group="S0SUPPORT")
    assert "<!subteam^S0SUPPORT>" in _said("ticket/thread_note.j2", scene=note)
    owned = replace(note, person=cast.ANA)
    assert "subteam" not in _said("ticket/thread_note.j2", scene=owned)


def test_the_buttons_of_the_card_are_those_of_the_act_table() -> None:
    pressed = _buttons("ticket/card.j2", scene=cast.scene())
    assert pressed == [f"act:{act.name}" for act in ACTS if act.on_card]
    menu = RENDERER.message("ticket/card.j2", scene=cast.scene()).blocks[0]["accessory"]
    named = {option["value"].partition(":")[0] for option in menu["options"]}
    assert named == {act.name for act in ACTS if act.in_menu} - {"reopen"}


def test_an_empty_list_is_friendly() -> None:
    assert "quiet" in _said("ticket/list.j2", scene=ListScene("Yours", (), 0))


def test_a_long_list_says_how_many_more_there_are() -> None:
    many = ListScene("Open", (cast.scene(),) * 60, 75)
    assert "and 45 more" in _said("ticket/list.j2", scene=many)


def test_outsiders_see_no_tickets_at_home() -> None:
    agents, outsiders, *_ = cast.homes("Help", "Carla", 3)
    drawn = [json.dumps(RENDERER.home("home/home.j2", scene=one)) for one in (agents, outsiders)]
    assert "#123" in drawn[0]
    assert "#123" not in drawn[1]


@pytest.mark.parametrize(
    "seconds, words", [(0, "UTC>: the desk was started"), (7200, ", for 2 h: nobody ran")]
)
def test_a_start_is_no_time_in_which_nobody_ran(seconds: int, words: str) -> None:
    scene = cast.health("Acme", 0)
    began = scene.now - timedelta(seconds=seconds)
    gap = Gap(1, 1, Cause.START, began, scene.now)
    said = _said("desk/health.j2", scene=replace(scene, gaps=(gap,)))
    assert words in said


@pytest.mark.parametrize(
    "came, went, is_well, words",
    [
        (MINUTE, 5 * MINUTE, True, []),
        (2 * MINUTE, MINUTE, False, ["What comes in waits too long"]),
        (MINUTE, 6 * MINUTE, False, ["What goes out waits too long: Slack is away"]),
        (2 * MINUTE, 6 * MINUTE, False, ["What comes in waits", "What goes out waits"]),
    ],
)
def test_a_desk_that_is_late_is_not_called_well(
    came: timedelta, went: timedelta, is_well: bool, words: list[str]
) -> None:
    scene = cast.health("Acme", 0)
    waiting = Waiting(1, scene.now - came, 0, 1, scene.now - went, 0)
    said = _said("desk/health.j2", scene=replace(scene, waiting=waiting))
    assert ("The desk is well" in said) is is_well
    assert ("waits too long" in said) is not is_well
    assert all(each in said for each in words)
