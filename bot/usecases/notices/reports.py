"""What is told at a time somebody chose: digests and customers’ own weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.usecases.notices.notice import Notice


@dataclass(frozen=True, slots=True)
class DigestPost(Notice):
    """A digest in a channel of the team's or by direct message. A picture: decisions are taken."""

    kind: ClassVar[str] = "digest"
    template: ClassVar[str] = "digest/digest.j2"
    is_picture: ClassVar[bool] = True
    digest_id: int


@dataclass(frozen=True, slots=True)
class CustomerReport(Notice):
    """A customer's own week in their channel, who wanted it so."""

    kind: ClassVar[str] = "customer-report"
    template: ClassVar[str] = "digest/customer.j2"
    digest_id: int


NOTICES: tuple[type[Notice], ...] = (
    DigestPost,
    CustomerReport,
)
