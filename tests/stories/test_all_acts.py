"""Each act of the table is done by each of its doors: what nobody does, nobody has proved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.acts import ACTS, FAMILIES, Act, Family
from bot.rules.access import Who
from sandbox.people import Spot
from sandbox.world import Channel, Message, View, World
from storage.inbox import inbox
from tests.stories.actors import BY_NAME, Actors, furnish, ways
from tests.stories.crowd import Pressable, pressable
from tests.stories.stage import stage
from tests.stories.test_rota import ON_CALL, monday, with_rotas
from tests.stories.walls import DONE

pytestmark = [pytest.mark.story, pytest.mark.slow]

TIME = "time passes"
# What comes before an act, so that there is something to do it to: acts by their names, in order.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "accept": ("escalate",),
    "account": ("map_channel",),
    "account_note": ("map_channel",),
    "account_note_remove": ("map_channel", "account_note"),
    "account_save": ("map_channel",),
    "approve": ("escalate", "accept", "draft"),
    "ask_back": ("escalate", "accept"),
    "away home": ("back",),
    "back": ("away",),
    "complete": ("escalate",),
    "csat_on": ("csat_off",),
    "csat_send": ("resolve",),
    "decline": ("escalate",),
    "detach": ("attach",),
    "discussed": ("escalate", "accept"),
    "draft": ("escalate", "accept"),
    "escalate note in the internal thread": ("escalate", "decline"),
    "guest_says": ("pull_in",),
    "let_go": ("pull_in",),
    "macro_archive": ("macro_new",),
    "macro_edit": ("macro_new",),
    "reopen": ("resolve",),
    "reply note in the internal thread": ("escalate", "accept", "discussed"),
    "send_back": ("escalate", "accept", "draft"),
    "team_remove": ("team_add",),
    "tell_back": ("escalate", "accept", "ask_back"),
    "undo": ("reply",),
    "unlink": ("link",),
    "unmerge": ("merge",),
    "unpromise": ("promise",),
    "unsend": ("reply", TIME),
    "wake": ("snooze",),
    "withdraw": ("escalate",),
}
# Who does it, where it is not the first who may.
BY: Mapping[str, tuple[str, ...]] = {
    "ask": ("kim",),
    "guest_says": ("gus",),
    "let_go": ("ana",),
    "let_go direct message": ("gus",),
    "take direct message": ("ben",),
}
MAY: Mapping[Who, tuple[str, ...]] = {
    Who.AGENT: ("ana",),
    Who.SPECIALIST: ("tariq", "ana"),
    Who.LEAD: ("ana", "mona"),
    Who.MANAGER: ("mona",),
    Who.STAFF: ("tariq", "ana"),
    Who.REQUESTER: ("carla", "ana"),
    Who.ANYONE: ("carla", "ana"),
}
STORIES = Path(__file__).parent
# Acts, or cells, for which a whole story is needed: that one plays them.
ELSEWHERE: Mapping[str, str] = {
    "accept_line hand-over in triage": "test_rota.py",
    "assign digest": "test_digest.py",
    "changes": "test_intake.py",
    "digest_send": "test_digest.py",
    "kb_edit": "test_authoring.py",
    "kb_from": "test_authoring.py",
    "kb_history": "test_authoring.py",
    "kb_no_gap": "test_authoring.py",
    "kb_open": "test_article.py",
    "kb_restore": "test_authoring.py",
    "kb_retire": "test_authoring.py",
    "kb_reviewed": "test_authoring.py",
    "kb_send": "test_article.py",
    "kb_unhelpful": "test_authoring.py",
    "merge More …": "test_link.py",
    "no_customers": "test_account.py",
    "unsolved": "test_life.py",
    "person": "test_suggestion.py",
    "helped": "test_suggestion.py",
    "same": "test_suggestion.py",
    "suggest_no": "test_suggestion.py",
    "vote": "test_csat.py",
    "csat_comment": "test_csat.py",
    "recovery_take": "test_csat.py",
    "recovery_done": "test_csat.py",
}
# Cells that nobody plays yet. Let there be fewer of them.
OPEN = frozenset(
    {
        "accept_line digest",
        "accept_line home",
        "category card",
        "csat_send !poll",
        "csat_send More …",
        "digest_new list of digests",
        "health digest",
        "health home",
        "kb_due figures of the knowledge base",
        "kb_due list of what is due",
        "kb_due /kb due",
        "kb_gaps figures of the knowledge base",
        "kb_gaps list of gaps",
        "label card",
        "kb_new figures of the knowledge base",
        "not_same card",
        "recovery_drop csat/recovery.j2",
        "rota_swap digest",
    }
)
PLAIN = frozenset({"help", "why"})  # answered in plain words, as refusals are
WORDINGS = {"command": (0, 1), "typed": (0, 1)} | dict.fromkeys(
    ("button", "shortcut", "reaction", "home"), (0,)
)
MISSING = (
    "Nobody could do these by these doors. Say in tests/stories/test_all_acts.py what comes before"
    " the act (BEFORE, SCENES) and who does it (BY), and in tests/stories/actors.py what is typed"
    " after its word (WORDS), chosen or written in its form (TYPED, CHOSEN), and which command"
    " shows its button (SHOWN_BY); where only a whole story gets there, name it in ELSEWHERE:"
)


def _is_triage(channel: Channel) -> bool:
    return channel.name == "triage"


def _is_tech(channel: Channel) -> bool:
    return channel.name == "tech-support"


# Where a button stands, by what bot/doors.py calls that; other places are answers and forms.
STANDS: Mapping[str, tuple[Callable[[Channel], bool], bool]] = {
    "More …": (_is_triage, False),
    "card": (_is_triage, False),
    "card menu": (_is_triage, False),
    "card of a new channel": (_is_triage, False),
    "hand-over in triage": (_is_triage, False),
    "note in the internal thread": (_is_triage, True),
    "reply, as the team sees it": (_is_triage, True),
    "packet of an escalation": (_is_tech, False),
    "direct message": (lambda channel: channel.is_im, False),
}


class Tour(Actors):
    """Tries a cell until it was done, on a ticket that is there or, if need be, on a fresh one."""

    place = ""
    target: Spot | None = None

    async def plays(self, act: Act, door: str, word: str) -> bool:
        """Whether somebody could do the act by that door."""
        way = ways(act).index((door, word))
        people = BY.get(f"{act.name} {word}", BY.get(act.name, MAY[act.who]))
        for is_fresh, who, words in product((False, True), people, WORDINGS[door]):
            if is_fresh:
                await self._prepare(act.name, word)
            if await self._does(who, act.name, way, words):
                return True
        return False

    async def _prepare(self, name: str, word: str) -> None:
        self.stage.slack.world.clock.move(400)  # what is said from now on is not grouped
        self.target = None
        self.speak_in("carla", "acme-harbour", 1)
        await self.stage.quiet()
        if scene := SCENES.get(f"{name} {word}", SCENES.get(name)):
            await scene(self)
        for before in BEFORE.get(f"{name} {word}", BEFORE.get(name, ())):
            if before == TIME:
                await self.stage.later(11)
            else:
                await self._some_way(before)

    async def _some_way(self, name: str) -> None:
        act = BY_NAME[name]
        for way, who in product(range(len(ways(act))), BY.get(name, MAY[act.who])):
            if await self._does(who, name, way):
                return

    async def _does(self, who: str, name: str, way: int, words: int = 0) -> bool:
        act = BY_NAME[name]
        door, self.place = ways(act)[way]
        shown, done = _shown(self.stage.slack.world, name), await self._done(name)
        newest = -1 if door in ("command", "typed") else 0
        await self.try_(who, name, way, newest, words)
        await self.stage.later(1)  # what was said may bear the next moment already
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
        if "other" in filled and form not in ("form:merge", "form:link"):
            filled["other"] = ""
        return filled

    def _channels(self, person: str) -> list[Channel]:
        """In triage first: nothing of others is shown where customers are."""
        return sorted(super()._channels(person), key=lambda each: not _is_triage(each))

    def _something_said(self, person: str, which: int) -> Spot | None:
        return self.target or super()._something_said(person, 0)

    async def _done(self, name: str) -> int:
        query = select(func.count()).where(inbox.c.outcome.endswith(f"{DONE}{name}"))
        found = await self.stage.program.desk.read_all(lambda c: c.execute(query).scalar())
        return int(found or 0)

    def _pressables(self, person: str) -> Iterator[Pressable]:
        """Those alone that stand where the door is, the newest last."""
        found = super()._pressables(person)
        yield from (it for it in found if self._stands_there(it))

    def _stands_there(self, it: Pressable) -> bool:
        if self.place not in STANDS:
            return True
        where, is_reply = STANDS[self.place]
        channel = self.stage.slack.world.channels.get(it.spot.channel)
        if channel is None or not where(channel):
            return False
        return channel.is_im or channel.messages[it.spot.ts].is_reply == is_reply

    async def a_customer_is_in_a_hurry(self) -> None:
        self.people.react("carla", self._asked().channel, self._asked().ts, "rotating_light")
        await self.stage.quiet()

    async def ana_announces_something(self) -> None:
        said = self.people.say("ana", "#acme-harbour", "We move house on Monday, all of us.")
        self.target = Spot(channel=said.channel, ts=said.ts)
        await self.stage.quiet()

    async def carla_asks_something_else(self) -> None:
        asked = self._asked()
        said = self.people.say("carla", "#acme-harbour", "And the import?", thread_ts=asked.ts)
        self.target = Spot(channel=said.channel, ts=said.ts)
        await self.stage.quiet()

    def _asked(self) -> Message:
        """What was asked last."""
        return [m for m in self.stage.messages("acme-harbour") if not m.is_reply][-1]

    async def specialists_talk(self) -> None:
        self.people.say("tariq", "#tech-support", "Has anybody seen that import stop?")
        await self.stage.quiet()

    async def a_channel_is_shared(self) -> None:
        self.share_a_channel()
        await self.stage.quiet()


SCENES: Mapping[str, Callable[[Tour], Awaitable[None]]] = {
    "split": Tour.carla_asks_something_else,
    "take direct message": Tour.a_customer_is_in_a_hurry,
    "track": Tour.ana_announces_something,
    "attach": Tour.specialists_talk,
    "detach": Tour.specialists_talk,
    "map_channel card of a new channel": Tour.a_channel_is_shared,
}


def _is_led_on(act: Act) -> bool:
    """Its form is another act's: it is that one which is done in the end."""
    first = next((each for each in ACTS if act.form and each.form == act.form), act)
    return first is not act or act.name in ("more", "macro")


def _last_word(world: World) -> str:
    return next((each.text for each in reversed(world.ephemerals.values())), "")[:200]


def _shown(world: World, name: str) -> int:
    """How many answers and forms there were: a refusal is a single section."""
    whispers = world.ephemerals.values()
    answers = [each for each in whispers if len(each.blocks) > 1 or name in PLAIN]
    direct = [m for c in world.channels.values() if c.is_im for m in c.messages.values()]
    return len(answers) + len(world.views) + sum(len(m.blocks) > 1 for m in direct)


def played_here(act: Act) -> Iterator[tuple[Act, str, str]]:
    """The cells of an act that are played by the tour."""
    for door, word in ways(act):
        cell = f"{act.name} {word}"
        if not {act.name, cell} & ELSEWHERE.keys() and cell not in OPEN:
            yield act, door, word


def test_what_is_played_elsewhere_is_an_act_and_has_its_story() -> None:
    cells = {f"{act.name} {word}" for act in ACTS for _, word in ways(act)}
    named = cells | {act.name for act in ACTS}
    assert sorted((ELSEWHERE.keys() | OPEN | BEFORE.keys() | BY.keys()) - named) == []
    assert [each for each in set(ELSEWHERE.values()) if not (STORIES / each).exists()] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
async def test_each_act_is_done_by_each_of_its_doors(database_url: str, family: Family) -> None:
    async with stage(database_url, world=monday(), help_button=True) as it:
        it.slack.world.clock.freeze()
        await furnish(it)
        await with_rotas(it, ON_CALL)
        tour = Tour(it)
        cells = [each for act in family.acts for each in played_here(act)]
        left = [
            f"{act.name} by {door} {word!r} (told: {_last_word(it.slack.world)!r})"
            for act, door, word in cells
            if not await tour.plays(act, door, word)
        ]
    assert not left, f"{MISSING} {'; '.join(left)}"
