"""Answers are judged by the usual figures, computed here by hand."""

import pytest

from bot.knowledge.evaluating import Case, Marks, marks


def judged(*rows: tuple[str, str, float]) -> Marks:
    """Each row: the right id or "", the ids that come, how sure the first is."""
    cases = [
        Case(str(number), frozenset(filter(None, [right])))
        for number, (right, _, _) in enumerate(rows)
    ]
    return marks(cases, lambda question: (rows[int(question)][1].split(), rows[int(question)][2]))


def test_ranks_count() -> None:
    found = judged(("a", "a b c", 0.9), ("b", "a b c", 0.8), ("z", "a b c", 0.7), ("c", "", 0.0))
    assert (found.at_1, found.at_3) == (0.25, 0.5)
    assert found.mrr == pytest.approx((1 + 0.5) / 4)
    assert found.auroc is None


def test_silence_is_kept_where_answers_are_surer_than_the_rest() -> None:
    assert judged(("a", "a", 0.9), ("", "a", 0.1)).auroc == 1.0
    assert judged(("a", "a", 0.1), ("", "a", 0.9)).auroc == 0.0
    assert judged(("a", "a", 0.5), ("", "a", 0.5)).auroc == 0.5


def test_coverage_counts_right_answers_while_95_of_100_are_right() -> None:
    right = [("a", "a", 1 - number / 100) for number in range(19)]
    assert judged(*right, ("b", "a", 0.5), ("c", "c", 0.1)).coverage == 20 / 21
    assert judged(*right, ("b", "a", 0.5), ("d", "a", 0.4), ("c", "c", 0.1)).coverage == 19 / 22


def test_answers_that_are_as_sure_as_wrong_ones_cannot_be_told_apart() -> None:
    assert judged(("a", "a", 0.9), ("b", "a", 0.9)).coverage == 0.0


def test_no_case_has_no_figures() -> None:
    assert marks([], lambda _: ([], 0.0)) == Marks(0, 0, None, None, None, None, None)
