"""What is said to one person alone: once although an answer is lost, and true afterwards, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.faults import FaultSetting, MethodFaults
from sandbox.world import Message
from tests.stories import ladder
from tests.stories.stage import Stage, stage
from tests.stories.told import since

ORDER = "Our order 4711 prints no labels. Why is that?"
HELP = "Do you know that printer?"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def trouble(it: Stage, **faults: MethodFaults) -> Iterator[None]:
    """Slack fails so, by method with ``_`` for the dot, until the block ends."""
    methods = {name.replace("_", "."): fault for name, fault in faults.items()}
    it.slack.faults.replace(FaultSetting(methods=methods))
    yield
    it.slack.faults.replace(FaultSetting())


def direct(it: Stage, person: str) -> list[Message]:
    """What was posted for somebody alone, oldest first."""
    them = next(user.id for user in it.slack.world.users.values() if user.name == person)
    rooms = [c for c in it.slack.world.channels.values() if c.is_im and them in c.members]
    return sorted((m for room in rooms for m in room.messages.values()), key=lambda m: m.ts)


async def pulled_in(it: Stage, card: Message) -> None:
    """Ana asks Gus about the ticket of that card."""
    await it.choose("ana", card, "more")
    await ladder.fill(it, "ana", act="pull_in")
    await ladder.fill(it, "ana", who="U00000GUS", text=HELP)


@pytest.mark.parametrize("fault", [MethodFaults(lost=1), MethodFaults(broken=1)], ids=str)
async def test_who_is_called_is_called_once_though_slack_does_not_say(
    database_url: str, fault: MethodFaults
) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it, ORDER)
        with trouble(it, chat_postMessage=fault):
            await pulled_in(it, card)
        for _ in range(4):
            await it.later(30)
        (asked,) = direct(it, "gus")
        assert HELP in ladder.words([asked])
        it.people.delete("carla", said.channel, said.ts)
        await it.quiet()
        assert "4711" not in ladder.words(direct(it, "gus"))


@on_sqlite
async def test_words_in_an_invitation_follow_their_author(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it, ORDER)
        await pulled_in(it, card)
        assert "4711" in ladder.words(direct(it, "gus"))
        it.people.edit("carla", said.channel, said.ts, ORDER.replace("4711", "4712"))
        await it.quiet()
        assert "4712" in ladder.words(direct(it, "gus"))
        assert "4711" not in ladder.words(direct(it, "gus"))
        await it.press("ana", "act:let_go", ladder.note_with(it, card, "act:let_go"))
        (over,) = direct(it, "gus")
        assert "That is over" in ladder.words([over])
        assert "4712" not in ladder.words([over])
        assert "act:guest_says" not in ladder.words([over])


@on_sqlite
async def test_without_the_scope_for_it_people_are_called_all_the_same(database_url: str) -> None:
    async with stage(database_url) as it:
        assert it.slack.world.app is not None
        it.slack.world.app.scopes.remove("im:write")
        _, card = await ladder.asked(it, ORDER)
        await pulled_in(it, card)
        assert HELP in ladder.words(direct(it, "gus"))


@on_sqlite
async def test_who_has_left_is_not_waited_for(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it, ORDER)
        with trouble(it, conversations_open=MethodFaults(broken=1)):
            await pulled_in(it, card)
        it.slack.world.users["U00000GUS"].deleted = True
        await it.later(30)
        assert direct(it, "gus") == []
        it.people.say("zoe", "#globex-harbour", "Is our order late?")
        await it.quiet()
        assert len(it.cards()) == 2


@on_sqlite
async def test_a_packet_quotes_nobody_who_took_their_words_back(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it, ORDER)
        await it.reply("ana", card, "Is there paper in tray 2?")
        it.people.react("ana", said.channel, said.ts, "rotating_light")
        await it.quiet()
        assert "4711" in ladder.words(ladder.packets(it))
        assert "tray 2" in ladder.words(ladder.packets(it))
        it.people.edit("carla", said.channel, said.ts, ORDER.replace("4711", "4712"))
        await it.quiet()
        assert "4712" in ladder.words(ladder.packets(it))
        it.people.delete("carla", said.channel, said.ts)
        (sent,) = [m for m in it.thread("triage", card.ts) if "act:unsend" in str(m.blocks)]
        await it.press("ana", "act:unsend", sent)
        for word in ("4711", "4712", "tray 2"):
            assert word not in ladder.words(ladder.packets(it))
        assert "deleted these words" in ladder.words(ladder.packets(it))


@on_sqlite
async def test_what_an_agent_wrote_around_a_quote_stays(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it, ORDER)
        question = f"Which log tells more?\n{ORDER}\nThe label is 4711/b."
        await ladder.escalated(it, card, question=question)
        it.people.delete("carla", said.channel, said.ts)
        await it.quiet()
        packet = ladder.words(ladder.packets(it))
        assert "Which log tells more?" in packet
        assert "4711/b" in packet
        assert "prints no labels" not in packet


@on_sqlite
async def test_words_of_a_form_that_came_to_nothing_go_back_to_who_wrote_them(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it, ORDER)
        await it.press("ana", "act:escalate", card)
        form = it.open_views()[-1]
        it.people.react("ben", said.channel, said.ts, "rotating_light")
        await it.quiet()
        known = set(it.slack.world.ephemerals)
        await it.people.submit("ana", form.id, {"question": "My very own question?"})
        await it.quiet()
        assert "My very own question?" in since(it, known)


@on_sqlite
async def test_who_writes_to_the_desk_alone_is_told_where_somebody_reads(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "@threadkeeper", "Hello! Our printer is on fire.")
        await it.quiet()
        (_, told) = direct(it, "carla")
        assert "in the channel that your company shares with us" in str(told.text)
        assert it.cards() == []
        it.people.say("carla", "@threadkeeper", "It still burns, can you hear me?")
        it.people.say("ana", "@threadkeeper", "hi")
        await it.quiet()
        assert len(direct(it, "carla")) == 3  # she was told a moment ago
        assert "/ticket help" in str(direct(it, "ana")[-1].text)
        await it.later(601)
        it.people.say("carla", "@threadkeeper", "Is anybody there?")
        await it.quiet()
        it.people.say("kim", "@threadkeeper", "Where do I ask?")
        await it.quiet()
        assert "Nobody of the team reads" in str(direct(it, "carla")[-1].text)
        assert "Write it in #help" in str(direct(it, "kim")[-1].text)
        assert it.cards() == []


@on_sqlite
async def test_words_under_what_we_asked_somebody_alone_are_not_met_with_silence(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it, ORDER)
        await pulled_in(it, card)
        (asked,) = direct(it, "gus")
        it.people.say("gus", asked.channel, "Thanks!", thread_ts=asked.ts)
        await it.quiet()
        assert len(direct(it, "gus")) == 2
        it.people.say("gus", asked.channel, "It needs a new fuser.", thread_ts=asked.ts)
        await it.quiet()
        assert "its buttons bring them your answer" in str(direct(it, "gus")[-1].text)
