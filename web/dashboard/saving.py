"""Whole tables as files, row by row: their size costs time, not memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.errors import Missing
from bot.exporting import Format, written
from bot.rules.spans import Span
from bot.usecases import figures
from storage import exports
from storage.exports import Export
from storage.unit import reading
from web.dashboard import asked as address
from web.dashboard.asked import Asked
from web.dashboard.door import Door
from web.dashboard.parts import NotAvailable, Parts

_Text = Generator[str, None, None]
MOST_AT_ONCE = 2
MEDIA: Mapping[Format, str] = MappingProxyType(
    {Format.CSV: "text/csv", Format.JSONL: "application/x-ndjson"}
)
TABLES: Mapping[Export, str] = MappingProxyType(
    {
        Export.TICKETS: "Tickets opened in these days, as they are now.",
        Export.MESSAGES: "What was written in these days, by customers and by us, notes included.",
        Export.HISTORY: "Who changed what of which ticket when.",
        Export.CSAT: "Polls that were sent in these days, with votes and comments.",
    }
)


class Saving:
    """The endpoint for files. Each has a thread and a reader's connection of its own."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def table(self, request: Request) -> Response:
        """``GET save/tickets.csv`` and the like."""
        visit = await self._door.visit(request)
        name, _, kind = request.path_params["file"].partition(".")
        if name not in list(Export) or kind not in list(Format):
            raise Missing
        workspace_id, now = visit.viewer.workspace_id, self._parts.clock.now()
        zone = await self._parts.read(workspace_id, figures.zone)
        asked = address.read(request.query_params, now, zone)
        if asked.hint:
            raise Missing
        if self._turns.locked():
            raise NotAvailable("as many exports as may be are under way")
        what, form = Export(name), Format(kind)
        pieces = self._pieces(self._written(workspace_id, what, form, asked.span))
        return StreamingResponse(
            pieces, media_type=MEDIA[form], headers=saved_as(name, asked, kind)
        )

    def _written(self, workspace_id: int, what: Export, form: Format, span: Span) -> _Text:
        with reading(self._parts.desk.engine, workspace_id) as unit:
            unit.connection.detach()  # what is spared for a file is not missed by pages later
            exports.spare(unit.connection)
            rows = exports.rows(unit, what, since=span.since, until=span.until)
            yield from written(form, exports.columns(what), rows)

    async def _pieces(self, pieces: _Text) -> AsyncIterator[str]:
        """All of it; who hangs up ends it, and the connection is free again."""
        loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, "export")
        async with self._turns:
            try:
                while piece := await loop.run_in_executor(thread, next, pieces, ""):
                    yield piece
            finally:
                thread.submit(pieces.close)
                thread.shutdown(wait=False)


def saved_as(name: str, asked: Asked, kind: str) -> dict[str, str]:
    """The header that makes a file of an answer."""
    file = f"{name}-{asked.span.first}-{asked.span.last}.{kind}"
    return {"Content-Disposition": f'attachment; filename="{file}"'}
