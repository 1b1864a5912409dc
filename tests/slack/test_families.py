"""Every error that Slack lists for a method that we call has its family, and only one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.slack.families import CODES, Family, family_of
from bot.slack.gateway import METHODS

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "sandbox" / "data" / "methods.json").read_text("utf-8")
)
ALWAYS = FACTS["_meta"]["common_errors"]
KNOWN = {code for codes in CODES.values() for code in codes}


@pytest.mark.parametrize("method", METHODS)
def test_every_error_of_a_method_that_we_call_has_a_family(method: str) -> None:
    told = {*ALWAYS, *FACTS[method]["errors"], *FACTS[method].get("errors_2021", ())}
    assert sorted(told - KNOWN) == []


def test_no_error_has_two_families() -> None:
    counted = Counter(code for codes in CODES.values() for code in codes)
    assert [code for code, count in counted.items() if count > 1] == []


def test_no_family_holds_a_code_that_slack_does_not_list() -> None:
    listed = {*ALWAYS} | {"no_reaction"}  # of reactions.remove, which undoes what we may add
    for method in METHODS:
        listed |= {*FACTS[method]["errors"], *FACTS[method].get("errors_2021", ())}
    assert sorted(KNOWN - listed) == []


@pytest.mark.parametrize(
    "code, family",
    [
        ("already_reacted", Family.DONE),
        ("rate_limited", Family.LIMITED),
        ("fatal_error", Family.UNSURE),
        ("token_expired", Family.INSTALLATION),
        ("missing_scope", Family.METHOD),
        ("is_archived", Family.CHANNEL),
        ("restricted_action_read_only_channel", Family.CHANNEL),
        ("thread_not_found", Family.GONE),
        ("msg_too_long", Family.REFUSED),
        ("invented_yesterday", Family.UNKNOWN),
    ],
)
def test_what_an_error_means(code: str, family: Family) -> None:
    assert family_of(code) is family
