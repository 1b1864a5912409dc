"""Articles and their versions; each workspace has its own."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import articles
from storage.errors import Conflict
from storage.records.articles import Article, ArticleVersion, Audience, BrokenFile
from storage.unit import Unit
from tests.storage.cast import ANA, MINUTE, NOON, OURS, ask

PLAIN = Article(OURS, 1, "refunds", "Refunds", "Within *14* days.", Audience.PUBLIC, NOON)
FULL = replace(
    PLAIN,
    category="Billing",
    tags=("money",),
    synonyms=("cash back",),
    redirects=("old/refunds",),
    review_on="2026-12-31",
    owner="U-ANA",
    file_print="a1",
    reminded="2026-12-31",
)


def test_an_article_comes_back_as_it_was_kept(unit: Unit) -> None:
    kept = articles.add(unit, FULL)
    assert kept == replace(FULL, stamp=1)
    assert articles.by_id(unit, 1) == kept
    assert articles.by_slug(unit, "refunds") == kept
    assert articles.live(unit) == [kept]


def test_an_address_is_free_again_once_its_article_is_archived(unit: Unit) -> None:
    kept = articles.add(unit, PLAIN)
    with pytest.raises(IntegrityError), unit.savepoint():
        articles.add(unit, replace(PLAIN, id=2))
    articles.save(unit, kept, replace(kept, archived_at=NOON))
    articles.add(unit, replace(PLAIN, id=2))
    assert [each.id for each in articles.live(unit)] == [2]


def test_of_two_who_change_an_article_one_has_to_look_again(unit: Unit) -> None:
    kept = articles.add(unit, PLAIN)
    articles.save(unit, kept, replace(kept, title="A"))
    with pytest.raises(Conflict):
        articles.save(unit, kept, replace(kept, title="B"))


def test_every_change_has_a_later_stamp_and_none_has_none(unit: Unit) -> None:
    assert articles.stamp(unit) == 0
    first = articles.add(unit, PLAIN)
    second = articles.add(unit, replace(PLAIN, id=2, slug="other"))
    same = articles.save(unit, second, replace(second, changed_at=NOON + MINUTE))
    assert (same, articles.stamp(unit)) == (second, 2)
    changed = articles.save(unit, first, replace(first, body="Within 30 days."))
    assert articles.stamp(unit) == changed.stamp == 3
    assert articles.newer(unit, 1) == [second, changed]
    gone = articles.save(unit, second, replace(second, archived_at=NOON))
    assert articles.newer(unit, 3) == [gone]


def test_every_version_is_kept_the_newest_first(unit: Unit) -> None:
    articles.add(unit, PLAIN)
    for number in (1, 2):
        version = ArticleVersion(
            OURS, number, 1, "T", f"v{number}", Audience.PUBLIC, NOON + number * MINUTE, ANA
        )
        articles.add_version(unit, version)
    assert [each.body for each in articles.versions(unit, 1)] == ["v2", "v1"]


def test_nothing_of_an_article_is_found_in_another_workspace(unit: Unit, zoes: Unit) -> None:
    articles.add(unit, PLAIN)
    articles.add_version(unit, ArticleVersion(OURS, 1, 1, "T", "v", Audience.PUBLIC, NOON))
    assert articles.by_id(zoes, 1) is None
    assert articles.by_slug(zoes, "refunds") is None
    assert not articles.live(zoes)
    assert not articles.newer(zoes, 0)
    assert not articles.versions(zoes, 1)
    assert articles.stamp(zoes) == 0


def test_what_people_say_of_an_article_counts_without_disturbing_who_edits_it(unit: Unit) -> None:
    kept = articles.add(unit, PLAIN)
    articles.judged(unit, kept.id, helped=2)
    articles.judged(unit, kept.id, failed=1)
    found = articles.save(unit, kept, replace(kept, title="Anew"))
    now = articles.by_id(unit, 1)
    assert now
    assert (now.title, now.helped, now.failed) == ("Anew", 2, 1)
    assert articles.stamp(unit) == found.stamp == 4


def test_articles_to_be_looked_through_are_due_until_somebody_was_told(unit: Unit) -> None:
    kept = articles.add(unit, replace(PLAIN, review_on="2026-03-02"))
    assert articles.due(unit.connection, "2026-03-01") == []
    assert articles.due(unit.connection, "2026-03-02") == [OURS]
    articles.save(unit, kept, replace(kept, reminded=kept.review_on))
    assert articles.due(unit.connection, "2026-03-02") == []


def test_those_of_a_ticket_and_those_taken_out_in_slack_are_found(unit: Unit) -> None:
    ticket = ask(unit)
    articles.add(unit, replace(PLAIN, ticket_id=ticket.id))
    old = articles.add(unit, replace(PLAIN, id=2, slug="b", file_print="p", archived_at=NOON))
    assert [each.id for each in articles.of_ticket(unit, ticket.id)] == [1]
    assert articles.retired(unit) == {"b": old}


def test_synonyms_and_broken_files_are_as_they_were_last_put(unit: Unit, zoes: Unit) -> None:
    assert (articles.synonyms(unit), articles.broken(unit)) == ("", [])
    for body in ("dock berth", "dock berth\ncart trolley"):
        articles.put_synonyms(unit, body)
    assert articles.synonyms(unit) == "dock berth\ncart trolley"
    assert articles.stamp(unit) == 2
    for slugs in ("ab", "b"):
        articles.put_broken(unit, [BrokenFile(each, 3, "is not YAML", NOON) for each in slugs])
    assert articles.broken(unit) == [BrokenFile("b", 3, "is not YAML", NOON)]
    assert (articles.synonyms(zoes), articles.broken(zoes)) == ("", [])
    articles.put_broken(unit, [])
    assert articles.broken(unit) == []
