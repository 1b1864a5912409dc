"""Every act of the table is one that the crowd can do: what nobody plays, nobody has proved."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from sqlalchemy import func, select

from bot.acts import ACTS
from sandbox.world import World
from storage.inbox import inbox
from storage.migrate import upgrade
from tests import databases
from tests.stories.actors import BY_NAME, Actors, furnish, ways
from tests.stories.stage import Stage, stage
from tests.stories.walls import DONE

# What has to be done before, so that there is something that the act can be done to.
AFTER: Mapping[str, tuple[str, ...]] = {
    "accept": ("escalate",),
    "approve": ("escalate", "accept", "draft"),
    "ask_back": ("escalate", "accept"),
    "complete": ("escalate",),
    "decline": ("escalate",),
    "detach": ("attach",),
    "discussed": ("escalate", "accept"),
    "draft": ("escalate", "accept"),
    "guest_says": ("escalate", "accept", "pull_in"),
    "let_go": ("escalate", "accept", "pull_in"),
    "pull_in": ("escalate", "accept"),
    "send_back": ("escalate", "accept", "draft"),
    "tell_back": ("escalate", "accept", "ask_back"),
    "unpromise": ("promise",),
    "withdraw": ("escalate",),
    "account": ("map_channel",),
    "account_note": ("map_channel",),
    "account_note_remove": ("map_channel", "account_note"),
    "account_save": ("map_channel",),
    "back": ("away",),
    "macro_edit": ("macro_new",),
    "reopen": ("resolve",),
    "team_remove": ("team_add",),
    "undo": ("reply",),
    "unlink": ("link",),
    "unmerge": ("merge",),
    "unsend": ("reply", "time"),
    "wake": ("snooze",),
}
WAIT = "time"
# They come late in a talk between several people: tests/stories/test_escalation.py tells them, and
# in the machine they are drawn like all others.
TOLD_ELSEWHERE = frozenset({"accept", "approve", "complete", "guest_says"})
WHO = ("ana", "tariq", "mona", "carla", "kim", "gus")
# Forms that lead to another act: it is that one which is done in the end.
LEADING = frozenset({"more", "macro"})


class Tour:
    """Tries each act until it was done, by people who may and may not."""

    def __init__(self, it: Stage) -> None:
        self.it = it
        self.crowd = Actors(it)

    async def plays(self, name: str) -> bool:
        """Whether somebody could do the act, by some door, on some ticket."""
        doors = range(len(ways(BY_NAME[name])))
        for which, way, who in product(range(2), doors, WHO):
            await self._prepare(name, which)
            if await self._does(who, name, way, which):
                return True
        return False

    async def _prepare(self, name: str, which: int) -> None:
        self.it.slack.world.clock.move(400)  # what is said from now on is not grouped
        if not which:
            await self._carla_asks()
        if name in SCENES:
            await SCENES[name](self)
        for before in AFTER.get(name, ()):
            if before == WAIT:
                await self.it.later(11)
                continue
            for way in range(len(ways(BY_NAME[before]))):
                if await self._does("ana", before, way, which):
                    break
                if await self._does("tariq", before, way, which):
                    break

    async def _carla_asks(self) -> None:
        """Two messages that are one request, and a word of thanks that is none."""
        for words in (1, 4, 0):
            self.crowd.speak_in("carla", "acme-harbour", words)
            await self.it.quiet()

    async def the_customer_changes_words_after_the_answer(self) -> None:
        asked = self.it.people.say("carla", "#acme-harbour", "Why does the import fail?")
        await self.it.quiet()
        self.it.people.say("ana", "#acme-harbour", "Try again.", thread_ts=asked.ts)
        await self.it.quiet()
        self.it.people.edit("carla", "#acme-harbour", asked.ts, "Why does the export fail?")
        await self.it.quiet()

    async def nobody_says_anything_for_days(self) -> None:
        asked = self.it.people.say("carla", "#acme-harbour", "Why does the login fail?")
        await self.it.quiet()
        self.it.people.say("ana", "#acme-harbour", "Try it again?", thread_ts=asked.ts)
        for _ in range(10):  # until the customer is asked, in office hours
            await self.it.later(12 * 3600)

    async def specialists_talk(self) -> None:
        self.it.people.say("tariq", "#tech-support", "Has anybody seen that import stop?")
        await self.it.quiet()

    async def a_channel_is_shared(self) -> None:
        self.crowd.share_a_channel()
        await self.it.quiet()

    async def _does(self, who: str, name: str, way: int, which: int) -> bool:
        shown, done = _shown(self.it.slack.world), await self._done(name)
        await self.crowd.try_(who, name, way, which)
        await self.it.quiet()
        if BY_NAME[name].reads or name in LEADING:
            return _shown(self.it.slack.world) > shown
        return await self._done(name) > done

    async def _done(self, name: str) -> int:
        query = select(func.count()).where(inbox.c.outcome.endswith(f"{DONE}{name}"))
        found = await self.it.program.desk.read_all(lambda c: c.execute(query).scalar())
        return int(found or 0)


SCENES = {
    "attach": Tour.specialists_talk,
    "detach": Tour.specialists_talk,
    "changes": Tour.the_customer_changes_words_after_the_answer,
    "no_customers": Tour.a_channel_is_shared,
    "unsolved": Tour.nobody_says_anything_for_days,
}


def _shown(world: World) -> int:
    """How many answers and forms there were: a refusal is a single section."""
    answers = [each for each in world.ephemerals.values() if len(each.blocks or ()) > 1]
    direct = [m for c in world.channels.values() if c.is_im for m in c.messages.values()]
    return len(answers) + len(world.views) + sum(len(m.blocks) > 1 for m in direct)


@pytest.mark.slow
async def test_there_is_no_act_that_the_crowd_does_not_play(run: databases.Run) -> None:
    with run.copy("sqlite", upgrade) as url:  # what differs between databases is not the acts
        await _tour(url)


async def _tour(database_url: str) -> None:
    async with stage(database_url, help_button=True) as it:
        it.slack.world.clock.freeze()
        await furnish(it)
        tour = Tour(it)
        wanted = [act.name for act in ACTS if act.name not in TOLD_ELSEWHERE]
        left = [name for name in wanted if not await tour.plays(name)]
    assert " ".join(left) == ""
