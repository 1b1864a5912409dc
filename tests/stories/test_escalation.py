"""A question goes up the ladder, and its answer comes back to the customer through the agent."""

from __future__ import annotations

from tests.stories import ladder
from tests.stories.stage import stage
from tests.stories.told import typed


async def test_a_specialist_answers_and_the_agent_sends_it(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it)
        assert "Escalate to Technical" in ladder.words(it.cards())
        packet = await ladder.escalated(it, card, severity="high", needed="tomorrow 9am")
        assert "Which log tells more?" in ladder.words([packet])
        assert "S0SPECIALS" in ladder.words([packet])
        assert "Nobody has accepted it yet" in ladder.words([packet])
        assert "With *Technical*" in ladder.words(it.cards())

        await it.press("tariq", "act:accept", packet)
        assert "*Tariq Aziz* has it" in ladder.words(ladder.packets(it))
        await ladder.say(it, "tariq", "act:ask_back", packet, "Which version is it?")
        note = ladder.note_with(it, card, "act:tell_back")
        assert "Which version is it?" in ladder.words([note])
        await ladder.say(it, "ana", "act:tell_back", note, "It is 4.2.")
        assert "It is 4.2." in ladder.words(it.thread("tech-support", packet.ts))
        assert "*Tariq Aziz* has it" in ladder.words(ladder.packets(it))

        await ladder.say(it, "tariq", "act:draft", packet, "Please look into import.log.")
        draft = ladder.note_with(it, card, "act:approve")
        assert "import.log" not in ladder.words(it.messages("acme-harbour"))
        await it.press("ana", "act:approve", draft)
        (form,) = it.open_views()
        assert "import.log" in str(form.view["blocks"])
        await it.people.submit("ana", form.id, {"text": "Please look into import.log, Carla."})
        await it.quiet()
        await it.later(11)
        thread = it.thread("acme-harbour", said.ts)
        assert "import.log, Carla" in ladder.words(thread)
        assert thread[-1].username == "Ana Petrova"
        assert "Settled" in ladder.words(ladder.packets(it))
        assert "With *Technical*" not in ladder.words(it.cards())
        for secret in ("Tariq", "Which version", "Technical"):
            assert secret not in ladder.words(it.messages("acme-harbour"))


async def test_talk_under_the_packet_is_read_under_the_card_and_follows_edits(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        said = it.people.say("tariq", "#tech-support", "I saw that before", thread_ts=packet.ts)
        await it.quiet()
        assert "I saw that before" in ladder.words(ladder.notes(it, card))
        it.people.edit("tariq", said.channel, said.ts, "I saw that in May")
        await it.quiet()
        assert "in May" in ladder.words(ladder.notes(it, card))
        assert "before" not in ladder.words(ladder.notes(it, card))
        it.people.delete("tariq", said.channel, said.ts)
        await it.quiet()
        assert "in May" not in ladder.words(ladder.notes(it, card))


async def test_what_nobody_accepts_in_time_goes_up_and_says_so(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        await ladder.escalated(it, card)
        for _ in range(3):
            await it.later(3 * 86_400)
        first, second, third = ladder.packets(it)
        assert "went on to *Engineering*" in ladder.words([first])
        assert "went on to *Manager*" in ladder.words([second])
        assert "Nobody has accepted it yet" in ladder.words([third])
        assert "nobody is above" in ladder.words(ladder.notes(it, card))


async def test_two_levels_at_once_are_refused(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        refusal = await typed(it, "ana", "#1 Anybody?", command="/escalate")
        assert "is with Technical already" in refusal
        assert len(ladder.packets(it)) == 1
        await it.press("ana", "act:withdraw", packet)
        assert "Withdrawn" in ladder.words(ladder.packets(it))
        assert "Escalate to Engineering" in ladder.words(it.cards())


async def test_without_a_trigger_the_packet_is_posted_at_once(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it)
        it.people.react("ana", said.channel, said.ts, "rotating_light")
        await it.quiet()
        (packet,) = ladder.packets(it)
        assert "error 42" in ladder.words([packet])
        assert "act:complete" in ladder.words([packet])
        await it.press("ana", "act:complete", packet)
        await ladder.fill(it, "ana", setup="Version 4.2")
        assert "Version 4.2" in ladder.words(ladder.packets(it))
        await it.press("ana", "act:withdraw", packet)
        it.people.say("ana", "#triage", "!escalate Who knows error 42?", thread_ts=card.ts)
        await it.quiet()
        assert "Who knows error 42?" in ladder.words(ladder.packets(it)[-1:])


async def test_a_resolved_or_merged_ticket_takes_its_packet_along(database_url: str) -> None:
    async with stage(database_url) as it:
        _, first = await ladder.asked(it)
        packet = await ladder.escalated(it, first)
        await it.later(1200)  # Technical has an hour to accept
        _, second = await ladder.asked(it, "Another import stops, too. Why?")
        await typed(it, "ana", "merge 1 into 2", command="/ticket")
        assert "With *Technical*" in ladder.words(it.cards()[1:])
        thread = ladder.words(it.thread("tech-support", packet.ts))
        assert "part of #2" in thread
        it.people.say("tariq", "#tech-support", "Same cause", thread_ts=packet.ts)
        await it.quiet()
        assert "Same cause" in ladder.words(ladder.notes(it, second))
        await it.press("ana", "act:resolve", second)
        assert "Settled" in ladder.words(ladder.packets(it))
        assert "ticket is done" in ladder.words(it.thread("tech-support", packet.ts))


async def test_a_decline_comes_back_and_names_who_is_next(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        await ladder.say(it, "tariq", "act:decline", packet, "That is the network's.")
        note = ladder.note_with(it, card, "act:escalate")
        assert "the network's" in ladder.words([note])
        assert "Escalate to Engineering" in ladder.words([note])


async def test_a_draft_that_was_undone_waits_again_and_can_be_sent_back(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        await ladder.say(it, "tariq", "act:draft", packet, "Restart it.")
        await it.press("ana", "act:approve", ladder.note_with(it, card, "act:approve"))
        await ladder.fill(it, "ana", text="Restart it.")
        await it.press("ana", "act:undo", ladder.note_with(it, card, "act:undo"))
        assert "did not go to the customer" in ladder.words(ladder.notes(it, card))
        note = ladder.note_with(it, card, "act:send_back")
        await ladder.say(it, "ana", "act:send_back", note, "Restart what?")
        assert "Restart what?" in ladder.words(it.thread("tech-support", packet.ts))
        assert "*Tariq Aziz* has it" in ladder.words(ladder.packets(it))


async def test_whoever_goes_away_gives_back_what_they_had_accepted(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        await it.press("ben", "act:accept", packet)
        await typed(it, "ben", "away", command="/desk")
        assert "Nobody has accepted it yet" in ladder.words(ladder.packets(it))
        assert "is away now" in ladder.words(it.thread("tech-support", packet.ts))


async def test_closing_the_loop_ends_when_the_customer_hears(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        packet = await ladder.escalated(it, card)
        await it.press("tariq", "act:discussed", packet)
        assert "close the loop" in ladder.words(it.cards())
        assert "Close the loop" in ladder.words(ladder.notes(it, card))
        await it.reply("ana", card, "It is fixed in 4.3.")
        assert "close the loop" not in ladder.words(it.cards())
        assert "Settled" in ladder.words(ladder.packets(it))


async def test_a_colleague_is_pulled_in_by_direct_message_and_let_go(database_url: str) -> None:
    async with stage(database_url) as it:
        _, card = await ladder.asked(it)
        await it.choose("ana", card, "more")
        await ladder.fill(it, "ana", act="pull_in")
        await ladder.fill(it, "ana", who="U00000GUS", text="Do you know error 42?")
        asked = next(
            m
            for c in it.slack.world.channels.values()
            if c.is_im
            for m in c.messages.values()
            if "act:guest_says" in str(m.blocks)
        )
        await ladder.say(it, "gus", "act:guest_says", asked, "Yes, the disk is full.")
        assert "the disk is full" in ladder.words(ladder.notes(it, card))
        note = ladder.note_with(it, card, "act:let_go")
        await it.press("ana", "act:let_go", note)
        assert "does not help with this any more" in ladder.words(ladder.notes(it, card))
        assert "disk is full" not in ladder.words(it.messages("acme-harbour"))


async def test_a_customer_can_press_nothing_of_it(database_url: str) -> None:
    async with stage(database_url) as it:
        said, card = await ladder.asked(it)
        # To customers it means that it is urgent.
        it.people.react("carla", said.channel, said.ts, "rotating_light")
        await it.quiet()
        assert ladder.packets(it) == []
        assert "URGENT" in ladder.words(it.cards())
        packet = await ladder.escalated(it, card)
        assert packet.channel == "C0TECHSUPP"
