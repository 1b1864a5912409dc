"""Which ticket a thread is attached to, and where nothing ever is."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.rules import attach
from storage.records.channels import Channel
from storage.records.workspaces import DeskSettings

LAB = Channel(1, 2, "C_LAB", "lab")
SETTINGS = DeskSettings(triage_channel="C_TRIAGE", public_channel="C_HELP")


@pytest.mark.parametrize(
    "words",
    [
        "12",
        "#12",
        " to #12 ",
        "#12.",
        "12 https://acme.slack.com/archives/C1/p1700000000000100",
        "<https://acme.slack.com/archives/C1/p1700000000000100|https://acme/1> #12",
    ],
)
def test_a_ticket_is_named_by_its_number_whatever_stands_beside(words: str) -> None:
    assert attach.number(words) == 12


@pytest.mark.parametrize("words", ["", "export", "12 13", "#0", "https://a.b/12", "1234567890"])
def test_words_without_one_number_are_refused_with_the_right_form(words: str) -> None:
    with pytest.raises(Refused, match="/ticket attach 12"):
        attach.number(words)


@pytest.mark.parametrize("channel", [LAB, replace(LAB, slack_id="C_TRIAGE")])
def test_channels_of_our_own_are_fit(channel: Channel) -> None:
    attach.check_place(channel, SETTINGS)
    assert attach.is_internal(channel, SETTINGS)


@pytest.mark.parametrize(
    "channel, why",
    [
        (replace(LAB, is_ext_shared=True), "Customers read"),
        (replace(LAB, is_pending_ext_shared=True), "Customers read"),
        (replace(LAB, slack_id="C_HELP"), "Customers read"),
        (replace(LAB, is_direct=True), "direct messages"),
    ],
)
def test_where_others_read_nothing_is_attached(channel: Channel, why: str) -> None:
    with pytest.raises(Refused, match=why):
        attach.check_place(channel, SETTINGS)
    assert not attach.is_internal(channel, SETTINGS)


def test_where_the_bot_does_not_listen_it_says_so() -> None:
    with pytest.raises(Refused, match="Invite me"):
        attach.check_place(replace(LAB, is_member=False), SETTINGS)
