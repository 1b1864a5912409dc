"""Messages: each once, with its words, its older wordings, its thread and its ticket."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import messages, texts
from storage.errors import Conflict
from storage.records.messages import End, FileRef, Message, Side
from storage.unit import Unit
from tests.storage.cast import ACME, LOBBY, MINUTE, NOON, ask, say


def reworded(unit: Unit, message: Message, words: str, minutes: int) -> Message:
    new = message.id * 100 + minutes
    texts.put(unit, new, words)
    at = NOON + minutes * MINUTE
    after = replace(message, text_id=new, text=words, edited_at=at, edit_stamp=f"{minutes}.0")
    return messages.save(unit, message, after)


def test_a_message_comes_back_as_it_was_said(unit: Unit) -> None:
    files = (FileRef("F1", "smoke.png", "image/png", 4711, "https://files/F1"), FileRef("F2"))
    said = say(unit, "Es raucht 🔥", files=files, reason="because")
    assert messages.by_id(unit, said.id) == said
    assert messages.by_ts(unit, ACME, said.ts) == said


def test_a_message_without_words_has_an_empty_text(unit: Unit) -> None:
    said = say(unit, text_id=None, text="")
    assert messages.by_id(unit, said.id) == said


def test_the_same_ts_in_two_channels_is_two_messages(unit: Unit) -> None:
    here, there = say(unit, ts="5.0"), say(unit, ts="5.0", channel_id=LOBBY)
    assert messages.by_ts(unit, ACME, "5.0") == here
    assert messages.by_ts(unit, LOBBY, "5.0") == there


def test_a_message_is_kept_once_however_often_it_comes(unit: Unit) -> None:
    first = say(unit, ts="5.0")
    with pytest.raises(IntegrityError), unit.savepoint():
        say(unit, ts="5.0")
    assert messages.by_ts(unit, ACME, "5.0") == first


def test_what_was_said_after_a_look_ahead_is_found(unit: Unit, zoes: Unit) -> None:
    there = say(unit, ts="5.0")
    messages.look_ahead(unit, [(ACME, "5.0"), (ACME, "6.0"), (ACME, "7.0")])
    assert messages.by_ts(unit, ACME, "5.0") == there
    assert messages.by_ts(unit, ACME, "6.0") is None
    later = say(unit, ts="6.0")
    assert messages.by_ts(unit, ACME, "6.0") == later
    messages.look_ahead(zoes, [(ACME, "5.0")])
    assert messages.by_ts(unit, ACME, "5.0") == there


def test_a_look_ahead_is_forgotten_with_what_was_undone(unit: Unit) -> None:
    with suppress(ZeroDivisionError), unit.savepoint():
        said = say(unit, ts="6.0")
        messages.look_ahead(unit, [(ACME, "7.0")])
        raise ZeroDivisionError
    assert messages.by_ts(unit, ACME, said.ts) is None
    assert messages.by_ts(unit, ACME, "7.0") is None


def test_an_edited_message_shows_its_new_words_and_keeps_the_old(unit: Unit) -> None:
    said = say(unit, "The printer smokes")
    once = reworded(unit, said, "The printer burns", 1)
    twice = reworded(unit, once, "It is out", 2)
    assert messages.by_id(unit, said.id) == twice
    assert twice.version == 3
    assert messages.versions(unit, said.id) == [
        ("The printer smokes", NOON),
        ("The printer burns", NOON + MINUTE),
    ]


def test_a_change_of_anything_else_makes_no_wording(unit: Unit) -> None:
    said = say(unit)
    saved = messages.save(unit, said, replace(said, end=End.IGNORED, reason="courtesy"))
    assert messages.by_id(unit, said.id) == saved
    assert messages.versions(unit, said.id) == []


def test_of_two_changes_at_once_the_second_is_a_conflict(unit: Unit) -> None:
    said = say(unit)
    first = messages.save(unit, said, replace(said, reason="first"))
    with pytest.raises(Conflict):
        messages.save(unit, said, replace(said, reason="second"))
    assert messages.by_id(unit, said.id) == first


def test_saving_what_did_not_change_changes_nothing(unit: Unit) -> None:
    said = say(unit)
    assert messages.save(unit, said, said) == said
    assert messages.by_id(unit, said.id) == said


def test_erased_words_are_gone_everywhere(unit: Unit, zoes: Unit) -> None:
    texts.put(zoes, 1, "hers")
    said = reworded(unit, say(unit, "secret"), "more secret", 1)
    texts.put(unit, 1, "another's")
    texts.erase(unit, messages.text_ids(unit, said))
    stub = messages.by_id(unit, said.id)
    assert stub == replace(said, text="")
    assert messages.versions(unit, said.id) == [("", NOON)]
    assert (texts.body(unit, 1), texts.body(zoes, 1)) == ("another's", "hers")


def test_a_message_that_never_had_words_has_none_to_erase(unit: Unit) -> None:
    said = say(unit, text_id=None, text="")
    assert messages.text_ids(unit, said) == set()


def test_a_thread_is_its_first_message_and_all_replies_in_order(unit: Unit) -> None:
    late = say(unit, thread_ts="1.0", ts="3.0", said_at=NOON + 2 * MINUTE)
    early = say(unit, thread_ts="1.0", ts="2.0", said_at=NOON + MINUTE)
    parent = say(unit, ts="1.0")
    say(unit, thread_ts="1.0", ts="2.5", channel_id=LOBBY)
    say(unit, ts="4.0")
    assert messages.of_thread(unit, ACME, "1.0") == [parent, early, late]


def test_the_customers_further_messages_are_counted(unit: Unit) -> None:
    ticket = ask(unit)
    assert messages.count_more(unit, [ticket.id]) == {}
    say(unit, ticket_id=ticket.id)
    say(unit, ticket_id=ticket.id, end=End.JOINED)
    say(unit, ticket_id=ticket.id, side=Side.OURS)
    say(unit, ticket_id=ticket.id, deleted_at=NOON)
    say(unit)
    assert messages.count_more(unit, [ticket.id]) == {ticket.id: 2}


def test_messages_can_move_to_another_ticket(unit: Unit) -> None:
    old, new = ask(unit), ask(unit)
    said = say(unit, ticket_id=old.id)
    messages.move(unit, [said.id], new.id)
    messages.move(unit, [], new.id)
    assert [message.id for message in messages.of_ticket(unit, old.id)] == [old.opening_id]
    moved = replace(said, ticket_id=new.id, version=2)
    assert moved in messages.of_ticket(unit, new.id)


def test_nothing_of_another_tenant_is_found(unit: Unit, zoes: Unit) -> None:
    ours = ask(unit)
    opening = messages.by_id(unit, ours.opening_id)
    assert opening is not None
    assert messages.by_id(zoes, opening.id) is None
    assert messages.by_ts(zoes, ACME, opening.ts) is None
    assert messages.of_ticket(zoes, ours.id) == []
    assert messages.of_thread(zoes, ACME, opening.ts) == []
    assert messages.count_more(zoes, [ours.id]) == {}


def test_what_ended_for_a_reason_is_found_by_place_and_time(unit: Unit, zoes: Unit) -> None:
    at = NOON.timestamp()
    say(unit, ts=f"{at:.6f}", reason="direct")
    say(unit, ts=f"{at + 60:.6f}", reason="courtesy")

    def found(reason: str, minutes: int, *, by: Unit = unit, channel_id: int = ACME) -> bool:
        since, before = NOON + minutes * MINUTE, f"{at + 3600:.6f}"
        return messages.is_any_since(by, channel_id, reason, since, before=before)

    assert found("direct", 0)
    assert not found("direct", 1)
    assert found("courtesy", 1)
    assert not found("direct", 0, channel_id=LOBBY)
    assert not found("direct", 0, by=zoes)
    assert not messages.is_any_since(unit, ACME, "direct", NOON, before=f"{at:.6f}")
