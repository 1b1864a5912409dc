"""Whatever breaks at whichever step: nothing is lost, nothing is told twice, the books balance.

``THREADKEEPER_FAULTS=5000`` plays that many steps on each database instead of a few, and tells
at which point the desk crashed and how often. On PostgreSQL every other life is one of two
replicas.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

import click
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sandbox.faults import DeliveryFaults, FaultSetting, MethodFaults
from sandbox.people import NotAllowed
from sandbox.server import serving
from sandbox.world import User
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit import reading
from tests import databases, postgres
from tests.stories import ears, points
from tests.stories.after import AtRest, Safe
from tests.stories.crowd import AGENTS, CUSTOMER_CHANNELS, OURS, PEOPLE, SIDES, Crowd, one
from tests.stories.desks import Desks, desks
from tests.stories.lives import Doom, Tally, is_of_the_living
from tests.stories.stage import Stage
from tests.stories.worlds import world_at

pytestmark = pytest.mark.both

Told = TypeVar("Told")
WANTED = int(os.environ.get("THREADKEEPER_FAULTS", "0"))
STEPS_OF_ONE_LIFE = 50 if WANTED else 12
LIVES = 2
MANY = 4000  # steps: then each point has been one to die at
STEPS_SEEN = 25  # of the fifty that it may take, hypothesis takes that many on the average
STRIDE = 17  # a prime that is no divisor of the number of points
LAST_RETRY = 301  # seconds of desk time: Slack tries no more after that (FACTS 1)

NUMBERS = st.integers(0, 999)
CUSTOMERS = st.sampled_from(tuple(SIDES))
SOMEBODY = st.sampled_from(PEOPLE)
AGENT = st.sampled_from(AGENTS)
HURRY = st.booleans()
PASSINGS = st.sampled_from((1, 1, 1, 2, 3, 5, 8))
TROUBLES = st.sampled_from(
    [
        FaultSetting(),
        FaultSetting(delivery=DeliveryFaults(doubled=0.5)),
        FaultSetting(delivery=DeliveryFaults(shuffle=40, doubled=0.2)),
        FaultSetting(methods={"chat.postMessage": MethodFaults(lost=0.3, broken=0.2, limited=0.2)}),
        FaultSetting(methods={"chat.update": MethodFaults(lost=0.2, limited=0.3)}),
        FaultSetting(methods={"*": MethodFaults(limited=0.3, broken=0.2)}),
    ]
)
LOST = FaultSetting(methods={"chat.postMessage": MethodFaults(lost=1)})
LIMITED = FaultSetting(methods={"chat.postMessage": MethodFaults(every=1)})
# By how the names of points begin; other points are passed by any message and its answer.
SCENES = (
    (("look-up",), "a message", LOST),
    (("gate",), "a message", LIMITED),
    (("row put off", "question", "fact"), "a newcomer", FaultSetting()),
    (("gap", "end of a gap", "life", "comparison", "history"), "a new start", None),
    (("find", "missed", "presence", "lanes of the dead"), "a new start", None),
)


def scene_of(point: str) -> tuple[str, FaultSetting]:
    """What has to happen that a point is passed, and what trouble Slack makes meanwhile."""
    for beginnings, scene, during in SCENES:
        if point.startswith(beginnings):
            return scene, during or FaultSetting()
    return "a message", FaultSetting()


class Theatre:
    """Desks and a Slack that plain functions play with: between two of them time stands still."""

    def __init__(self, database_url: str, tally: Tally, count: int) -> None:
        self._runner = asyncio.Runner()
        self._over = asyncio.Event()
        self.desks = self.do(self._open(database_url, tally, count))

    def do(self, play: Coroutine[Any, Any, Told]) -> Told:
        return self._runner.run(play)

    async def _open(self, *how: Any) -> Desks:
        ready: asyncio.Future[Desks] = asyncio.get_running_loop().create_future()
        self._held = asyncio.create_task(self._hold(ready, *how), name="stage")
        either: list[asyncio.Future[Any]] = [ready, self._held]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return ready.result() if ready.done() else self._held.result()  # type: ignore[return-value]

    async def _hold(self, ready: asyncio.Future[Desks], url: str, tally: Tally, count: int) -> None:
        world = world_at()
        async with serving(world) as slack:
            slack.limits.enabled = False
            world.clock.freeze()
            async with desks(slack, url, tally, count=count) as it:
                ready.set_result(it)
                await self._over.wait()

    def close(self) -> None:
        self._over.set()
        self.do(asyncio.wait_for(self._held, 10))
        self._runner.close()


class Faults(RuleBasedStateMachine):
    """One life of a desk that dies often. ``hurry`` acts on before it has done with the act before.

    ``unheard`` is the ts of all that was said where the bot was not.
    """

    run: databases.Run
    kind: databases.Kind
    tally: Tally
    steps: Counter[str]

    @initialize(is_one_of_two=st.booleans())
    def begin(self, *, is_one_of_two: bool) -> None:
        self.is_sound = False
        count = 2 if is_one_of_two and self.kind == "postgresql" else 1
        self.steps["lives"] += 1
        self._ending = ExitStack()
        self.url = self._ending.enter_context(self.run.copy(self.kind, upgrade))
        self.errors = self._ending.enter_context(ears.errors(is_of_the_living))
        self.engine = open_engine(self.url)
        self._ending.callback(self.engine.dispose)
        self.theatre = Theatre(self.url, self.tally, count)
        self._ending.callback(self.theatre.close)
        self.desks = self.theatre.desks
        self.crowd = Crowd(self._stage())
        self.unheard: set[str] = set()
        self.is_sound = True

    def _stage(self) -> Stage:
        stage = self.desks.keepers[0].open
        assert stage is not None
        return stage

    def _play(self, play: Coroutine[Any, Any, None], *, hurry: bool = False) -> None:
        self.steps["steps"] += 1
        self.theatre.do(self._watched(play, hurry=hurry))

    async def _watched(self, play: Coroutine[Any, Any, None], *, hurry: bool) -> None:
        self.desks.slack.world.clock.move(0.01)
        one(self.desks.keepers, self.steps["steps"]).be_called()
        with suppress(NotAllowed, TimeoutError):  # whom the app does not answer tries no more
            await play
        for view in self.desks.slack.world.views.values():
            view.is_open = False
        if not hurry:
            await self._quiet()
            self._look()

    async def _quiet(self) -> None:
        self.is_sound = False
        await self.desks.quiet()
        self.is_sound = True

    def _look(self) -> None:
        with reading(self.engine, self._workspace()) as unit:
            faults = Safe(self.crowd.stage, self.crowd, unit).faults()
        self._judge(faults)

    def _judge(self, faults: list[str]) -> None:
        wrong = [*faults, *self.errors]
        self.is_sound = not wrong
        assert not wrong, "\n".join(wrong)

    def _workspace(self) -> int:
        return self.crowd.stage.program.workspace_id

    def _now(self, act: Callable[[], object], *, hurry: bool = False) -> None:
        async def play() -> None:
            act()

        self._play(play(), hurry=hurry)

    @rule(who=CUSTOMERS, words=NUMBERS, hurry=HURRY)
    def a_customer_asks(self, who: str, words: int, *, hurry: bool) -> None:
        self._now(lambda: self._ask(who, words), hurry=hurry)

    def _ask(self, who: str, words: int) -> None:
        side = SIDES.get(who, "acme")
        place = next(each for each in CUSTOMER_CHANNELS if each.startswith(side))
        self.crowd.speak_in(who, place, words)

    def _newcomer(self, who: str) -> str:
        """Somebody of Acme whom the desk does not know yet."""
        world = self.desks.slack.world
        team, number = world.users["U000CARLA"].team_id, len(world.users)
        user = User(f"U0NEW{number}", team, f"acme{number}", f"Acme {number}", "Customer")
        world.users[user.id] = user
        self.desks.slack.people.senses.channel("#acme-harbour").members.append(user.id)
        return user.id

    @rule(who=CUSTOMERS, where=NUMBERS, words=NUMBERS, attach=st.booleans(), hurry=HURRY)
    def a_customer_writes(
        self, who: str, where: int, words: int, *, attach: bool, hurry: bool
    ) -> None:
        self._now(lambda: self.crowd.speak(who, where, words, attach=attach), hurry=hurry)

    @rule(who=SOMEBODY, where=NUMBERS, words=NUMBERS, hurry=HURRY)
    def somebody_writes(self, who: str, where: int, words: int, *, hurry: bool) -> None:
        self._now(lambda: self.crowd.speak(who, where, words, attach=False), hurry=hurry)

    @rule(who=SOMEBODY, which=NUMBERS, words=NUMBERS, hurry=HURRY)
    def somebody_rephrases(self, who: str, which: int, words: int, *, hurry: bool) -> None:
        self._now(lambda: self.crowd.rephrase(who, which, words), hurry=hurry)

    @rule(who=CUSTOMERS, which=NUMBERS, hurry=HURRY)
    def somebody_takes_words_back(self, who: str, which: int, *, hurry: bool) -> None:
        self._now(lambda: self.crowd.take_back(who, which), hurry=hurry)

    @rule(who=SOMEBODY, where=NUMBERS, emoji=NUMBERS, off=st.booleans(), hurry=HURRY)
    def somebody_reacts(self, who: str, where: int, emoji: int, *, off: bool, hurry: bool) -> None:
        self._now(lambda: self.crowd.react(who, where, emoji, off=off), hurry=hurry)

    @rule(who=AGENT, which=NUMBERS, words=NUMBERS, hurry=HURRY)
    def an_agent_presses(self, who: str, which: int, words: int, *, hurry: bool) -> None:
        self._play(self.crowd.press(who, which, words), hurry=hurry)

    @rule(who=AGENT, which=NUMBERS, hurry=HURRY)
    def an_agent_replies(self, who: str, which: int, *, hurry: bool) -> None:
        self._play(self._reply(who, which), hurry=hurry)

    async def _reply(self, who: str, which: int) -> None:
        """By the form, like most replies."""
        stage = self.crowd.stage
        cards = stage.cards()
        if cards:
            card = one(cards[-6:], which)
            await self.crowd.press_on(who, card, "act:reply", words=1 + which % 4)

    @rule(who=st.sampled_from(OURS), where=NUMBERS, words=NUMBERS, hurry=HURRY)
    def somebody_types_a_command(self, who: str, where: int, words: int, *, hurry: bool) -> None:
        self._play(self.crowd.command(who, where, words), hurry=hurry)

    @rule(seconds=st.sampled_from([1, 5, 11, 11, 61, 400, 7_200, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self._play(self._later(seconds))

    async def _later(self, seconds: float) -> None:
        self.is_sound = False
        await self.desks.later(seconds)
        self.is_sound = True

    @rule(trouble=TROUBLES)
    def trouble_comes_or_goes(self, trouble: FaultSetting) -> None:
        self.desks.slack.faults.replace(trouble)

    @rule(passing=PASSINGS, who=CUSTOMERS, words=NUMBERS)
    def it_crashes(self, passing: int, who: str, words: int) -> None:
        self._doom(passing, who, words, is_end=True)

    @rule(passing=PASSINGS, who=CUSTOMERS, words=NUMBERS)
    def it_crashes_again(self, passing: int, who: str, words: int) -> None:
        self._doom(passing, who, words, is_end=True)

    @rule(passing=PASSINGS, who=CUSTOMERS, words=NUMBERS)
    def a_connection_breaks(self, passing: int, who: str, words: int) -> None:
        self._doom(passing, who, words, is_end=False)

    def _doom(self, passing: int, who: str, words: int, *, is_end: bool) -> None:
        """At one point after the other, so that none is left out, but never at neighbours."""
        self.steps["dooms"] += 1
        struck = one(points_of(self.kind, len(self.desks.keepers)), self.steps["dooms"] * STRIDE)
        keeper = one(self.desks.keepers, words)
        keeper.dooms(Doom(struck, passing, is_end))
        scene, during = scene_of(struck)
        self._play(self._scene(scene, during, who, words))

    async def _scene(self, scene: str, during: FaultSetting, who: str, words: int) -> None:
        """What passes a point, and enough besides."""
        faults = self.desks.slack.faults
        before = faults.setting
        faults.replace(during)
        if scene == "a new start":
            one(self.desks.keepers, words).kill()
        self._ask(self._newcomer(who) if scene == "a newcomer" else who, words)
        await self._later(3)
        faults.replace(before)
        with suppress(NotAllowed):
            await self._reply(one(AGENTS, words), words)
        self._ask(who, words + 1)
        await self._later(11)

    @rule(which=NUMBERS, hurry=HURRY)
    def the_plug_is_pulled(self, which: int, *, hurry: bool) -> None:
        self._now(one(self.desks.keepers, which).kill, hurry=hurry)

    @rule(which=NUMBERS)
    def an_operator_restarts_it(self, which: int) -> None:
        self._now(one(self.desks.keepers, which).restart)

    @rule(where=st.sampled_from(CUSTOMER_CHANNELS), words=NUMBERS, hurry=HURRY)
    def the_bot_is_put_out_for_a_while(self, where: str, words: int, *, hurry: bool) -> None:
        self._play(self._out_and_in(where, words, hurry=hurry))

    async def _out_and_in(self, where: str, words: int, *, hurry: bool) -> None:
        """What was said before is safe by then: who puts it out ends its right to look back."""
        slack = self.desks.slack
        await self._settle()
        bot = slack.people.senses.app.bot_user
        slack.people.kick("ana", where, bot)
        before = set(self.crowd.said)
        speaker = one([name for name, side in SIDES.items() if where.startswith(side)], words)
        self.crowd.speak_in(speaker, where, words)
        self.unheard |= {ts for channel, ts in self.crowd.said if (channel, ts) not in before}
        if not hurry:
            await self._quiet()
        slack.world.clock.move(5)
        slack.people.invite("ana", where, bot)
        slack.world.clock.move(0.01)

    async def _settle(self) -> None:
        """All that was said has reached us."""
        for _ in range(2):
            await self._later(LAST_RETRY)

    def teardown(self) -> None:
        """All troubles end, everything comes to rest, and still all is true, with nothing left."""
        with self._ending:
            if self.is_sound:
                self.theatre.do(self._comes_to_rest())

    async def _comes_to_rest(self) -> None:
        self.is_sound = False
        self.desks.slack.faults.replace(FaultSetting())
        await self.desks.all_again()
        for _ in range(3):
            await self.desks.later(LAST_RETRY)
        await self.desks.all_again()  # the books are of the last comparison
        with reading(self.engine, self._workspace()) as unit:
            faults = AtRest(self.crowd.stage, self.crowd, unit, self.unheard).faults()
        self._judge(faults)


def points_of(kind: databases.Kind, count: int) -> list[str]:
    """The points that a desk passes there."""
    return [*points.OF_ALL, *(points.OF_REPLICAS * count if kind == "postgresql" else ())]


def _settings() -> settings:
    return settings(
        max_examples=max(1, WANTED // STEPS_SEEN) if WANTED else LIVES,
        stateful_step_count=STEPS_OF_ONE_LIFE,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        # No shrinking: threads and tasks meet in another order each time.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def _report(kind: databases.Kind, steps: Counter[str], tally: Tally) -> str:
    """How often each point was passed, ended a life, or failed."""
    lines = [f"{kind}: {steps['steps']} steps in {steps['lives']} lives"]
    for point in points_of(kind, 1):
        counts = [tally[point, fate] for fate in ("passed", "crashed", "stumbled")]
        lines.append("{:36} passed {:6}  crashed {:4}  failed {:4}".format(point, *counts))
    return "\n".join(lines)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("kind", databases.KINDS)
def test_whatever_breaks_nothing_is_lost_and_nothing_told_twice(
    run: databases.Run,
    kind: databases.Kind,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    record_property("database", kind)
    tally: Tally = Counter()
    steps: Counter[str] = Counter()
    parts = {"run": run, "kind": kind, "tally": tally, "steps": steps}
    machine = type("FaultsOf", (Faults,), parts)
    try:
        run_state_machine_as_test(machine, settings=_settings())
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")
    finally:
        gc.collect()  # what the dead have left open is told in the test that has killed them
        if WANTED:
            with capsys.disabled():
                click.echo(f"\n{_report(kind, steps, tally)}")
    if WANTED >= MANY:
        assert [point for point in points_of(kind, 2) if not tally[point, "crashed"]] == []
