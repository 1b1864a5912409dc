"""The demo's script is a story like any other: it plays to its end, telling what each one sees."""

from __future__ import annotations

from sandbox import story
from tests.stories.stage import stage


async def test_the_demo_script_plays_to_its_end(database_url: str) -> None:
    told: list[str] = []
    async with stage(database_url) as it:
        await story.play(it.slack, told.append)
    assert told[-1].startswith("Zoe"), "\n".join(told)
