"""Past tickets come one by one with what befell them, and with their account's tier and zone."""

from datetime import timedelta

from storage import accounts, channels, history, past
from storage.records.accounts import Account
from storage.records.past import Befell, PastTicket
from storage.records.tickets import Change, Priority
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, LOBBY, MINUTE, NOON, OURS, ask

DAY = timedelta(days=1)
ACTS = ("open", "answer")


def test_each_ticket_has_its_history_in_order(unit: Unit, zoes: Unit) -> None:
    accounts.add(unit, Account(OURS, 7, "Acme", "acme", NOON, "Premium", zone="Asia/Tokyo"))
    acme = channels.by_id(unit, ACME)
    assert acme is not None
    channels.assign(unit, acme, account_id=7, mode=None)
    first, second = ask(unit, priority=Priority.HIGH), ask(unit, channel_id=LOBBY)
    ask(unit, opened_at=NOON - 2 * DAY)
    changes = [
        Change(OURS, 3, first.id, NOON + MINUTE, ANA, "answer"),
        Change(OURS, 1, first.id, NOON, None, "open", "", "#1"),
        Change(OURS, 2, second.id, NOON, None, "open"),
        Change(OURS, 4, second.id, NOON, None, "tag"),
    ]
    history.add(unit, changes)
    opened, answered = Befell(NOON, "open", "", "#1"), Befell(NOON + MINUTE, "answer", "", "")
    assert list(past.tickets(unit, NOON - DAY, NOON + DAY, ACTS)) == [
        PastTicket(NOON, Priority.HIGH, "Premium", "Asia/Tokyo", (opened, answered)),
        PastTicket(NOON, Priority.NORMAL, "", "", (Befell(NOON, "open", "", ""),)),
    ]
    assert list(past.tickets(zoes, NOON - DAY, NOON + DAY, ACTS)) == []
