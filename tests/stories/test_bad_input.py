"""Bad input of every kind: refused or taken to a fitting end, told in private.

None of it makes an error in the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.delivery.signing import signed
from sandbox.people import AppFailed
from sandbox.world import Message as Standing
from storage import channels, messages
from storage.records.messages import End, Message
from storage.unit import Unit
from tests.stories import ears
from tests.stories.post import SECRET, Post, posting
from tests.stories.stage import Stage, stage
from tests.stories.walls import read

ACME = "C0ACMEHARB"
CARLA = "U000CARLA"


@dataclass(frozen=True)
class Scene:
    """A stage with a way to post anything to its program."""

    stage: Stage
    post: Post
    second: int

    def ts(self, offset: int) -> str:
        """The ts of what is said ``offset`` microseconds after the scene's first second."""
        return f"{self.second}.{offset:06d}"

    async def message(self, ts: str, channel: str = ACME) -> Message | None:
        """The row of a message, once all is quiet."""
        await self.stage.quiet()

        def find(unit: Unit) -> Message | None:
            known = channels.by_slack(unit, channel)
            return messages.by_ts(unit, known.id, ts) if known else None

        program = self.stage.program
        return await program.desk.read(program.workspace_id, find)

    async def failed(self) -> list[Any]:
        """Rows of the inbox that came to nothing."""
        await self.stage.quiet()
        program = self.stage.program
        return (await program.desk.read(program.workspace_id, read)).failed


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Fails at its end when an error was logged."""
    with ears.errors() as heard:
        async with stage(database_url) as it, posting(it) as post:
            yield Scene(it, post, int(it.slack.world.clock.time()))
            await it.quiet()
    assert not heard, "\n".join(heard)


def said(text: str, ts: str, **more: Any) -> dict[str, Any]:
    """A message of Carla's in the channel of Acme."""
    event = {"type": "message", "channel": ACME, "user": CARLA, "team": "T00ACME", "text": text}
    return event | {"ts": ts, "event_ts": ts, "channel_type": "channel"} | more


async def test_only_what_slack_signed_just_now_is_let_in(scene: Scene) -> None:
    body = b'{"type": "event_callback"}'
    own = signed(SECRET, body)
    old = str(int(own["x-slack-request-timestamp"]) - 301)
    stamp, signature = "x-slack-request-timestamp", "x-slack-signature"
    forgeries: list[dict[str, str]] = [
        {},
        {stamp: own[stamp]},
        {signature: own[signature]},
        own | {signature: "v0=" + "0" * 64},
        own | {signature: own[signature].replace("v0=", "v1=")},
        own | {signature: ""},
        own | {stamp: "yesterday"},
        own | {stamp: "-1"},
        own | {stamp: old},
        own | {stamp: str(int(own[stamp]) + 3600)},
        signed("another secret", body),
        signed(SECRET, body + b" "),
    ]
    assert [await scene.post.raw(body, headers=each) for each in forgeries] == [401] * 12


UNREADABLE = (
    b"",
    b" ",
    b"{",
    b"null",
    b"[]",
    b"[1]",
    b"1",
    b'"words"',
    b"{}",
    b"\xff\xfe",
    b"\x00",
    b'{"type"}',
    b"{" * 2_000,
    b"[" * 100_000,
    b'{"type": "event_callback"}',
    b'{"type": "event_callback", "event": null}',
    b'{"type": "event_callback", "event": []}',
    b'{"type": "event_callback", "authorizations": [], "event": {"type": "message"}}',
    b'{"type": 7, "event": 7}',
    b"payload=%7B",
    b"payload=",
)
KINDS = ("application/json", "application/x-www-form-urlencoded", "")


async def test_what_cannot_be_read_is_answered_and_forgotten(scene: Scene) -> None:
    for kind in KINDS:
        for body in UNREADABLE:
            # What is no text has no signature either, as the SDK sees it: 401.
            assert await scene.post.raw(body, kind=kind) in (200, 400, 401), body[:80]
    assert await scene.failed() == []


EVENTS: list[Any] = [
    {"type": "message"},
    {"type": "message", "channel": ACME},
    {"type": "message", "channel": ACME, "ts": "1"},
    {"type": "message", "channel": ACME, "ts": "not a ts", "user": CARLA, "text": "x"},
    {"type": "message", "channel": ACME, "ts": {}, "user": CARLA, "text": "x"},
    {"type": "message", "channel": 7, "ts": "1700000000.000001", "user": CARLA, "text": "x"},
    {"type": "message", "subtype": "message_changed", "channel": ACME, "ts": "1700000000.000002"},
    {"type": "message", "subtype": "message_changed", "channel": ACME, "message": None},
    {"type": "message", "subtype": "message_deleted", "channel": ACME, "ts": "1700000000.000003"},
    {"type": "reaction_added"},
    {"type": "reaction_added", "user": CARLA, "reaction": "eyes", "item": {}},
    {"type": "reaction_added", "user": CARLA, "reaction": "eyes", "item": {"type": "message"}},
    {"type": "member_joined_channel"},
    {"type": "channel_rename"},
    {"type": "channel_rename", "channel": "C1"},
    {"type": "channel_id_changed"},
    {"type": "app_home_opened"},
    {"type": "user_change"},
    {"type": "user_change", "user": {}},
    {"type": "subteam_updated"},
    {"type": "tokens_revoked"},
]


async def test_an_event_without_its_fields_is_acked_and_kept_as_failed_at_most(
    scene: Scene,
) -> None:
    for number, event in enumerate(EVENTS):
        assert await scene.post.event(event, event_id=f"Ev{number}") in (200, 400), event
    for row in await scene.failed():
        assert row.lane == "desk:unreadable", row
    asked = scene.stage.people.say("carla", "#acme-harbour", "Does it still work?")
    row = await scene.message(asked.ts)
    assert row is not None
    assert row.end is End.OPENED


PRESS = {
    "type": "block_actions",
    "team": {"id": "T0HARBOUR"},
    "user": {"id": "U00000ANA", "team_id": "T0HARBOUR"},
    "channel": {"id": "C000TRIAGE"},
    "container": {"type": "message", "channel_id": "C000TRIAGE", "message_ts": "1.2"},
    "trigger_id": "gone",
}
PRESSES: list[Any] = [
    {"type": "block_actions", "team": {"id": "T0HARBOUR"}},
    PRESS,
    PRESS | {"actions": []},
    PRESS | {"actions": [{}]},
    PRESS | {"actions": [{"action_id": "act:take", "type": "button", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:take", "value": "x", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:take", "value": "9" * 40, "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:fly", "value": "7", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:", "value": "7", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:menu", "value": "7", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:undo", "value": "7", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "act:reply", "value": "7", "action_ts": "1.1"}]},
    PRESS | {"actions": [{"action_id": "reply:preview", "value": "7", "action_ts": "1.1"}]},
    {"type": "view_submission", "team": {"id": "T0HARBOUR"}, "user": {"id": "U00000ANA"}},
    {"type": "view_submission", "team": {"id": "T0HARBOUR"}, "view": {"callback_id": "form:new"}},
    {"type": "shortcut", "team": {"id": "T0HARBOUR"}, "callback_id": "new_ticket"},
    {"type": "shortcut", "team": {"id": "T0HARBOUR"}, "callback_id": "no such"},
    {"type": "block_suggestion", "team": {"id": "T0HARBOUR"}, "user": {"id": "U00000ANA"}},
    {"type": "a kind that Slack thinks of tomorrow", "team": {"id": "T0HARBOUR"}},
]


async def test_a_press_without_its_fields_does_nothing(scene: Scene) -> None:
    for payload in PRESSES:
        assert await scene.post.interaction(payload) in (200, 503), payload
    program = scene.stage.program
    await scene.stage.quiet()
    assert (await program.desk.read(program.workspace_id, read)).changes == []


async def test_a_command_without_its_fields_is_acked(scene: Scene) -> None:
    for fields in ({}, {"command": "/ticket"}, {"command": "/nothing"}):
        assert await scene.post.form(fields | {"team_id": "T0HARBOUR"}) == 200
        assert await scene.post.form(fields | {"team_id": "TSTRANGER"}) == 200


WORDS = {
    "forty thousand characters": "w" * 40_000,
    "no space at all, and escapes": "&lt;" * 10_000,
    "mentions": "<!channel> <!here> <@U00000ANA> <#C000TRIAGE> <!subteam^S0SUPPORT> help",
    "broken mrkdwn": "<<<>>> &amp;amp; ``` ` *_~ >>> <http://x|y <!date^0^{date}|z>",
    "marks that turn text round": "\u202e evil \u2066 help me",
    "nul and friends": "a\x00b\x01c\ud800d",
    "many lines": "\n" * 3_000 + "help",
    "many quotes": "&gt; " * 500 + "why?",
    "jinja": "{{ 7 * 7 }} {% raw %} {# x #}",
    "sql": "'; DROP TABLE ticket; --",
}


async def test_whatever_the_words_they_become_one_ticket_with_one_card(scene: Scene) -> None:
    # Too far apart to be grouped, and too late for timers that a tick of a second has to ring.
    start = scene.second - 400 * (len(WORDS) + 1)
    for number, (name, words) in enumerate(WORDS.items(), start=1):
        ts = f"{start + 400 * number}.000017"
        _stands(scene, ts, words)
        assert await scene.post.event(said(words, ts)) == 200, name
        row = await scene.message(ts)
        assert row is not None, name
        assert (row.end, row.reason) == (End.OPENED, "new"), name
        assert len(scene.stage.cards()) == number, name
        assert len(scene.stage.thread("acme-harbour", ts)) == 1, name
    shown = " ".join(f"{card.text} {card.blocks}" for card in scene.stage.cards())
    assert not any(live in shown for live in ("<!channel", "<!here", "<!subteam", "<@U00000ANA>"))


NOTHINGS = {
    "nothing": "",
    "a space": "   ",
    "a dot": ".",
    "emoji": ":wave: :tada:",
    "an emoji of Unicode": "👍🏽",
    "what is not seen": "\u200b\u2060",
}


async def test_what_asks_for_nothing_is_ignored_with_its_reason(scene: Scene) -> None:
    for number, (name, words) in enumerate(NOTHINGS.items()):
        ts = scene.ts(100 + number)
        _stands(scene, ts, words)
        assert await scene.post.event(said(words, ts)) == 200, name
        row = await scene.message(ts)
        assert row is not None, name
        assert row.end is End.IGNORED, name
        assert row.reason in ("empty", "courtesy"), name
    assert scene.stage.cards() == []


async def test_a_reply_to_what_is_gone_opens_a_ticket_of_its_own(scene: Scene) -> None:
    ts = scene.ts(21)
    _stands(scene, ts, "Is anybody there?")
    assert await scene.post.event(said("Is anybody there?", ts, thread_ts=scene.ts(1))) == 200
    row = await scene.message(ts)
    assert row is not None
    assert row.end is End.OPENED


async def test_a_reply_before_its_parent_joins_it(scene: Scene) -> None:
    parent, reply = scene.ts(22), scene.ts(23)
    _stands(scene, parent, "The export is broken")
    assert await scene.post.event(said("Since Monday, I think", reply, thread_ts=parent)) == 200
    assert await scene.post.event(said("The export is broken", parent)) == 200
    first, second = await scene.message(parent), await scene.message(reply)
    assert first is not None
    assert second is not None
    assert (first.end, second.end) == (End.OPENED, End.JOINED)
    assert first.ticket_id == second.ticket_id
    assert len(scene.stage.cards()) == 1


def edit_of(ts: str, text: str, *, at: str) -> dict[str, Any]:
    """The newest words of a message that says something else in our rows, or nothing yet."""
    now: dict[str, Any] = {"type": "message", "user": CARLA, "text": text, "ts": ts}
    now |= {"edited": {"user": CARLA, "ts": f"{at.partition('.')[0]}.000000"}}
    event = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": ACME}
    return event | {"message": now, "previous_message": {}, "ts": at, "event_ts": at}


async def test_an_edit_before_its_message_is_the_message(scene: Scene) -> None:
    ts = scene.ts(24)
    _stands(scene, ts, "The newest words")
    assert await scene.post.event(edit_of(ts, "The newest words", at=scene.ts(30))) == 200
    assert await scene.post.event(said("The first words", ts)) == 200
    row = await scene.message(ts)
    assert row is not None
    assert (row.text, row.end) == ("The newest words", End.OPENED)


async def test_of_two_edits_in_one_second_the_later_wins_whatever_comes_first(
    scene: Scene,
) -> None:
    ts, first, second, third = map(scene.ts, (25, 31, 32, 33))
    _stands(scene, ts, "Third words")
    assert await scene.post.event(said("First words", ts)) == 200
    assert await scene.post.event(edit_of(ts, "Third words", at=second)) == 200
    assert await scene.post.event(edit_of(ts, "Second words", at=first)) == 200
    row = await scene.message(ts)
    assert row is not None
    assert row.text == "Third words"
    assert await scene.post.event(edit_of(ts, "Fourth words", at=third)) == 200
    row = await scene.message(ts)
    assert row is not None
    assert row.text == "Fourth words"


@pytest.mark.parametrize("has_come", [False, True], ids=["no message", "the newer words"])
async def test_an_older_edit_undoes_no_newer_one_whatever_was_there(
    scene: Scene, has_come: bool
) -> None:
    ts, older, newer = map(scene.ts, (26, 35, 36))
    _stands(scene, ts, "Third words")
    if has_come:
        assert await scene.post.event(said("Third words", ts)) == 200
    assert await scene.post.event(edit_of(ts, "Third words", at=newer)) == 200
    assert await scene.post.event(edit_of(ts, "Second words", at=older)) == 200
    row = await scene.message(ts)
    assert row is not None
    assert row.text == "Third words"


async def test_a_deletion_before_its_message_leaves_a_stub_without_words(scene: Scene) -> None:
    ts = scene.ts(27)
    gone = {"type": "message", "subtype": "message_deleted", "channel": ACME, "hidden": True}
    gone |= {"deleted_ts": ts, "ts": scene.ts(28), "event_ts": scene.ts(28)}
    assert await scene.post.event(gone) == 200
    assert await scene.post.event(said("These words are gone zq", ts)) == 200
    row = await scene.message(ts)
    assert row is not None
    assert (row.text, row.end) == ("", End.IGNORED)
    assert row.deleted_at is not None
    program = scene.stage.program
    kept = (await program.desk.read(program.workspace_id, read)).words
    assert "These words are gone" not in str(kept)
    assert scene.stage.cards() == []


async def test_a_reaction_on_what_nobody_knows_does_nothing(scene: Scene) -> None:
    for emoji in ("eyes", "white_check_mark", "rotating_light", "no_such_emoji", "a::b::c"):
        item = {"type": "message", "channel": ACME, "ts": scene.ts(1)}
        event = {"type": "reaction_added", "user": CARLA, "reaction": emoji, "item": item}
        assert await scene.post.event(event | {"event_ts": scene.ts(40)}) == 200
    assert await scene.failed() == []
    assert scene.stage.cards() == []


async def test_somebody_whom_slack_does_not_know_is_taken_seriously(scene: Scene) -> None:
    ts = scene.ts(41)
    _stands(scene, ts, "I am new here, can you help?")
    event = said("I am new here, can you help?", ts, user="U0NOBODY", team="TNOWHERE")
    assert await scene.post.event(event) == 200
    row = await scene.message(ts)
    assert row is not None
    assert row.end is End.OPENED


async def test_a_channel_that_slack_does_not_know_is_no_customer_channel(scene: Scene) -> None:
    assert await scene.post.event(said("Hello?", scene.ts(42), channel="C0NOWHERE")) == 200
    row = await scene.message(scene.ts(42), "C0NOWHERE")
    assert row is None or row.end is End.IGNORED
    assert scene.stage.cards() == []


def _stands(scene: Scene, ts: str, words: str) -> None:
    """Put a message into the local Slack without telling anybody, so that it can be replied to."""
    channel = scene.stage.slack.world.channels[ACME]
    channel.put(Standing(ts=ts, channel=ACME, user=CARLA, text=words, team="T00ACME"))
    channel.last_ts = max(channel.last_ts, ts)


# What somebody typed, and the words that have to be in the answer.
WRONG_TICKETS = {
    "tkae 1": "/ticket take 1",
    "taek 1": "/ticket take 1",
    "take1 x": "/ticket take 1",
    "takee": "/ticket take",
    "clam 1": "/ticket take 1",
    "reslove 1": "/ticket resolve 1",
    "resolv 1": "/ticket resolve 1",
    "resovle #1": "/ticket resolve 1",
    "slove 1": "/ticket resolve 1",
    "colse 1": "/ticket resolve 1",
    "reopn 1": "/ticket reopen 1",
    "re-open 1": "/ticket reopen 1",
    "shwo 1": "/ticket show 1",
    "sho 1": "/ticket show 1",
    "viwe 1": "/ticket show 1",
    "lst": "/ticket list",
    "lisst": "/ticket list",
    "list everything please now": "/ticket list",
    "min": "/ticket mine",
    "mien": "/ticket mine",
    "hlep": "/ticket help",
    "halp": "/ticket help",
    "nwe Printer": "/ticket new",
    "craete Printer": "/ticket new",
    "my printer is on fire": "/ticket new",
    "please help me": "/ticket new",
    "printer": "/ticket help",
    "take one": "/ticket list",
    "take #": "/ticket list",
    "take #x": "/ticket list",
    "take -1": "/ticket list",
    "take 0": "/ticket list",
    "take 1.5": "/ticket list",
    "take 1 2": "/ticket take 1",
    "show abc": "/ticket list",
    "show 999": "/ticket list",
    "take 999": "/ticket list",
    "resolve 999": "/ticket list",
    "reopen 999": "/ticket list",
    "take １２３": "/ticket list",
    "resolve #999999999999": "/ticket list",
    "#": "/ticket list",
    "#0": "/ticket list",
    "-1": "/ticket list",
    "1 2": "/ticket",
    "1 foo": "/ticket",
    "open 1": "/ticket reopen 1",
    "assign 1 @ben": "/assign",
    "TAKEN 1": "/ticket take 1",
    "*taek* 1": "/ticket take 1",
    "<!channel>": "/ticket help",
    "🎫": "/ticket help",
    "...": "/ticket help",
    ";DROP TABLE ticket": "/ticket",
    "take": "which ticket",
    "resolve": "which ticket",
    "reopen": "/ticket reopen 12",
    "reopen 1": "open already",
}
WRONG_ASSIGNMENTS = {
    "": "/assign #12 @ben",
    "#1": "/assign #12 @ben",
    "1": "/assign #12 @ben",
    "#1 @ben @ana": "/assign #12 @ben",
    "#1 #2 @ben": "/assign #12 @ben",
    "#999 @ben": "/ticket list",
    "@ben": "which ticket",
    "#1 @carla": "agents",
    "#1 @tariq": "agents",
    "#1 @kim": "agents",
    "#1 @threadkeeper": "agents",
    "#1 @nobodyknows": "The agents are",
    "#1 everybody": "The agents are",
    "#x @ben": "12",
    "#1 <!channel>": "The agents are",
    "#1 <@U0NOBODY>": "/assign #12 @ben",
    "#1 nobody": "waits for somebody",
    "to": "/assign #12 @ben",
}
TYPED = [("/ticket", text, mend) for text, mend in WRONG_TICKETS.items()]
TYPED += [("/assign", text, mend) for text, mend in WRONG_ASSIGNMENTS.items()]


async def test_every_wrong_command_gets_a_private_hint_with_the_nearest_right_one(
    scene: Scene,
) -> None:
    it, unhelped = scene.stage, []
    it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
    await it.quiet()
    before = len(it.messages("digests"))
    for command, text, mend in TYPED:
        told = await _told(it, command, text)
        if mend not in told or "<!" in told.replace("<!date^", ""):
            unhelped.append(f"{command} {text} → {told!r} lacks {mend!r}")
    assert len(TYPED) >= 60
    assert not unhelped, "\n".join(unhelped)
    assert len(it.messages("digests")) == before  # nothing in public


async def _told(it: Stage, command: str, text: str) -> str:
    """What Ana alone reads after typing a command in a channel without a ticket."""
    known = set(it.slack.world.ephemerals)
    try:
        await it.people.command("ana", "#digests", command, text)
    except AppFailed as failed:
        return f"no answer: {failed}"
    await it.quiet()
    whispers = it.slack.world.ephemerals
    return " ".join(f"{whispers[k].text} {whispers[k].blocks}" for k in whispers if k not in known)
