"""Questions that ask the like are put together."""

from __future__ import annotations

from bot.knowledge import likeness


def test_the_like_is_one_group_and_the_largest_comes_first() -> None:
    asked = ("park a lorry", "print shipping labels", "labels for shipping do not print", "")
    assert likeness.grouped(asked) == [[1, 2], [0], [3]]
    assert likeness.grouped([]) == []


def test_likeness_counts_common_words_alone() -> None:
    assert likeness.like("Ask for refunds", "Asking for a refund") == 1.0
    assert likeness.like("Ask for refunds", "Park a lorry") == 0.0
    assert likeness.like("", "x") == 0.0
