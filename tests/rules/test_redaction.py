"""What tells who asked is taken out of a thread, and what helps stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.redaction import Known, redacted

KNOWN = Known(("Carla Moreno", "Ana Petrova", "May Li"), ("Acme Robotics", "Blue Harbor Shipping"))


@pytest.mark.parametrize(
    "said, left",
    [
        ("Carla Moreno asks", "[name] asks"),
        ("Thanks, Carla! carla’s log is here", "Thanks, [name]! [name] log is here"),
        ("@Carla Moreno and Moreno", "[name] and [name]"),
        ("It may stop. May knows.", "It may stop. [name] knows."),
        ("Acme's line at acme robotics", "[customer] line at [customer]"),
        ("The harbor is blue", "The harbor is blue"),
        ("the Blue Harbor Shipping crane", "the [customer] crane"),
        ("write to carla.moreno@acme.example today", "write to [e-mail] today"),
        ("call +31 20 555 1234 or (020) 555-1234", "call [phone] or [phone]"),
        ("call 212-867-5309", "call [phone]"),
        ("at 12 Baker Street, or Hafenstraße 12", "at [address], or [address]"),
        ("password: hunter2-harbour", "password: [secret]"),
        ("order HB-20394857 of 2026", "order [number] of 2026"),
        ("host 10.2.3.4 answers", "host [number] answers"),
        ("see https://acme.example/orders/7?t=1", "see [link]"),
        ("error 42 in version 4.2.1 after 30 days", "error 42 in version 4.2.1 after 30 days"),
        ("EX-4012 on line B, 14:30", "EX-4012 on line B, 14:30"),
        ("", ""),
    ],
)
def test_what_tells_who_it_is_goes_and_the_rest_stays(said: str, left: str) -> None:
    assert redacted(said, KNOWN).text == left


def test_what_was_taken_out_is_shown_beside_what_stands_there_instead() -> None:
    found = redacted("Carla of Acme asks", KNOWN)
    assert [(cut.text, cut.instead) for cut in found.removed] == [
        ("Carla", "[name]"),
        ("Acme", "[customer]"),
    ]


@given(st.text(max_size=200), st.sampled_from(["Carla", "Moreno", "Acme Robotics", "a@b.example"]))
def test_no_word_is_lost_and_no_name_stays(words: str, name: str) -> None:
    found = redacted(f"{words} {name} {words}", KNOWN)
    assert "".join(cut.text for cut in found.cuts) == f"{words} {name} {words}"
    assert f" {name} " not in found.text
