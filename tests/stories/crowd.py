"""People of the cast who do anything that Slack lets them do, chosen by numbers somebody draws."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.people import Attachment, NotAllowed, Spot, elements
from sandbox.people.elements import Place
from sandbox.world import Channel, Message, User, View
from tests.stories.stage import Stage

PEOPLE = ("carla", "omar", "zoe", "kim", "gus", "ana", "ben", "tariq", "mona")
OURS = ("ana", "ben", "tariq", "mona", "gus", "kim")  # those who have slash commands
AGENTS = ("ana", "ben")
CUSTOMER_CHANNELS = ("acme-harbour", "globex-harbour", "help")
SIDES = {"carla": "acme", "omar": "acme", "zoe": "globex", "kim": "help", "gus": "help"}
EMOJI = (
    "eyes", "white_check_mark", "rotating_light", "bangbang", "tada", "heavy_check_mark",
    "see_no_evil", "ticket",
)  # fmt: skip
# What stands alone must not be changed by a token.
ALONE = (
    "thanks!", "solved", "urgent", ":wave:", "👍👍", "ok", "morning all", "…",
    "Thank you so much, solved!",
)  # fmt: skip
SENTENCES = (
    "The export is broken, can you help?",
    "Why does the report fail since Monday?",
    "Which file did you export?",
    "<!channel> <@U00000ANA> & <b>bold</b> *x* `y` ~z~ <https://evil.example|here>",
    "```\nTraceback: 1 < 2\n```\n> quoted @ana @here #help",
    "Is it solved or urgent?",
    "ÜŇÏ \u202e 𝔘𝔫𝔦 \u200b code",
    "long " * 7_900,
)
COMMANDS = (
    "take", "take {n}", "resolve {n}", "reopen {n}", "show {n}", "list", "mine", "help", "", "{n}",
    "new", "new The printer is on fire", "close {n}", "tkae {n}", "take 99999", "resolve",
    "<!channel> {n}",
    "snooze {n} 2d", "snooze {n} banana", "wake {n}", "wait {n} 3h", "tag {n} vip -old",
    "category {n} billing", "merge {n} into 1", "merge {n} 2", "unmerge {n}", "link {n} related 1",
    "link {n} duplicate 2", "link {n} child 3", "unlink {n} 1", "history {n}", "set {n} version 4",
)  # fmt: skip
ASSIGNMENTS = (
    "#{n} me", "#{n} @ben", "#{n} @ana", "#{n} auto", "#{n} nobody", "#{n} @carla", "me", "",
)  # fmt: skip
MOST_FORMS = 4  # one after the other, until somebody has enough of them
TOKEN = re.compile(r"[a-z]+zq\d{5}")
Thing = TypeVar("Thing")


@dataclass
class Said:
    """What somebody wrote: its tokens, the newest last, and whether it still stands."""

    person: str
    channel: str
    ts: str
    tokens: list[str] = field(default_factory=list)
    is_gone: bool = False


@dataclass(frozen=True)
class Pressable:
    """Something to press that somebody sees."""

    spot: Spot
    action_id: str
    block_id: str
    options: tuple[str, ...]


def one(things: Sequence[Thing], number: int) -> Thing:
    """The thing that a drawn number means."""
    return things[number % len(things)]


class Crowd:
    """Acts on a stage and remembers what was said. Acts that Slack's client refuses do nothing.

    ``acked`` are the tokens in forms that the desk has taken, each with what the form was.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.said: dict[tuple[str, str], Said] = {}
        self.acked: dict[str, str] = {}
        self._tokens = 0

    @property
    def people(self) -> Any:
        return self.stage.people

    def speak(self, person: str, where: int, words: int, *, attach: bool) -> None:
        """Write at top level or in a thread, in a channel of theirs."""
        channel = one(self._channels(person), where)
        roots = [None, None, *self._roots(channel)]
        self._say(person, channel, words, root=one(roots, where // 7), attach=attach)

    def speak_in(self, person: str, channel: str, words: int) -> None:
        """Write at top level in that channel."""
        self._say(person, self._channel(channel), words, root=None, attach=False)

    def _say(
        self, person: str, channel: Channel, words: int, *, root: str | None, attach: bool
    ) -> None:
        text, token = self._words(person, channel, words)
        files = [Attachment("log.txt", b"1 2 3")] if attach else []
        with suppress(NotAllowed):
            said = self.people.say(person, channel.id, text, thread_ts=root, files=files)
            self._remember(Said(person, channel.name, said.ts, [token] if token else []))

    def rephrase(self, person: str, which: int, words: int) -> None:
        """Change an own message."""
        mine = self._own(person)
        if mine:
            said = one(mine, which)
            text, token = self._words(person, self._channel(said.channel), words)
            with suppress(NotAllowed):
                self.people.edit(person, said.channel, said.ts, text)
                said.tokens += [token]

    def take_back(self, person: str, which: int) -> None:
        """Delete an own message."""
        mine = self._own(person)
        if mine:
            said = one(mine, which)
            with suppress(NotAllowed):
                self.people.delete(person, said.channel, said.ts)
                said.is_gone = True

    def react(self, person: str, where: int, emoji: int, *, off: bool) -> None:
        """Put an emoji on something they see, or take it off."""
        channel = one(self._channels(person), where)
        seen = sorted(channel.messages)[-12:]
        if seen:
            act = self.people.unreact if off else self.people.react
            with suppress(NotAllowed):
                act(person, channel.id, one(seen, where // 7), one(EMOJI, emoji))

    def unfurl(self, where: int) -> None:
        """Let Slack add a preview somewhere."""
        standing = [said for said in self.said.values() if not said.is_gone]
        if standing:
            said = one(standing, where)
            with suppress(NotAllowed):
                self.people.unfurl(said.channel, said.ts)

    async def press(self, person: str, which: int, words: int) -> None:
        """Press something they see; a form that opens is filled in, or closed."""
        seen = [*self._pressables(person)]
        if not seen:
            return
        it = one(seen, which)
        chosen = one(it.options, words) if it.options else None
        with suppress(NotAllowed):
            await self.people.press(
                person, it.spot, it.action_id, block_id=it.block_id, chosen=chosen
            )
        await self.fill_in(person, words)

    async def press_on(self, person: str, message: Message, action_id: str, words: int) -> None:
        """Press this; a form that opens is filled in."""
        await self.people.press(person, Spot(channel=message.channel, ts=message.ts), action_id)
        await self.fill_in(person, words)

    async def command(self, person: str, where: int, words: int) -> None:
        """Type a command in a channel of theirs."""
        channel, number = one(self._channels(person), where), 1 + where % 9
        is_assign = words % 3 == 0
        text = one(ASSIGNMENTS if is_assign else COMMANDS, words // 3).format(n=number)
        with suppress(NotAllowed):
            await self.people.command(
                person, channel.id, "/assign" if is_assign else "/ticket", text
            )
        await self.fill_in(person, words)

    async def shortcut(self, person: str, words: int) -> None:
        """Choose the shortcut for a new ticket."""
        with suppress(NotAllowed):
            await self.people.shortcut(person, "new_ticket")
        await self.fill_in(person, words)

    async def fill_in(self, person: str, words: int) -> None:
        """Send or close the form that lies open before them, and those that it leads to."""
        for _ in range(MOST_FORMS):
            view = self._view(person)
            if view is None:
                return
            can_be_sent = words % 5 and view.view.get("submit")
            if not can_be_sent or not await self._sent(person, view, words):
                await self.people.close(person, view.id)

    async def _sent(self, person: str, view: View, words: int) -> bool:
        filled = self._filled(view, words)
        answer = await self.people.submit(person, view.id, filled)
        if not answer.errors:
            taken = f"{view.view['callback_id']} {filled}"
            self.acked |= dict.fromkeys({*TOKEN.findall(taken)} - _shown_again(answer.view), taken)
        return not answer.errors

    def _view(self, person: str) -> View | None:
        me = self._user(person).id
        views = self.stage.slack.world.views.values()
        return next((view for view in views if view.is_open and view.user == me), None)

    def _filled(self, view: View, words: int) -> dict[str, Any]:
        filled = {}
        for place in elements.places(view.view["blocks"]):
            if (written := self._written(place, words)) is not None:
                filled[place.block_id] = written
        return filled

    def _written(self, place: Place, words: int) -> Any:
        """What somebody fills into this element, None where it stays as it is."""
        match place.element["type"]:
            case "plain_text_input":
                return f"Words of a form {self._token('form')}"
            case "static_select":
                return one(_options(place.element), words)
            case "users_select":
                return self._user(one(PEOPLE, words)).id
        return None

    def _pressables(self, person: str) -> Iterator[Pressable]:
        for channel in self._channels(person):
            yield from pressable_in(channel)
        for whisper in self.stage.slack.world.ephemerals.values():
            if whisper.user == self._user(person).id and not whisper.deleted:
                yield from pressable(whisper.blocks, Spot(ephemeral_id=whisper.id))

    def _words(self, person: str, channel: Channel, words: int) -> tuple[str, str]:
        """What to say, and the token that tells it from all else; none where it stands alone."""
        if words % 3 == 0:
            return one(ALONE, words // 3), ""
        token = self._token(SIDES.get(person) or _side_in(channel))
        return f"{token} {one(SENTENCES, words // 3)}", token

    def _token(self, side: str) -> str:
        self._tokens += 1
        return f"{side}zq{self._tokens:05d}"

    def _remember(self, said: Said) -> None:
        self.said[said.channel, said.ts] = said

    def _own(self, person: str) -> list[Said]:
        mine = [s for s in self.said.values() if s.person == person and not s.is_gone]
        return mine[-8:]

    def _channels(self, person: str) -> list[Channel]:
        me = self._user(person)
        channels = self.stage.slack.world.channels.values()
        return [c for c in channels if me.id in c.members and not c.is_im]

    def _roots(self, channel: Channel) -> list[str]:
        return [ts for ts in channel.order[-8:] if channel.messages[ts].subtype != "tombstone"]

    def _channel(self, name: str) -> Channel:
        return self.people.senses.channel(name)  # type: ignore[no-any-return]

    def _user(self, person: str) -> User:
        return self.people.senses.user(person)  # type: ignore[no-any-return]


def _shown_again(view: View | None) -> set[str]:
    """What stands in the form in front of the person is not taken: they are asked about it."""
    return {*TOKEN.findall(f"{view.view} {view.values}")} if view else set()


def _side_in(channel: Channel) -> str:
    return "answer" if channel.name in CUSTOMER_CHANNELS else "note"


def pressable_in(channel: Channel) -> Iterator[Pressable]:
    """What can be pressed on the last messages of a channel."""
    for ts in sorted(channel.messages)[-25:]:
        yield from pressable(channel.messages[ts].blocks, Spot(channel=channel.id, ts=ts))


def pressable(blocks: list[dict[str, Any]], spot: Spot) -> Iterator[Pressable]:
    """What can be pressed on one message or view."""
    for place in elements.places(blocks):
        if not place.element.get("url"):
            yield Pressable(spot, place.action_id, place.block_id, tuple(_options(place.element)))


def _options(element: dict[str, Any]) -> list[str]:
    return [str(option["value"]) for option in element.get("options", ())]


def shown(message: Message) -> str:
    """All that a message shows."""
    return f"{message.text} {message.blocks} {message.attachments}"
