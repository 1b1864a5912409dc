"""Tracking by hand and late: by emoji, menu, link and name; its thread comes along; and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.rules.catchup import stamp
from storage import channels
from storage.records.workspaces import Mode
from storage.unit import Unit
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_an_emoji_makes_a_ticket_of_a_message_that_was_ignored(database_url: str) -> None:
    async with stage(database_url) as it:
        said = it.people.say("carla", "#acme-harbour", "thanks a lot!")
        own = it.people.say("ana", "#acme-harbour", "Carla rang: the export is broken.")
        await it.quiet()
        assert it.cards() == []
        it.people.react("ben", "#acme-harbour", said.ts, "ticket")
        it.people.react("ana", "#acme-harbour", own.ts, "ticket")
        await it.quiet()
        assert len(it.cards()) == 2
        ends = {row.ts: (row.end, row.reason) for row in (await look(it)).messages}
        assert ends[said.ts] == ends[own.ts] == ("opened", "tracked")
        assert [len(_receipts(it, ts)) for ts in (said.ts, own.ts)] == [1, 1]
        it.people.react("ben", "#acme-harbour", own.ts, "ticket")
        await it.quiet()
        assert len(it.cards()) == 2


async def test_late_tracking_brings_the_whole_thread_in_order_once_with_its_sides(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await _mode(it, "acme-harbour", Mode.ON_DEMAND)
        bot = it.people.senses.app.bot_user
        it.people.kick("ana", "#acme-harbour", bot)
        root = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("ana", "#acme-harbour", "Which file?", thread_ts=root.ts)
        later = it.people.say("carla", "#acme-harbour", "The blue one", thread_ts=root.ts)
        it.people.edit("carla", "#acme-harbour", later.ts, "The green one")
        it.people.invite("ana", "#acme-harbour", bot)
        last = it.people.say("carla", "#acme-harbour", "Thanks!", thread_ts=root.ts)
        await it.quiet()
        assert it.cards() == []
        it.people.react("ben", "#acme-harbour", later.ts, "ticket")
        await it.quiet()
        (card,) = it.cards()
        assert "green one" in shown(card)
        thread = [shown(m) for m in it.thread("triage", card.ts)]
        told = [at for at, m in enumerate(thread) if "export is broken" in m or "Which file" in m]
        assert len(told) == 2
        assert "answered the customer" in thread[told[1]]
        assert "blue" not in " ".join(thread)
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.thread_ts == root.ts
        assert len(_receipts(it, root.ts)) == 1
        ends = {row.ts: row.end for row in (await look(it)).messages if row.ticket_id}
        assert len(ends) == 4
        assert ends[last.ts] == "joined"


async def test_on_demand_a_mention_makes_a_ticket_of_the_thread(database_url: str) -> None:
    async with stage(database_url) as it:
        await _mode(it, "acme-harbour", Mode.ON_DEMAND)
        quiet = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert it.cards() == []
        it.people.say("carla", "#acme-harbour", "@threadkeeper please", thread_ts=quiet.ts)
        it.people.say("omar", "#acme-harbour", "@threadkeeper the invoice is wrong")
        await it.quiet()
        first, second = sorted(it.cards(), key=lambda card: "invoice" in shown(card))
        assert "export is broken" in shown(first)
        assert "please" in " ".join(shown(m) for m in it.thread("triage", first.ts))
        assert "invoice" in shown(second)


async def test_the_author_may_ask_with_an_emoji_where_others_may_not(database_url: str) -> None:
    async with stage(database_url) as it:
        await _mode(it, "acme-harbour", Mode.ON_DEMAND)
        said = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.react("omar", "#acme-harbour", said.ts, "ticket")
        await it.quiet()
        assert it.cards() == []
        it.people.react("carla", "#acme-harbour", said.ts, "ticket")
        await it.quiet()
        assert len(it.cards()) == 1


async def test_the_menu_and_the_link_of_a_message_track_it_and_say_so(database_url: str) -> None:
    async with stage(database_url) as it:
        await _mode(it, "acme-harbour", Mode.ON_DEMAND)
        one = it.people.say("carla", "#acme-harbour", ASKED)
        two = it.people.say("omar", "#acme-harbour", "The invoice is wrong")
        await it.quiet()
        await it.people.shortcut("ana", "track_ticket", channel="#acme-harbour", ts=one.ts)
        await it.quiet()
        assert "#1 is open" in _whispers(it)
        link = f"https://harbour.slack.com/archives/{two.channel}/p{two.ts.replace('.', '')}"
        await it.people.command("ana", "#triage", "/ticket", f"track {link}")
        await it.quiet()
        assert len(it.cards()) == 2
        await it.people.shortcut("ana", "track_ticket", channel="#acme-harbour", ts=one.ts)
        await it.quiet()
        assert "belongs to #1 already" in _whispers(it)


async def test_off_is_off_for_emoji_and_menu_and_says_how_to_switch_it_on(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await _mode(it, "acme-harbour", Mode.OFF)
        said = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.react("ana", "#acme-harbour", said.ts, "ticket")
        await it.quiet()
        assert it.cards() == []
        assert "/desk mode on-demand" in _whispers(it)


async def test_who_says_not_a_request_is_overruled_by_the_emoji(database_url: str) -> None:
    async with stage(database_url) as it:
        said = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        card = it.cards()[0]
        await it.press("ana", "act:resolve", card)
        it.people.react("ben", "#acme-harbour", said.ts, "ticket")
        await it.quiet()
        assert "Resolved" in shown(it.cards()[0])  # solved is solved


async def test_why_says_in_plain_words_what_became_of_a_message(database_url: str) -> None:
    async with stage(database_url) as it:
        kind = it.people.say("carla", "#acme-harbour", "thanks a lot!")
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        answers = []
        for said in (kind, asked):
            await it.people.shortcut("ana", "why_ticket", channel="#acme-harbour", ts=said.ts)
            answers.append(_whispers(it))
        assert "a kind word" in answers[0]
        assert "Track as ticket" in answers[0]
        assert "It opened" in answers[1]
        told = await it.people.command("ana", "#triage", "/ticket", "why 1")
        assert "new request" in str(told)
        receipt = it.thread("acme-harbour", asked.ts)[0]
        await it.people.shortcut("ana", "why_ticket", channel="#acme-harbour", ts=receipt.ts)
        assert "a post of mine" in _whispers(it)


async def test_a_request_in_an_old_thread_brings_what_was_said_there_before(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        own = it.people.say("ana", "#acme-harbour", "We release tomorrow.")
        it.people.say("ben", "#acme-harbour", "At noon.", thread_ts=own.ts)
        await it.quiet()
        it.people.say("carla", "#acme-harbour", "Will the export work then?", thread_ts=own.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "Will the export" in shown(card)
        assert "our turn" in shown(card)
        thread = " ".join(shown(m) for m in it.thread("triage", card.ts))
        assert "We release" in thread
        assert "At noon" in thread


async def test_what_we_said_before_somebody_asked_is_no_answer(database_url: str) -> None:
    async with stage(database_url) as it:
        own = it.people.say("ana", "#acme-harbour", "We have released 4.2.")
        await it.later(600)
        it.people.say("carla", "#acme-harbour", "Is the export broken now?", thread_ts=own.ts)
        await it.quiet()
        (ticket,) = (await look(it)).tickets.values()
        assert (ticket.status, ticket.owner_id) == ("new", None)
        assert (ticket.first_answer_at, ticket.last_ours_at) == (None, None)
        answer = it.people.say("ana", "#acme-harbour", "Since noon.", thread_ts=own.ts)
        await it.quiet()
        (ticket,) = (await look(it)).tickets.values()
        assert stamp(ticket.first_answer_at) == answer.ts
        it.people.delete("ana", "#acme-harbour", answer.ts)
        await it.quiet()
        (ticket,) = (await look(it)).tickets.values()
        assert (ticket.first_answer_at, ticket.last_ours_at) == (None, None)


async def test_a_reply_in_a_thread_from_before_we_came_brings_all_of_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        bot = it.people.senses.app.bot_user
        it.people.kick("ana", "#acme-harbour", bot)
        root = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("ana", "#acme-harbour", "Which file?", thread_ts=root.ts)
        it.people.invite("ana", "#acme-harbour", bot)
        await it.quiet()
        it.people.say("carla", "#acme-harbour", "The blue one", thread_ts=root.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "export is broken" in shown(card)
        thread = " ".join(shown(m) for m in it.thread("triage", card.ts))
        assert thread.index("Which file") < thread.index("The blue one")
        assert "our turn" in shown(card)
        assert len(_receipts(it, root.ts)) == 1


async def test_the_mode_of_a_channel_is_set_by_command_or_button_and_seen(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("ana", "#acme-harbour", "Hello")
        await it.quiet()
        told = str(await it.people.command("ana", "#acme-harbour", "/desk", "mode"))
        assert "follows the default, which is *auto*" in told
        for words in ("mode on-demand", "mode #acme-harbour ondemand"):
            await it.people.command("ana", "#acme-harbour", "/desk", words)
            await it.quiet()
            assert "is *on-demand* now" in _whispers(it)
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert it.cards() == []
        await it.people.command("ana", "#triage", "/desk", "mode #acme-harbour inherit")
        it.people.say("carla", "#acme-harbour", "And the import, too")
        await it.quiet()
        assert len(it.cards()) == 1


async def test_a_mode_that_cannot_be_is_refused_with_a_hint(database_url: str) -> None:
    async with stage(database_url) as it:
        for words, hint in (
            ("mode #triage auto", "team’s own channels"),
            ("mode #acme-harbour atuo", "Did you mean `/desk mode auto`"),
            ("mode #acme-harbour", "A mode is one of"),
            ("mode #nowhere auto", "no channel called #nowhere"),
            ("mode #acme-harbour #help off", "One channel at a time"),
        ):
            told = str(await it.people.command("ana", "#triage", "/desk", words))
            await it.quiet()
            assert hint in told + _whispers(it)


async def _mode(it: Stage, name: str, mode: Mode) -> None:
    """The channel is known and has this mode."""
    it.people.say("ana", f"#{name}", "Hello")
    await it.quiet()

    def change(unit: Unit) -> None:
        known = next(each for each in channels.tracked(unit) if each.name == name)
        channels.put(unit, replace(known, mode=mode))

    await it.program.desk.write(it.program.workspace_id, change)


def _whispers(it: Stage) -> str:
    return " ".join(f"{each.text} {each.blocks}" for each in it.slack.world.ephemerals.values())


def _receipts(it: Stage, ts: str) -> list[Any]:
    return [m for m in it.thread("acme-harbour", ts) if "reference is" in m.text]
