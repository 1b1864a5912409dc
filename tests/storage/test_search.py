"""Search finds the same on both databases, only what is ours and as it is now, page by page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage import (
    backup,
    channels,
    indexing,
    messages,
    people,
    search,
    tags,
    texts,
    tickets,
    words,
)
from storage.engine import open_engine
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.search import Found, Sought
from storage.records.tickets import Owner, Priority, Status, Ticket
from storage.unit import Unit, reading, writing
from tests.storage import cast
from tests.storage.cast import ACME, ANA, CARLA, LOBBY, MINUTE, NOON, ask, say, undone
from tests.storage.test_backup import url_of

VOCABULARY = ("printer", "smokes", "invoice", "größe", "印刷", "the")
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=4).map(" ".join)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "words": TEXTS,
            "ticket": st.integers(0, 3),
            "author_id": st.sampled_from([CARLA, ANA, None]),
            "channel_id": st.sampled_from([ACME, LOBBY]),
            "said_at": st.integers(0, 3).map(lambda n: NOON + n * MINUTE),
            "deleted_at": st.sampled_from([None, None, None, NOON]),
        }
    ),
    max_size=10,
)
SOUGHT = st.builds(
    Sought,
    words=st.lists(st.sampled_from(VOCABULARY), max_size=2).map(" ".join),
    author_ids=st.sampled_from([None, (CARLA,), (CARLA, ANA), ()]),
    channel_ids=st.sampled_from([None, (ACME,), (ACME, LOBBY)]),
    statuses=st.sampled_from([None, (Status.NEW,), (Status.RESOLVED, Status.CLOSED)]),
    before=st.sampled_from([None, NOON + MINUTE, NOON + 2 * MINUTE]),
    since=st.sampled_from([None, None, NOON + MINUTE]),
    owners=st.sampled_from([None, None, (ANA,), (Owner.NOBODY, ANA)]),
    priorities=st.sampled_from([None, None, (Priority.HIGH,)]),
    tag=st.sampled_from([None, None, "vip", "never"]),
)
HOSTILE = (
    '"', "'", '" OR "', "' | '", "w=2", "w:2", "words:printer", "passage", "NEAR(a b)", "a*", "^a",
    "(", "))", "AND", "NOT printer", "{words}:x", "'; DROP TABLE ticket; --", "\\", "\0", "%", "_",
    "\ud800", ":*", "!", "&", "<->", "🚨", "$$",
)  # fmt: skip


def index(unit: Unit) -> None:
    while indexing.follow(unit.connection):
        pass


def found(unit: Unit, query: str, **fields: Any) -> list[Ticket]:
    index(unit)
    return [hit.ticket for hit in search.find(unit, Sought(query, **fields), limit=9).hits]


def asks(unit: Unit, text: str, **fields: Any) -> Ticket:
    ticket = ask(unit, **fields)
    say(unit, text, ticket_id=ticket.id)
    return ticket


def test_a_ticket_is_found_by_all_words_of_one_of_its_messages(unit: Unit) -> None:
    ticket = asks(unit, "The invoices are wrong")
    asks(unit, "The invoice is right")
    assert found(unit, "INVOICE wrong") == [ticket]
    assert found(unit, "invoice missing") == []


def test_a_message_without_a_ticket_is_not_found(unit: Unit) -> None:
    say(unit, "hello world")
    assert found(unit, "hello") == []


def test_an_edited_message_is_found_by_its_new_words_only(unit: Unit) -> None:
    ticket = ask(unit)
    said = say(unit, "first wording", ticket_id=ticket.id)
    assert found(unit, "first") == [ticket]
    texts.put(unit, 77, "second wording")
    messages.save(unit, said, replace(said, text_id=77, text="second wording"))
    assert search.find(unit, Sought("first"), limit=9).hits == ()
    assert found(unit, "first") == []
    assert found(unit, "second") == [ticket]


def test_a_deleted_message_is_not_found_even_before_the_index_knows(unit: Unit) -> None:
    ticket = ask(unit)
    said = say(unit, "secret words", ticket_id=ticket.id)
    assert found(unit, "secret") == [ticket]
    messages.save(unit, said, replace(said, deleted_at=NOON))
    texts.erase(unit, [said.id])
    assert search.find(unit, Sought("secret"), limit=9).hits == ()
    assert found(unit, "secret") == []


def test_erased_words_are_not_found_even_if_nobody_marked_the_message(unit: Unit) -> None:
    said = say(unit, "secret words", ticket_id=ask(unit).id)
    assert len(found(unit, "secret")) == 1
    texts.erase(unit, [said.id])
    assert found(unit, "secret") == []


def test_a_message_that_moved_is_found_under_its_new_ticket(unit: Unit) -> None:
    old, new = ask(unit), ask(unit)
    said = say(unit, "moving words", ticket_id=old.id)
    assert found(unit, "moving") == [old]
    messages.move(unit, [said.id], new.id)
    assert found(unit, "moving") == [new]


def test_the_status_is_that_of_now(unit: Unit) -> None:
    ticket = asks(unit, "printer")
    index(unit)
    done = tickets.save(unit, ticket, replace(ticket, status=Status.RESOLVED))
    assert found(unit, "printer", statuses=(Status.RESOLVED,)) == [done]
    assert found(unit, "printer", statuses=(Status.NEW,)) == []


def test_the_newest_message_is_shown_and_the_newest_ticket_comes_first(unit: Unit) -> None:
    old, new = ask(unit), ask(unit)
    say(unit, "smoke", ticket_id=old.id, said_at=NOON + MINUTE)
    say(unit, "smoke again", ticket_id=new.id, said_at=NOON + 3 * MINUTE)
    newest = say(unit, "smoke", ticket_id=old.id, said_at=NOON + 2 * MINUTE)
    index(unit)
    hits = search.find(unit, Sought("smoke"), limit=9).hits
    assert [hit.ticket for hit in hits] == [new, old]
    assert hits[1].message == newest


def test_nothing_of_another_tenant_is_found_whatever_is_asked(unit: Unit, zoes: Unit) -> None:
    asks(unit, "ours alone")
    index(zoes)
    for query in ("ours", "", "w=1", '" OR "w=1', "' | 'w=1"):
        assert search.find(zoes, Sought(query), limit=9).hits == ()


def test_a_desk_alone_in_its_database_finds_the_same(empty_engine: Engine) -> None:
    with writing(empty_engine, cast.OURS) as unit:
        cast.install(unit)
        people.put(unit, cast.person(CARLA, "Carla"))
        channels.put(unit, Channel(cast.OURS, ACME, "C-ACME", "acme"))
        ticket, other = asks(unit, "the invoice"), ask(unit)
        assert found(unit, "invoice", channel_ids=(ACME,)) == [ticket]
        assert found(unit, "invoice", channel_ids=(LOBBY,)) == []
        assert {each.id for each in found(unit, "")} == {ticket.id, other.id}


@pytest.mark.parametrize("query", HOSTILE)
def test_what_looks_like_a_query_language_is_only_words(unit: Unit, query: str) -> None:
    asks(unit, "printer smokes")
    index(unit)
    hits = search.find(unit, Sought(query), limit=9).hits
    assert bool(hits) == (words.of_query(query) == ("printer",))
    assert found(unit, f"printer {'' if words.of_query(query) else query}")


def test_many_messages_of_one_moment_have_places_of_their_own(unit: Unit) -> None:
    ticket = ask(unit)
    for _ in range(30):
        say(unit, "burst", ticket_id=ticket.id)
    while indexing.follow(unit.connection, most=7):
        pass
    assert [hit.ticket for hit in search.find(unit, Sought("burst"), limit=9).hits] == [ticket]
    assert not indexing.is_behind(unit.connection)


def test_what_is_behind_is_followed_in_batches(unit: Unit) -> None:
    assert not indexing.is_behind(unit.connection)
    asks(unit, "one")
    assert indexing.is_behind(unit.connection)
    assert indexing.follow(unit.connection, most=1) == 1
    assert indexing.follow(unit.connection) == 1
    assert indexing.follow(unit.connection) == 0


def test_a_common_word_that_hardly_fits_costs_a_bounded_look_and_goes_on(unit: Unit) -> None:
    oldest = asks(unit, "a common word", status=Status.RESOLVED)
    busy = ask(unit)
    for n in range(sum(search.STEPS)):
        say(unit, "a common word", ticket_id=busy.id, said_at=NOON + (n + 1) * MINUTE)
    index(unit)
    sought = Sought("common", statuses=(Status.RESOLVED,))
    first = search.find(unit, sought, limit=1)
    assert first.hits == ()
    second = search.find(unit, sought, limit=1, older=first.older)
    assert [hit.ticket for hit in second.hits] == [oldest]


def test_a_common_tag_is_found_by_words_and_a_rare_one_by_its_tickets(unit: Unit) -> None:
    tagged = [asks(unit, "a common word") for _ in range(search.FEW + 2)]
    for each in tagged[1:]:
        tags.changed(unit, each, replace(each, tags=("vip",)))
    tags.changed(unit, tagged[0], replace(tagged[0], tags=("rare",)))
    index(unit)
    assert len(paged(unit, Sought("common", tag="vip"), 50)) == search.FEW + 1
    assert found(unit, "common", tag="rare") == tagged[:1]
    assert found(unit, "missing", tag="rare") == []
    assert found(unit, "common", tag="unheard") == []


def fits(sought: Sought, ticket: Ticket) -> bool:
    return (
        (sought.statuses is None or ticket.status in sought.statuses)
        and (sought.owners is None or (ticket.owner_id or Owner.NOBODY) in sought.owners)
        and (sought.priorities is None or ticket.priority in sought.priorities)
        and (sought.tag is None or sought.tag in ticket.tags)
    )


def naive(sought: Sought, said: list[Message], kept: dict[int, Ticket]) -> list[int]:
    """The tickets, by their newest message that fits."""
    newest: dict[int, Message] = {}
    for each in sorted(said, key=lambda message: message.said_at):
        assert each.ticket_id is not None
        if (
            each.deleted_at is None
            and words.of_text(each.text) >= set(words.of_query(sought.words))
            and (sought.author_ids is None or each.author_id in sought.author_ids)
            and (sought.channel_ids is None or each.channel_id in sought.channel_ids)
            and fits(sought, kept[each.ticket_id])
            and (sought.since is None or each.said_at >= sought.since)
            and (sought.before is None or each.said_at < sought.before)
        ):
            newest[each.ticket_id] = each
    return sorted(newest, key=lambda ticket: newest[ticket].said_at, reverse=True)


def paged(unit: Unit, sought: Sought, limit: int) -> list[Ticket]:
    page: Found = search.find(unit, sought, limit=limit)
    all_found = [hit.ticket for hit in page.hits]
    while page.older is not None:
        page = search.find(unit, sought, limit=limit, older=page.older)
        all_found += [hit.ticket for hit in page.hits]
    return all_found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(many=MESSAGES, sought=SOUGHT, limit=st.integers(1, 3))
def test_search_is_what_a_plain_filter_finds_and_pages_neither_skip_nor_repeat(
    unit: Unit, many: list[dict[str, Any]], sought: Sought, limit: int
) -> None:
    with undone(unit):
        statuses = (Status.NEW, Status.OPEN, Status.RESOLVED, Status.CLOSED)
        vip = {"tags": ("vip",), "owner_id": ANA, "priority": Priority.HIGH}
        kept = [
            ask(unit, status=status, **(vip if n % 2 else {})) for n, status in enumerate(statuses)
        ]
        for each in kept:
            tags.changed(unit, replace(each, tags=()), each)
        openings = [messages.by_id(unit, each.opening_id) for each in kept]
        said = [each for each in openings if each is not None]
        for fields in many:
            rest = {name: fields[name] for name in fields if name not in ("words", "ticket")}
            said.append(say(unit, fields["words"], ticket_id=kept[fields["ticket"]].id, **rest))
        index(unit)
        expected = naive(sought, said, {each.id: each for each in kept})
        whole = [hit.ticket.id for hit in search.find(unit, sought, limit=9).hits]
        assert sorted(whole) == sorted(expected)
        assert [each.id for each in paged(unit, sought, limit)] == whole


def test_after_a_restore_everything_is_found_again(
    engine: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    with writing(engine, cast.OURS) as unit:
        ticket = asks(unit, "restored words")
        index(unit)
    backup.save(url_of(engine), tmp_path / "desk.backup")
    backup.restore(empty_database_url, tmp_path / "desk.backup")
    other = open_engine(empty_database_url)
    with reading(other, cast.OURS) as unit:
        hits = search.find(unit, Sought("restored"), limit=9).hits
    other.dispose()
    assert [hit.ticket for hit in hits] == [ticket]
