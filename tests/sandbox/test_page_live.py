"""The stream that tells a page what to refresh: it tells each person only of what is theirs."""

from __future__ import annotations

import json

import pytest

from sandbox.local import Sandbox
from sandbox.page import live
from sandbox.page.reader import Reader


def _reader(box: Sandbox, name: str) -> Reader:
    return Reader(box.world, box.people.senses.user(name))


@pytest.mark.parametrize(
    "name,heard", [("ana", True), ("carla", True), ("zoe", False), ("tariq", False)]
)
def test_only_members_hear_of_a_message(quiet: Sandbox, name: str, heard: bool) -> None:
    quiet.people.say("carla", "acme-harbour", "The arm stops")
    topics = live.topics(quiet.world.changes[-1], _reader(quiet, name))
    assert ("channel:C0ACMEHARB" in topics) is heard


def test_a_modal_concerns_its_own_person_only(quiet: Sandbox) -> None:
    quiet.world.touch("view", view="V1", user=quiet.people.senses.user("ana").id)
    change = quiet.world.changes[-1]
    assert live.topics(change, _reader(quiet, "ana")) == {"views"}
    assert live.topics(change, _reader(quiet, "ben")) == set()


async def test_a_burst_of_changes_is_told_once(quiet: Sandbox) -> None:
    stream = live.stream(_reader(quiet, "ana"), len(quiet.world.changes))
    assert "event: hello" in await anext(stream)
    for words in ("one", "two", "three"):
        quiet.people.say("carla", "acme-harbour", words)
    told = await anext(stream)
    assert json.loads(told.partition("data: ")[2]) == ["channel:C0ACMEHARB", "sidebar"]
    await stream.aclose()  # type: ignore[attr-defined]


async def test_who_watches_the_wire_hears_of_exchanges(quiet: Sandbox) -> None:
    stream = live.stream(_reader(quiet, "ana"), 0, wire=quiet.traffic)
    await anext(stream)
    quiet.traffic.note("from_app", "auth.test", {}, {"ok": True}, status=200, took_ms=1)
    assert "traffic" in await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]


async def test_what_happened_between_page_and_stream_is_told(quiet: Sandbox) -> None:
    drawn = len(quiet.world.changes)
    quiet.people.say("carla", "acme-harbour", "Did you see this?")
    stream = live.stream(_reader(quiet, "ana"), drawn)
    await anext(stream)
    assert "channel:C0ACMEHARB" in await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]


async def test_a_page_from_before_a_restart_is_told_to_begin_anew(quiet: Sandbox) -> None:
    stream = live.stream(_reader(quiet, "ana"), 10_000)
    assert "reset" in await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
