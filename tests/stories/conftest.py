"""Which database a story runs on: in turn one of the two, or both (docs/decisions/0024)."""

import os
from zlib import crc32

import pytest

from tests import databases

IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A mark goes before the fixture's own kinds."""
    story = metafunc.definition
    if "database_url" in metafunc.fixturenames and not (
        IS_LONG or story.get_closest_marker("both")
    ):
        story.add_marker(pytest.mark.parametrize("database_url", [_kind(story)], indirect=True))


def _kind(story: pytest.Item) -> databases.Kind:
    """By its name: about half of the stories of each file, and the same ones in every run."""
    return databases.KINDS[crc32(story.name.encode()) % len(databases.KINDS)]
