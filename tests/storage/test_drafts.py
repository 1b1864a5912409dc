"""Who has a reply under their hands, by ticket, until that is forgotten."""

from sqlalchemy import Engine

from storage import drafts
from storage.unit import writing
from tests.storage.cast import ANA, BEN, MINUTE, NOON, OURS, ZOES, ask, settle


def test_who_writes_is_known_until_they_end(engine: Engine) -> None:
    settle(engine)
    with writing(engine, OURS) as unit:
        ticket, other = ask(unit), ask(unit)
        drafts.put(unit, ticket.id, ANA, NOON)
        drafts.put(unit, ticket.id, ANA, NOON + MINUTE)
        drafts.put(unit, ticket.id, BEN, NOON)
        assert drafts.of(unit, ticket.id) == {ANA: NOON + MINUTE, BEN: NOON}
        assert drafts.of(unit, other.id) == {}
        assert drafts.end(unit, ticket.id, BEN)
        assert not drafts.end(unit, ticket.id, BEN)
        assert drafts.of(unit, ticket.id) == {ANA: NOON + MINUTE}


def test_another_workspace_neither_sees_nor_ends_them(engine: Engine) -> None:
    settle(engine)
    with writing(engine, OURS) as unit:
        ticket = ask(unit)
        drafts.put(unit, ticket.id, ANA, NOON)
    with writing(engine, ZOES) as unit:
        assert drafts.of(unit, ticket.id) == {}
        assert not drafts.end(unit, ticket.id, ANA)
    with writing(engine, OURS) as unit:
        assert drafts.of(unit, ticket.id) == {ANA: NOON}


def test_what_nobody_closed_is_found_when_its_time_is_over(engine: Engine) -> None:
    settle(engine)
    with writing(engine, OURS) as unit:
        ticket = ask(unit)
        assert drafts.next_at(unit.connection) is None
        drafts.put(unit, ticket.id, ANA, NOON)
        drafts.put(unit, ticket.id, BEN, NOON + MINUTE)
        assert drafts.next_at(unit.connection) == NOON
        assert drafts.over(unit.connection, NOON - MINUTE, most=9) == []
        assert drafts.over(unit.connection, NOON + MINUTE, most=9) == [(OURS, ticket.id)]
