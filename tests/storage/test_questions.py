"""Questions to the knowledge base, each with what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import articles, questions, texts
from storage.records.articles import Article, Audience
from storage.records.questions import Gap, Outcome, Question
from storage.unit import Unit
from tests.storage.cast import ANA, CARLA, MINUTE, NOON, OURS, ask

REFUNDS = Article(OURS, 1, "refunds", "Refunds", "Within 14 days.", Audience.PUBLIC, NOON)
LONG_AGO = NOON - timedelta(days=9)


def put(unit: Unit, key: int, outcome: Outcome, words: str = "words", **told: object) -> Question:
    texts.put(unit, key, words)
    at = NOON + key * MINUTE
    found = replace(Question(OURS, key, at, key, outcome, text=words), **told)  # type: ignore[arg-type]
    questions.add(unit, found)
    return found


def test_a_question_comes_back_as_it_was_kept_and_is_saved_once(unit: Unit) -> None:
    articles.add(unit, REFUNDS)
    ticket = ask(unit)
    kept = put(unit, 1, Outcome.SENT, article_id=1, person_id=ANA, ticket_id=ticket.id)
    assert questions.by_id(unit, 1) == kept
    helped = questions.save(unit, kept, replace(kept, outcome=Outcome.HELPED))
    assert questions.of_ticket(unit, ticket.id) == [helped]
    assert questions.of_article(unit, 1, most=9) == [helped]


def test_what_nothing_was_known_for_is_listed_until_its_words_are_erased(unit: Unit) -> None:
    put(unit, 1, Outcome.SILENT, person_id=CARLA)
    put(unit, 2, Outcome.ANSWERED)
    put(unit, 3, Outcome.NOT_HELPED)
    found = questions.unanswered(unit, LONG_AGO, most=9)
    assert [each.id for each in found] == [3, 1]
    assert questions.unanswered(unit, NOON + 2 * MINUTE, most=9) == found[:1]
    texts.erase(unit, questions.text_ids(unit, CARLA))
    assert [each.id for each in questions.unanswered(unit, LONG_AGO, most=9)] == [3]


def test_a_gap_is_said_to_be_none_or_written(unit: Unit) -> None:
    for key in (1, 2, 3):
        put(unit, key, Outcome.SILENT)
    assert questions.settle(unit, [], Gap.WRITTEN) == 0
    assert questions.settle(unit, [1, 3], Gap.DISMISSED) == 2
    found = questions.unanswered(unit, LONG_AGO, most=9)
    assert [each.gap for each in found] == [Gap.DISMISSED, Gap.OPEN, Gap.DISMISSED]


def test_outcomes_and_the_best_articles_are_counted(unit: Unit) -> None:
    articles.add(unit, REFUNDS)
    put(unit, 1, Outcome.SILENT)
    put(unit, 2, Outcome.ANSWERED, article_id=1)
    put(unit, 3, Outcome.HELPED, article_id=1)
    put(unit, 4, Outcome.NOT_HELPED, article_id=1)
    counted = questions.outcomes(unit, NOON + 2 * MINUTE)
    assert counted == {Outcome.ANSWERED: 1, Outcome.HELPED: 1, Outcome.NOT_HELPED: 1}
    assert questions.top(unit, LONG_AGO, most=5) == [(1, 2)]


def test_no_question_is_found_in_another_workspace(unit: Unit, zoes: Unit) -> None:
    put(unit, 1, Outcome.SILENT, person_id=ANA)
    assert questions.by_id(zoes, 1) is None
    assert not questions.unanswered(zoes, LONG_AGO, most=9)
    assert not questions.text_ids(zoes, ANA)
    assert not questions.outcomes(zoes, LONG_AGO)
    assert questions.settle(zoes, [1], Gap.DISMISSED) == 0
