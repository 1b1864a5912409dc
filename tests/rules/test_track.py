"""Tracking by hand: where it is possible, what the ticket is about, and every reason has words."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.rules import intake, track
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.tickets import Resolution, Status
from storage.records.workspaces import Mode
from tests.rules import cast
from tests.rules.cast import (
    ACME,
    ANA,
    CARLA,
    DIRECT,
    GUEST,
    NOON,
    PUBLIC,
    RANDOM,
    ROBOT,
    SETTINGS,
    TEAM,
    TRIAGE,
    said,
)

ROOT = cast.message(id=1, ts="10.0", thread_ts="", author_id=CARLA.id)
REPLY = cast.message(id=2, ts="20.0", thread_ts="10.0", author_id=ANA.id)
TOP = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "channel",
    [ACME, PUBLIC, replace(RANDOM, mode=Mode.ON_DEMAND), replace(ACME, mode=Mode.ON_DEMAND)],
)
def test_where_customers_are_anything_can_be_tracked(channel: Channel) -> None:
    track.check_place(channel, SETTINGS)


@pytest.mark.parametrize(
    "channel, hint",
    [
        (RANDOM, "not a customer channel"),
        (TRIAGE, "not a customer channel"),
        (DIRECT, "not a customer channel"),
        (replace(ACME, is_archived=True), "archived"),
        (replace(ACME, mode=Mode.OFF), "switched off"),
        (replace(PUBLIC, mode=Mode.OFF), "switched off"),
    ],
)
def test_elsewhere_a_hint_says_why_not(channel: Channel, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        track.check_place(channel, SETTINGS)


@pytest.mark.parametrize(
    "root, marked_asks, root_asks, about",
    [
        (ROOT, True, True, REPLY),
        (ROOT, False, True, ROOT),
        (ROOT, False, False, REPLY),
        (None, False, False, REPLY),
    ],
)
def test_a_ticket_is_about_what_asks(
    root: Message | None, marked_asks: bool, root_asks: bool, about: Message
) -> None:
    assert about == track.opening(REPLY, root, marked_asks=marked_asks, root_asks=root_asks)


@pytest.mark.parametrize(
    "text, author, asks",
    [
        ("The export is down.", CARLA, True),
        ("The export is down.", GUEST, True),
        ("The export is down.", ANA, False),
        ("The export is down.", ROBOT, False),
        ("The export is down.", None, False),
        ("thanks!", CARLA, False),
        ("", CARLA, False),
    ],
)
def test_only_customers_words_of_substance_ask(
    text: str, author: Person | None, asks: bool
) -> None:
    words = said(text)
    found = intake.asks(words, channel=ACME, author=author, team=TEAM, settings=SETTINGS)
    assert found is asks


@pytest.mark.parametrize(
    "text, author, end",
    [
        ("It is file 7", CARLA, ("join", "imported")),
        ("thanks!", CARLA, ("join", "courtesy")),
        ("Which file?", ANA, ("answer", "imported")),
        ("beep", ROBOT, ("ignore", "before")),
        ("beep", None, ("ignore", "before")),
    ],
)
def test_what_stood_in_the_thread_before_has_its_side(
    text: str, author: Person | None, end: tuple[str, str]
) -> None:
    verdict = intake.judge_late(
        said(text, ts="20.0", thread_ts="10.0"),
        channel=ACME,
        author=author,
        team=TEAM,
        settings=SETTINGS,
        ticket=cast.ticket(),
    )
    assert (verdict.action, verdict.reason) == end


@pytest.mark.parametrize(
    "text, author, end",
    [
        ("<@UBOT> the export is down", CARLA, "mention"),
        ("the export is down, <@UBOT|desk>", ANA, "mention"),
        ("<@UBOT> thanks!", CARLA, "courtesy"),
        ("The export is down", CARLA, "on-demand"),
        ("The export is down", ANA, "staff"),
    ],
)
def test_on_demand_only_who_calls_us_opens_a_ticket(text: str, author: Person, end: str) -> None:
    verdict = intake.judge(
        said(text),
        channel=replace(ACME, mode=Mode.ON_DEMAND),
        author=author,
        team=TEAM,
        settings=SETTINGS,
        parent_ticket=None,
        newest=None,
        now=NOON,
    )
    assert verdict.reason == end
    assert (verdict.action == "open") is (end == "mention")


def test_only_what_was_closed_as_no_request_is_opened_again_by_tracking_it() -> None:
    closed: dict[str, Any] = {"status": Status.RESOLVED, "resolved_at": NOON - timedelta(days=1)}
    quiet = cast.ticket(resolution=Resolution.NOT_A_REQUEST, **closed)
    assert track.is_to_reopen(quiet)
    assert not track.is_to_reopen(cast.ticket())
    assert not track.is_to_reopen(cast.ticket(resolution=Resolution.FIXED, **closed))


def test_every_reason_in_the_code_has_words() -> None:
    """Reasons are literals: of verdicts, of what no words are, and of messages that we make."""
    found: set[str] = set()
    for path in ("bot/rules/intake.py", *map(str, (TOP / "bot/usecases").glob("*.py"))):
        for node in ast.walk(ast.parse((TOP / path).read_text())):
            found |= _reasons(node)
    assert found >= {"new", "staff", "reply", "tracked"}
    assert found - intake.REASONS.keys() == set()


def _reasons(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        args = [k.value for k in node.keywords if k.arg == "reason"]
        args += node.args[1:2] if name == "Verdict" else []
        args += node.args[:1] if name == "_ignored" else []
        return {word for each in args for word in _words(each)}
    if isinstance(node, ast.FunctionDef) and node.name in ("no_words", "_no_request"):
        told = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
        return {word for each in told if each is not None for word in _answers(each)}
    return set()


def _answers(node: ast.expr) -> set[str]:
    """What a return gives, without what its condition compares."""
    if isinstance(node, ast.IfExp):
        return _answers(node.body) | _answers(node.orelse)
    return _words(node) if isinstance(node, ast.Constant) else set()


def _words(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_every_reason_is_a_sentence() -> None:
    for words in intake.REASONS.values():
        assert words[0].isupper()
        assert words.endswith(".")
