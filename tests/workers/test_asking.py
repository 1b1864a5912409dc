"""Facts are asked for as Slack allows, by whichever process asks next."""

from __future__ import annotations

import pytest

from bot.errors import ChannelFact, Fact, FileFact, MessageFact, PeopleFact, PersonFact, StaffFact
from bot.slack.gateway import METHODS, Paused, RateLimited
from bot.usecases import audience
from bot.workers.asking import _ASKS
from storage import trouble
from storage.records.trouble import INSTALLATION
from tests.storage.cast import OURS
from tests.workers.office import Office
from tests.workers.slack import Fate

PERSON, USERS_INFO = PersonFact("U00ZOE"), "users.info"


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
