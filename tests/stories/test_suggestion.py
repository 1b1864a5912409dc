"""What the desk suggests by itself, end to end: to the team, and where it may to customers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ids import new_id
from bot.knowledge import fresh, meaning
from sandbox.world import Message
from storage import articles, messages, suggestions, texts, tickets
from storage.records.articles import Article, Audience
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Ticket
from storage.unit import Unit
from tests.knowledge.harbour import ARTICLES
from tests.stories import told
from tests.stories.stage import Stage, stage
from tests.stories.test_macro import element, form

QUESTION = "I forgot my password, how can I reset it?"
SURE = "Change the e-mail address of your account"
FIRST = 7101
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(unit: Unit, it: Stage) -> None:
    """The harbour's articles, of which the one about invoices is internal."""
    now = it.program.clock.now()
    for number, each in enumerate(ARTICLES):
        audience = Audience.INTERNAL if each.id == "invoice" else Audience.PUBLIC
        key, body = FIRST + number, f"{each.body}\n\nZanzibar."
        articles.add(
            unit, Article(unit.workspace_id, key, each.id, each.title, body, audience, now)
        )


async def filled(it: Stage) -> None:
    await it.program.desk.write(it.program.workspace_id, lambda unit: write(unit, it))


async def asked(it: Stage, text: str = QUESTION, person: str = "carla") -> str:
    """A question of its own in their channel; the ts of the message."""
    await it.later(301)
    channel = {"carla": "#acme-harbour", "zoe": "#globex-harbour"}[person]
    ts: str = it.people.say(person, channel, text).ts
    await it.quiet()
    return ts


def note(it: Stage, number: int = 1) -> Message | None:
    """What was suggested under the card of a ticket."""
    card = next(each for each in it.cards() if f"#{number} " in each.text)
    notes = [m for m in it.thread("triage", card.ts) if "act:suggest_no" in str(m.blocks)]
    return notes[0] if notes else None


async def known(it: Stage, number: int = 1) -> tuple[Ticket, Suggestion | None]:
    def query(unit: Unit) -> tuple[Ticket, Suggestion | None]:
        ticket = tickets.by_number(unit, number)
        assert ticket is not None
        return ticket, suggestions.of_ticket(unit, ticket.id)

    return await it.program.desk.read(it.program.workspace_id, query)


async def test_a_new_ticket_gets_what_may_help_and_it_is_sent(database_url: str) -> None:
    async with stage(database_url, suggestions=True) as it:
        await filled(it)
        ts = await asked(it)
        found = note(it)
        assert found is not None
        assert "Reset a forgotten password" in told.words(found.blocks)
        await it.press("ana", "act:kb_send:1", found)
        view = form(it)
        assert element(view, "text")["initial_value"].startswith("**Reset a forgotten password**")
        await it.people.submit("ana", view.id, {})
        await it.later(11)
        answer = it.thread("acme-harbour", ts)[-1]
        assert any("was sent by Ana" in told.words(each.blocks) for each in under(it))
        await it.press("omar", "act:helped", answer)
        assert not (await known(it))[0].is_done
        await it.press("carla", "act:helped", answer)
        ticket, suggestion = await known(it)
        assert ticket.is_done
        assert suggestion is not None
        assert (suggestion.fate, suggestion.told) == (Fate.TAKEN, Told.SOLVED)
        assert suggestion.sent_id == FIRST
        assert any("says that it solved it" in told.words(each.blocks) for each in under(it))


@on_sqlite
async def test_what_does_not_fit_is_put_away(database_url: str) -> None:
    async with stage(database_url, suggestions=True) as it:
        await filled(it)
        await asked(it)
        found = note(it)
        assert found is not None
        await it.press("ana", "act:suggest_no", found)
        _, suggestion = await known(it)
        assert suggestion is not None
        assert suggestion.fate is Fate.REFUSED
        assert note(it) is None


@on_sqlite
async def test_nothing_is_suggested_where_nothing_is_known_or_wanted(database_url: str) -> None:
    async with stage(database_url, suggestions=True) as it:
        await filled(it)
        await asked(it, "The robot stopped at dock 4")
        assert note(it) is None
        kept = (await known(it))[1]
        assert kept is not None  # it is counted: no article fits, which is a gap
        assert not kept.is_shown
        it.people.say("carla", "#acme-harbour", "Thanks, my forgotten password is reset!")
        await it.quiet()
    async with stage(f"{database_url}") as it:
        await asked(it)
        assert not any("Perhaps this helps" in told.words(m.blocks) for m in it.messages("triage"))


@on_sqlite
async def test_the_desk_answers_by_itself_where_a_lead_says_so(database_url: str) -> None:
    async with stage(database_url, suggestions=True) as it:
        await filled(it)
        ts = await asked(it, SURE)
        assert "I need a person" not in told.words(
            [m.blocks for m in it.thread("acme-harbour", ts)]
        )
        assert "Only leads" in await told.typed(it, "tariq", "answers #acme-harbour on")
        said = await told.typed(it, "mona", "answers #acme-harbour on")
        assert "I answer by myself" in said
        ts = await asked(it, SURE)
        answer = it.thread("acme-harbour", ts)[-1]
        assert "Zanzibar" in told.words(answer.blocks)
        ticket, suggestion = await known(it, 2)
        assert suggestion is not None
        assert suggestion.told is Told.TOLD
        assert ticket.first_answer_at is None
        assert all(clock.is_running for clock in ticket.clocks)
        await it.press("omar", "act:person", answer)
        assert (await known(it, 2))[1] == suggestion
        await it.press("carla", "act:person", answer)
        assert "would like a person" in told.words(it.thread("acme-harbour", ts)[-1].blocks)
        assert any("would like a person" in told.words(each.blocks) for each in under(it, 2))
        assert not (await known(it, 2))[0].is_done


@on_sqlite
async def test_an_internal_article_is_never_told_to_a_customer(database_url: str) -> None:
    async with stage(database_url, suggestions=True) as it:
        await filled(it)
        await asked(it, "Is anybody there?")
        assert "by myself" in await told.typed(it, "mona", "answers #acme-harbour on")
        internal = next(each for each in ARTICLES if each.id == "invoice")
        ts = await asked(it, f"{internal.title}: {internal.title}?")
        assert "Zanzibar" not in told.words([m.blocks for m in it.thread("acme-harbour", ts)])
        found = note(it, 2)
        assert found is not None
        assert "internal, for the team alone" in told.words(found.blocks)


@on_sqlite
async def test_a_ticket_that_asks_the_same_is_shown_on_the_card(database_url: str) -> None:
    words = "Exporting the warehouse report as a spreadsheet stops at half of it"
    async with stage(database_url, suggestions=True) as it:
        for text in (words, "The lamp of dock 4 is broken", "Where is my parcel?", "Cold coffee"):
            await asked(it, text)
        await asked(it, words, person="zoe")
        await asked(it, f"{words} again")
        card = it.cards()[-1]
        assert "Looks like *#1*" in told.words(card.blocks)
        await it.press("ana", "act:same", card)
        card = it.cards()[-1]
        assert "Related to" in told.words(card.blocks)
        assert "Looks like" not in told.words(card.blocks)


def under(it: Stage, number: int = 1) -> list[Message]:
    """All that stands under the card of a ticket."""
    card = next(each for each in it.cards() if f"#{number} " in each.text)
    return it.thread("triage", card.ts)


@on_sqlite
async def test_a_category_is_guessed_accepted_and_learnt_anew_when_people_sort_otherwise(
    database_url: str,
) -> None:
    async with stage(database_url, suggestions=True) as it:
        it.program.crew.suggester.relearns = 0
        await asked(it, "Is anybody there?")
        await it.program.desk.write(it.program.workspace_id, sort_past)
        await asked(it, "The invoice of May has a wrong sum")
        card = it.cards()[-1]
        assert "Probably *Billing*" in told.words(card.blocks)
        assert not (await known(it, 2))[0].category
        await it.press("ana", "act:category", card)
        assert (await known(it, 2))[0].category == "Billing"
        assert "Probably" not in told.words(it.cards()[-1].blocks)
        await it.program.desk.write(it.program.workspace_id, sort_anew)
        await asked(it, "The invoice of June has a wrong sum")
        assert "Probably *Pre-sales*" in told.words(it.cards()[-1].blocks)


PAST = {
    "Billing": ("The invoice of {} has a wrong sum", "Pay the invoice of {} again, please"),
    "Technical": ("The robot of dock {} stops at night", "Robot {} shows error EX-40"),
}


def sort_past(unit: Unit) -> None:
    """Tickets that people have sorted, and the desk has looked at, else like the first one."""
    first = tickets.by_number(unit, 1)
    opening = messages.by_id(unit, first.opening_id) if first else None
    assert first is not None
    assert opening is not None
    said = [(name, each.format(n)) for n in range(6) for name, two in PAST.items() for each in two]
    for place, (category, words) in enumerate(said, 1):
        ticket_id, key, ts = new_id(), new_id(), f"1700000000.{place:06}"
        texts.put(unit, key, words)
        messages.add(unit, replace(opening, id=key, text_id=key, ts=ts, ticket_id=ticket_id))
        new = replace(first, id=ticket_id, number=900 + place, thread_ts=ts, opening_id=key)
        tickets.add(unit, replace(new, category=category, hunch=()))
        suggestions.add(unit, Suggestion(unit.workspace_id, ticket_id, first.opened_at))


def sort_anew(unit: Unit) -> None:
    """From now on bills are a matter of pre-sales, say people."""
    for number in (2, *range(901, 925)):
        ticket = tickets.by_number(unit, number)
        if ticket is not None and ticket.category == "Billing":
            tickets.save(unit, ticket, replace(ticket, category="Pre-sales"))


@on_sqlite
@pytest.mark.skipif(not meaning.is_installed(), reason="requirements/semantic.txt is not installed")
async def test_where_the_extra_is_installed_the_desk_finds_what_is_meant(database_url: str) -> None:
    async with stage(database_url, suggestions=True, knowledge_engine="semantic") as it:
        await filled(it)
        while not await it.program.desk.read(it.program.workspace_id, is_learnt):
            await it.program.crew.learner.work_batch()
        await asked(it, "How do I stop getting notified?")
        found = note(it)
        assert found is not None
        assert "Turn off notifications" in told.words(found.blocks)
        assert "by meaning" in await told.typed(it, "ana", "health")


def is_learnt(unit: Unit) -> bool:
    """Whether all articles are found by meaning as well."""
    found = fresh.state(unit)
    return found is not None and found.is_by_meaning and found.articles > 0 and not found.waiting
