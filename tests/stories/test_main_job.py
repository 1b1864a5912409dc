"""The main job: a question becomes a card, is taken, answered, resolved, and all see each step."""

from __future__ import annotations

from datetime import timedelta

from sandbox.world import Message
from tests.stories.stage import Stage, stage


async def test_a_question_is_taken_answered_and_resolved(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
        await it.quiet()
        (card,) = it.cards()
        (receipt,) = it.thread("acme-harbour", asked.ts)
        assert "Acme Robotics" in card.text
        assert "#1" in receipt.text

        await it.press("ana", "act:take", card)
        assert "U00000ANA" in str(it.cards()[0].blocks)
        assert "Ana Petrova" in str(it.thread("acme-harbour", asked.ts)[0].blocks)

        await it.reply("ana", card, "Which file did you export?")
        (_, answer) = it.thread("acme-harbour", asked.ts)
        assert answer.username == "Ana Petrova"
        assert "Which file" in answer.text

        it.people.say("carla", "#acme-harbour", "The one of Monday", thread_ts=asked.ts)
        await it.quiet()
        assert any("The one of Monday" in str(m.blocks) for m in it.thread("triage", card.ts))

        await it.press("ana", "act:resolve", card)
        assert "olved" in it.thread("acme-harbour", asked.ts)[-1].text
        await _thanks_does_not_reopen_but_a_question_does(it, asked, card)


async def _thanks_does_not_reopen_but_a_question_does(
    it: Stage, asked: Message, card: Message
) -> None:
    it.people.say("carla", "#acme-harbour", "thanks!", thread_ts=asked.ts)
    await it.quiet()
    assert "esolved" in str(it.cards()[0].blocks)
    it.people.say("carla", "#acme-harbour", "Wait, it fails again. Why?", thread_ts=asked.ts)
    await it.quiet()
    (now,) = it.cards()
    assert now.ts == card.ts
    assert "our turn" in str(now.blocks)


async def test_undo_within_ten_seconds_sends_nothing(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, "Oops, wrong customer", wait=False)
        held = it.thread("triage", card.ts)[-1]
        await it.press("ana", "act:undo", held)
        it.slack.world.clock.move(timedelta(minutes=1).total_seconds())
        await it.quiet()
        assert len(it.thread("acme-harbour", asked.ts)) == 1
        assert "Oops" not in str(it.messages("acme-harbour"))


async def test_a_customer_who_presses_an_agents_button_gets_a_private_no(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("kim", "#help", "How do I reset my password?")
        await it.quiet()
        (card,) = it.cards()
        await it.press("tariq", "act:take", card)
        (whisper,) = it.slack.world.ephemerals.values()
        assert whisper.user == "U000TARIQ"
        assert "agents" in whisper.text
        assert "nobody yet" in str(it.cards()[0].blocks)


async def test_the_other_company_sees_nothing_and_customers_see_no_internal_word(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
        await it.quiet()
        (card,) = it.cards()
        it.people.say("ana", "#triage", "She always breaks SECRETNOTE", thread_ts=card.ts)
        await it.quiet()
        assert it.messages("globex-harbour") == []
        for channel in ("acme-harbour", "globex-harbour", "help"):
            assert "SECRETNOTE" not in str(it.messages(channel))


async def test_reactions_take_and_resolve(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
        await it.quiet()
        it.people.react("ben", "#acme-harbour", asked.ts, "eyes")
        await it.quiet()
        assert "U00000BEN" in str(it.cards()[0].blocks)
        it.people.react("carla", "#acme-harbour", asked.ts, "white_check_mark")
        await it.quiet()
        assert "esolved" in str(it.cards()[0].blocks) or "olved" in it.cards()[0].text
