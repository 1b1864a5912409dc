"""What people press and type beside the main job, and what each of them then sees."""

from __future__ import annotations

from sandbox.faults import FaultSetting, MethodFaults
from sandbox.people.presses import Spot
from sandbox.world import Message, View
from tests.stories.stage import Stage, stage

DAY = 86_400.0


async def kim_asks(it: Stage) -> tuple[Message, Message, Message]:
    """Kim's question in #help, its receipt and its card."""
    asked: Message = it.people.say("kim", "#help", "How do I reset my password?")
    await it.quiet()
    return asked, it.thread("help", asked.ts)[0], it.cards()[-1]


def whispers(it: Stage, user: str) -> list[str]:
    """What only this person saw."""
    return [one.text for one in it.slack.world.ephemerals.values() if one.user == user]


async def home(it: Stage, user: str) -> View:
    """The app's home as somebody sees it, who has just opened it."""
    it.people.open_home(user)
    await it.quiet()
    return it.slack.world.homes[user_id(it, user)]


def user_id(it: Stage, name: str) -> str:
    """Somebody's id, by the handle."""
    return next(user.id for user in it.slack.world.users.values() if user.name == name)


async def test_urgent_calls_all_agents_while_nobody_has_it(database_url: str) -> None:
    async with stage(database_url) as it:
        asked, receipt, card = await kim_asks(it)
        await it.press("kim", "act:urgent", receipt)
        assert "URGENT" not in str(it.cards()[0].blocks)
        await fill_in(it, "kim", impact="Nobody can pay", deadline="today")
        assert "URGENT" in str(it.cards()[0].blocks)
        inside = " ".join(str(m.blocks) for m in it.thread("triage", card.ts))
        assert "<!subteam^S0SUPPORT>" in inside
        assert "Nobody can pay\\n" in inside
        told = it.thread("help", asked.ts)
        assert "urgent now and have told the team" in str(told[-1].blocks)
        assert "Two things help us" not in str(told[-1].blocks)
        assert "act:urgent" not in str(told[0].blocks)


async def test_where_no_form_is_shown_urgent_is_said_at_once_and_asked_by_reply(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked, receipt, _ = await kim_asks(it)
        broken = {"views.open": MethodFaults(broken=1.0)}
        it.slack.faults.replace(FaultSetting(methods=broken))
        await it.press("kim", "act:urgent", receipt)
        assert "URGENT" in str(it.cards()[0].blocks)
        assert "Two things help us" in str(it.thread("help", asked.ts)[-1].blocks)


async def test_urgent_by_emoji_or_word_asks_by_reply(database_url: str) -> None:
    async with stage(database_url) as it:
        asked, _, _ = await kim_asks(it)
        it.people.react("kim", "#help", asked.ts, "rotating_light")
        await it.quiet()
        assert "URGENT" in str(it.cards()[0].blocks)
        assert "What can you not do just now?" in str(it.thread("help", asked.ts)[-1].blocks)


async def fill_in(it: Stage, person: str, **fields: str) -> None:
    """Send the form that is open, and wait for all that follows."""
    view = next(view for view in it.slack.world.views.values() if view.is_open)
    await it.people.submit(person, view.id, fields)
    await it.quiet()


async def test_urgent_calls_the_owner_alone(database_url: str) -> None:
    async with stage(database_url) as it:
        _, receipt, card = await kim_asks(it)
        await it.press("ben", "act:take", card)
        await it.press("kim", "act:urgent", receipt)
        await fill_in(it, "kim", impact="Nobody can pay")
        note = next(str(m.blocks) for m in it.thread("triage", card.ts) if "is urgent" in m.text)
        assert "<@U00000BEN>" in note
        assert "subteam" not in note


async def test_a_colleague_cannot_speak_for_who_asked(database_url: str) -> None:
    async with stage(database_url) as it:
        _, receipt, _ = await kim_asks(it)
        await it.press("gus", "act:solved", receipt)
        assert "Only the person who asked" in whispers(it, "U00000GUS")[0]
        assert "act:take" in str(it.cards()[0].blocks)


async def test_still_a_problem_is_answered_in_the_thread(database_url: str) -> None:
    async with stage(database_url) as it:
        asked, receipt, card = await kim_asks(it)
        await it.press("ana", "act:take", card)
        await it.press("kim", "act:solved", receipt)
        await it.press("kim", "act:reopen", receipt)
        assert "is open again. Ana Petrova" in str(it.thread("help", asked.ts)[-1].blocks)
        assert "our turn" in str(it.cards()[0].blocks)


async def test_after_two_weeks_a_new_message_is_asked_for(database_url: str) -> None:
    async with stage(database_url) as it:
        asked, receipt, card = await kim_asks(it)
        await it.press("ana", "act:resolve", card)
        count = len(it.thread("help", asked.ts))
        await it.later(15 * DAY)
        await it.press("kim", "act:reopen", receipt)
        assert "write a new message" in whispers(it, "U00000KIM")[0]
        assert len(it.thread("help", asked.ts)) == count
        await it.people.command("ana", "#triage", "/ticket", "reopen 1")
        await it.quiet()
        assert "act:take" in str(it.cards()[0].blocks)


async def test_pressing_take_twice_changes_nothing_and_says_so(database_url: str) -> None:
    async with stage(database_url) as it:
        *_, card = await kim_asks(it)
        await it.press("ana", "act:take", card)
        await it.press("ana", "act:take", card)
        assert whispers(it, "U00000ANA") == ["#1 is already yours."]


async def test_how_it_ended_may_be_typed_or_chosen(database_url: str) -> None:
    async with stage(database_url) as it:
        asked, _, card = await kim_asks(it)
        await it.people.command("ana", "#triage", "/ticket", "resolve 1 workaround")
        await it.quiet()
        assert "Resolved as workaround" in str(it.cards()[0].blocks)
        it.people.say("kim", "#help", "It came back, what now?", thread_ts=asked.ts)
        await it.quiet()
        await it.people.press(
            "ana",
            Spot(channel=card.channel, ts=card.ts),
            "act:menu",
            chosen=_choice(it.cards()[0], "resolve_as"),
        )
        view = next(view for view in it.slack.world.views.values() if view.is_open)
        await it.people.submit("ana", view.id, {"resolution": "fixed"})
        await it.quiet()
        assert "Resolved as fixed" in str(it.cards()[0].blocks)


def _choice(card: Message, act: str) -> str:
    """The value of a line of the card's menu."""
    options = card.blocks[0]["accessory"]["options"]
    return next(str(o["value"]) for o in options if o["value"].startswith(f"{act}:"))


async def test_a_ticket_is_given_by_a_mere_name(database_url: str) -> None:
    async with stage(database_url) as it:
        *_, card = await kim_asks(it)
        await it.people.command("ana", "#triage", "/assign", "#1 okafor")
        await it.quiet()
        assert "<@U00000BEN>" in str(it.cards()[0].blocks)
        assert whispers(it, "U00000ANA") == ["#1 now belongs to Ben Okafor."]
        assert "is yours now" in str(it.thread("triage", card.ts)[-1].blocks)


async def test_what_is_typed_into_the_form_is_posted_as_it_was_typed(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "Morning all")
        await it.quiet()
        await it.people.command("ana", "#acme-harbour", "/ticket", "new R&D <b>")
        view = next(view for view in it.slack.world.views.values() if view.is_open)
        await it.people.submit("ana", view.id, {"title": "R&D <b>", "details": "<!channel> &lt;"})
        await it.quiet()
        top = [message for message in it.messages("acme-harbour") if not message.is_reply]
        posted = top[-1].blocks[1]["text"]["text"]
        assert posted == "R&amp;D &lt;b&gt;\n&lt;!channel&gt; &amp;lt;"
        assert "R&amp;D &lt;b&gt;" in str(it.cards()[0].blocks)


async def test_what_is_taken_at_home_moves_there(database_url: str) -> None:
    async with stage(database_url) as it:
        await kim_asks(it)
        anas = await home(it, "ana")
        await it.people.press("ana", Spot(view_id=anas.id), "act:take:1")
        await it.quiet()
        drawn = str(it.slack.world.homes["U00000ANA"].view)
        assert "Every ticket has somebody" in drawn
        assert "Ana Petrova" in drawn


async def test_a_colleague_at_home_is_told_of_the_agents_and_a_customer_of_the_channel(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        tariqs, kims = await home(it, "tariq"), await home(it, "kim")
        assert "add you to the agents" in str(tariqs)
        assert "Write in the channel" in str(kims)


async def test_an_old_button_at_home_is_answered_by_a_direct_message(database_url: str) -> None:
    async with stage(database_url) as it:
        *_, card = await kim_asks(it)
        bens = await home(it, "ben")
        await it.press("ana", "act:resolve", card)
        await it.people.press("ben", Spot(view_id=bens.id), "act:take:1")
        await it.quiet()
        (direct,) = [channel for channel in it.slack.world.channels.values() if channel.is_im]
        assert "U00000BEN" in direct.members
        assert "already resolved" in str([m.text for m in direct.messages.values()])
        assert "act:take:" not in str(it.slack.world.homes["U00000BEN"].view)


async def test_who_is_mentioned_is_named_on_the_card_and_not_called(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("ben", "#acme-harbour", "Morning all")
        await it.quiet()
        it.people.say("carla", "#acme-harbour", "Hi @ben and @gus, the export is broken. Help?")
        await it.quiet()
        shown = str(it.cards()[0].blocks)
        assert "Hi @Ben Okafor and @someone" in shown
        assert "<@U" not in shown
