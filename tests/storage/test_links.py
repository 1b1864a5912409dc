"""Links are seen from both of their ends."""

from storage import links
from storage.records.tickets import Kinship, Link
from storage.unit import Unit
from tests.storage.cast import NOON, OURS, ask


def test_a_link_is_seen_from_both_ends_until_it_is_removed(unit: Unit) -> None:
    one, other, third = ask(unit), ask(unit), ask(unit)
    link = Link(OURS, one.id, Kinship.MERGED, other.id, NOON, moved=(one.opening_id, 7))
    links.add(unit, link)
    assert links.of(unit, [one.id]) == [link]
    assert links.of(unit, [other.id, third.id]) == [link]
    assert links.of(unit, [third.id]) == []
    assert links.remove(unit, link)
    assert links.of(unit, [one.id]) == []
    assert not links.remove(unit, link)


def test_links_of_another_tenant_are_not_seen(unit: Unit, zoes: Unit) -> None:
    one, other = ask(unit), ask(unit)
    links.add(unit, Link(OURS, one.id, Kinship.RELATED, other.id, NOON))
    assert links.of(zoes, [one.id]) == []
