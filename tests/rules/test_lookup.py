"""What follows /kb: one of its words, or what somebody looks for."""

from __future__ import annotations

import pytest

from bot.errors import Refused
from bot.rules.lookup import Asked, parse

KNOWN = {"new": False, "gaps": False, "edit": True, "from": False}


@pytest.mark.parametrize(
    "text, asked",
    [
        ("new", Asked("new", "")),
        ("NEW ", Asked("new", "")),
        ("new user cannot log in", Asked("", "new user cannot log in")),
        ("edit refunds", Asked("edit", "refunds")),
        ("from 12", Asked("from", "", 12)),
        ("from #12", Asked("from", "", 12)),
        ("from", Asked("from", "")),
        ("from address is wrong", Asked("", "from address is wrong")),
        ("", Asked("", "")),
    ],
)
def test_a_word_means_itself_where_it_can(text: str, asked: Asked) -> None:
    assert parse(text, KNOWN) == asked


def test_a_word_that_lacks_its_article_says_so() -> None:
    with pytest.raises(Refused, match="Say which article"):
        parse("edit", KNOWN)
