"""Frozen dataclasses that come by the hundred in a moment: as frozen to mypy, made far sooner."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as light
else:

    def light(**options: Any) -> Callable[[type], type]:
        """As a frozen ``dataclass``, but nothing refuses a change at run time.

        A frozen one asks ``object.__setattr__`` for each field, which takes eight times as long: a
        twentieth of all that a ticket costs. mypy takes this for a frozen one, and it reads every
        line that could change one. They are hashed and compared by their fields, too.
        """
        return dataclasses.dataclass(**options | {"frozen": False, "unsafe_hash": True})


__all__ = ["light"]
