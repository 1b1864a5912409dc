"""Tickets that belong together, end to end: one customer's are merged, parted and linked."""

from __future__ import annotations

from sandbox import shapes
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import typed
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"
AGAIN = "Also the nightly export fails with E17, why?"


async def told(it: Stage, text: str) -> str:
    return await typed(it, "ana", text, command="/ticket")


async def two(it: Stage, second: str = "#acme-harbour", who: str = "carla") -> tuple[str, str]:
    """Two tickets, #1 and #2, of two threads; their thread's ts."""
    one = it.people.say("carla", "#acme-harbour", ASKED)
    await it.quiet()
    await it.later(3600)
    other = it.people.say(who, second, AGAIN)
    await it.quiet()
    return one.ts, other.ts


async def test_a_merged_ticket_follows_its_words_and_thread_until_that_is_undone(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, other = await two(it)
        assert "#2 is part of #1 now" in await told(it, "merge 2 into 1")
        ended, goes_on = it.cards()[1], it.cards()[0]
        assert "Part of" in shown(ended)
        assert "Contains" in shown(goes_on)
        assert "together with" in shown(it.thread("acme-harbour", other)[-1])
        inside = [shown(m) for m in it.thread("triage", goes_on.ts)]
        assert any("with all its messages" in words for words in inside)
        assert any("E17" in words for words in inside)

        it.people.say("carla", "#acme-harbour", "Any news?", thread_ts=other)
        await it.quiet()
        assert any("Any news" in shown(m) for m in it.thread("triage", goes_on.ts))
        assert len(it.cards()) == 2

        assert "of its own again" in await told(it, "unmerge 2")
        assert "Open, our turn" in shown(it.cards()[1])
        assert "on its own" in shown(it.thread("acme-harbour", other)[1])
        it.people.say("carla", "#acme-harbour", "Is this one open?", thread_ts=other)
        await it.quiet()
        assert any("Is this one open" in shown(m) for m in it.thread("triage", it.cards()[1].ts))
        seen = await look(it)
        second = next(each.id for each in seen.tickets.values() if each.number == 2)
        assert len([m for m in seen.messages if m.ticket_id == second]) == 3
        history = await told(it, "history 2")
        assert "merged it into #1" in history
        assert "parted it" in history


async def test_the_other_ticket_may_be_named_by_a_link_to_a_message_of_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        one, _ = await two(it)
        asked = next(m for m in it.messages("acme-harbour") if m.ts == one)
        link = shapes.permalink(it.slack.world, asked)
        assert "#2 is related to #1 now" in await told(it, f"link 2 related to {link}")
        assert "not linked any more" in await told(it, f"unlink 2 {link}")
        assert "#2 is part of #1 now" in await told(it, f"merge 2 into {link}")
        assert "of its own again" in await told(it, "unmerge 2")
        assert "duplicate of #1" in await told(it, f"resolve 2 duplicate of {link}")
        assert "#2 is open again" in await told(it, "reopen 2")
        it.people.say("ana", "#triage", f"!merge <{link}>", thread_ts=it.cards()[1].ts)
        await it.quiet()
        assert "Part of" in shown(it.cards()[1])
        nowhere = link.replace(one.replace(".", ""), "1700000000000100")
        assert "belongs to no ticket" in await told(it, f"link 2 related {nowhere}")


async def test_tickets_of_different_customers_are_never_joined(database_url: str) -> None:
    async with stage(database_url) as it:
        _, other = await two(it, "#help", "kim")
        before = len(it.thread("help", other))
        for words in ("merge 2 into 1", "merge 1 into 2", "link 1 duplicate 2"):
            assert "different customers" in await told(it, words)
        assert "#1 is related to #2 now" in await told(it, "link 1 related 2")
        assert "Related to" in shown(it.cards()[0])
        assert len(it.thread("help", other)) == before
        assert "not linked any more" in await told(it, "unlink 2 1")
        assert "Related to" not in shown(it.cards()[0])


async def test_a_duplicate_is_closed_and_its_customer_told_where_it_goes_on(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, other = await two(it)
        assert "#2 is resolved as a duplicate of #1" in await told(it, "link 2 duplicate of 1")
        last = it.thread("acme-harbour", other)[-1]
        assert "together with" in shown(last)
        assert not any("as solved" in shown(m) for m in it.thread("acme-harbour", other))
        assert "Resolved as duplicate" in shown(it.cards()[1])


async def test_who_resolves_as_a_duplicate_says_of_which_ticket_by_each_door(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        _, other = await two(it)
        assert "/ticket resolve 12 duplicate #15" in await told(it, "resolve 2 duplicate")
        assert "that very ticket" in await told(it, "resolve 2 duplicate #2")
        assert "no ticket #9" in await told(it, "resolve 2 duplicate 9")
        await told(it, "link 2 related 1")

        await it.choose("ana", it.cards()[1], "resolve_as")
        (view,) = it.open_views()
        refused = await it.people.submit("ana", view.id, {"resolution": "duplicate"})
        assert "Say of which ticket it is a duplicate" in str(refused)
        refused = await it.people.submit("ana", view.id, {"resolution": "fixed", "other": "#1"})
        assert "Only for a duplicate" in str(refused)
        await it.people.submit("ana", view.id, {"resolution": "duplicate", "other": ""})
        await it.people.submit("ana", view.id, {"into": "#1"})
        await it.quiet()
        ended, original = it.cards()[1], it.cards()[0]
        assert "Resolved as duplicate" in shown(ended)
        assert "Duplicate of" in shown(ended)
        assert "Has the duplicate" in shown(original)
        assert "Related" not in shown(original)
        assert "together with" in shown(it.thread("acme-harbour", other)[-1])
        history = await told(it, "history 2")
        assert "closed it as a duplicate" in history
        assert "duplicate of #1" in history

        await told(it, "reopen 2")
        it.people.say("ana", "#triage", "!resolve duplicate #1", thread_ts=ended.ts)
        await it.quiet()
        assert "Resolved as duplicate" in shown(it.cards()[1])


async def test_a_duplicate_of_what_is_solved_leads_to_the_answer(database_url: str) -> None:
    async with stage(database_url) as it:
        _, other = await two(it)
        await told(it, "resolve 1 fixed")
        assert "duplicate of #1" in await told(it, "resolve 2 duplicate 1")
        last = shown(it.thread("acme-harbour", other)[-1])
        assert "which is solved" in last
        assert "just write here" in last


async def test_a_duplicate_is_never_of_another_customers_ticket(database_url: str) -> None:
    async with stage(database_url) as it:
        _, other = await two(it, "#help", "kim")
        before = len(it.thread("help", other))
        assert "different customers" in await told(it, "resolve 2 duplicate 1")
        assert len(it.thread("help", other)) == before


async def test_the_form_offers_the_same_customers_tickets(database_url: str) -> None:
    async with stage(database_url) as it:
        await two(it)
        await it.choose("ana", it.cards()[1], "more")
        (view,) = it.open_views()
        await it.people.submit("ana", view.id, {"act": "merge"})
        (view,) = it.open_views()
        refused = await it.people.submit("ana", view.id, {"other": "#99"})
        assert "no ticket #99" in str(refused)
        await told(it, "resolve 1")
        refused = await it.people.submit("ana", view.id, {"other": "1"})
        assert "Reopen it first with /ticket reopen 1" in str(refused)
        await told(it, "reopen 1")
        await it.people.submit("ana", view.id, {"into": "#1", "other": ""})
        await it.quiet()
        assert "Contains" in shown(it.cards()[0])
        await it.choose("ana", it.cards()[1], "unmerge")
        assert "Contains" not in shown(it.cards()[0])
        assert "Open" in shown(it.cards()[1])


async def test_wrong_words_get_a_hint(database_url: str) -> None:
    async with stage(database_url) as it:
        await two(it)
        assert "that very ticket" in await told(it, "merge 1 into 1")
        assert "no ticket #9" in await told(it, "merge 1 into 9")
        assert "Say how they belong together" in await told(it, "link 1 cousin 2")
        assert "Say how they belong together" in await told(it, "link 1 2")
        assert "not merged" in await told(it, "unmerge 1")
        assert "not linked" in await told(it, "unlink 1 2")


async def test_what_was_split_off_and_merged_back_is_read_again_where_it_was(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        other = it.people.say("carla", "#acme-harbour", "The invoice is wrong", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=other.ts)
        await it.quiet()
        assert not any("invoice is wrong" in shown(m) for m in it.thread("triage", card.ts))
        await told(it, "merge 2 into 1")
        assert any("invoice is wrong" in shown(m) for m in it.thread("triage", card.ts))
        await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=other.ts)
        await it.quiet()
        whispers = " ".join(said.text for said in it.slack.world.ephemerals.values())
        assert "/ticket unmerge 2" in whispers


async def test_no_ticket_leads_back_to_itself(database_url: str) -> None:
    async with stage(database_url) as it:
        await two(it)
        await it.later(3600)
        it.people.say("carla", "#acme-harbour", "And the import fails with E18, why?")
        await it.quiet()
        assert "#1 is child of #2" in await told(it, "link 1 child 2")
        assert "#2 is child of #3" in await told(it, "link 2 child 3")
        assert "itself below #3" in await told(it, "link 3 child 1")
        assert "duplicate of #2" in await told(it, "resolve 1 duplicate of 2")
        assert "leads to #2" in await told(it, "resolve 2 duplicate of 1")
        assert "#1 is open again" in await told(it, "reopen 1")
        assert "#2 is resolved as a duplicate of #1" in await told(it, "resolve 2 duplicate of 1")
