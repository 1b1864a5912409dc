"""Facts are asked for as Slack allows, by whichever process asks next."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, delete, select

from bot.errors import (
    ChannelFact,
    Fact,
    FileFact,
    MessageFact,
    PeopleFact,
    PersonFact,
    SendFailed,
    StaffFact,
    ThreadFact,
    Unknown,
)
from bot.rules.trouble import GROUPS, MEMBERS, REPLIES
from bot.slack.gateway import METHODS, NotSent, Paused, RateLimited, Unsure
from bot.usecases import audience, handle
from bot.usecases import trouble as usecase
from bot.usecases.inputs import ChannelChanged, Input, MemberMoved, PersonChanged
from bot.usecases.work import TenantFacts, Work, tenant
from bot.workers import refusals
from bot.workers.asking import _ASKS
from storage import channels, people, trouble, workspaces
from storage.records.channels import Channel, TeamChannel
from storage.records.people import Person
from storage.records.trouble import INSTALLATION, of_channel, of_method
from storage.unit import Unit, writing
from tests.storage.cast import NOON, OURS
from tests.workers.office import TEAM, TRIAGE, Office
from tests.workers.slack import Fate, nothing

PERSON, USERS_INFO = PersonFact("U00ZOE"), "users.info"
INFO = "conversations.info"
AGENTS = frozenset({"U-ANA", "U-BEN"})
HERE = {"id": "C-TRIAGE", "name": "triage", "is_member": True}


@pytest.mark.parametrize(
    "kind", [PersonFact, PeopleFact, ChannelFact, MessageFact, FileFact, StaffFact]
)
def test_each_fact_has_methods_that_we_call(kind: type[Fact]) -> None:
    assert set(_ASKS[kind]) <= set(METHODS)


async def test_after_a_429_nobody_asks_before_its_time(office: Office) -> None:
    office.slack.will(USERS_INFO, Fate(RateLimited(USERS_INFO, 30)))
    asker = office.mender.asker
    with pytest.raises(RateLimited):
        await asker.learn(OURS, PERSON)
    await office.wait(29)
    with pytest.raises(RateLimited) as told:
        await asker.learn(OURS, PersonFact("U00KIM"))
    assert told.value.retry_after == 1
    assert len(office.slack.made(USERS_INFO)) == 1
    await office.wait(1)
    await asker.learn(OURS, PERSON)
    assert len(office.slack.made(USERS_INFO)) == 2


async def test_of_many_people_those_are_kept_whom_slack_told_before_it_said_to_wait(
    office: Office,
) -> None:
    asker, many = office.mender.asker, tuple(f"U{n}" for n in range(20))
    office.slack.will(USERS_INFO, Fate(RateLimited(USERS_INFO, 30)))
    with pytest.raises(RateLimited):
        await asker.learn(OURS, PeopleFact(many))
    await office.wait(30)
    await asker.learn(OURS, PeopleFact(many))
    assert await office.desk.read(OURS, lambda unit: audience.strangers(unit, many)) == []


async def test_a_token_that_is_refused_here_stops_the_installation_too(office: Office) -> None:
    office.slack.will(USERS_INFO, Fate(Paused("token_revoked")))
    with pytest.raises(Paused):
        await office.mender.asker.learn(OURS, PERSON)
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert (found.place, found.code) == (INSTALLATION, "token_revoked")


async def _doubt(office: Office) -> None:
    await office.desk.write(OURS, people.doubt_staff)


async def _tenant(office: Office) -> TenantFacts:
    return await office.desk.read(OURS, tenant)


@pytest.mark.parametrize(
    "error, place",
    [
        (SendFailed("missing_scope", permanent=True), of_method(MEMBERS)),
        (SendFailed("a_word_of_2027", permanent=True), of_method(MEMBERS)),
        (Paused("channel_not_found"), of_channel(TRIAGE)),
        (Paused("token_revoked"), INSTALLATION),
    ],
)
async def test_where_slack_refuses_to_tell_the_staff_those_it_told_last_go_on_and_it_is_noted(
    office: Office, error: Exception, place: str
) -> None:
    await _doubt(office)
    assert (await _tenant(office)).staff is None
    office.slack.will(MEMBERS, Fate(error))
    office.slack.will(INFO, Fate(error))
    await office.mender.asker.learn(OURS, StaffFact())
    assert (await _tenant(office)).agents == (await _tenant(office)).team.agents == AGENTS
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert (found.place, found.code) == (place, str(error))


@pytest.mark.parametrize("error", [NotSent("no"), Unsure("internal_error"), RateLimited("", 9)])
async def test_where_slack_does_not_answer_the_staff_is_waited_for(
    office: Office, error: Exception
) -> None:
    await _doubt(office)
    office.slack.will(MEMBERS, Fate(error))
    with pytest.raises(type(error)):
        await office.mender.asker.learn(OURS, StaffFact())
    assert (await _tenant(office)).staff is None
    assert await office.desk.read(OURS, trouble.opened) == []


async def test_where_no_staff_was_ever_told_nobody_is_taken_for_it(
    office: Office, engine: Engine
) -> None:
    with writing(engine, OURS) as unit:
        unit.execute(delete(people.staff_table))
    office.slack.will(MEMBERS, Fate(SendFailed("missing_scope", permanent=True)))
    with pytest.raises(SendFailed):
        await office.mender.asker.learn(OURS, StaffFact())
    assert (await _tenant(office)).staff is None


async def test_it_is_asked_for_the_staff_again_and_again_until_slack_tells(office: Office) -> None:
    refusal = Fate(SendFailed("missing_scope", permanent=True))
    office.slack.will(MEMBERS, refusal, refusal)
    await office.mender.asker.learn(OURS, StaffFact())
    for is_open in (True, False):
        await office.wait(60 * 10)
        await office.mender.look()
        assert bool(await office.desk.read(OURS, trouble.opened)) == is_open
    assert (await _tenant(office)).agents == frozenset({"U-ANA", "U-KIM"})


async def test_after_triage_was_out_of_reach_the_staff_is_asked_for_again(office: Office) -> None:
    office.slack.will(MEMBERS, Fate(Paused("channel_not_found")))
    office.slack.will(INFO, Fate(Paused("channel_not_found")))
    await office.mender.asker.learn(OURS, StaffFact())
    office.slack.channels["C-TRIAGE"] = {"id": "C-TRIAGE", "name": "triage", "is_member": True}
    await office.wait(60)
    await office.mender.look()
    assert (await _tenant(office)).staff is None
    assert (await _tenant(office)).agents == AGENTS


async def test_members_that_are_not_told_of_a_triage_where_we_are_put_no_channel_in_trouble(
    office: Office,
) -> None:
    office.slack.channels["C-TRIAGE"] = HERE
    await _doubt(office)
    office.slack.will(MEMBERS, *[Fate(Paused("channel_not_found"))] * 99)
    for _ in range(12):
        await office.mender.asker.learn(OURS, StaffFact())
        await office.wait(60 * 11)
        await office.mender.look()
        (found,) = await office.desk.read(OURS, trouble.opened)
        assert found.place == of_method(MEMBERS)
    assert len(await _all_troubles(office)) == 1


async def _all_troubles(office: Office) -> list[int]:
    query = select(trouble.trouble_table.c.id)
    return await office.desk.read(OURS, lambda unit: list(unit.connection.scalars(query)))


async def test_of_two_troubles_with_the_staff_each_ends_by_itself(office: Office) -> None:
    def lead(unit: Unit) -> None:
        settings = replace(tenant(unit).settings, leads_usergroup="S-LEADS")
        workspaces.save_settings(unit, settings, office.clock.now())

    await office.desk.write(OURS, lead)
    refusal = Fate(SendFailed(LACKING, permanent=True))
    for method in (MEMBERS, GROUPS):
        office.slack.will(method, refusal)
        await office.mender.asker.learn(OURS, StaffFact())
    office.slack.will(GROUPS, *[refusal] * 9)
    for left in ({of_method(GROUPS)}, set()):
        await office.wait(60 * 10)
        await office.mender.look()
        open_now = await office.desk.read(OURS, trouble.opened)
        assert {each.place for each in open_now} == left
        office.slack.fates.clear()
    assert (await _tenant(office)).agents == frozenset({"U-ANA", "U-KIM"})


async def test_a_doubt_about_the_staff_that_comes_while_slack_is_asked_is_kept(
    office: Office,
) -> None:
    for refused in (0, 1):
        await _doubt(office)
        office.slack.will(MEMBERS, *_refusals(LACKING, refused))
        office.slack.asked = partial(_doubt, office)
        await office.mender.asker.learn(OURS, StaffFact())
        office.slack.asked = nothing
        assert (await _tenant(office)).is_staff_doubted
        await office.mender.asker.learn(OURS, StaffFact())
        assert not (await _tenant(office)).is_staff_doubted


UNKNOWN, LACKING = "a_word_of_2027", "missing_scope"
CHANNEL = ChannelFact("C-NEW")


def _refusals(code: str, count: int = 1) -> list[Fate]:
    return [Fate(SendFailed(code, permanent=True))] * count


@pytest.mark.parametrize("fact", [PERSON, CHANNEL, MessageFact("C-ACME", "1.1")])
@pytest.mark.parametrize("code", [UNKNOWN, LACKING, "plan_upgrade_required"])
async def test_what_slack_refuses_to_tell_of_anything_is_waited_for_and_noted_once(
    office: Office, fact: Fact, code: str
) -> None:
    method = _ASKS[type(fact)][0]
    office.slack.channels["C-TRIAGE"] = {"id": "C-TRIAGE", "name": "triage"}
    office.slack.will(method, *_refusals(code, 20))
    for _ in range(6):
        with pytest.raises(SendFailed):
            await office.mender.asker.learn(OURS, fact)
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert (found.place, found.code) == (of_method(method), code)
    await office.wait(60)
    await office.mender.look()
    assert await office.desk.read(OURS, trouble.opened) != []
    office.slack.fates.clear()
    await office.wait(600)
    await office.mender.look()
    assert await office.desk.read(OURS, trouble.opened) == []


async def test_somebody_of_whom_alone_slack_says_what_nobody_knows_is_nobody_after_a_few_tries(
    office: Office,
) -> None:
    for last in (False, False, False, False, True):
        office.slack.will(USERS_INFO, *_refusals(UNKNOWN))
        with nullcontext() if last else pytest.raises(SendFailed):
            await office.mender.asker.learn(OURS, PERSON)
    assert await office.desk.read(OURS, trouble.opened) == []
    known = await office.desk.read(OURS, lambda unit: people.by_slack(unit, PERSON.slack_id))
    assert known is not None
    assert not known.is_found


async def test_a_channel_is_never_taken_for_none_because_of_a_word_that_nobody_knows(
    office: Office,
) -> None:
    office.slack.channels["C-TRIAGE"] = {"id": "C-TRIAGE", "name": "triage"}
    for _ in range(20):
        office.slack.will(INFO, *_refusals(UNKNOWN))
        with pytest.raises(SendFailed):
            await office.mender.asker.learn(OURS, CHANNEL)


@pytest.mark.parametrize(
    "fact, error",
    [
        (PERSON, SendFailed("user_not_found", permanent=True)),
        (PERSON, SendFailed("user_not_visible", permanent=True)),
        (CHANNEL, Paused("channel_not_found")),
        (CHANNEL, Paused("not_in_channel")),
    ],
)
async def test_what_slack_says_is_not_there_is_known_to_be_not_there(
    office: Office, fact: PersonFact | ChannelFact, error: Exception
) -> None:
    office.slack.will(_ASKS[type(fact)][0], Fate(error))
    await office.mender.asker.learn(OURS, fact)

    def look(unit: Unit) -> Person | Channel | None:
        by_slack = channels.by_slack if isinstance(fact, ChannelFact) else people.by_slack
        return by_slack(unit, fact.slack_id)

    found = await office.desk.read(OURS, look)
    assert found is not None
    assert not found.is_found


PLACES = {
    PersonFact: (PERSON, of_method(USERS_INFO)),
    ChannelFact: (CHANNEL, of_method(INFO)),
    ThreadFact: (ThreadFact("C-ACME", "1.1"), of_method(REPLIES)),
    MessageFact: (MessageFact("C-ACME", "1.1"), of_method(REPLIES)),
}


@pytest.mark.parametrize("fact, place", PLACES.values(), ids=[each.__name__ for each in PLACES])
async def test_what_slack_denies_of_anything_is_noted_in_whatever_words_it_does(
    office: Office, fact: Fact, place: str
) -> None:
    method = _ASKS[type(fact)][0]
    office.slack.will(method, *[Fate(Paused("access_denied"))] * 40)
    for _ in range(10):
        with pytest.raises(Paused):
            await office.mender.asker.learn(OURS, fact)
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert (found.place, found.code) == (place, "access_denied")


@pytest.mark.parametrize("code, tries", [("channel_not_found", 1), ("access_denied", 5)])
async def test_a_thread_where_we_are_not_let_in_is_not_asked_for_without_end(
    office: Office, code: str, tries: int
) -> None:
    fact = ThreadFact("C-ACME", "1.1")
    for last in range(tries):
        office.slack.will(REPLIES, Fate(Paused(code)))
        with nullcontext() if last == tries - 1 else pytest.raises(Paused):
            await office.mender.asker.learn(OURS, fact)
    assert await office.desk.read(OURS, trouble.opened) == []


@pytest.mark.parametrize("method", [USERS_INFO, INFO])
@pytest.mark.parametrize("error", [Paused("token_revoked"), SendFailed(LACKING, permanent=True)])
async def test_another_refusal_is_no_sign_that_a_method_is_mended(
    office: Office, method: str, error: Exception
) -> None:
    place, now = of_method(method), office.clock.now()
    await office.desk.write(OURS, lambda unit: usecase.met(unit, place, UNKNOWN, now))
    await office.wait(60)
    office.slack.will(method, Fate(error))
    await office.mender.look()
    assert place in {each.place for each in await office.desk.read(OURS, trouble.opened)}


async def test_a_token_that_is_refused_in_between_tells_nothing_of_whom_it_was_asked(
    office: Office,
) -> None:
    office.slack.will(USERS_INFO, *_refusals(UNKNOWN), Fate(Paused("token_revoked")))
    with pytest.raises(Paused):
        await office.mender.asker.learn(OURS, PERSON)
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert found.place == INSTALLATION


CARLA = PersonFact("U-CARLA")


async def _carla(office: Office) -> Person:
    """As a step finds her. Raises Unknown where Slack has to be asked first."""
    now = office.clock.now()
    return await office.desk.read(OURS, lambda u: Work(u, tenant(u), 0, now).person("U-CARLA"))


async def _changes(office: Office, item: Input) -> None:
    def step(unit: Unit) -> None:
        handle.handle(Work(unit, tenant(unit), 0, item.at), item)

    await office.desk.write(OURS, step)


async def _quiet(office: Office) -> None:
    """Slack is looked at until nothing was refused for so long that it may be believed."""
    for _ in range(3):
        await office.wait(60)
        await office.mender.look()


async def _carla_changes(office: Office) -> None:
    await _changes(office, PersonChanged("U-CARLA", office.clock.now(), "1.1"))
    with pytest.raises(Unknown):
        await _carla(office)


async def test_somebody_we_know_goes_on_while_slack_refuses_to_tell_and_is_asked_for_after_it(
    office: Office,
) -> None:
    for _ in range(9):
        await _carla_changes(office)
        office.slack.will(USERS_INFO, *_refusals(LACKING))
        await office.mender.asker.learn(OURS, CARLA)
        assert (await _carla(office)).is_found
    (found,) = await office.desk.read(OURS, trouble.opened)
    assert found.place == of_method(USERS_INFO)
    await _quiet(office)
    with pytest.raises(Unknown):
        await _carla(office)


async def test_somebody_we_know_is_no_stranger_for_a_word_that_nobody_knows(
    office: Office,
) -> None:
    for _ in range(9):
        await _carla_changes(office)
        office.slack.will(USERS_INFO, *_refusals(UNKNOWN))
        await office.mender.asker.learn(OURS, CARLA)
        assert (await _carla(office)).is_found
    assert await office.desk.read(OURS, trouble.opened) == []


async def _triage(office: Office) -> TeamChannel:
    now = office.clock.now()
    return await office.desk.read(OURS, lambda unit: Work(unit, tenant(unit), 0, now).triage())


DOUBTS: list[tuple[PersonFact | ChannelFact, Input]] = [
    (CARLA, PersonChanged("U-CARLA", NOON, "1.1")),
    (ChannelFact("C-TRIAGE"), ChannelChanged("C-TRIAGE", "channel_shared", NOON, "1.1")),
]


@pytest.mark.parametrize("count", [0, 1], ids=["told", "refused"])
@pytest.mark.parametrize("fact, change", DOUBTS)
async def test_what_an_event_doubts_while_slack_is_asked_is_asked_again(
    office: Office, fact: PersonFact | ChannelFact, change: Input, count: int
) -> None:
    """The answer may be older than the event: since when customers read a channel, too."""
    office.slack.channels["C-TRIAGE"] = HERE

    async def is_doubted() -> bool:
        by_slack = people.by_slack if isinstance(fact, PersonFact) else channels.by_slack
        found = await office.desk.read(OURS, partial(by_slack, slack_id=fact.slack_id))
        return found is not None and found.fetched_at is None

    await _changes(office, PersonChanged("U-CARLA", NOON, "1.0"))
    office.slack.will(_ASKS[type(fact)][0], *_refusals(LACKING, count))
    office.slack.asked = partial(_changes, office, change)
    with nullcontext() if isinstance(fact, PersonFact) or not count else pytest.raises(SendFailed):
        await office.mender.asker.learn(OURS, fact)
    assert await is_doubted()
    office.slack.asked = nothing
    await office.mender.asker.learn(OURS, fact)
    assert not await is_doubted()


@pytest.mark.parametrize("fact", [ChannelFact("C-PRIVATE"), MessageFact("C-ACME", "1.1")])
async def test_what_is_refused_of_some_things_only_is_told_once(office: Office, fact: Fact) -> None:
    """A scope may be lacking for private channels alone; triage is a public one."""
    office.slack.channels["C-TRIAGE"] = HERE
    seen = set()
    for _ in range(30):
        office.slack.will(_ASKS[type(fact)][0], *_refusals(LACKING))
        with pytest.raises(SendFailed):
            await office.mender.asker.learn(OURS, fact)
        await office.wait(30)
        await office.mender.look()
        seen |= {each.id for each in await office.desk.read(OURS, trouble.opened)} or {0}
    assert len(seen) == 1


async def test_an_answer_that_is_older_than_a_share_does_not_make_the_channel_ours(
    office: Office,
) -> None:
    office.slack.channels["C-TRIAGE"] = HERE
    shared = ChannelChanged("C-TRIAGE", "channel_shared", NOON, "1.1")
    office.slack.asked = partial(_changes, office, shared)
    await office.mender.asker.see(OURS, "C-TRIAGE")
    office.slack.asked = nothing
    office.slack.will(INFO, *_refusals(LACKING))
    with pytest.raises(SendFailed):
        await office.mender.asker.learn(OURS, ChannelFact("C-TRIAGE"))
    await office.put("card")
    await office.work(TEAM)
    assert office.slack.messages == []


async def test_an_older_answer_does_not_undo_a_newer_one(office: Office) -> None:
    office.slack.channels["C-TRIAGE"] = HERE
    shared = ChannelChanged("C-TRIAGE", "channel_shared", NOON, "1.1")

    async def is_shared() -> None:
        office.slack.asked = nothing
        await _changes(office, shared)
        office.slack.channels["C-TRIAGE"] = HERE | {"is_ext_shared": True}
        await office.mender.asker.learn(OURS, ChannelFact("C-TRIAGE"))
        office.slack.channels["C-TRIAGE"] = HERE

    office.slack.asked = is_shared
    await office.mender.asker.see(OURS, "C-TRIAGE")
    triage = await office.desk.read(OURS, partial(channels.by_id, channel_id=TRIAGE))
    assert triage is not None
    assert triage.is_ext_shared


async def test_triage_goes_on_while_slack_refuses_to_tell_of_channels_and_hears_why(
    office: Office,
) -> None:
    await _changes(office, ChannelChanged("C-TRIAGE", "channel_rename", NOON, "1.1", name="new"))
    with pytest.raises(Unknown):
        await _triage(office)
    office.slack.will(INFO, *_refusals(LACKING))
    await office.mender.asker.learn(OURS, ChannelFact("C-TRIAGE"))
    assert (await _triage(office)).id == TRIAGE
    await office.work(TEAM)
    (note,) = office.slack.messages
    assert INFO in note["text"]
    office.slack.channels["C-TRIAGE"] = HERE
    await _quiet(office)
    with pytest.raises(Unknown):
        await _triage(office)


@pytest.mark.parametrize("what, new", [("channel_shared", ""), ("channel_id_changed", "C-NEWER")])
async def test_where_slack_does_not_tell_nothing_internal_goes_to_what_may_be_shared_since(
    office: Office, what: str, new: str
) -> None:
    await _changes(office, ChannelChanged("C-TRIAGE", what, NOON, "1.1", new_id=new))
    triage = new or "C-TRIAGE"
    office.slack.will(INFO, *_refusals(LACKING))
    with pytest.raises(SendFailed):
        await office.mender.asker.learn(OURS, ChannelFact(triage))
    await office.put("card")
    await office.work(TEAM)
    assert office.slack.messages == []
    office.slack.channels[triage] = HERE | {"id": triage}
    await office.mender.asker.learn(OURS, ChannelFact(triage))
    await office.wait(60)
    await office.work(TEAM)
    assert len(office.slack.messages) > 0


async def test_a_channel_that_we_were_not_in_is_not_held_for_what_it_was(office: Office) -> None:
    office.slack.will(INFO, Fate(Paused("channel_not_found")))
    await office.mender.asker.learn(OURS, ChannelFact("C-TRIAGE"))
    joined = MemberMoved("C-TRIAGE", "U-BOT", office.clock.now(), "1.1", joined=True)
    await _changes(office, joined)
    office.slack.will(INFO, *_refusals(LACKING))
    with pytest.raises(SendFailed):
        await office.mender.asker.learn(OURS, ChannelFact("C-TRIAGE"))


async def test_guesses_do_not_grow_without_bounds(office: Office) -> None:
    guesses: Counter[tuple[int, refusals.Thing]] = Counter()
    guesses.update((OURS, (USERS_INFO, f"U{n}")) for n in range(refusals.MOST_KEPT))
    judge = refusals.Refusals(office.desk, office.clock, guesses)
    for method, kept in ((INFO, refusals.MOST_KEPT), (USERS_INFO, 1), (REPLIES, 2)):
        office.slack.channels["C-TRIAGE"] = HERE
        office.slack.will(method, *_refusals(UNKNOWN))
        asking = office.slack.read(method, {})
        with pytest.raises(SendFailed):
            await judge.told(office.slack, OURS, (method, "X"), asking)
        assert len(guesses) == kept
    await judge.told(office.slack, OURS, (REPLIES, "X"), office.slack.read(REPLIES, {}))
    assert len(guesses) == 1
