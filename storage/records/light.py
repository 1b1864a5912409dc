"""Frozen dataclasses that come by the hundred in a moment: as frozen to mypy, made far sooner."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

T = TypeVar("T")


def light(record: type[T]) -> type[T]:
    """Let a frozen dataclass be filled field by field as any object is.

    A frozen one asks ``object.__setattr__`` for each field, which takes eight times as long: a
    twentieth of all that a ticket costs. Only mypy then refuses who would change one, and it reads
    every line that could. Raises TypeError for what is no frozen dataclass, or does more when made.
    """
    if not dataclasses.is_dataclass(record) or "__setattr__" not in vars(record):
        raise TypeError(f"{record.__name__} is no frozen dataclass")
    if hasattr(record, "__post_init__"):
        raise TypeError(f"{record.__name__} does more than to keep its fields")
    of_fields = [(each.name, each.type, _again(each)) for each in dataclasses.fields(record)]
    plain: Any = dataclasses.make_dataclass(record.__name__, of_fields, repr=False, eq=False)
    changed: Any = record
    plain.__init__.__qualname__ = f"{record.__qualname__}.__init__"
    changed.__init__ = plain.__init__
    del changed.__setattr__, changed.__delattr__
    return record


def _again(told: dataclasses.Field[Any]) -> Any:
    """What the field's own class has used up: its default, and how it may be given."""
    return dataclasses.field(
        default=told.default,
        default_factory=told.default_factory,
        init=told.init,
        kw_only=bool(told.kw_only),
    )
