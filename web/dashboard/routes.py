"""The dashboard's addresses, and what is said where there is nothing, or nobody may look."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.errors import Missing
from web.dashboard.door import HOME, Door
from web.dashboard.guard import Guard
from web.dashboard.lines import PAGES
from web.dashboard.pages import KINDS, Pages
from web.dashboard.parts import NotAllowed, NotAvailable, Parts
from web.dashboard.saving import Saving

Handler = Callable[[Request, Exception], Awaitable[Response]]
log = logging.getLogger(__name__)

AT = "/dashboard"
STATIC = Path(__file__).parent / "static"
DATA = (*(f".{kind}" for kind in KINDS), ".jsonl")


def routes(parts: Parts, *, is_secure: bool) -> list[BaseRoute]:
    """Everything under ``/dashboard``, and the way there. ``is_secure``: people reach us by TLS."""
    door = Door(parts)
    pages = Pages(parts, door)
    inner = Starlette(
        routes=[
            *(Route(f"/{name}", _file(name)) for name in ("dashboard.css", "icon.svg")),
            Route("/", pages.overview),
            *(Route(f"/{path}", pages.lines) for path in PAGES),
            Route("/tickets", pages.tickets),
            *(Route(f"/{name}.{kind}", pages.data) for name in ("days", *PAGES) for kind in KINDS),
            Route("/save", pages.save),
            Route("/save/{file}", Saving(parts, door).table),
            Route("/help", pages.help),
            Route("/sign-in", door.show),
            Route("/go", door.go),
            Route("/signed-in", door.back),
            Route("/sign-out", door.out, methods=["POST"]),
        ],
        exception_handlers=_Instead(parts).handlers(),
    )
    inner.router.redirect_slashes = False  # to an address that the request itself names
    guarded = Guard(inner, is_secure=is_secure)
    to_home = RedirectResponse(HOME)
    way = Guard(to_home, is_secure=is_secure)
    return [*(Route(path, way) for path in ("/", AT)), Mount(AT, guarded)]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    """One of few files, by name, so that no path can lead out of the folder."""

    async def endpoint(_: Request) -> Response:
        return FileResponse(STATIC / name)

    return endpoint


class _Instead:
    """What is shown in place of a page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def handlers(self) -> dict[type[Exception], Handler]:
        return {
            NotAllowed: self.not_allowed,
            NotAvailable: self.not_available,
            Missing: self.not_there,
            HTTPException: self.not_there,
            Exception: self.failed,
        }

    async def not_allowed(self, request: Request, _: Exception) -> Response:
        """Pages lead to the way in; data and forms say no more than that there is one."""
        path = request.url.path
        if request.method not in ("GET", "HEAD") or path.endswith(DATA):
            words = "Sign in to the dashboard first, then try again."
            return PlainTextResponse(words, HTTPStatus.UNAUTHORIZED)
        onward = f"{path}?{request.url.query}" if request.url.query else path
        there = f"{AT}/sign-in?onward={quote(onward, safe='')}"
        response = RedirectResponse(there, HTTPStatus.SEE_OTHER)
        self._parts.cookies.let_go(response)
        return response

    async def not_available(self, _: Request, error: Exception) -> Response:
        log.warning("the dashboard cannot answer: %s", error)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        words = "Database or Slack do not answer the desk just now. Please try again in a minute."
        return self._parts.paper.page("sorry.html.j2", status=status, title="Not now", words=words)

    async def not_there(self, _: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        words = "There is nothing at this address, or nothing that you may see."
        title = "Nothing here"
        page = self._parts.paper.page("sorry.html.j2", status=status, title=title, words=words)
        page.headers.update(getattr(error, "headers", None) or {})  # which methods there are
        return page

    async def failed(self, _: Request, __: Exception) -> Response:
        """The server logs what went wrong; people are not told."""
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        words = "Something went wrong on our side. The desk’s log says what."
        return self._parts.paper.page("sorry.html.j2", status=status, title="Sorry", words=words)
