"""Every act by every door: who may does the same thing, who may not hears why, alone.

Rows and doors come from the act table, so that a new act is tried here without being named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot import acts, doors
from bot.acts import ACTS, Act
from bot.errors import Refused
from bot.rules import typed as rules
from bot.rules.access import Who
from bot.workers.inbox import work_round
from handlers import ticket
from storage import messages, outbox, texts, threads, tickets
from storage.records.boxes import Delivery, Post, PostState
from storage.records.messages import End, Side
from storage.records.tickets import Status, Turn
from storage.unit import Unit
from tests.handlers.conftest import NOW, TICKET, WORKSPACE, Scene
from tests.handlers.slack import press, submit
from tests.handlers.slack import typed as command

CARD = "1700000050.0001"
SAID = "1700000000.000100"
THANKS = "1700000000.000900"  # a message of Carla's that is no ticket
ASKED = "https://desk.slack.com/archives/C_ACME/p1700000000000100"
# Acts that make sense only for a ticket in this state; all others are done on an open one.
STATES: Mapping[str, Mapping[str, Any]] = {
    "reopen": {"status": Status.RESOLVED, "resolved_at": NOW},
    "wake": {"status": Status.SNOOZED},
    "unmerge": {"status": Status.RESOLVED, "resolved_at": NOW},
    "unsolved": {"status": Status.WAITING, "turn": Turn.THEIRS, "last_ours_at": NOW},
}
ON_PACKETS: tuple[str, ...] = (
    "accept",
    "ask_back",
    "decline",
    "draft",
    "discussed",
    "tell_back",
    "send_back",
)
ON_PACKETS += ("complete", "withdraw", "approve")
# The door lets them in, and then a rule finds nothing on this desk that it could be done to.
REFUSED_BY_RULE = {
    "undo": "not there",
    "unsend": "not there",
    "track": "Choose *Track as ticket* from the menu",  # its link is not of this Slack
    "split": "is about",
    "unmerge": "not merged",
    "unlink": "not linked",
    "attach": "the thread",
    "detach": "No thread is attached",
    "unpromise": "No update is promised",
    "set": "no fields of its own",
    "macro": "no macros yet",
    "macro_edit": "not there",
    "macro_show": "not there",
    "macro_archive": "not there",
    "mode": "A mode is one of",
    "team_add": "Type @ and choose",
    "team_remove": "Type @ and choose",
    "ask": "not taken here",
    "guest_says": "That is over",
    "let_go": "That is over",
    **dict.fromkeys(ON_PACKETS, "not there"),
    "rota_swap": "has no rotas",
    "rota_unswap": "not there",
    "accept_line": "not handed over",
    "digest_new": "Say which: daily",
    **dict.fromkeys(
        ("digest_pause", "digest_resume", "digest_remove", "digest_send"), "not there any more"
    ),
    "account": "There is no",
    "account_save": "not there",
    "account_merge": "not there",
    "account_note": "not there",
    "account_note_remove": "not there",
    "csat_send": "gets no poll",
    "csat_on": "asked already",
    **dict.fromkeys(("vote", "csat_comment"), "no such poll"),
    **dict.fromkeys(("recovery_take", "recovery_done", "recovery_drop"), "not there"),
    "kb_edit": "`/kb`",  # finds others
    "kb_from": "nothing to keep",
    **dict.fromkeys(("kb_open", "kb_restore", "kb_retire", "kb_reviewed"), "not there any more"),
    **dict.fromkeys(("kb_unhelpful", "kb_no_gap"), "not kept any more"),
    **dict.fromkeys(("suggest_no", "helped", "person"), "not there any more"),
    **dict.fromkeys(("same", "not_same"), "has said already"),
    "answers": "Say whether it shall",
}
ONLY = re.compile(r"\bOnly (?:agents|leads|managers|specialists|the )")


@dataclass
class Came:
    """What came of an act: forms that were opened, what became true, what one person was told."""

    opened: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)

    def does(self, act: Act) -> bool:
        """Done, or its form in front of the person, or what it shows."""
        if self.is_refused:
            return False
        if act.reads and self.told:
            return not self.opened
        if self.opened:
            return self.opened == [f"form:{act.form}"]
        ends = [each.rpartition("; ")[2] for each in self.outcomes]
        return ends == [f"done: {act.name}"] or REFUSED_BY_RULE.get(act.name, "-") in self.words

    @property
    def words(self) -> str:
        """All that anybody was told."""
        return " ".join(self.told.values())

    @property
    def is_refused(self) -> bool:
        """Somebody was told that it is for others to do."""
        return bool(ONLY.search(self.words))


@dataclass(frozen=True)
class Desk:
    """A scene in which acts are also worked, as far as Slack's door out."""

    scene: Scene

    async def try_(self, act: Act, door: str, word: str, person: str) -> Came:
        """One person tries one act by one door."""
        answer = await self._knock(act, door, word, person)
        took = await self.scene.desk.write_all(lambda c: work_round(c, NOW, frozenset()))
        assert not took.facts, took.facts
        came = Came(outcomes=[each.outcome for each in took.endings])
        if answer:
            came.told[person] = answer
        for method, arguments in self.scene.slack.told:
            _heard(came, method, arguments)
        for lane in ("U_ANA", "U_OLGA", "U_CARLA"):
            await self._whispered(came, lane)
        return came

    async def _knock(self, act: Act, door: str, word: str, person: str) -> str:
        match door:
            case "command":
                name, text = _said(act, word)
                by = {"user_id": person, "team_id": "T_DESK"}
                sent = await self.scene.post.form(command(name, text, **by))
                return sent.text
            case "shortcut":
                await self.scene.post.interaction(_chosen(act, word, person))
            case "reaction":
                await self.scene.post.event(_reacted(word, person))
            case "typed":
                await self.scene.post.event(_written(word, person))
            case _:
                await self.scene.post.interaction(_pressed(act, door, person))
        return ""

    async def _whispered(self, came: Came, person: str) -> None:
        posts = await self.scene.desk.read(
            WORKSPACE,
            lambda unit: outbox.new_of_lane(unit, f"person:{person}", now=NOW, most=9),
        )
        for post in posts:
            if post.kind == "completion":
                act = acts.by_name(post.body["act"])
                assert act is not None
                if act.reads:
                    came.told[person] = act.label
                else:
                    came.opened.append(f"form:{act.form}")
            else:
                came.told[person] = str(post.body.get("words", ""))


def _heard(came: Came, method: str, arguments: Mapping[str, Any]) -> None:
    if method == "views.open":
        came.opened.append(arguments["view"]["callback_id"])
    if method == "chat.postEphemeral":
        came.told[arguments["user"]] = str(arguments["text"])
    if method == "chat.postMessage":
        came.told[arguments["channel"]] = str(arguments["text"])


def _said(act: Act, word: str) -> tuple[str, str]:
    """The act's own example, about what there is on this desk."""
    has_two = act.verb and act.command  # a verb of /ticket, and a command of its own
    example = act.example if act.example.startswith(word) else f"{word} 12" if has_two else word
    for there, here in (("12", "1"), ("15", "3"), ("https://….slack.com/archives/…", ASKED)):
        example = example.replace(there, here)
    name, _, text = example.partition(" ")
    return name, text


def _pressed(act: Act, door: str, person: str) -> dict[str, Any]:
    team = "T_ACME" if person == "U_CARLA" else "T_DESK"
    by: dict[str, Any] = {"user": {"id": person, "team_id": team}}
    if door == "home":
        by |= {"channel": None, "container": {"type": "view", "view_id": "V1"}}
    key = 802 if act.about in ("message", "channel") else TICKET
    return press(f"act:{act.name}", str({"channel": 600, "queue": 1}.get(act.about, key)), **by)


def _chosen(act: Act, callback_id: str, person: str) -> dict[str, Any]:
    about = {
        "team": {"id": "T_DESK"},
        "user": {"id": person, "team_id": "T_DESK"},
        "callback_id": callback_id,
        "trigger_id": "trigger",
        "action_ts": "1700000100.000100",
    }
    if callback_id == act.shortcut:
        return about | {"type": "shortcut"}
    ts = THANKS if act.name == "track" else SAID
    said = {"ts": ts, "text": "The export is slow", "user": "U_CARLA"}
    where = {"channel": {"id": "C_ACME"}, "message_ts": ts, "message": said}
    return about | where | {"type": "message_action", "response_url": ""}


def _reacted(emoji: str, person: str) -> dict[str, Any]:
    ts = THANKS if emoji in _TRACKING else SAID
    item = {"type": "message", "channel": "C_ACME", "ts": ts}
    event = {"type": "reaction_added", "user": person, "reaction": emoji, "item": item}
    return event | {"event_ts": "1700000200.000100"}


def _written(word: str, person: str) -> dict[str, Any]:
    act = acts.by_verb(word.removeprefix("!"))
    words = act.example.partition("12")[2].replace("15", "#3")
    words = words.replace("@ben", "@Ben")
    if act.in_threads and act.name != "why":
        words = f" {ASKED}"
    event = {"type": "message", "channel": "C_TRIAGE", "user": person, "team": "T_DESK"}
    ts = {"ts": "1700000300.000100", "event_ts": "1700000300.000100", "thread_ts": CARD}
    return event | ts | {"text": f"{word}{words}", "channel_type": "channel"}


_TRACKING = next(act for act in ACTS if act.name == "track").reactions


@pytest.fixture
async def desk(scene: Scene, request: pytest.FixtureRequest) -> Desk:
    """Carla's ticket has a card in triage, and is in the state that the act needs."""
    called = getattr(request.node, "callspec", None)
    act: Act | None = called.params.get("act") if called else None

    def furnish(unit: Unit) -> None:
        card = Post(
            WORKSPACE, 9000, "channel:601", "card", Delivery.POST, {"ticket_id": TICKET}, NOW
        )
        card = replace(card, channel_id=601, ticket_id=TICKET, picture=f"card:{TICKET}", ts=CARD)
        outbox.announce(unit, replace(card, state=PostState.SHOWN, shown=1, nonce="n9000"))
        tickets.take_numbers(unit, 5)  # those of the scene are given away
        _thanked(unit)
        found = tickets.by_id(unit, TICKET)
        if act and found and (state := STATES.get(act.name)):
            tickets.save(unit, found, replace(found, **state))

    await scene.desk.write(WORKSPACE, furnish)
    await scene.another_ticket("C_ACME")
    return Desk(scene)


def _thanked(unit: Unit) -> None:
    asked = messages.by_id(unit, TICKET + 100)
    assert asked is not None
    texts.put(unit, 909, "Thanks for everything!")
    kind = replace(asked, id=909, text_id=909, ts=THANKS, ticket_id=None)
    kind = replace(kind, side=Side.OTHER, end=End.IGNORED, reason="courtesy")
    messages.add(unit, kind)
    threads.mark(unit, kind.channel_id, [THANKS], NOW)


def cells() -> Iterator[tuple[Act, str, str]]:
    """Each act with each word of each of its doors; of several buttons one."""
    for act in ACTS:
        for door, words in doors.of(act).items():
            for word in words[:1] if door == "button" else words:
                yield act, door, word


def named(value: object) -> str:
    return value.name if isinstance(value, Act) else str(value)


def who_may(act: Act) -> str:
    return "U_CARLA" if act.who in (Who.REQUESTER, Who.ANYONE) else "U_ANA"


CELLS = list(cells())


@pytest.mark.parametrize("act,door,word", CELLS, ids=named)
async def test_who_may_does_it_by_this_door(desk: Desk, act: Act, door: str, word: str) -> None:
    typed_by_us = door in ("command", "typed", "shortcut", "home")
    person = "U_ANA" if typed_by_us else who_may(act)
    came = await desk.try_(act, door, word, person)
    assert came.does(act), came


# Whoever wrote a message may ask with an emoji for a ticket of it: Carla wrote all of them.
REFUSED = [
    (act, door, word)
    for act, door, word in CELLS
    if act.who is not Who.ANYONE and (act.name, door) != ("track", "reaction")
]


@pytest.mark.parametrize("act,door,word", REFUSED, ids=named)
async def test_who_may_not_hears_why_and_nobody_else_does(
    desk: Desk, act: Act, door: str, word: str
) -> None:
    await refused(desk, act, door, word, "U_CARLA" if act.who is Who.STAFF else "U_OLGA")


OURS = [each for each in REFUSED if each[0].who is not Who.REQUESTER and each[1] == "button"]


@pytest.mark.parametrize("act,door,word", OURS, ids=named)
async def test_no_customer_works_with_the_teams_buttons(
    desk: Desk, act: Act, door: str, word: str
) -> None:
    await refused(desk, act, door, word, "U_CARLA")


async def refused(desk: Desk, act: Act, door: str, word: str, person: str) -> None:
    """The person alone is told, and nothing has changed."""
    before = await _ticket(desk)
    came = await desk.try_(act, door, word, person)
    assert not came.does(act), came
    assert not came.opened, came
    assert await _ticket(desk) == before
    assert set(came.told) <= {person}
    if door != "reaction":  # an emoji is just an emoji for all others
        assert came.is_refused, came


CHOSEN = [act for act in ACTS if (act.on_card or act.in_menu or act.in_more) and act.name != "more"]


@pytest.mark.parametrize("act", CHOSEN, ids=named)
async def test_what_is_chosen_of_all_acts_is_done_or_asks_for_more(desk: Desk, act: Act) -> None:
    form = submit(
        "form:more", {"ticket_id": TICKET, "place": {"channel": "C_TRIAGE"}}, act=act.name
    )
    answer = await desk.scene.post.interaction(form)
    items = await desk.scene.inbox()
    if act.reads:
        assert desk.scene.slack.of("chat.postEphemeral")
    elif act.form:
        words = REFUSED_BY_RULE.get(act.name, f"form:{act.form}")
        assert f"form:{act.form}" in answer.text or words in answer.text
    else:
        (item,) = items
        assert getattr(item, "act", "") == act.name


async def test_who_may_not_is_told_in_the_form_of_all_acts(desk: Desk) -> None:
    olga = {"user": {"id": "U_OLGA", "team_id": "T_DESK"}}
    form = submit("form:more", {"ticket_id": TICKET}, act="take") | olga
    answer = await desk.scene.post.interaction(form)
    assert ONLY.search(answer.text)
    assert await desk.scene.inbox() == []


WORDY = [act for act in ACTS if act.verb or act.command]


@pytest.mark.parametrize("act", WORDY, ids=named)
async def test_the_help_of_each_command_has_its_example(desk: Desk, act: Act) -> None:
    word = act.verb or act.command.removeprefix("/")
    answer = await desk.scene.post.form(command("/ticket", f"help {word}"))
    assert act.example in str(answer.json["blocks"])
    if act.typed and act.name != "help":
        assert f"`!{act.typed}" in str(answer.json["blocks"])


async def _ticket(desk: Desk) -> object:
    return await desk.scene.desk.read(WORKSPACE, lambda unit: tickets.by_id(unit, TICKET))


ALL_EMOJI = sorted({emoji for act in ACTS for emoji in act.reactions} | {"tada", "rocket"})


@pytest.mark.parametrize("act", ACTS, ids=named)
def test_there_is_no_other_door_to_it(act: Act) -> None:
    there = doors.of(act)
    meant = {emoji for emoji in ALL_EMOJI if act in acts.by_reaction(emoji)}
    assert meant == set(there["reaction"])
    menus = {callback_id for callback_id, each in ticket.ON_MESSAGES.items() if each is act}
    assert menus | {act.shortcut} - {""} == set(there["shortcut"])
    if not there["command"]:
        assert act.name not in acts.verbs()
        assert act.name not in acts.phrases()
    if not there["typed"]:
        assert _typed(f"!{act.name}") is not act


def _typed(words: str) -> Act | None:
    try:
        return acts.by_verb(rules.parse(words, 1, acts.typed(), acts.verbs()).verb)
    except Refused:
        return None


def test_the_page_of_acts_is_as_the_table_says() -> None:
    page = doors.TOP / "docs/acts.md"
    assert page.read_text() == doors.page(), "run `make docs`"
