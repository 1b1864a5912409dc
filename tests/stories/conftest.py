"""Which database a story runs on: in turn one of the two, or both (docs/decisions/0024)."""

import os
from zlib import crc32

import pytest

from tests import databases

IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A mark goes before the fixture's own kinds."""
    if "database_url" in metafunc.fixturenames and not _says_itself(metafunc.definition):
        kind = pytest.mark.parametrize("database_url", [_kind(metafunc.definition)], indirect=True)
        metafunc.definition.add_marker(kind)


def _says_itself(story: pytest.Item) -> bool:
    marks = story.iter_markers("parametrize")
    is_named = any("database_url" in mark.args[0] for mark in marks)
    is_asked = IS_LONG or story.config.getoption("both")
    return is_asked or is_named or story.get_closest_marker("both") is not None


def _kind(story: pytest.Item) -> databases.Kind:
    """By its name: about half of the stories of each file, and the same ones in every run."""
    return databases.KINDS[crc32(story.name.encode()) % len(databases.KINDS)]
