"""Articles written in Slack, end to end: saved, flagged, changed, restored, and asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from sandbox.people.forms import Submitted
from sandbox.world import View
from storage import articles, questions
from storage.migrate import upgrade
from storage.records.articles import Article, Audience
from storage.records.questions import Gap, Question
from storage.unit import Unit
from tests import databases
from tests.knowledge.harbour import ARTICLES
from tests.storage.cast import NOON
from tests.stories import told
from tests.stories.stage import Stage, stage
from tests.stories.test_article import kb
from tests.stories.test_macro import element, form

BODY = "Open *Billing*, choose the invoice, press Refund. It takes 14 days."
pytestmark = pytest.mark.asyncio(loop_scope="module")
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """One desk for many: each writes of something that no other writes of."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            yield it


@pytest.fixture
def it(desk: Stage) -> Iterator[Stage]:
    """The same, on which nobody has a form open."""
    yield desk
    for view in desk.open_views():
        view.is_open = False


async def begun(it: Stage, person: str, text: str) -> View:
    """Type what opens a form; the form."""
    await it.people.command(person, "#triage", "/kb", text)
    await it.quiet()
    return form(it)


async def sent(it: Stage, person: str, view: View, **fields: str) -> Submitted:
    found: Submitted = await it.people.submit(person, view.id, fields)
    await it.quiet()
    return found


async def write(it: Stage, person: str, title: str, body: str = BODY, **more: str) -> str:
    """Write an article; what the person is told."""
    known = set(it.slack.world.ephemerals)
    view = await begun(it, person, "new")
    await sent(it, person, view, title=title, body=body, **more)
    return told.since(it, known)


async def known(it: Stage) -> dict[str, Article]:
    """All articles in use by address."""
    found = await it.program.desk.read(it.program.workspace_id, articles.live)
    return {each.slug: each for each in found}


async def asked(it: Stage) -> list[Question]:
    """All questions without a good answer, the newest first."""

    def read(unit: Unit) -> list[Question]:
        long_ago = it.program.clock.now().replace(year=2000)
        return questions.unanswered(unit, long_ago, most=99)

    return await it.program.desk.read(it.program.workspace_id, read)


async def press(it: Stage, person: str, said: Any, act: str, value: str = "") -> str:
    """Press a button of a whisper; what the person is told."""
    before = set(it.slack.world.ephemerals)
    button = next(
        each["action_id"]
        for each in told.buttons(said.blocks)
        if each["action_id"].split(":")[1] == act and value in each.get("value", "")
    )
    await it.people.press(person, told.spot(said), button)
    await it.quiet()
    return told.since(it, before)


async def test_an_agent_writes_an_article_and_a_lead_makes_it_public(database_url: str) -> None:
    async with stage(database_url) as it:
        said = await write(it, "ben", "Ask for a refund", tags="billing, money", synonyms="cash")
        assert "“Ask for a refund” is saved, for the team alone" in said
        article = (await known(it))["ask-for-a-refund"]
        assert (article.tags, article.synonyms) == (("billing", "money"), ("cash",))
        assert "internal" in await kb(it, "ben", "cash for an invoice")
        view = await begun(it, "ben", "edit ask for a refund")
        assert element(view, "body")["initial_value"] == BODY
        wrong = await sent(it, "ben", view, audience="public")
        assert "leads and managers" in wrong.errors["audience"]
        await it.people.close("ben", form(it).id)
        await sent(it, "ana", await begun(it, "ana", "edit ask-for-a-refund"), audience="public")
        assert (await known(it))["ask-for-a-refund"].is_public
        await it.people.command("ben", "#triage", "/kb", "edit ask-for-a-refund")
        assert "leads and managers" in told.words(told.last(it).blocks) + told.last(it).text


RICH = """Press **Refund**, not *Return*:

- once
- or `EX-4` twice

```
refund --all
```

See [the guide](https://example.com/guide)."""


async def test_what_is_bold_a_list_code_or_a_link_stays_so_through_the_form_to_the_customer(
    it: Stage,
) -> None:
    await write(it, "ana", "Send a crate", RICH, audience="public")
    view = await begun(it, "ana", "edit crate")
    assert element(view, "body")["initial_value"] == RICH
    await sent(it, "ana", view, title="Ship a crate")
    assert (await known(it))["send-a-crate"].body == RICH
    it.people.say("carla", "#acme-harbour", "Who takes a crate?")
    await it.quiet()
    await kb(it, "ana", "#1 crate")
    await press(it, "ana", told.last(it), "kb_send")
    await sent(it, "ana", form(it))
    await it.later(11)
    (reply,) = [m for m in it.messages("acme-harbour") if "Ship a crate" in m.text]
    shown = [(each["type"], each.get("style")) for each in told.parts(reply.blocks)]
    assert ("text", {"bold": True}) in shown
    assert ("text", {"code": True}) in shown
    assert [kind for kind, style in shown if style == "bullet"] == ["rich_text_list"]
    code = next(p for p in told.parts(reply.blocks) if p["type"] == "rich_text_preformatted")
    assert told.words(code) == "refund --all"
    link = next(p for p in told.parts(reply.blocks) if p["type"] == "link")
    assert (link["url"], link["text"]) == ("https://example.com/guide", "the guide")


async def test_versions_are_shown_restored_and_an_article_is_retired(it: Stage) -> None:
    await write(it, "ana", "Rent a zamboni", review_on="2099-01-01")
    await sent(it, "ana", await begun(it, "ana", "edit zamboni"), body="Nobody gets any.")
    shown = await kb(it, "ana", "history zamboni")
    assert "Nobody gets any." in shown
    assert BODY in shown
    versions = told.last(it)
    assert "says again" in await press(it, "ana", versions, "kb_restore")
    assert (await known(it))["rent-a-zamboni"].body == BODY
    assert "is not found any more" in await press(it, "ana", versions, "kb_retire")
    assert "rent-a-zamboni" not in await known(it)
    assert "Nothing known" in await kb(it, "ana", "zamboni")


async def test_of_two_who_edit_the_later_is_told_and_keeps_the_words(it: Stage) -> None:
    await write(it, "ana", "Wax the skates", "Hot wax, twice.")
    mine = await begun(it, "ana", "edit skates")
    await it.people.command("ben", "#triage", "/kb", "edit skates")
    await it.quiet()
    theirs = next(view for view in it.open_views() if view.id != mine.id)
    await sent(it, "ben", theirs, body="Ben was here.")
    wrong = await sent(it, "ana", mine, body="Ana was here.")
    assert "was changed since you opened it" in wrong.errors["title"]
    assert mine.is_open
    assert (await known(it))["wax-the-skates"].body == "Ben was here."


EMPTY = "Bring them to gate 7 within a month, empty and dry."


async def test_what_saving_would_bring_about_is_shown_before_it_is_done(it: Stage) -> None:
    await write(it, "ana", "Return a pallet deposit", EMPTY)
    await it.program.desk.write(it.program.workspace_id, fill)
    await kb(it, "ben", "return a pallet deposit")
    view = await begun(it, "ana", "new")
    await sent(it, "ana", view, title="Returning pallet deposits", body=EMPTY)
    assert "already that says nearly the same" in told.words(form(it).view["blocks"])
    assert "returning-pallet-deposits" not in await known(it)
    await sent(it, "ana", view, anyway=ticked(view, "anyway"))
    assert "returning-pallet-deposits" in await known(it)
    await press(it, "ana", await history(it, "returning-pallet-deposits"), "kb_retire")
    view = await begun(it, "ana", "edit return-a-pallet-deposit")
    await sent(it, "ana", view, title="Parking", body="Cars stand behind the warehouse.")
    assert "1 of 1 questions that it answered" in told.words(form(it).view["blocks"])
    assert "return a pallet deposit → nothing sure" in told.words(form(it).view["blocks"])
    await sent(it, "ana", view, title="Return a pallet deposit", body=f"{EMPTY} Or longer.")
    assert (await known(it))["return-a-pallet-deposit"].body.endswith("Or longer.")


def fill(unit: Unit) -> None:
    """More articles: of one alone nobody knows which words are rare."""
    for key, each in enumerate(ARTICLES, 1):
        told = unit.workspace_id, key, each.id, each.title, each.body
        articles.add(unit, Article(*told, Audience.PUBLIC, NOON))


def ticked(view: View, name: str) -> str:
    """The value of the only box of an input."""
    return str(element(view, name)["options"][0]["value"])


async def history(it: Stage, slug: str) -> Any:
    await kb(it, "ana", f"history {slug}")
    return told.last(it)


async def test_names_of_customers_and_secrets_are_shown_before_they_are_saved(it: Stage) -> None:
    view = await begun(it, "ana", "new")
    await sent(it, "ana", view, title="Logging in", body="The password is: hunter2-harbour-9")
    assert "The whole team would read this" in told.words(form(it).view["blocks"])
    assert "logging-in" not in await known(it)


async def test_what_is_asked_in_vain_becomes_a_gap_and_then_an_article(database_url: str) -> None:
    async with stage(database_url) as it:
        for words in ("print shipping labels", "shipping labels do not print", "park the lorry"):
            assert "Nothing known" in await kb(it, "ana", words)
        shown = await kb(it, "ben", "gaps")
        assert "2 kinds of questions" in shown
        assert "asked 2 ×" in shown
        gaps = told.last(it)
        lorry, labels = [each.id for each in await asked(it)][:2]
        assert "no gap any more" in await press(it, "ben", gaps, "kb_no_gap", str(lorry))
        await press(it, "ben", gaps, "kb_write", str(labels))
        view = form(it)
        assert "labels" in element(view, "title")["initial_value"]
        await sent(it, "ben", view, title="Print shipping labels", body="Press P at the dock.")
        assert "every question of the last months has an answer" in await kb(it, "ben", "gaps")
        assert {each.gap for each in await asked(it)} == {Gap.WRITTEN, Gap.DISMISSED}
        assert "*Questions*" in await kb(it, "ben", "stats")


async def test_an_article_that_keeps_failing_is_shown_less_and_asked_to_be_looked_at(
    it: Stage,
) -> None:
    await write(it, "ana", "Tune the carillon", "Call the bell founder.")
    for _ in range(3):
        await kb(it, "ben", "tune the carillon")
        assert "on the list of gaps" in await press(it, "ben", told.last(it), "kb_unhelpful")
    note = it.messages("triage")[-1]
    assert "keeps being of no use" in note.text
    assert "I do not know" in await kb(it, "ben", "tune the carillon")
    assert "did not help 3 ×" in await kb(it, "ben", "due")
    assert "“Tune the carillon” did not help" in await kb(it, "ben", "gaps")
    await it.press("ana", "act:kb_reviewed", note)
    assert "no article is due" in await kb(it, "ben", "due")


async def test_who_looks_after_an_article_is_asked_on_its_day_and_once(it: Stage) -> None:
    day = it.program.clock.now() + timedelta(days=3)
    await write(
        it, "ana", "Oil the turnstile", "A drop at each gate.", review_on=day.date().isoformat()
    )
    notes = [each.ts for each in it.messages("triage")]
    for _ in range(2):
        await it.later(3 * 86_400)
    new = [each for each in it.messages("triage") if each.ts not in notes]
    (note,) = [each for each in new if "is due for a review" in each.text]
    assert "U00000ANA" in str(note.blocks)
    assert "due since" in await kb(it, "ana", "due")
    await it.press("ana", "act:kb_reviewed", note)
    assert "no article is due" in await kb(it, "ana", "due")


@one_database
async def test_a_request_that_nothing_fits_is_a_gap_until_its_words_are_deleted(
    database_url: str,
) -> None:
    async with stage(database_url, suggestions=True) as it:
        await write(it, "ana", "Ask for a refund")
        said = it.people.say("carla", "#acme-harbour", "Why does the conveyor squeak at night?")
        await it.quiet()
        await it.later(60)
        assert "conveyor squeak" in await kb(it, "ana", "gaps")
        it.people.delete("carla", "#acme-harbour", said.ts)
        await it.quiet()
        assert "conveyor" not in await kb(it, "ana", "gaps")
        assert not [each for each in await asked(it) if each.ticket_id]


async def test_of_a_long_article_the_rest_is_opened_in_the_same_window(it: Stage) -> None:
    body = "\n\n".join(f"Part {n} {'of many words ' * 40}" for n in range(30))
    await it.program.desk.write(it.program.workspace_id, lambda unit: long_one(unit, body))
    await kb(it, "ana", "fees of ports")
    await press(it, "ana", told.last(it), "kb_open")
    assert "Part 29 of many" not in told.words(form(it).view["blocks"])
    await it.people.press("ana", told.in_view(form(it)), "kb:page:next")
    await it.quiet()
    shown = told.words(form(it).view["blocks"])
    assert "part 2 of 2" in shown
    assert "Part 29 of many" in shown


def long_one(unit: Unit, body: str) -> None:
    articles.add(
        unit, Article(unit.workspace_id, 99, "ports", "Fees of ports", body, Audience.PUBLIC, NOON)
    )


async def test_slips_after_kb_are_told_how_to_mend_them(it: Stage) -> None:
    for text, hint in (
        ("edit", "Say which article"),
        ("edit qqxx zzyy", "No article has words like these"),
        ("history", "Say which article"),
        ("from 99", "There is no ticket #99"),
        ("due", "no article is due"),
        ("new qqxx zzyy", "new qqxx zzyy"),
        ("", "`/kb new` writes an article"),
    ):
        assert hint in await kb(it, "ana", text)
    for text in ("new", "gaps", "stats", "edit x", "from 1"):
        assert "Only" in await kb(it, "tariq", text)
