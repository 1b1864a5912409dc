"""The pages that show figures, for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from bot.rules.figures import FIGURES
from bot.usecases import figures, work
from storage.unit import Unit
from web.dashboard import asked as address
from web.dashboard import choices, overview
from web.dashboard.asked import TITLES, Asked
from web.dashboard.choices import Choice
from web.dashboard.door import Door
from web.dashboard.parts import Parts, Visit

T = TypeVar("T")

NAV = (
    ("", "Overview"),
    ("help", "What the figures mean"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is around a page's own part: what was asked for, and what else one may ask for."""

    asked: Asked
    choices: tuple[Choice, ...]


class Pages:
    """The endpoints. Each asks the door first who is looking."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    async def overview(self, request: Request) -> Response:
        """``GET /dashboard/``: every figure, and how it went day by day."""
        visit = await self._door.visit(request)
        seen, found = await self._read(request, visit, overview.read)
        return self._page("overview.html.j2", visit, here="", seen=seen, shown=found)

    async def help(self, request: Request) -> Response:
        """``GET help``: what each figure counts."""
        visit = await self._door.visit(request)
        return self._page("help.html.j2", visit, here="help", seen=None, figures=FIGURES)

    async def _read(
        self, request: Request, visit: Visit, query: Callable[[Unit, Asked, datetime], T]
    ) -> tuple[Seen, T]:
        """What the page shows, and what is around it, as they are at one moment."""
        now, told = self._parts.clock.now(), dict(request.query_params)

        def at_once(unit: Unit) -> tuple[Seen, T]:
            asked = address.read(told, now, figures.zone(unit))
            around = choices.read(unit, work.tenant(unit), asked.where)
            return Seen(asked, around), query(unit, asked, now)

        return await self._parts.read(visit.viewer.workspace_id, at_once)

    def _page(
        self, template: str, visit: Visit, *, here: str, seen: Seen | None, **fields: Any
    ) -> Response:
        return self._parts.paper.page(
            template, visit=visit, nav=NAV, here=here, seen=seen, ranges=TITLES, **fields
        )
