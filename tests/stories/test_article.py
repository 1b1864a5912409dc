"""Knowledge, end to end: asked, opened, sent to the customer, and kept inside where it belongs."""

from __future__ import annotations

from typing import Any

from storage import articles
from storage.records.articles import Article, Audience
from storage.unit import Unit
from tests.stories import told
from tests.stories.stage import Stage, stage
from tests.stories.test_macro import asked, element, form

REFUNDS, LIMITS = 7001, 7002


def write(unit: Unit, it: Stage) -> None:
    now = it.program.clock.now()
    public, inside = Audience.PUBLIC, Audience.INTERNAL
    for key, title, body, audience in (
        (REFUNDS, "Ask for a refund", "We return the price within *14* days.", public),
        (LIMITS, "Limits of refunds", "Zanzibar: no more than 500 without a lead.", inside),
    ):
        found = Article(unit.workspace_id, key, title, title, body, audience, now)
        articles.add(unit, found)


async def filled(it: Stage) -> None:
    """Two articles are there, one of them not for customers."""
    workspace_id = it.program.workspace_id
    await it.program.desk.write(workspace_id, lambda unit: write(unit, it))


async def kb(it: Stage, person: str, text: str, channel: str = "#triage") -> str:
    return await told.typed(it, person, text, channel=channel, command="/kb")


async def test_an_agent_finds_what_is_known_and_nobody_else_may_look(database_url: str) -> None:
    async with stage(database_url) as it:
        await filled(it)
        found = await kb(it, "ana", "refnds")
        assert "Ask for a refund" in found
        assert "public" in found
        assert "internal, for the team alone" in found
        assert "Zanzibar" not in await kb(it, "tariq", "limits of refunds")
        assert "Nothing known" in await kb(it, "ana", "qqxxzz")
        assert "Say what you look for" in await kb(it, "ana", "")
        assert "There is no ticket #999" in await kb(it, "ana", "#999 refund")


async def test_without_articles_it_says_where_they_come_from(database_url: str) -> None:
    async with stage(database_url) as it:
        assert "app.py kb sync" in await kb(it, "ana", "refund")


async def test_a_public_article_is_sent_and_an_internal_one_is_not(database_url: str) -> None:
    async with stage(database_url) as it:
        await filled(it)
        ts = await asked(it)
        found = await kb(it, "ana", "#1 refunds")
        assert "Send to customer of #1" in found
        hits = told.last(it)
        sends = {
            each["value"].partition("=")[2]: each["action_id"]
            for each in told.buttons(hits.blocks)
            if each["action_id"].startswith("act:kb_send")
        }
        await it.people.press("ana", told.spot(hits), sends[str(LIMITS)])
        await it.quiet()
        assert "is internal" in told.words(told.last(it).blocks) + told.last(it).text
        await it.people.press("ana", told.spot(hits), sends[str(REFUNDS)])
        await it.quiet()
        view = form(it)
        assert element(view, "text")["initial_value"].startswith("**Ask for a refund**")
        await it.people.submit("ana", view.id, {})
        await it.later(11)
        assert any("within" in message.text for message in it.thread("acme-harbour", ts))
        assert not any("Zanzibar" in message.text for message in it.thread("acme-harbour", ts))


async def test_an_article_is_opened_in_a_window_and_marked_where_it_is_internal(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await filled(it)
        await kb(it, "ana", "limits")
        hits = told.last(it)
        await it.people.press("ana", told.spot(hits), opens(hits, LIMITS))
        await it.quiet()
        window = form(it)
        assert window.view["title"]["text"] == "Internal article"
        shown = told.words(window.view["blocks"])
        assert "no more than 500" in shown
        assert "for the team alone" in shown


def opens(hits: Any, key: int) -> str:
    """The button that opens an article among those that were found."""
    return next(
        str(each["action_id"])
        for each in told.buttons(hits.blocks)
        if each.get("value") == str(key) and each["action_id"].startswith("act:kb_open")
    )


async def test_words_in_an_internal_thread_ask_for_that_ticket(database_url: str) -> None:
    async with stage(database_url) as it:
        await filled(it)
        await asked(it)
        it.people.say("ana", "#triage", "!kb refund", thread_ts=it.cards()[0].ts)
        await it.quiet()
        button = told.last(it)
        before = set(it.slack.world.ephemerals)
        await it.people.press("ana", told.spot(button), "act:kb")
        await it.quiet()
        assert "Send to customer of #1" in told.since(it, before)


async def test_kb_from_in_an_internal_thread_makes_an_article_of_its_ticket(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        ts = await asked(it)
        it.people.say("ana", "#acme-harbour", "Switch line B off, Carla.", thread_ts=ts)
        await it.quiet()
        assert "`!kb gaps` is not about one ticket" in await typed(it, "!kb gaps")
        assert "Type `/kb from 7`" in await typed(it, "!kb from 7")
        assert "*Article from ticket* needs a little more for" in await typed(it, "!kb from")
        await it.people.press("ana", told.spot(told.last(it)), "act:kb_from")
        await it.quiet()
        assert "Switch line B off, [name]." in element(form(it), "body")["initial_value"]


async def typed(it: Stage, words: str) -> str:
    """Ana writes under the only card; what she alone is told."""
    before = set(it.slack.world.ephemerals)
    it.people.say("ana", "#triage", words, thread_ts=it.cards()[0].ts)
    await it.quiet()
    return told.since(it, before)
