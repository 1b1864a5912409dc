"""Records that are made sooner are the same records."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass, field, replace

import pytest

from storage.records.light import light


@light(frozen=True, slots=True)
class Light:
    number: int
    words: str = ""
    tags: list[str] = field(default_factory=list, compare=False)
    shout: bool = field(default=False, kw_only=True)


def test_it_is_compared_hashed_and_copied_by_its_fields() -> None:
    one = Light(1, "help", shout=True)
    assert one == Light(1, "help", shout=True) != replace(one, number=2)
    assert hash(one) == hash(Light(1, "help", shout=True)) != hash(replace(one, number=2))
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one


def test_it_has_room_for_its_fields_alone() -> None:
    with pytest.raises(AttributeError):
        Light(1).colour = "red"  # type: ignore[attr-defined] # that is the question


def test_mypy_takes_it_for_frozen() -> None:
    Light(1).number = 2  # type: ignore[misc] # mypy complains of an ignore that ignores nothing


def test_none_that_is_frozen_at_run_time_may_inherit_from_it() -> None:
    with pytest.raises(TypeError, match="frozen"):

        @dataclass(frozen=True, slots=True)
        class Heavier(Light):
            more: int = 0
