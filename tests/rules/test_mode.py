"""Which channel and mode somebody means, and whether that can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.rules import mode
from bot.rules.mode import Wanted
from storage.records.channels import Channel
from storage.records.workspaces import Mode
from tests.rules.cast import ACME, DIGEST, DIRECT, PUBLIC, RANDOM, SETTINGS, TECH, TRIAGE


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("auto", Wanted("", "", Mode.AUTO)),
        ("Off.", Wanted("", "", Mode.OFF)),
        ("on demand", Wanted("", "", Mode.ON_DEMAND)),
        ("<#C0ACME|acme> on-demand", Wanted("C0ACME", "", Mode.ON_DEMAND)),
        ("community <#C0ACME>", Wanted("C0ACME", "", Mode.COMMUNITY)),
        ("#acme inherit", Wanted("", "acme", None)),
        ("#acme to default", Wanted("", "acme", None)),
    ],
)
def test_channel_and_mode_are_understood_in_either_order(text: str, wanted: Wanted) -> None:
    assert mode.parse(text) == wanted


@pytest.mark.parametrize(
    "text, hint",
    [
        ("", "A mode is one of: auto, community, on-demand, off, inherit"),
        ("comunity", "Did you mean `/desk mode community`"),
        ("<#C0ACME> <#C1ACME> off", "One channel at a time"),
        ("#acme <#C1ACME> off", "One channel at a time"),
        ("sometimes", "A mode is one of"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_choices(text: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        mode.parse(text)


@pytest.mark.parametrize("channel", [ACME, PUBLIC, RANDOM])
def test_a_mode_can_be_set_where_customers_may_be(channel: Channel) -> None:
    mode.check(channel, SETTINGS)


@pytest.mark.parametrize(
    "channel, hint",
    [
        (TRIAGE, "own channels"),
        (TECH, "own channels"),
        (DIGEST, "own channels"),
        (DIRECT, "direct message"),
        (replace(ACME, is_archived=True), "archived"),
        (replace(ACME, is_member=False), "invite"),
        (replace(ACME, is_found=False), "invite"),
    ],
)
def test_elsewhere_a_mode_is_refused_with_a_hint(channel: Channel, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        mode.check(channel, SETTINGS)


def test_every_mode_is_told_in_words() -> None:
    assert mode.MEANING.keys() == set(Mode)
    assert "follows the default, which is *auto*" in mode.told(ACME, SETTINGS)
    assert "is *off* now" in mode.told(replace(ACME, mode=Mode.OFF), SETTINGS)
