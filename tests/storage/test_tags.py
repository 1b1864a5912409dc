"""Tags find their tickets, and are suggested by how much they are used."""

from dataclasses import replace

from storage import tags, tickets
from storage.records.tickets import Ticket
from storage.unit import Unit
from tests.storage.cast import ask


def tag(unit: Unit, ticket: Ticket, *words: str) -> Ticket:
    after = tickets.save(unit, ticket, replace(ticket, tags=words))
    tags.changed(unit, ticket, after)
    return after


def test_a_tag_finds_the_tickets_that_have_it_now(unit: Unit) -> None:
    ticket = tag(unit, ask(unit), "vip", "billing")
    assert tickets.by_id(unit, ticket.id) == ticket
    assert list(tags.tagged(unit, "vip")) == [ticket.id]
    tag(unit, ticket, "billing")
    assert list(tags.tagged(unit, "vip")) == []
    assert list(tags.tagged(unit, "billing")) == [ticket.id]


def test_the_most_used_tags_come_first_and_may_be_asked_for_by_their_beginning(unit: Unit) -> None:
    tag(unit, ask(unit), "vip", "refund")
    tag(unit, ask(unit), "vip", "red")
    assert tags.known(unit) == ["vip", "red", "refund"]
    assert tags.known(unit, "re") == ["red", "refund"]
    assert tags.known(unit, "%") == []
    assert tags.known(unit, most=1) == ["vip"]


def test_tags_of_another_tenant_are_not_known(unit: Unit, zoes: Unit) -> None:
    ticket = tag(unit, ask(unit), "vip")
    assert tags.known(zoes) == []
    assert list(tags.tagged(zoes, "vip")) == []
    assert list(tags.some(zoes, "vip", most=9)) == []
    assert tags.having(zoes, "vip", [ticket.id]) == set()


def test_some_of_many_tagged_and_those_of_a_few_that_are(unit: Unit) -> None:
    one, other, plain = tag(unit, ask(unit), "vip"), tag(unit, ask(unit), "vip"), ask(unit)
    assert len(tags.some(unit, "vip", most=1)) == 1
    assert tags.having(unit, "vip", [other.id, plain.id]) == {other.id}
    assert tags.having(unit, "vip", [one.id, other.id]) == {one.id, other.id}
