"""The pages that show figures."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from web.dashboard.door import Door
from web.dashboard.parts import Parts

NAV = (("", "Overview"),)


class Pages:
    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    async def overview(self, request: Request) -> Response:
        visit = await self._door.visit(request)
        return self._parts.paper.page(
            "overview.html.j2", visit=visit, nav=NAV, here="", carried=""
        )
