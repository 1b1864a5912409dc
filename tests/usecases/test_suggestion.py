"""Nobody is brought what is another's, or internal, by suggestions, answers and drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.errors import Refused
from bot.knowledge import fresh
from bot.knowledge.confidence import Calibration
from bot.knowledge.past import Memory
from bot.usecases import audience, harvest, kb, leaks, suggesting
from bot.usecases.inputs import Acted, Door, Place, Suggested
from bot.usecases.tell import Outgoing
from storage import articles, channels, suggestions
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.articles import Article, Audience
from storage.records.tickets import Ticket
from tests import databases
from tests.storage.cast import OURS
from tests.usecases import hands
from tests.usecases.hands import ACME, CHANNELS, GLOBEX, INNER, OUTER, RENDERER, SECRETS, Stand

SUBJECTS = (
    "The export of the warehouse report stops",
    "Reset a forgotten password",
    "Refund of the last invoice",
    "Webhook signatures are wrong",
)
CREDULOUS = Calibration((0.0, 0.0, 9.0))
"""Whatever is found is sure: nothing but the walls keeps it back."""

ASKERS = {"UCARLA": "CACME", "UZOE": "CGLOBEX"}
ACTS = (
    *(("resolve", "UANA"),) * 4,
    *(("helped", "UCARLA"), ("person", "UZOE"), ("same", "UANA"), ("not_same", "UANA")),
    *(("suggest_no", "UANA"), ("suggest_no", "UGUS"), ("helped", "UGUS")),
)
KNOWN = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(list(Audience))), min_size=1, max_size=5
)
ASKED = st.lists(
    st.tuples(
        st.sampled_from(sorted(ASKERS)),
        st.sampled_from(SUBJECTS),
        st.sampled_from(ACTS),
    ),
    min_size=2,
    max_size=6,
)


class Watched(Stand):
    """Its cards and internal threads hold no word of another customer, either."""

    def _looked_at(self, ready: Outgoing) -> None:
        super()._looked_at(ready)
        ticket = next((each for each in self.tickets() if each.id == ready.post.ticket_id), None)
        if ticket is not None and ready.template:
            words = str(RENDERER.message(ready.template, **ready.fields))
            own = CHANNELS[ticket.channel_id]
            theirs = [word for place, word in SECRETS.items() if place != own and word in words]
            self.faults += [f"{word} in the {ready.post.kind} of {own}" for word in theirs]

    def looks_like(self, ticket: Ticket) -> None:
        """What a card says to be of the same customer is so."""
        twin = next((t for t in self.tickets() if str(t.number) == ticket.guessed("twin")), ticket)
        if twin.channel_id != ticket.channel_id:
            self.faults.append(f"#{ticket.number} looks like #{twin.number} of another customer")


@pytest.fixture(scope="module")
def engine(run: databases.Run) -> Iterator[Engine]:
    """On SQLite alone: what is asked of the database is walled in tests of storage, on both."""
    with run.copy("sqlite", upgrade) as url:
        made = open_engine(url)
        hands.settle(made)
        yield made
        made.dispose()


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(known=KNOWN, asked=ASKED)
def test_no_word_of_another_customer_or_of_ours_comes_through(
    engine: Engine, known: list[tuple[str, Audience]], asked: list[tuple[str, str, tuple[str, str]]]
) -> None:
    fresh.forget(engine)
    stand, memory = Watched(engine), Memory(calibration=CREDULOUS)
    try:
        written = [_written(stand, number, *each) for number, each in enumerate(known)]
        fresh.calibrate(stand.unit, CREDULOUS)
        for asker, words, (act, actor) in asked:
            _play(stand, memory, asker, f"{words} {SECRETS[ASKERS[asker]]} {len(stand.tickets())}")
            ticket = stand.tickets()[-1]
            stand.looks_like(ticket)
            stand.act(act, actor, ticket_id=ticket.id, place=Place(ASKERS[asker]))
            stand.send()
        for each in written:
            _drafted(stand, stand.tickets()[0], each)
        assert stand.faults == []
        assert any(suggestions.of_ticket(stand.unit, each.id) for each in stand.tickets())
    finally:
        stand.close()


def test_an_article_begun_with_a_thread_names_no_customer_mapped_or_not(engine: Engine) -> None:
    stand = Watched(engine)
    try:
        for key, company in ((ACME, "Acme Robotics, Initech"), (GLOBEX, "Globex")):
            channel = channels.by_id(stand.unit, key)
            assert channel is not None
            channels.put(stand.unit, replace(channel, company=company))
        stand.say("UCARLA", "CACME", "Does the crane of Globex stop as ours at Acme Robotics does?")
        stand.send()
        (ticket,) = stand.tickets()
        stand.say("UANA", "CACME", "Initech and Globex pull the lever.", ticket.thread_ts)
        said = harvest.of_ticket(stand.unit, _from(stand, ticket), stand.now)
        assert said.body.splitlines()[2::4] == [
            "Does the crane of [customer] stop as ours at [customer] does?",
            "[customer] and [customer] pull the lever.",
        ]
        reply = Acted("reply", "UANA", Door.FORM, stand.now, "r", ticket_id=ticket.id)
        draft = replace(reply, text="At Globex it works, dear Initech.")
        told = leaks.of_draft(stand.unit, draft, "", stand.now)
        assert [each.shown for each in told] == ["Globex"]
    finally:
        stand.close()


def test_no_article_is_found_or_opened_by_who_is_not_of_the_team(engine: Engine) -> None:
    stand = Watched(engine)
    try:
        article = _written(stand, 0, SUBJECTS[0], Audience.INTERNAL)
        fields = {"article": str(article.id), "words": SUBJECTS[0]}
        opens = Acted("kb_open", "UANA", Door.BUTTON, stand.now, "k", fields=fields)
        assert INNER in kb.page(stand.unit, opens, stand.now).text
        for person in ("UCARLA", "UZOE", "UGUS"):
            for act, look in (("kb_open", kb.page), ("kb", kb.found)):
                item = replace(opens, act=act, person=person)
                with pytest.raises(Refused):
                    look(stand.unit, item, stand.now)
    finally:
        stand.close()


def test_an_article_that_became_internal_is_told_to_no_customer_any_more(engine: Engine) -> None:
    stand = Watched(engine)
    try:
        secret, told, late = (
            _written(stand, number, SUBJECTS[number], audience)
            for number, audience in enumerate((Audience.INTERNAL, *[Audience.PUBLIC] * 2))
        )
        for number, article in enumerate((secret, told, late)):
            stand.now += timedelta(minutes=10)
            stand.say("UCARLA", "CACME", SUBJECTS[number])
            stand.send()
            ticket = stand.tickets()[-1]
            stand.do(Suggested(ticket.id, stand.now, (str(article.id),), answer=str(article.id)))
            if article is late:
                _made_internal(stand, late)
            stand.send()
        assert len(stand.shows(OUTER)) > 0
        _made_internal(stand, told)
        for ticket in stand.tickets():
            stand.act("helped", "UCARLA", ticket_id=ticket.id, place=Place("CACME"))
            stand.send()
        answers = [shown for kind, shown in stand.last_shown.values() if kind == "answer"]
        assert ["out of date" in each for each in answers] == [True]
        assert stand.faults == []
    finally:
        stand.close()


def _made_internal(stand: Stand, article: Article) -> None:
    after = replace(article, body=INNER, audience=Audience.INTERNAL)
    articles.save(stand.unit, article, after)


def _from(stand: Stand, ticket: Ticket) -> Acted:
    place = Place("CTRIAGE")
    return Acted("kb_from", "UANA", Door.FORM, stand.now, "k", ticket_id=ticket.id, place=place)


def _written(stand: Stand, number: int, title: str, audience: Audience) -> Article:
    for key in (ACME, GLOBEX):
        channel = channels.by_id(stand.unit, key)
        assert channel is not None
        channels.let_answer(stand.unit, channel, answers=True)
    word = OUTER if audience is Audience.PUBLIC else INNER
    article = Article(OURS, 900 + number, f"a{number}", title, word, audience, stand.now)
    return articles.add(stand.unit, article)


def _play(stand: Stand, memory: Memory, asker: str, words: str) -> None:
    """Somebody asks, and the desk looks at it, as its worker does."""
    before = {each.id for each in stand.tickets()}
    stand.now += timedelta(minutes=10)
    stand.say(asker, ASKERS[asker], words)
    stand.send()
    while memory.follow(stand.unit):
        pass
    for ticket in stand.tickets():
        if ticket.id in before:
            continue
        item = suggesting.sought(stand.unit, ticket.id, memory, stand.now)
        if item is not None:
            stand.do(item)
            stand.send()


def _drafted(stand: Stand, ticket: Ticket, article: Article) -> None:
    """A reply begun with an article: refused where that is internal."""
    form = audience.reply_form(stand.unit, ticket.id, stand.now)
    if article.audience is Audience.PUBLIC:
        assert OUTER in kb.begun(stand.unit, form, str(article.id)).text
        return
    with pytest.raises(Refused, match="internal"):
        kb.begun(stand.unit, form, str(article.id))
