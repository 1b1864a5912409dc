"""Random people do random things by the thousand: walls stand, books balance, pictures are true.

``THREADKEEPER_WALLS=3000`` plays that many steps on each database instead of a few hundred.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.acts import ACTS
from sandbox.faults import DeliveryFaults, FaultSetting, MethodFaults
from storage.migrate import upgrade
from tests import databases, postgres
from tests.stories import ears
from tests.stories.actors import Actors, furnish
from tests.stories.crowd import OURS, PEOPLE
from tests.stories.pictures import HOME, PICTURES, stale
from tests.stories.stage import Stage, stage
from tests.stories.walls import Seen, Walls, read

pytestmark = pytest.mark.both

Told = TypeVar("Told")
STEPS_OF_ONE_LIFE = 50
WANTED = int(os.environ.get("THREADKEEPER_WALLS", "0"))
LIVES = {"sqlite": 5, "postgresql": 2}

PARTS = 4  # of all pictures, one is compared after each step

NUMBERS = st.integers(0, 999)
WAYS = st.integers(0, 9)
ACT = st.sampled_from([act.name for act in ACTS])
AT_WORK = st.sampled_from(("ana", "ben", "mona"))
SOMEBODY = st.sampled_from(PEOPLE)
OF_OURS = st.sampled_from(OURS)
SECONDS = st.sampled_from([1, 5, 11, 400, 7_200, 15 * 86_400])
TROUBLES = st.sampled_from(
    [
        FaultSetting(),
        FaultSetting(delivery=DeliveryFaults(doubled=0.5)),
        FaultSetting(delivery=DeliveryFaults(shuffle=40, doubled=0.2)),
        FaultSetting(methods={"chat.postMessage": MethodFaults(lost=0.2, broken=0.1, limited=0.1)}),
        FaultSetting(methods={"chat.update": MethodFaults(lost=0.2, limited=0.3)}),
    ]
)


class Theatre:
    """A stage that plain functions play on: between two of them its time stands still."""

    def __init__(self, database_url: str) -> None:
        self._runner = asyncio.Runner()
        self._over = asyncio.Event()
        self.stage = self.do(self._open(database_url))

    def do(self, play: Coroutine[Any, Any, Told]) -> Told:
        return self._runner.run(play)

    async def _open(self, database_url: str) -> Stage:
        ready: asyncio.Future[Stage] = asyncio.get_running_loop().create_future()
        self._held = asyncio.create_task(self._hold(database_url, ready), name="stage")
        either: list[asyncio.Future[Any]] = [ready, self._held]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return ready.result()

    async def _hold(self, database_url: str, ready: asyncio.Future[Stage]) -> None:
        async with stage(database_url, help_button=True) as it:
            it.slack.world.clock.freeze()
            ready.set_result(it)
            await self._over.wait()

    def close(self) -> None:
        self._over.set()
        self.do(asyncio.wait_for(self._held, 10))
        self._runner.close()


class Desk(RuleBasedStateMachine):
    """One life of a desk. ``hurry`` acts on before the desk has done with the act before."""

    run: databases.Run
    kind: databases.Kind

    def __init__(self) -> None:
        super().__init__()
        self._ending = ExitStack()
        url = self._ending.enter_context(self.run.copy(self.kind, upgrade))
        self.errors = self._ending.enter_context(ears.errors())
        self.theatre = Theatre(url)
        self._ending.callback(self.theatre.close)
        self.stage = self.theatre.stage
        self.crowd = Actors(self.stage)
        self.theatre.do(furnish(self.stage))
        self.is_sound = True
        self.is_over = False
        self.looks = 0

    def _play(self, play: Coroutine[Any, Any, None], *, hurry: bool) -> None:
        self.theatre.do(self._watched(play, hurry=hurry))

    async def _watched(self, play: Coroutine[Any, Any, None], *, hurry: bool) -> None:
        self.stage.slack.world.clock.move(0.01)
        await play
        if not hurry:
            await self.stage.quiet()
            await self._look()

    async def _look(self) -> None:
        program = self.stage.program
        seen = await program.desk.read(program.workspace_id, read)
        await self._compare_pictures(seen)
        faults = [*Walls(self.stage, self.crowd, seen).faults(), *self.errors]
        self.is_sound = not faults
        assert not faults, "\n".join(faults)

    async def _compare_pictures(self, seen: Seen) -> None:
        """A part of them each time, and all at the end of a life, when everybody looks at home."""
        program, world = self.stage.program, self.stage.slack.world
        self.looks += 1
        kinds = {*PICTURES} if self.is_over else {*PICTURES} - {HOME}
        ids = [post.id for post in seen.posts if post.kind in kinds]
        part = ids if self.is_over else ids[self.looks % PARTS :: PARTS]
        seen.stale = await program.desk.read(
            program.workspace_id, lambda unit: [*stale(unit, world, part)]
        )

    @rule(who=SOMEBODY, act=ACT, way=WAYS, which=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def somebody_does(
        self, who: str, act: str, way: int, which: int, words: int, *, hurry: bool
    ) -> None:
        self._play(self.crowd.try_(who, act, way, which, words), hurry=hurry)

    @rule(who=AT_WORK, act=ACT, way=WAYS, which=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def somebody_of_the_team_does(
        self, who: str, act: str, way: int, which: int, words: int, *, hurry: bool
    ) -> None:
        self._play(self.crowd.try_(who, act, way, which, words), hurry=hurry)

    @rule(where=NUMBERS, words=NUMBERS)
    def another_bot_speaks(self, where: int, words: int) -> None:
        self._now(lambda: self.crowd.bot_speaks(where, words), hurry=False)

    @rule()
    def a_channel_is_shared(self) -> None:
        self._now(self.crowd.share_a_channel, hurry=False)

    @rule(who=SOMEBODY, where=NUMBERS, words=NUMBERS, attach=st.booleans(), hurry=st.booleans())
    def somebody_speaks(
        self, who: str, where: int, words: int, *, attach: bool, hurry: bool
    ) -> None:
        self._now(lambda: self.crowd.speak(who, where, words, attach=attach), hurry=hurry)

    @rule(who=SOMEBODY, which=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def somebody_rephrases(self, who: str, which: int, words: int, *, hurry: bool) -> None:
        self._now(lambda: self.crowd.rephrase(who, which, words), hurry=hurry)

    @rule(who=SOMEBODY, which=NUMBERS, hurry=st.booleans())
    def somebody_takes_words_back(self, who: str, which: int, *, hurry: bool) -> None:
        self._now(lambda: self.crowd.take_back(who, which), hurry=hurry)

    @rule(who=SOMEBODY, where=NUMBERS, emoji=NUMBERS, off=st.booleans(), hurry=st.booleans())
    def somebody_reacts(self, who: str, where: int, emoji: int, *, off: bool, hurry: bool) -> None:
        self._now(lambda: self.crowd.react(who, where, emoji, off=off), hurry=hurry)

    @rule(where=NUMBERS)
    def slack_adds_a_preview(self, where: int) -> None:
        self._now(lambda: self.crowd.unfurl(where), hurry=False)

    @rule(who=SOMEBODY, which=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def somebody_presses(self, who: str, which: int, words: int, *, hurry: bool) -> None:
        self._play(self.crowd.press(who, which, words), hurry=hurry)

    @rule(who=st.sampled_from(("ana", "ben")), which=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def an_agent_presses(self, who: str, which: int, words: int, *, hurry: bool) -> None:
        self._play(self.crowd.press(who, which, words), hurry=hurry)

    @rule(who=OF_OURS, where=NUMBERS, words=NUMBERS, hurry=st.booleans())
    def somebody_types_a_command(self, who: str, where: int, words: int, *, hurry: bool) -> None:
        self._play(self.crowd.command(who, where, words), hurry=hurry)

    @rule(who=OF_OURS, words=NUMBERS)
    def somebody_opens_the_request_form(self, who: str, words: int) -> None:
        self._play(self.crowd.shortcut(who, words), hurry=False)

    @rule(who=SOMEBODY)
    def somebody_looks_at_the_home(self, who: str) -> None:
        self._now(lambda: self.stage.people.open_home(who), hurry=False)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self._play(self.stage.later(seconds), hurry=False)

    @rule(trouble=TROUBLES)
    def trouble_comes_or_goes(self, trouble: FaultSetting) -> None:
        self.stage.slack.faults.replace(trouble)

    def _now(self, act: Callable[[], object], *, hurry: bool) -> None:
        async def play() -> None:
            act()

        self._play(play(), hurry=hurry)

    def teardown(self) -> None:
        """All troubles end, everything comes to rest, and still all is true, with nothing left."""
        with self._ending:
            if self.is_sound:
                self.theatre.do(self._comes_to_rest())

    async def _comes_to_rest(self) -> None:
        self.stage.slack.faults.replace(FaultSetting())
        for _ in range(8):
            await self.stage.later(120)
        for person in PEOPLE:
            self.stage.people.open_home(person)
        await self.stage.quiet()
        self.is_over = True
        await self._look()
        program = self.stage.program
        seen = await program.desk.read(program.workspace_id, read)
        left = [post for post in seen.posts if post.state in ("waiting", "sending")]
        assert not left, left


def _settings(kind: databases.Kind) -> settings:
    return settings(
        max_examples=max(1, WANTED // STEPS_OF_ONE_LIFE) if WANTED else LIVES[kind],
        stateful_step_count=STEPS_OF_ONE_LIFE,
        derandomize=True,
        database=None,
        deadline=None,
        # No shrinking: who acts in a hurry meets another moment of the desk each time.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", databases.KINDS)
def test_whatever_people_do_the_walls_stand(
    run: databases.Run, kind: databases.Kind, record_property: Callable[[str, object], None]
) -> None:
    record_property("database", kind)
    machine = type("DeskOf", (Desk,), {"run": run, "kind": kind})
    try:
        run_state_machine_as_test(machine, settings=_settings(kind))
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")
