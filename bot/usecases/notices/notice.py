"""What all notices have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from storage.records.boxes import Delivery


@dataclass(frozen=True, slots=True)
class Notice:
    """``subject_id`` tells pictures of one ticket apart (a message, a reply)."""

    kind: ClassVar[str]
    template: ClassVar[str]
    delivery: ClassVar[Delivery] = Delivery.POST
    is_picture: ClassVar[bool] = False
    urgency: ClassVar[int] = 1

    def body(self) -> dict[str, Any]:
        """What it holds, by name."""
        return {name: getattr(self, name) for name in _fields(self)}

    def subject(self) -> Any:
        """What tells a picture from others of its kind: its last field."""
        return getattr(self, _fields(self)[-1])


def _fields(notice: Notice) -> tuple[str, ...]:
    """The names of its fields in their order: the slots that its dataclass has made of them."""
    return type(notice).__slots__
