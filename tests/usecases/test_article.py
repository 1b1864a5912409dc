"""Articles follow their folder, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge import folder as files
from bot.usecases import article, shelves
from storage import articles
from storage.engine import open_engine
from storage.records.articles import Article, Audience
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import MINUTE, NOON, OURS

PUBLIC = "---\ntitle: {title}\naudience: public\n---\n{body}\n"


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    engine = open_engine(database_url)
    cast.settle(engine)
    with writing(engine, OURS) as unit:
        yield unit
    engine.dispose()


def put(folder: Path, slug: str, title: str, body: str = "words") -> None:
    (folder / f"{slug}.md").write_text(PUBLIC.format(title=title, body=body))


def titles(unit: Unit) -> dict[str, str]:
    return {each.slug: each.title for each in articles.live(unit)}


def test_articles_come_change_and_go_with_their_files(unit: Unit, tmp_path: Path) -> None:
    put(tmp_path, "a", "First")
    put(tmp_path, "b", "Second")
    article.sync(unit, files.read(tmp_path), NOON)
    before = articles.by_slug(unit, "b")
    assert before
    put(tmp_path, "a", "First, anew")
    (tmp_path / "b.md").unlink()
    found = article.sync(unit, files.read(tmp_path), NOON + MINUTE)
    assert (len(found.plan.changed), len(found.plan.gone)) == (1, 1)
    assert titles(unit) == {"a": "First, anew"}
    assert len(articles.versions(unit, articles.live(unit)[0].id)) == 2
    gone = articles.by_id(unit, before.id)
    assert gone
    assert gone.archived_at == NOON + MINUTE


def test_a_folder_that_did_not_change_changes_nothing(unit: Unit, tmp_path: Path) -> None:
    put(tmp_path, "a", "First")
    article.sync(unit, files.read(tmp_path), NOON)
    stamp = articles.stamp(unit)
    assert article.sync(unit, files.read(tmp_path), NOON + MINUTE).plan.is_nothing
    assert articles.stamp(unit) == stamp


def test_a_broken_file_leaves_its_article_as_it_was(unit: Unit, tmp_path: Path) -> None:
    put(tmp_path, "a", "First")
    article.sync(unit, files.read(tmp_path), NOON)
    (tmp_path / "a.md").write_text("---\ntitle: Half\naudience: nobody\n---\nhalf")
    found = article.sync(unit, files.read(tmp_path), NOON)
    assert [str(each) for each in found.broken] == ["a.md, line 3: audience is public or internal"]
    assert titles(unit) == {"a": "First"}
    assert [each.slug for each in shelves.stats(unit, NOON).broken] == ["a"]
    put(tmp_path, "a", "First")
    article.sync(unit, files.read(tmp_path), NOON)
    assert not shelves.stats(unit, NOON).broken


def test_what_was_written_in_slack_is_not_written_over(unit: Unit, tmp_path: Path) -> None:
    articles.add(unit, Article(OURS, 1, "a", "By hand", "x", Audience.PUBLIC, NOON))
    articles.add(unit, Article(OURS, 2, "c", "Only here", "x", Audience.PUBLIC, NOON))
    put(tmp_path, "a", "From the folder")
    assert article.sync(unit, files.read(tmp_path), NOON).plan.clashes == ("a",)
    assert titles(unit) == {"a": "By hand", "c": "Only here"}


def test_what_is_exported_comes_back_the_same(unit: Unit, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    put(tmp_path / "in", "deep/a", "First", "# Heading\n\n- one\n- two")
    article.sync(unit, files.read(tmp_path / "in"), NOON)
    article.export(unit, tmp_path / "out")
    assert article.sync(unit, files.read(tmp_path / "out"), NOON + MINUTE).plan.is_nothing


def test_nothing_is_exported_outside_of_the_folder(unit: Unit, tmp_path: Path) -> None:
    articles.add(unit, Article(OURS, 1, "../../x", "T", "x", Audience.PUBLIC, NOON))
    assert article.export(unit, tmp_path / "out") == []
