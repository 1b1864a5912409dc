"""Records that are made sooner are the same records."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from storage.records.light import light


@dataclass(frozen=True, slots=True)
class Frozen:
    number: int
    words: str = ""
    tags: list[str] = field(default_factory=list, compare=False)
    shout: bool = field(default=False, kw_only=True)


@light
@dataclass(frozen=True, slots=True)
class Light:
    number: int
    words: str = ""
    tags: list[str] = field(default_factory=list, compare=False)
    shout: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Heavier(Light):
    more: int = 0


def test_it_takes_what_the_frozen_one_takes() -> None:
    assert inspect.signature(Light) == inspect.signature(Frozen)
    assert repr(Light(1, shout=True)) == repr(Frozen(1, shout=True)).replace("Frozen", "Light")
    with pytest.raises(TypeError):
        Light()  # type: ignore[call-arg] # that is the question


def test_each_one_has_its_own_defaults() -> None:
    one, other = Light(1), Light(1)
    one.tags.append("vip")
    assert other.tags == []


def test_it_is_compared_hashed_and_copied_by_its_fields() -> None:
    one = Light(1, "help", shout=True)
    assert one == Light(1, "help", shout=True) != replace(one, number=2)
    assert hash(one) == hash(Light(1, "help", shout=True))
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one


def test_it_has_room_for_its_fields_alone() -> None:
    with pytest.raises(AttributeError):
        Light(1).colour = "red"  # type: ignore[attr-defined] # that is the question


def test_who_inherits_from_it_stays_frozen() -> None:
    assert Heavier(1, "help", [], 5, shout=True).more == 5
    with pytest.raises(FrozenInstanceError):
        Heavier(1).more = 2  # type: ignore[misc] # that is the question


def test_what_would_be_lost_is_refused() -> None:
    @dataclass(slots=True)
    class Open:
        number: int

    @dataclass(frozen=True, slots=True)
    class Checked:
        number: int

        def __post_init__(self) -> None:
            assert self.number

    for kind in (Open, Checked):
        with pytest.raises(TypeError):
            light(kind)
