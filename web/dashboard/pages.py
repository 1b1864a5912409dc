"""The pages that show figures, for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import Missing
from bot.rules.figures import FIGURES
from bot.usecases import figures, work
from bot.usecases.figures import Report
from storage.unit import Unit
from web.dashboard import asked as address
from web.dashboard import behind, choices, lines, overview, sheet
from web.dashboard.asked import TITLES, Asked
from web.dashboard.choices import Choice
from web.dashboard.door import Door
from web.dashboard.parts import Parts, Visit
from web.dashboard.saving import TABLES, saved_as

T = TypeVar("T")

NAV = (
    ("", "Overview"),
    *((path, path.capitalize()) for path in lines.PAGES),
    ("save", "Exports"),
    ("help", "What the figures mean"),
)
KINDS = {"csv": ("text/csv", sheet.csv_of), "json": ("application/json", sheet.json_of)}


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

    async def lines(self, request: Request) -> Response:
        """``GET accounts`` and the like: a line for each."""
        visit = await self._door.visit(request)
        path, told = _last_part(request), dict(request.query_params)
        seen, found = await self._read(
            request,
            visit,
            lambda unit, asked, now: lines.read(unit, asked, now, told=told, path=path),
        )
        return self._page("lines.html.j2", visit, here=path, seen=seen, shown=found)

    async def tickets(self, request: Request) -> Response:
        """``GET tickets?figure=…``: the tickets behind a number."""
        visit, told = await self._door.visit(request), dict(request.query_params)
        seen, found = await self._read(request, visit, partial(behind.read, told=told))
        extra = {"figure": found.figure.key}
        seen = replace(seen, asked=replace(seen.asked, extra=extra))
        rows = tuple(replace(row, link=self._reachable(row.link)) for row in found.rows)
        shown = replace(found, rows=rows)
        return self._page("tickets.html.j2", visit, here="tickets", seen=seen, shown=shown)

    def _reachable(self, link: str) -> str:
        """A message in Slack; that of a local Slack lies where its API does."""
        base = urlsplit(self._parts.sign_in.issuer if self._parts.sign_in else "")
        if not link or base.netloc == "slack.com":
            return link
        return urlsplit(link)._replace(scheme=base.scheme, netloc=base.netloc).geturl()

    async def data(self, request: Request) -> Response:
        """``GET days.csv``, ``accounts.json`` and the like: a page's numbers for machines."""
        visit = await self._door.visit(request)
        name, _, kind = _last_part(request).partition(".")
        media, written = KINDS[kind]

        def report(unit: Unit, asked: Asked, now: datetime) -> Report:
            by = lines.PAGES.get(name, asked.step)
            return figures.read(unit, asked.span, now=now, by=by, where=asked.where)

        seen, found = await self._read(request, visit, report)
        if seen.asked.hint:
            raise Missing
        saved = saved_as(name, seen.asked, kind)
        return Response(written(found), media_type=media, headers=saved)

    async def save(self, request: Request) -> Response:
        """``GET save``: whole tables of the chosen days, as files."""
        visit = await self._door.visit(request)
        seen, _ = await self._read(request, visit, lambda *_: None)
        all_of_them = replace(seen, asked=replace(seen.asked, where=figures.ALL), choices=())
        return self._page("save.html.j2", visit, here="save", seen=all_of_them, tables=TABLES)

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


def _last_part(request: Request) -> str:
    """The last part of the address, which a route has matched."""
    return request.url.path.rpartition("/")[2]
