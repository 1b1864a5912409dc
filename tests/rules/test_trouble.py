"""What is believed of a trouble's end, by what was seen and how long ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.rules import trouble as rules
from storage.records.channels import Channel
from storage.records.trouble import INSTALLATION, Trouble, of_channel, of_method
from tests.storage.cast import NOON

MINUTE = timedelta(minutes=1)
ACME = Channel(1, 101, "C-ACME", "acme", is_member=True)
OUT = Trouble(1, 601, of_channel(101), "not_in_channel", NOON, NOON, NOON)
STOPPED = replace(OUT, place=INSTALLATION, code="accesslimited")
SCOPE = replace(OUT, place=of_method("reactions.add"), code="missing_scope")


@pytest.mark.parametrize(
    "trouble, is_seen",
    [
        (OUT, True),
        (replace(OUT, code="restricted_action"), False),
        (STOPPED, True),
        (SCOPE, False),
    ],
)
def test_slack_is_asked_where_it_can_tell(trouble: Trouble, *, is_seen: bool) -> None:
    assert rules.is_seen(trouble) is is_seen


@pytest.mark.parametrize(
    "method, said",
    [
        ("chat.postMessage", "goes out by itself"),
        (rules.GROUPS, "who was on the team"),
        (rules.USER_INFO, "learn who wrote them"),
        (rules.HISTORY, "while I did not listen"),
        (rules.OWN_CHANNELS, "while I did not listen"),
    ],
)
def test_people_hear_how_things_go_on_meanwhile(method: str, said: str) -> None:
    told = rules.remedy(replace(SCOPE, place=of_method(method)))
    assert told.meanwhile.startswith("Nothing is lost:")
    assert said in told.meanwhile
    assert method in told.wrong


@pytest.mark.parametrize(
    "channel, seems_mended",
    [
        (ACME, True),
        (replace(ACME, is_member=False), False),
        (replace(ACME, is_archived=True), False),
        (replace(ACME, is_found=False), False),
    ],
)
def test_a_channel_seems_mended_by_what_slack_shows_of_it(
    channel: Channel, *, seems_mended: bool
) -> None:
    assert rules.seems_mended(OUT, channel) is seems_mended


@pytest.mark.parametrize(
    "trouble, minutes, is_quiet",
    [(OUT, 0, True), (STOPPED, 1, False), (STOPPED, 2, True), (SCOPE, 1, False), (SCOPE, 2, True)],
)
def test_good_words_are_believed_after_a_while_without_a_refusal(
    trouble: Trouble, minutes: int, *, is_quiet: bool
) -> None:
    assert rules.is_quiet(trouble, NOON + minutes * MINUTE) is is_quiet


@pytest.mark.parametrize(
    "code, minutes, is_the_same",
    [
        ("not_in_channel", 1, True),
        ("not_in_channel", 9, True),
        ("not_in_channel", 10, False),
        ("is_archived", 1, False),
    ],
)
def test_the_same_cause_soon_after_its_end_is_the_same_trouble(
    code: str, minutes: int, *, is_the_same: bool
) -> None:
    ended = replace(OUT, ended_at=NOON)
    assert rules.is_the_same(ended, code, NOON + minutes * MINUTE) is is_the_same


@pytest.mark.parametrize(
    "trouble, may_deafen",
    [
        (OUT, True),
        (STOPPED, True),
        (SCOPE, False),
        (replace(SCOPE, place=of_method("pager")), False),
        *((replace(SCOPE, place=of_method(each)), True) for each in sorted(rules.TELLING)),
    ],
)
def test_words_are_kept_from_us_by_what_shuts_a_channel_or_keeps_slack_from_telling(
    trouble: Trouble, may_deafen: bool
) -> None:
    assert rules.may_deafen(trouble) is may_deafen
