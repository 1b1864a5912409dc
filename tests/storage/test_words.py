"""A word is a word whatever its case, accents, script or number, and markup is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import words
from storage.records.search import Piece


@pytest.mark.parametrize(
    "text, found",
    [
        ("The printer SMOKES!", {"the", "printer", "smoke"}),
        ("invoices, invoice's; companies", {"invoice", "company"}),
        ("status bus glass gas", {"status", "bus", "glass", "gas"}),
        ("Größe naïve Žižek", {"grosse", "naive", "zizek"}),
        ("cafe\u0301", {"cafe"}),
        ("ошибка Ошибка", {"ошибка"}),
        ("印刷 ok", {"印", "刷", "ok"}),
        ("snake_case E-1234 v2.1", {"snake_case", "e", "1234", "v2", "1"}),
        ("<@U0123> sent <#C1|billing> &amp; <!here>", {"sent", "billing"}),
        ("see <https://acme.test/a?b|the docs>", {"see", "the", "doc", "http", "acme", "test"}),
        ("1 &lt; 2 &gt; 0", {"1", "2", "0"}),
        ("🚨🔥 … — ''", set()),
    ],
)
def test_the_words_of_a_text(text: str, found: set[str]) -> None:
    assert found <= words.of_text(text) <= found | {"s", "a", "b", "https"}


def test_a_very_long_word_counts_with_its_beginning() -> None:
    assert words.of_text("x" * 9000) == {"x" * words.LONGEST}


def test_a_query_has_each_word_once_in_order_and_not_too_many() -> None:
    assert words.of_query("printer Printers smoke") == ("printer", "smoke")
    assert len(words.of_query(" ".join(f"word{n}" for n in range(99)))) == words.MOST_ASKED


@given(st.text())
def test_no_word_holds_what_could_leave_its_quotes(text: str) -> None:
    for word in words.of_text(text) | set(words.of_query(text)):
        assert word
        assert not set("\"'\\=:&|!()*<> \0") & set(word)
        assert len(word) <= words.LONGEST


@given(st.text())
def test_a_text_holds_all_words_of_itself(text: str) -> None:
    assert words.of_text(text).issuperset(words.of_query(words.plain(text)))


def test_hits_are_told_apart_from_the_text_around_them() -> None:
    assert words.snippet("Our printers smoke & <@U1> waits", "PRINTER waiting smoke") == (
        Piece("Our "),
        Piece("printers", is_hit=True),
        Piece(" "),
        Piece("smoke", is_hit=True),
        Piece(" & waits"),
    )


def test_of_a_long_text_only_what_is_around_the_first_hit_is_shown() -> None:
    text = f"{'before ' * 50}smoke {'after ' * 50}"
    shown = words.snippet(text, "smoke", around=20)
    assert "".join(piece.text for piece in shown) == "… before before smoke after after after …"
    assert [piece.text for piece in shown if piece.is_hit] == ["smoke"]


@given(st.text(), st.text(max_size=9))
def test_a_snippet_is_part_of_the_text(text: str, query: str) -> None:
    pieces = words.snippet(text, query)
    shown = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert shown in " ".join(words.plain(text).split())
