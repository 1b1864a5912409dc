"""Somebody who does an act of the table by one of its doors, until it was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import func, select

from bot.acts import ACTS, Act
from bot.rules.access import Who
from sandbox.people import Spot
from sandbox.world import Channel, Message, View, World
from storage.inbox import inbox
from tests.stories.actors import BY_NAME, Actors, ways
from tests.stories.crowd import Pressable, pressable
from tests.stories.stage import Stage
from tests.stories.walls import DONE

TIME = "time passes"
PLAIN = frozenset({"help", "why"})  # answered in plain words, as refusals are
WORDINGS = {"command": (0, 1), "typed": (0, 1)} | dict.fromkeys(
    ("button", "shortcut", "reaction", "home"), (0,)
)
MAY: Mapping[Who, tuple[str, ...]] = {
    Who.AGENT: ("ana",),
    Who.SPECIALIST: ("tariq", "ana"),
    Who.LEAD: ("ana", "mona"),
    Who.MANAGER: ("mona",),
    Who.STAFF: ("tariq", "ana"),
    Who.REQUESTER: ("carla", "ana"),
    Who.ANYONE: ("carla", "ana"),
}
Where = Callable[[World, Spot], bool]


def _in(name: str, *, is_reply: bool = False) -> Where:
    def stands(world: World, spot: Spot) -> bool:
        channel = world.channels.get(spot.channel)
        if channel is None or channel.name != name:
            return False
        return channel.messages[spot.ts].is_reply == is_reply

    return stands


def _directly(world: World, spot: Spot) -> bool:
    channel = world.channels.get(spot.channel)
    return channel is not None and channel.is_im


def _privately(world: World, spot: Spot) -> bool:
    return bool(spot.ephemeral_id)


def _at_home(world: World, spot: Spot) -> bool:
    return bool(spot.view_id)


# Where a button stands, by what bot/doors.py calls that; other places are customers' and forms.
STANDS: Mapping[str, Where] = {
    **dict.fromkeys(
        ("More …", "card", "card menu", "card of a new channel", "hand-over in triage"),
        _in("triage"),
    ),
    **dict.fromkeys(
        ("note in the internal thread", "reply, as the team sees it", "csat/recovery.j2"),
        _in("triage", is_reply=True),
    ),
    **dict.fromkeys(("direct message", "digest", "own morning queue"), _directly),
    **dict.fromkeys(
        (
            "account", "figures of the knowledge base", "history", "list of channels",
            "list of digests", "list of gaps", "list of macros", "list of queues",
            "list of rotas", "list of what is due", "list of what was found",
            "mode of a channel", "show find",
        ),
        _privately,
    ),
    "home": _at_home,
    "note in triage": _in("triage"),
    "packet of an escalation": _in("tech-support"),
    "pinned button": _in("help"),
}  # fmt: skip


@dataclass(frozen=True)
class Occasions:
    """What has to come before an act, or a cell, by its name: acts in order, and a scene before
    them; and ``by`` whom it is done, where that is not the first who may."""

    before: Mapping[str, tuple[str, ...]]
    scenes: Mapping[str, Callable[[Tour], Awaitable[None]]]
    by: Mapping[str, tuple[str, ...]]

    def names(self) -> set[str]:
        """All acts and cells of which anything is said here."""
        return {*self.before, *self.scenes, *self.by}

    def are_needed(self, act: str, word: str) -> bool:
        return not {act, f"{act} {word}"}.isdisjoint({*self.before, *self.scenes})

    def people(self, act: Act, word: str = "") -> tuple[str, ...]:
        return self.by.get(f"{act.name} {word}", self.by.get(act.name, MAY[act.who]))


class Tour(Actors):
    """Tries a cell until it was done, on a ticket that is there or, if need be, on a fresh one.

    Who did an act by one door tries the next one first; an act that needed a fresh ticket once
    gets one at once.
    """

    place = ""
    target: Spot | None = None

    def __init__(self, stage: Stage, occasions: Occasions) -> None:
        super().__init__(stage)
        self.occasions = occasions
        self._wearing = set[str]()
        self._at_hand = dict[str, str]()

    async def plays(self, act: Act, door: str, word: str) -> bool:
        """Whether somebody could do the act by that door."""
        way = ways(act).index((door, word))
        people, words = self._people(act, word), WORDINGS[door]
        for is_fresh, who, wording in product(self._tickets(act, word), people, words):
            if is_fresh:
                await self._prepare(act.name, word)
            if await self.does(who, act.name, way, wording):
                self._at_hand[act.name] = who
                self._wearing |= {act.name} if is_fresh else set()
                return True
        return False

    def _tickets(self, act: Act, word: str) -> tuple[bool, ...]:
        is_fresh = act.name in self._wearing or self.occasions.are_needed(act.name, word)
        return (True,) if is_fresh else (False, True)

    def _people(self, act: Act, word: str) -> list[str]:
        known = self._at_hand.get(act.name)
        return sorted(self.occasions.people(act, word), key=lambda who: who != known)

    async def _prepare(self, name: str, word: str) -> None:
        self.stage.slack.world.clock.move(400)  # what is said from now on is not grouped
        self.target = None
        self.speak_in("carla", "acme-harbour", 1)
        await self.stage.later(1)  # what was said may bear the next moment already
        scenes, before = self.occasions.scenes, self.occasions.before
        if scene := scenes.get(f"{name} {word}", scenes.get(name)):
            await scene(self)
        for each in before.get(f"{name} {word}", before.get(name, ())):
            if each == TIME:
                await self.stage.later(11)
            else:
                await self.some_way(each)

    async def some_way(self, name: str) -> None:
        """Do it by whichever door."""
        act = BY_NAME[name]
        people = self.occasions.people(act)
        for way, who in product(range(len(ways(act))), people):
            if await self.does(who, name, way):
                return

    async def does(self, who: str, name: str, way: int, words: int = 0) -> bool:
        """Try an act by the door that is called ``way``; whether it was done."""
        act = BY_NAME[name]
        door, self.place = ways(act)[way]
        shown, done = _shown(self.stage.slack.world, name), await self._done(name)
        newest = -1 if door in ("command", "typed") else 0
        await self.try_(who, name, way, newest, words)
        await self.stage.later(1)
        if door == "typed":
            await self._complete(who, name)
        is_seen = act.reads or _is_led_on(act)
        seen = is_seen and _shown(self.stage.slack.world, name) > shown
        return seen or await self._done(name) > done

    async def _complete(self, who: str, name: str) -> None:
        """Words cannot open a form: a private button does."""
        last = next(reversed(self.stage.slack.world.ephemerals.values()), None)
        if last is None or last.user != self._user(who).id:
            return
        for it in pressable(last.blocks, Spot(ephemeral_id=last.id)):
            if it.action_id.split(":")[:2] == ["act", name]:
                await self.people.press(who, it.spot, it.action_id, block_id=it.block_id)
                await self.fill_in(who, 1)
                await self.stage.quiet()

    def _filled(self, view: View, words: int) -> dict[str, Any]:
        filled = super()._filled(view, words)
        form = view.view["callback_id"]
        if form == "form:pull_in":
            filled["who"] = self._user("gus").id
        if form == "form:digest_new":
            filled |= {"where": "direct", "who": self._user("ana").id}
        if "other" in filled:
            is_of_two = form in ("form:merge", "form:link")
            filled["other"] = str(self._number(-2)) if is_of_two else ""
        return filled

    def _channels(self, person: str) -> list[Channel]:
        """In triage first: nothing of others is shown where customers are."""
        return sorted(super()._channels(person), key=lambda each: each.name != "triage")

    def _something_said(self, person: str, which: int) -> Spot | None:
        return self.target or super()._something_said(person, 0)

    async def _done(self, name: str) -> int:
        query = select(func.count()).where(inbox.c.outcome.endswith(f"{DONE}{name}"))
        found = await self.stage.program.desk.read_all(lambda c: c.execute(query).scalar())
        return int(found or 0)

    def _pressables(self, person: str) -> Iterator[Pressable]:
        """Those alone that stand where the door is, the newest last."""
        stands, world = STANDS.get(self.place), self.stage.slack.world
        found = super()._pressables(person)
        yield from (it for it in found if stands is None or stands(world, it.spot))

    def last_word(self) -> str:
        """What somebody was told privately last."""
        whispers = self.stage.slack.world.ephemerals.values()
        return next((each.text for each in reversed(whispers)), "")[:200]

    def asked_last(self) -> Message:
        """What Acme asked last."""
        return [m for m in self.stage.messages("acme-harbour") if not m.is_reply][-1]


def _is_led_on(act: Act) -> bool:
    """Its form is another act's: it is that one which is done in the end."""
    first = next((each for each in ACTS if act.form and each.form == act.form), act)
    return first is not act or act.name in ("more", "macro")


def _shown(world: World, name: str) -> int:
    """How many answers and forms there were: a refusal is a single section."""
    whispers = world.ephemerals.values()
    answers = [each for each in whispers if len(each.blocks) > 1 or name in PLAIN]
    direct = [m for c in world.channels.values() if c.is_im for m in c.messages.values()]
    return len(answers) + len(world.views) + sum(len(m.blocks) > 1 for m in direct)
