"""What becomes of a new message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import PersonFact, StaffFact, Unknown
from bot.rules import intake
from bot.rules.intake import REASONS, Verdict
from storage.records.channels import Channel
from storage.records.messages import End, FileRef, Side
from storage.records.people import Person
from storage.records.tickets import Source, Status, Ticket
from storage.records.workspaces import Mode
from tests.rules import cast
from tests.rules.cast import (
    ACME,
    ANA,
    CARLA,
    CARLAS_COLLEAGUE,
    COLLEAGUE,
    DIRECT,
    GLOBEX,
    GUEST,
    LEFT_CARLA,
    LEFT_US,
    NOON,
    PUBLIC,
    RANDOM,
    ROBOT,
    SETTINGS,
    STRANGER,
    TEAM,
    TRIAGE,
    ZOE,
    said,
)

REPLY = {"ts": "20.0", "thread_ts": "10.0"}
RESOLVED = cast.ticket(status=Status.RESOLVED, resolved_at=NOON - timedelta(days=1))
LONG_RESOLVED = cast.ticket(status=Status.RESOLVED, resolved_at=NOON - timedelta(days=15))


def judge(
    item: Any, author: Person | None = CARLA, channel: Channel = ACME, **more: Any
) -> Verdict:
    values: dict[str, Any] = {
        "channel": channel,
        "author": author,
        "team": TEAM,
        "settings": SETTINGS,
        "parent_ticket": None,
        "newest": None,
        "now": NOON,
    }
    return intake.judge(item, **(values | more))


@pytest.mark.parametrize(
    "channel, author",
    [
        (ACME, CARLA),
        (ACME, ZOE),
        (ACME, GUEST),
        (ACME, STRANGER),
        (ACME, LEFT_CARLA),
        (PUBLIC, COLLEAGUE),
        (PUBLIC, GUEST),
        (PUBLIC, CARLA),
        (replace(RANDOM, mode=Mode.AUTO), GUEST),
        (replace(TRIAGE, is_ext_shared=True), CARLA),
    ],
)
def test_a_customers_question_opens_a_ticket(channel: Channel, author: Person) -> None:
    verdict = judge(said(), author, channel)

    assert verdict == Verdict(End.OPENED, "new", "open")
    assert verdict.side is Side.CUSTOMER


@pytest.mark.parametrize("role", ["specialists", "leads", "managers"])
def test_who_has_any_role_asks_nothing_where_everybody_may(role: str) -> None:
    named: dict[str, Any] = {role: frozenset({COLLEAGUE.slack_id})}
    team = replace(TEAM, **named)
    assert judge(said(), COLLEAGUE, PUBLIC, team=team).reason == "staff"


@pytest.mark.parametrize("subtype", ["", "file_share", "me_message", "thread_broadcast"])
def test_words_of_people_count_whatever_their_form(subtype: str) -> None:
    assert judge(said(subtype=subtype)).action == "open"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "", "files": (FileRef("F1"),)},
        {"text": "thanks!", "files": (FileRef("F1"),)},
        {"text": "", "subtype": "file_share"},
    ],
)
def test_a_file_is_substance(more: dict[str, Any]) -> None:
    assert judge(said(**more)).action == "open"


@pytest.mark.parametrize(
    "item, author, channel, reason",
    [
        (said("Thanks!"), CARLA, ACME, "courtesy"),
        (said("Morning all"), COLLEAGUE, PUBLIC, "courtesy"),
        (said(""), CARLA, ACME, "empty"),
        (said(" \u200b\n"), CARLA, ACME, "empty"),
        (said(), ANA, ACME, "staff"),
        (said(), COLLEAGUE, ACME, "staff"),
        (said(), ANA, PUBLIC, "staff"),
        (said(), LEFT_US, ACME, "staff"),
        (said(bot_id="B9"), None, ACME, "bot"),
        (said(subtype="bot_message"), None, ACME, "bot"),
        (said(), ROBOT, ACME, "bot"),
        (said(author="USLACKBOT"), cast.person(70, "USLACKBOT", "T1"), ACME, "bot"),
        (said(bot_id="B1"), None, ACME, "own"),
        (said(bot_id="B9", app_id="A1"), None, ACME, "own"),
        (said(author="UBOT"), None, ACME, "own"),
        (said(subtype="channel_join"), CARLA, ACME, "housekeeping"),
        (said(subtype="channel_topic"), CARLA, ACME, "housekeeping"),
        (said(subtype="tombstone"), CARLA, ACME, "housekeeping"),
        (said(subtype="ekm_access_denied"), CARLA, ACME, "housekeeping"),
        (said(subtype="of_next_year"), CARLA, ACME, "housekeeping"),
        (said(author=""), None, ACME, "nobody"),
        (said(), CARLA, replace(ACME, mode=Mode.ON_DEMAND), "on-demand"),
        (said(), CARLA, replace(ACME, mode=Mode.OFF), "off"),
        (said(), CARLA, RANDOM, "elsewhere"),
        (said(), ANA, TRIAGE, "elsewhere"),
        (said(), CARLA, DIRECT, "direct"),
    ],
)
def test_what_asks_nothing_of_us_is_ignored_with_its_reason(
    item: Any, author: Person | None, channel: Channel, reason: str
) -> None:
    verdict = judge(item, author, channel)

    assert verdict == Verdict(End.IGNORED, reason, "ignore")


def test_what_was_asked_before_its_channel_was_archived_is_a_request() -> None:
    assert judge(said(), CARLA, replace(ACME, is_archived=True)).end is End.OPENED


@pytest.mark.parametrize(
    "subtype", ["channel_join", "group_topic", "pinned_item", "message_changed", "huddle_thread"]
)
def test_housekeeping_is_ignored_in_a_tickets_thread_too(subtype: str) -> None:
    item = said(subtype=subtype, **REPLY)

    assert judge(item, parent_ticket=cast.ticket()).reason == "housekeeping"


@pytest.mark.parametrize("ago", [0, 1, 299, 300])
def test_more_of_the_same_author_joins_the_newest_ticket(ago: int) -> None:
    newest = cast.ticket(opened_at=NOON - timedelta(seconds=ago))

    assert judge(said(), newest=newest) == Verdict(End.JOINED, "grouped", "join", newest)


def test_a_lone_question_mark_belongs_to_the_open_ticket_of_whoever_wrote_it() -> None:
    newest = cast.ticket(opened_at=NOON - timedelta(days=9), first_answer_at=NOON)

    assert judge(said("??"), newest=newest) == Verdict(End.JOINED, "again", "join", newest)
    assert judge(said("Any news?"), newest=newest).reason == "new"
    assert judge(said("??"), CARLAS_COLLEAGUE, newest=newest).reason == "new"
    assert judge(said("??"), newest=RESOLVED).reason == "new"
    assert judge(said("??"), newest=None).reason == "new"


def test_a_message_that_overtook_its_elder_takes_it_in() -> None:
    newest = cast.ticket(opened_at=NOON)
    elder = said(at=NOON - timedelta(seconds=20))

    assert judge(elder, newest=newest).reason == "grouped"


def test_grouping_counts_from_the_last_word() -> None:
    newest = cast.ticket(
        opened_at=NOON - timedelta(minutes=9), last_customer_at=NOON - timedelta(minutes=4)
    )
    assert judge(said(), newest=newest).reason == "grouped"


@pytest.mark.parametrize(
    "newest",
    [
        cast.ticket(opened_at=NOON - timedelta(seconds=301)),
        cast.ticket(first_answer_at=NOON),
        cast.ticket(status=Status.RESOLVED),
        cast.ticket(status=Status.CLOSED),
        cast.ticket(requester_id=ZOE.id),
        cast.ticket(channel_id=GLOBEX.id),
    ],
)
def test_otherwise_it_opens_its_own(newest: Ticket) -> None:
    assert judge(said(), newest=newest) == Verdict(End.OPENED, "new", "open")


def test_no_grouping_where_none_is_wanted() -> None:
    settings = replace(SETTINGS, grouping=timedelta())
    newest = cast.ticket(opened_at=NOON - timedelta(seconds=1))

    assert judge(said(), newest=newest, settings=settings).reason == "new"


@pytest.mark.parametrize("author", [CARLA, CARLAS_COLLEAGUE, ZOE, GUEST, STRANGER])
@pytest.mark.parametrize("mode", [None, *Mode])
def test_a_customers_reply_joins_the_threads_ticket_in_every_mode(
    author: Person, mode: Mode | None
) -> None:
    ticket = cast.ticket()

    verdict = judge(said(**REPLY), author, replace(ACME, mode=mode), parent_ticket=ticket)
    assert verdict == Verdict(End.JOINED, "thread", "join", ticket)
    assert verdict.side is Side.CUSTOMER


@pytest.mark.parametrize("channel", [RANDOM, replace(ACME, is_ext_shared=False)])
def test_a_thread_outlives_its_channels_role(channel: Channel) -> None:
    ticket = cast.ticket(channel_id=channel.id)

    assert judge(said(**REPLY), CARLA, channel, parent_ticket=ticket).action == "join"
    assert judge(said(**REPLY), ANA, channel, parent_ticket=ticket).action == "answer"


@pytest.mark.parametrize("ticket", [cast.ticket(), RESOLVED, LONG_RESOLVED])
def test_courtesy_joins_its_thread_and_changes_nothing(ticket: Ticket) -> None:
    verdict = judge(said("thank you so much!", **REPLY), parent_ticket=ticket)

    assert verdict == Verdict(End.JOINED, "courtesy", "join", ticket)
    assert verdict.is_courtesy


def test_a_real_question_reopens_a_resolved_ticket() -> None:
    verdict = judge(said("It fails again.", **REPLY), parent_ticket=RESOLVED)

    assert verdict == Verdict(End.JOINED, "reopened", "join", RESOLVED)
    assert not verdict.is_courtesy


@pytest.mark.parametrize(
    "ticket", [LONG_RESOLVED, cast.ticket(status=Status.CLOSED, resolved_at=None)]
)
def test_after_the_window_it_opens_a_new_one_that_follows(ticket: Ticket) -> None:
    verdict = judge(said("It fails again.", **REPLY), parent_ticket=ticket)

    assert verdict == Verdict(End.OPENED, "follows", "open", ticket)


@pytest.mark.parametrize("author", [ANA, COLLEAGUE])
@pytest.mark.parametrize("text", ["Have a look now.", "thanks!"])
@pytest.mark.parametrize("ticket", [cast.ticket(), RESOLVED])
def test_what_our_people_write_in_the_thread_is_an_answer(
    author: Person, text: str, ticket: Ticket
) -> None:
    verdict = judge(said(text, **REPLY), author, parent_ticket=ticket)

    assert verdict == Verdict(End.JOINED, "answer", "answer", ticket)
    assert verdict.side is Side.OURS


PUBLIC_TICKET = cast.ticket(channel_id=PUBLIC.id, requester_id=COLLEAGUE.id)


@pytest.mark.parametrize(
    "author, action", [(ANA, "answer"), (COLLEAGUE, "join"), (CARLA, "join"), (GUEST, "join")]
)
def test_in_the_public_channel_only_agents_answer(author: Person, action: str) -> None:
    assert judge(said(**REPLY), author, PUBLIC, parent_ticket=PUBLIC_TICKET).action == action


def test_an_agent_who_asked_in_public_is_the_customer_there() -> None:
    asked = replace(PUBLIC_TICKET, requester_id=ANA.id)
    noted_for_another = replace(asked, source=Source.FORM)

    assert judge(said(**REPLY), ANA, PUBLIC, parent_ticket=asked).action == "join"
    assert judge(said(**REPLY), ANA, PUBLIC, parent_ticket=noted_for_another).action == "answer"


@pytest.mark.parametrize("author", [ANA, COLLEAGUE, GUEST])
@pytest.mark.parametrize("ticket", [cast.ticket(), cast.ticket(channel_id=TRIAGE.id), RESOLVED])
def test_what_stands_under_a_card_is_a_note(author: Person, ticket: Ticket) -> None:
    verdict = judge(said(**REPLY), author, TRIAGE, parent_ticket=ticket)

    assert verdict == Verdict(End.JOINED, "note", "note", ticket)
    assert verdict.side is Side.NOTE


def test_under_a_card_that_outsiders_see_nothing_joins_anothers_ticket() -> None:
    shared = replace(TRIAGE, is_ext_shared=True)
    globex_ticket = cast.ticket(channel_id=GLOBEX.id)

    assert judge(said(**REPLY), CARLA, shared, parent_ticket=globex_ticket) == Verdict(
        End.OPENED, "late", "open"
    )
    assert judge(said(**REPLY), ANA, shared, parent_ticket=globex_ticket).reason == "staff"


def test_a_late_question_in_an_untracked_thread_is_not_lost() -> None:
    assert judge(said(**REPLY)) == Verdict(End.OPENED, "late", "open")


@pytest.mark.parametrize(
    "item, author, channel, reason",
    [
        (said("thanks!", **REPLY), CARLA, ACME, "courtesy"),
        (said(**REPLY), ANA, ACME, "staff"),
        (said(**REPLY), CARLA, replace(ACME, mode=Mode.ON_DEMAND), "on-demand"),
        (said(**REPLY), ANA, TRIAGE, "elsewhere"),
    ],
)
def test_other_talk_in_untracked_threads_is_left_alone(
    item: Any, author: Person, channel: Channel, reason: str
) -> None:
    assert judge(item, author, channel).reason == reason


def test_a_reply_is_never_grouped() -> None:
    assert judge(said(**REPLY), newest=cast.ticket()).reason == "late"


def test_a_parent_that_carries_its_own_thread_is_no_reply() -> None:
    assert judge(said(ts="10.0", thread_ts="10.0")).reason == "new"


def test_a_message_whose_replies_are_a_ticket_already_joins_it() -> None:
    assert judge(said(ts="10.0"), parent_ticket=cast.ticket()).reason == "thread"
    assert judge(said(ts="10.0"), ANA, parent_ticket=cast.ticket()).reason == "answer"


def test_an_author_whom_nobody_knows_yet_is_asked_for() -> None:
    with pytest.raises(Unknown) as unknown:
        judge(said(), None)
    assert unknown.value.fact == PersonFact("UCARLA")


def test_agents_are_asked_for_only_where_it_matters() -> None:
    unasked = cast.unasked()

    assert judge(said(), CARLA, PUBLIC, team=unasked).action == "open"
    assert judge(said(), ANA, ACME, team=unasked).reason == "staff"
    with pytest.raises(Unknown) as unknown:
        judge(said(), ANA, PUBLIC, team=unasked)
    assert unknown.value.fact == StaffFact()


def test_every_reason_is_explained() -> None:
    assert all(text.endswith(".") and text[0].isupper() for text in REASONS.values())
    assert all(len(reason) <= 12 and " " not in reason for reason in REASONS)


@pytest.mark.parametrize("author", [ANA, COLLEAGUE, CARLA, GUEST, ROBOT, STRANGER, LEFT_US])
@pytest.mark.parametrize("channel", [ACME, PUBLIC, TRIAGE, RANDOM, DIRECT])
@pytest.mark.parametrize("parent", [None, cast.ticket(), RESOLVED, LONG_RESOLVED])
@pytest.mark.parametrize("text", ["", "thanks", "It is down."])
def test_every_message_comes_to_one_explained_end(
    author: Person, channel: Channel, parent: Ticket | None, text: str
) -> None:
    verdict = judge(said(text, **REPLY), author, channel, parent_ticket=parent)

    assert verdict.reason in REASONS
    assert (verdict.action == "open") is (verdict.end is End.OPENED)
    assert (verdict.action == "ignore") is (verdict.end is End.IGNORED)
    assert verdict.ticket in (None, parent)


GROUPED = cast.message(ts="15.0", thread_ts="")


def test_a_thread_on_a_grouped_message_splits_it_off() -> None:
    item = said(thread_ts="15.0")

    assert intake.splits(item, GROUPED, cast.ticket())
    assert intake.splits(
        said("I look at it.", author="UANA", thread_ts="15.0"), GROUPED, cast.ticket()
    )


@pytest.mark.parametrize(
    "item, parent, ticket",
    [
        (said(), GROUPED, cast.ticket()),
        (said(thread_ts="15.0"), None, cast.ticket()),
        (said(thread_ts="15.0"), GROUPED, None),
        (said(thread_ts="15.0"), GROUPED, RESOLVED),
        (said(thread_ts="10.0"), replace(GROUPED, ts="10.0"), cast.ticket()),
        (said(thread_ts="15.0"), replace(GROUPED, thread_ts="10.0"), cast.ticket()),
        (said(thread_ts="15.0"), replace(GROUPED, ticket_id=901), cast.ticket()),
        (said(thread_ts="15.0"), replace(GROUPED, side=Side.NOTE), cast.ticket()),
        (said(thread_ts="15.0"), replace(GROUPED, channel_id=TRIAGE.id), cast.ticket()),
        (said(thread_ts="15.0"), replace(GROUPED, reason="again"), cast.ticket()),
        (said("thanks!", thread_ts="15.0"), GROUPED, cast.ticket()),
        (said("", thread_ts="15.0"), GROUPED, cast.ticket()),
        (said(bot_id="B9", thread_ts="15.0"), GROUPED, cast.ticket()),
        (said(subtype="channel_join", thread_ts="15.0"), GROUPED, cast.ticket()),
    ],
)
def test_nothing_else_splits(item: Any, parent: Any, ticket: Ticket | None) -> None:
    assert not intake.splits(item, parent, ticket)
