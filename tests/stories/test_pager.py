"""An outside pager is called with whoever is on call: once, signed, and seen when it is not."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from storage import outbox
from storage.records.boxes import Post
from storage.unit import Unit
from tests.stories import ladder
from tests.stories.stage import Stage, stage
from tests.stories.test_direct import on_sqlite
from tests.stories.test_rota import ON_CALL, with_rotas
from tests.stories.told import typed
from tests.workers.pager import SECRET, Receiver, receiving

WORDS = "The whole warehouse stands still because of secret-project-x."


def paged(there: Receiver) -> dict[str, Any]:
    """Settings of a desk with that pager."""
    own: dict[str, Any] = {"pager_url": SecretStr(there.url), "pager_secret": SecretStr(SECRET)}
    return own | {"pager_private": True}


async def urgent(it: Stage) -> None:
    said, _ = await ladder.asked(it, WORDS)
    it.people.react("carla", said.channel, said.ts, "rotating_light")
    await it.quiet()


async def test_a_page_says_where_to_look_and_nothing_of_what_a_customer_wrote(
    database_url: str,
) -> None:
    async with receiving() as there, stage(database_url, **paged(there)) as it:
        await with_rotas(it, ON_CALL)
        await urgent(it)
        ((_, told),) = there.calls
        assert told["type"] == "page"
        assert told["reason"] == "urgent"
        assert told["ticket"] == {"number": 1, "priority": "urgent"}
        assert [each["name"] for each in told["who"]] == ["Ben Okafor"]
        assert told["workspace"]["id"] == "T0HARBOUR"
        assert "/archives/C000TRIAGE/" in told["link"]
        for word in ("secret-project-x", "warehouse", "Carla", "Acme"):
            assert word not in str(told)


@on_sqlite
async def test_a_pager_that_does_not_answer_is_seen_and_called_again(database_url: str) -> None:
    async with receiving() as there, stage(database_url, **paged(there)) as it:
        there.status = 503
        await urgent(it)
        assert "pager calls nobody: it does not answer" in ladder.words(it.messages("triage"))
        assert "calls nobody" in await typed(it, "ana", "health")
        there.status = 202
        await it.later(120)
        assert len({key for key, _ in there.calls}) == 1
        assert "calls nobody" not in await typed(it, "ana", "health")
        before = len(there.calls)
        await it.later(600)
        assert len(there.calls) == before


@on_sqlite
async def test_what_no_pager_takes_for_a_day_has_failed(database_url: str) -> None:
    async with receiving() as there, stage(database_url, **paged(there)) as it:
        there.status = 401
        await urgent(it)
        assert "it refuses our calls" in ladder.words(it.messages("triage"))
        await it.later(86_400 + 60)
        await it.later(120)

        def failed(unit: Unit) -> list[Post]:
            return outbox.failed(unit)

        (post,) = await it.program.desk.read(it.program.workspace_id, failed)
        assert post.kind == "outside-page"


@on_sqlite
async def test_without_a_pager_nobody_outside_is_called(database_url: str) -> None:
    async with stage(database_url) as it:
        await urgent(it)

        def kinds(unit: Unit) -> set[str]:
            query = select(outbox.outbox.c.kind).distinct()
            return set(unit.connection.execute(query).scalars())

        assert "outside-page" not in await it.program.desk.read(it.program.workspace_id, kinds)
