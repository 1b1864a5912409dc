"""The folder of articles is followed: at start, when it changes, and never half."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage import articles
from storage.records.articles import BrokenFile
from tests.stories.stage import Stage, stage
from tests.stories.test_authoring import begun, known, sent

WHOLE = "---\ntitle: {title}\naudience: public\n---\n{body}\n"
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def put(folder: Path, name: str, title: str, body: str = "words") -> None:
    """Write a file whose time differs from the one before it."""
    file = folder / f"{name}.md"
    later = file.stat().st_mtime_ns + 1_000_000 if file.exists() else 1
    file.write_text(WHOLE.format(title=title, body=body))
    os.utime(file, ns=(later, later))


async def looked(it: Stage, folder: Path) -> None:
    """The worker looks once, and all that follows is told."""
    it.program.crew.bookshelf.folder = folder
    await it.program.crew.bookshelf.look()
    await it.quiet()


async def broken(it: Stage) -> list[BrokenFile]:
    found: list[BrokenFile] = await it.program.desk.read(it.program.workspace_id, articles.broken)
    return found


async def test_what_changes_in_the_folder_changes_the_articles(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url) as it:
        put(tmp_path, "a", "First")
        put(tmp_path, "old", "Moved")
        (tmp_path / "synonyms.txt").write_text("berth dock\nalone\n")
        await looked(it, tmp_path)
        assert {slug: each.title for slug, each in (await known(it)).items()} == {
            "a": "First",
            "old": "Moved",
        }
        assert [(each.slug, each.line) for each in await broken(it)] == [("synonyms.txt", 2)]
        before = (await known(it))["old"]
        (tmp_path / "old.md").rename(tmp_path / "new.md")
        put(tmp_path, "a", "First, anew")
        await looked(it, tmp_path)
        found = await known(it)
        assert (found["new"].id, found["new"].redirects) == (before.id, ("old",))
        assert found["a"].title == "First, anew"
        assert await it.program.crew.bookshelf.look() is None
        (tmp_path / "a.md").unlink()
        await looked(it, tmp_path)
        assert [*await known(it)] == ["new"]


@one_database
async def test_a_broken_file_is_told_once_with_its_line_and_again_when_it_is_mended(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url) as it:
        put(tmp_path, "a", "First")
        await looked(it, tmp_path)
        (tmp_path / "a.md").write_text("---\ntitle: Half\naudience: nobody\n---\nhalf")
        await looked(it, tmp_path)
        put(tmp_path, "b", "Second")
        await looked(it, tmp_path)
        (note,) = [each for each in it.messages("triage") if "cannot be read" in each.text]
        assert "`a.md`, line 3: audience is public or internal" in str(note.blocks)
        assert {each.title for each in (await known(it)).values()} == {"First", "Second"}
        put(tmp_path, "a", "Whole again")
        await looked(it, tmp_path)
        (note,) = [each for each in it.messages("triage") if "can be read again" in each.text]
        assert (await known(it))["a"].title == "Whole again"


@one_database
async def test_of_words_changed_in_slack_and_in_the_file_none_are_lost(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url) as it:
        put(tmp_path, "a", "First", "From the file.")
        put(tmp_path, "b", "Second", "Pallets are stacked in sixes.")
        await looked(it, tmp_path)
        for slug, body in (("a", "From Slack."), ("b", "Pallets are stacked in fours.")):
            await sent(it, "ana", await begun(it, "ana", f"edit {slug}"), body=body)
        await looked(it, tmp_path)
        assert (await known(it))["a"].body == "From Slack."
        put(tmp_path, "a", "First", "From the file, anew.")
        (tmp_path / "b.md").unlink()
        await looked(it, tmp_path)
        found = await known(it)
        assert found["a"].body == "From Slack."
        assert found["b"].body.endswith("in fours.")
        assert not found["b"].is_of_folder
        said = " ".join(each.text for each in it.messages("triage"))
        assert "was changed in Slack and in its file" in said
        assert "its file is gone" in said
        versions = await it.program.desk.read(
            it.program.workspace_id, lambda unit: articles.versions(unit, found["a"].id)
        )
        assert [each.body for each in versions if not each.is_used] == ["From the file, anew."]


@one_database
async def test_a_folder_that_is_away_takes_no_article_along(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url) as it:
        (tmp_path / "kb").mkdir()
        put(tmp_path / "kb", "a", "First")
        await looked(it, tmp_path / "kb")
        (tmp_path / "kb").rename(tmp_path / "elsewhere")
        await looked(it, tmp_path / "kb")
        assert "a" in await known(it)
