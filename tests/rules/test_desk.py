"""What may follow /desk: phrases, their synonyms, and the nearest right one."""

from __future__ import annotations

import pytest

from bot import acts
from bot.errors import Refused
from bot.rules import desk
from bot.rules.commands import NotUnderstood


@pytest.mark.parametrize(
    "text, phrase, rest",
    [
        ("", "help", ""),
        ("help", "help", ""),
        ("?", "help", ""),
        ("health", "health", ""),
        ("  HEALTH! ", "health", ""),
        ("team", "team", ""),
        ("roles", "team", ""),
        ("team add <@U1|ana> lead", "team add", "<@U1|ana> lead"),
        ("Team  Give   <@U1|ana>", "team add", "<@U1|ana>"),
        ("team rm <@U1|ana>", "team remove", "<@U1|ana>"),
        ("help away", "help", "away"),
        ("? team", "help", "team"),
        ("HELP Team Give", "help", "team add"),
        ("help /away", "help", "away"),
        ("help csat settings", "help", "csat settings"),
        ("help awya", "help", "away"),
        ("help me", "help", ""),
        ("away help", "help", "away"),
        ("health ?", "help", "health"),
    ],
)
def test_the_longest_phrase_that_fits_is_meant(text: str, phrase: str, rest: str) -> None:
    assert desk.parse(text, acts.phrases()) == desk.Asked(phrase, rest)


@pytest.mark.parametrize(
    "text, hint",
    [
        ("helth", "`/desk health`"),
        ("taem", "`/desk team`"),
        ("team ad <@U1|ana>", "`/desk team"),
        ("health please now", "takes nothing more"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_command(text: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        desk.parse(text, acts.phrases())


def test_what_is_like_nothing_gets_the_help() -> None:
    with pytest.raises(NotUnderstood):
        desk.parse("xyzzy plugh", acts.phrases())
