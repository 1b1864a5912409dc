"""A crowd that knows the table of acts: anybody tries any act by any of its doors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot import doors
from bot.acts import ACTS, Act
from sandbox.deeds import Draft, post, react
from sandbox.people import NotAllowed, Spot
from sandbox.people.elements import Place
from sandbox.world import Message, User, View
from storage import workspaces
from storage.records.workspaces import Extra, ExtraKind
from storage.unit import Unit
from tests.stories.crowd import Crowd, Pressable, Said, one, pressable, pressable_in
from tests.stories.stage import Stage

CHOSEN = ("mona", "ben", "ana", "carla", "gus")  # in forms that ask for a person
NEW_CHANNEL = "harbour-globex-ext"
STRANGER = "otherbot"  # of Acme: it posts where Acme does, and is nobody's customer
BY_NAME = {act.name: act for act in ACTS}
NUMBER = re.compile(r"#(\d+)")
OWN_FIELDS = (Extra("Version"), Extra("Seats", ExtraKind.NUMBER))
# What follows the word of an act: {n} its ticket, {m} another one, {link} a message of a customer.
# Of each act the first is right where there is such a ticket; an act that is not here takes {n}.
WORDS: Mapping[str, tuple[str, ...]] = {
    "new": ("", "The printer is on fire"),
    "track": ("{link}", "", "nonsense"),
    "why": ("{link}", "{n}"),
    "list": ("",),
    "mine": ("",),
    "find": ("export", "from:@carla", "status:open tag:vip", "account:acme -x", '"'),
    "take_next": ("",),
    "assign": ("#{n} @ben", "#{n} @ana", "#{n} me", "#{n} auto", "#{n} nobody", "#{n} @carla"),
    "note": ("{n} a word among us", "{n}"),
    "reply": ("{n}", "{n} we look into it"),
    "resolve": ("{n}", "{n} fixed", "{n} duplicate", "{n} nonsense"),
    "attach": ("{n} {team}", "{n}"),
    "promise": ("{n} tomorrow 3pm a first analysis", "{n} 2h", "{n} banana"),
    "escalate": ("#{n} Why does the import stop?", "#{n}"),
    "kb": ("export fails", ""),
    "kb_new": ("",),
    "kb_gaps": ("",),
    "kb_due": ("",),
    "kb_stats": ("",),
    "wait": ("{n} 3h", "{n}", "{n} banana"),
    "snooze": ("{n} 2d", "{n} tomorrow 9am", "{n} yesterday", "{n}"),
    "priority": ("{n} high", "{n} urgent", "{n} low", "{n} blue"),
    "split": ("{link}", "{n}"),
    "tag": ("{n} vip eu", "{n} -vip", "{n} " + "x" * 60),
    "category": ("{n} billing", "{n} other", "{n} none", "{n} nonsense"),
    "set": ("{n} Version 4.2", "{n} Seats 12", "{n} Seats many", "{n} Version"),
    "merge": ("{n} into {m}", "{n} {m}"),
    "link": ("{n} related {m}", "{n} duplicate {m}", "{n} child {m}", "{n} parent {m}"),
    "unlink": ("{n} {m}",),
    "help": ("", "take", "banana"),
    "macro": ("{n} ask for details", "{n} known problem", "{n}", "{n} banana"),
    "macros": ("", "problem"),
    "macro_new": ("",),
    "health": ("",),
    "channel": ("#acme-harbour", "", "#triage"),
    "mode": (
        "#acme-harbour on-demand", "#acme-harbour inherit", "#help off", "#help inherit",
        "#globex-harbour auto", "#triage auto", "#acme-harbour", "#help sometimes",
    ),
    "answers": ("#acme-harbour on", "#acme-harbour off", "#triage on", "#help perhaps", ""),
    "queues": ("",),
    "away": ("", "until monday", "2h", "banana"),
    "back": ("",),
    "digests": ("",),
    "digest_new": (
        "queue at 8:30", "daily in #triage", "weekly on friday at 16:00 in #digests",
        "customer in #acme-harbour", "daily in #acme-harbour", "send queue now", "pause daily",
        "whenever", "daily at 99",
    ),
    "team": ("",),
    "team_add": ("@tariq agent", "@gus lead", "@mona agent", "@carla agent", "@kim", "@gus king"),
    "team_remove": ("@tariq agent", "@gus", "@mona agent", "@ana lead", "@zoe"),
    "account": ("acme", "globex", "nobody", ""),
    "rota_swap": ("Tariq instead of Ben on today", "make it better"),
    "channels": ("",),
    "csat": ("", "month", "account acme", "help", "banana"),
    "csat_send": ("{n}", "{m}"),
    "csat_off": ("#acme-harbour", "#triage", "#help now"),
    "csat_on": ("#acme-harbour", "#globex-harbour"),
    "csat_settings": ("",),
}  # fmt: skip
# The command that shows the buttons of a place, where they do not stand about.
SHOWN_BY = {
    "account": ("/desk", "account acme"),
    "history": ("/ticket", "history {n}"),
    "list of channels": ("/desk", "channels"),
    "figures of the knowledge base": ("/kb", "stats"),
    "list of digests": ("/desk", "digests"),
    "list of gaps": ("/kb", "gaps"),
    "list of what is due": ("/kb", "due"),
    "list of macros": ("/desk", "macros"),
    "list of rotas": ("/desk", "rota"),
    "list of queues": ("/desk", "queues"),
    "list of what was found": ("/ticket", "find export"),
    "mode of a channel": ("/desk", "channel #acme-harbour"),
}
# What is written into the inputs of forms that do not take just any words.
TYPED: Mapping[str, tuple[str, ...]] = {
    "name": ("Acme", "Globex", "Initech"),
    "other": ("2", "2d", "1", "banana"),
    "capacity": ("3", "", "x"),
    "pass_on": ("30", "", "-1"),
    "members": ("", "Ana, Ben", "Carla"),
    "time": ("17:30", "tea time"),
    "zone": ("Berlin", "", "Atlantis"),
    "tags": ("vip, eu", ""),
    "set_tags": ("refund", ""),
    "deadline": ("today", ""),
    "delay": ("4", "many"),
    "gap": ("14", "-1"),
    "remind": ("2", "9"),
    "expire": ("7", "0"),
    "since": ("now", "banana"),
    "until": ("tomorrow 6pm", "", "banana"),
    "needed": ("tomorrow", "", "banana"),
    "extra:Seats": ("12", "many", ""),
    "extra:Version": ("4.2", ""),
}


class Actors(Crowd):
    """``numbers`` of tickets are those that their cards show, for all who can type a command."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        world = stage.slack.world
        team = world.teams[self._user("carla").team_id].id
        bot = User("U0OTHERBOT", team, STRANGER, "Other Bot", "App", is_bot=True, bot_id="B0OTHER")
        world.users[bot.id] = bot
        for name in ("acme-harbour", "help"):
            self._channel(name).members.append(bot.id)

    def bot_speaks(self, where: int, words: int) -> None:
        """The other app posts at top level or in a thread, or puts an emoji on something."""
        world, bot = self.stage.slack.world, self._user(STRANGER)
        channel = one(self._channels(STRANGER), where)
        roots = [None, None, *self._roots(channel)]
        text, token = self._words("carla" if channel.name != "help" else "kim", channel, words)
        draft = Draft(text=text, thread_ts=one(roots, where // 7))
        said = post(world, channel, bot, draft)
        self._remember(Said(STRANGER, channel.name, said.ts, [token] if token else []))
        message = channel.messages[one(sorted(channel.messages), where)]
        with suppress(Exception):
            react(world, message, user=bot, name="white_check_mark")

    def share_a_channel(self) -> None:
        """Ana opens a channel with the bot, and Globex joins; once."""
        if all(each.name != NEW_CHANNEL for each in self.stage.slack.world.channels.values()):
            self.people.create_channel("ana", NEW_CHANNEL, members=["threadkeeper"])
            self.people.share_with("ana", f"#{NEW_CHANNEL}", "globex")

    async def try_(self, person: str, name: str, way: int, which: int, words: int = 0) -> None:
        """Try an act by one of its doors, on one of the tickets; what cannot be reached is not."""
        act = BY_NAME[name]
        door, word = one(ways(act), way)
        with suppress(NotAllowed):
            match door:
                case "command":
                    await self._command(person, word, self._following(act, which, words), which)
                case "shortcut":
                    await self._shortcut(person, word, which)
                case "reaction":
                    self._emoji(person, word, which)
                case "typed":
                    self._typed(person, word, act, which, words)
                case _:
                    await self._press(person, act, word, which)
            await self.fill_in(person, words + 1)

    async def _command(self, person: str, word: str, rest: str, which: int) -> None:
        name, _, verb = word.partition(" ")
        channels = self._channels(person)
        text = f"{verb} {rest}".strip()
        await self.people.command(person, one(channels, which).id, name, text)

    async def _shortcut(self, person: str, callback_id: str, which: int) -> None:
        if callback_id == BY_NAME["new"].shortcut:
            await self.people.shortcut(person, callback_id)
        elif spot := self._something_said(person, which):
            await self.people.shortcut(person, callback_id, channel=spot.channel, ts=spot.ts)

    def _emoji(self, person: str, name: str, which: int) -> None:
        if spot := self._something_said(person, which):
            self.people.react(person, spot.channel, spot.ts, name)

    def _typed(self, person: str, word: str, act: Act, which: int, words: int) -> None:
        """Under a card, where it needs no number."""
        if card := self._card(which):
            said = one(WORDS.get(act.name, ("",)), words)
            rest = said.partition("{n}")[2] if "{n}" in said else said
            text = f"{word} {self._filled_in(rest, which).strip()}"
            said = self.people.say(person, card.channel, text, thread_ts=card.ts)
            channel = self.stage.slack.world.channels[card.channel]
            self._remember(Said(person, channel.name, said.ts))

    async def _press(self, person: str, act: Act, place: str, which: int) -> None:
        if place == "home":
            self.people.open_home(person)
            await self.stage.quiet()
        if shown_by := SHOWN_BY.get(place):
            await self._command(person, shown_by[0], self._filled_in(shown_by[1], which), which)
        wanted = "more" if place == "More …" else act.name
        seen = [it for it in self._pressables(person) if self._is_for(it, wanted)]
        if seen:
            await self._press_one(person, one(seen[::-1], which), wanted)
        if place == "More …":
            await self._choose(person, act)

    async def _press_one(self, person: str, it: Pressable, act: str) -> None:
        chosen = next((value for value in it.options if value.startswith(f"{act}:")), None)
        await self.people.press(person, it.spot, it.action_id, block_id=it.block_id, chosen=chosen)

    def _is_for(self, it: Pressable, act: str) -> bool:
        named = it.action_id.split(":")[:2] == ["act", act]
        return named or any(value.startswith(f"{act}:") for value in it.options)

    async def _choose(self, person: str, act: Act) -> None:
        """In the form with all else that can be done."""
        view = self._view(person)
        if view is None or view.view.get("callback_id") != "form:more":
            return
        offered = str(view.view["blocks"])
        if f"'{act.name}'" in offered:
            await self.people.submit(person, view.id, {"act": act.name})

    def _something_said(self, person: str, which: int) -> Spot | None:
        """A message where customers are, or the team, as far as the person reads; 0: the newest."""
        spots = [
            Spot(channel=channel.id, ts=ts)
            for channel in self._channels(person)
            for ts in sorted(channel.messages)[-8:]
            if channel.messages[ts].subtype != "tombstone"
        ]
        spots.sort(key=lambda spot: spot.ts, reverse=True)
        return one(spots, which) if spots else None

    def _team_link(self) -> str:
        """The newest thread among specialists."""
        talk = [m for m in self.stage.messages("tech-support") if not m.bot_id and not m.is_reply]
        if not talk:
            return ""
        place = f"{talk[-1].channel}/p{talk[-1].ts.replace('.', '')}"
        return f"https://harbour.slack.com/archives/{place}"

    def numbers(self) -> list[int]:
        """Of all tickets that have a card, the oldest first."""
        return [int(found[1]) for card in self.stage.cards() if (found := NUMBER.search(card.text))]

    def _card(self, which: int) -> Message | None:
        cards = self.stage.cards()
        return one(cards, which) if cards else None

    def _number(self, which: int) -> int:
        return one(self.numbers() or [1], which)

    def _following(self, act: Act, which: int, words: int) -> str:
        usual = ("{n}",) if act.needs_ticket else ("",)
        return self._filled_in(one(WORDS.get(act.name, usual), words), which)

    def _filled_in(self, text: str, which: int) -> str:
        spot = self._something_said("ana", which)
        link = (
            f"https://harbour.slack.com/archives/{spot.channel}/p{spot.ts.replace('.', '')}"
            if spot
            else ""
        )
        n, m = self._number(which), self._number(which + 1)
        return text.format(n=n, m=m, link=link, team=self._team_link())

    def _filled(self, view: View, words: int) -> dict[str, Any]:
        filled = super()._filled(view, words)
        if "known" in filled:  # it is chosen, or a new one is named, never both
            return filled | {"name": ""}
        if str(view.view.get("callback_id")).startswith("form:macro_"):
            return filled | {"name": f"Macro {self._token('form')}"}
        return filled

    def _written(self, place: Place, words: int) -> Any:
        kind, name = place.element["type"], place.block_id
        if kind == "plain_text_input" and name in TYPED:
            return one(TYPED[name], words - 1)
        if kind == "users_select":
            return self._user("ben" if name == "out" else one(CHOSEN, words + (name == "into"))).id
        if kind == "number_input":
            return "7"
        if kind == "datepicker":
            return "2026-12-01"
        return super()._written(place, words)

    def _pressables(self, person: str) -> Iterator[Pressable]:
        yield from super()._pressables(person)
        me, world = self._user(person).id, self.stage.slack.world
        for channel in world.channels.values():
            if channel.is_im and me in channel.members:
                yield from pressable_in(channel)
        if (home := world.homes.get(me)) is not None:
            yield from pressable(home.view["blocks"], Spot(view_id=home.id))


async def furnish(stage: Stage) -> None:
    """Give the desk fields of its own, so that there is something to fill in."""

    def step(unit: Unit) -> None:
        settings = workspaces.settings(unit)
        wanted = replace(settings, extras=OWN_FIELDS)
        workspaces.save_settings(unit, wanted, stage.program.clock.now())

    await stage.program.desk.write(stage.program.workspace_id, step)


def ways(act: Act) -> list[tuple[str, str]]:
    """All doors of an act, each with the words that open it. More has none but its button."""
    return [(door, word) for door, words in doors.of(act).items() for word in words]
