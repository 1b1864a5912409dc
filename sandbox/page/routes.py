"""The page's addresses: each reads a place, then fills a template or hands an act to ``people``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import shapes
from sandbox.page import emoji, live, place, screen, shown_traffic
from sandbox.page.acts import ACTS, Act
from sandbox.page.place import Place
from sandbox.page.retyped import typed_again
from sandbox.people import NotAllowed, People
from sandbox.traffic import Traffic
from sandbox.world import World

HERE = Path(__file__).parent
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
GUARD = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Sandbox(Protocol):
    """What the page needs of the sandbox; each is looked up anew, a reset may replace it."""

    @property
    def world(self) -> World:
        """What is true."""

    @property
    def people(self) -> People:
        """What people do."""

    @property
    def traffic(self) -> Traffic:
        """What went over the wire."""


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _html(template: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(template).render(**values), headers=GUARD)


class Page:
    """The endpoints, bound to one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def _place(self, request: Request) -> Place:
        return place.find(self.sandbox.world, request)

    async def whole(self, request: Request) -> Response:
        """``GET /``: the page. A channel's unread mark at arrival travels along as ``new``."""
        here = self._arrived(self._place(request))
        shown = request.query_params.get("shown", "")
        if here.is_home and here.reader.has_app:
            self.sandbox.people.open_home(here.reader.user.id)
        if here.channel:
            self.sandbox.people.mark_read(here.reader.user.id, here.channel.id)
        count = min(int(shown), 5_000) if shown.isdigit() else screen.SHOWN
        return _html("page.html", stage_file="_stage.html", **screen.page(here, shown=count))

    def _arrived(self, here: Place) -> Place:
        if here.channel is None or here.new_from:
            return here
        marks = self.sandbox.world.read_marks
        mark = marks.get((here.reader.user.id, here.channel.id), "")
        return place.since(here, mark)

    async def part(self, request: Request) -> Response:
        """``GET /part/<name>``: one part of the page, as it is now."""
        name, here = request.path_params["name"], self._place(request)
        if name == "traffic":
            return _html("_traffic.html", **screen.traffic_part(self.sandbox.traffic, here))
        if name not in screen.PARTS:
            return PlainTextResponse("There is no such part.", status_code=404)
        values = screen.stage(here) | screen.PARTS[name](here)
        if name == "modal" and values["view"] is None:
            return Response(status_code=204, headers=GUARD)
        return _html(TEMPLATES[name], **values)

    async def menu(self, request: Request) -> Response:
        """``GET /menu/<kind>``: what a menu holds."""
        kind, here = request.path_params["kind"], self._place(request)
        if kind not in MENUS:
            return PlainTextResponse("There is no such menu.", status_code=404)
        values = MENUS[kind](here, request.query_params.get("ts", ""))
        if values.get("message", here) is None:
            return PlainTextResponse("That message is gone.", status_code=404)
        return _html(MENU_TEMPLATES.get(kind, f"menu_{kind}.html"), **screen.stage(here), **values)

    async def act(self, request: Request) -> Response:
        """``POST /act/<name>``: do something; a refusal is 400 with words for the person."""
        name = request.path_params["name"]
        if name not in ACTS:
            return JSONResponse({"ok": False, "hint": "There is no such act."}, status_code=404)
        async with request.form(max_files=20) as form:
            reader = self._place(request).reader
            try:
                answer = await ACTS[name](Act(self.sandbox.people, reader, form))
            except NotAllowed as refusal:
                told = {"ok": False, "error": refusal.error, "hint": refusal.hint}
                return JSONResponse(told, status_code=400)
        return JSONResponse({"ok": True} | answer)

    async def events(self, request: Request) -> Response:
        """``GET /events?as=…``: server-sent events that name the parts which are out of date."""
        reader = self._place(request).reader
        wire = self.sandbox.traffic if request.query_params.get("wire") else None
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        seq = int(since) if since.isdigit() else len(reader.world.changes)
        heard = request.query_params.get("heard", "")
        return StreamingResponse(
            live.stream(reader, seq, wire=wire, heard=int(heard) if heard.isdigit() else 0),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def traffic(self, request: Request) -> Response:
        """``GET /traffic``: the inspector as a page, or with ``drawer`` only its pane."""
        here = self._place(request)
        values = screen.traffic_part(self.sandbox.traffic, here) | {
            "title": "Traffic",
            "seq": len(here.reader.world.changes),
        }
        if request.query_params.get("drawer"):
            return _html("_traffic_pane.html", is_page=False, **values)
        return _html("page.html", stage_file="_traffic_stage.html", is_page=True, **values)

    async def exchange(self, request: Request) -> Response:
        """``GET /traffic/<seq>``: one exchange in full."""
        seq = request.path_params["seq"]
        entry = next((e for e in self.sandbox.traffic.since(seq - 1) if e.seq == seq), None)
        if entry is None:
            return PlainTextResponse("That was too long ago.", status_code=404)
        zone = self._place(request).reader.zone
        return _html("_exchange.html", entry=shown_traffic.shown(entry, zone))

    async def file(self, request: Request) -> Response:
        """``GET /page/file/<id>/<name>``: a file, for members of a channel that has it."""
        reader = self._place(request).reader
        file = self.sandbox.world.files.get(request.path_params["id"])
        if file is None or file.deleted or not reader.sees(file):
            return PlainTextResponse("There is no such file.", status_code=404)
        if file.mimetype in PICTURES:
            return Response(file.content, media_type=file.mimetype, headers=GUARD)
        away = {"Content-Disposition": "attachment", **GUARD}
        return Response(file.content, media_type="application/octet-stream", headers=away)

    async def permalink(self, request: Request) -> Response:
        """``GET /archives/<channel>/p<ts>``: a message's own link, opened in the page."""
        reader = self._place(request).reader
        return RedirectResponse(reader.own_link(request.url.path) or "/")


async def picture(request: Request) -> Response:
    """``GET /page/emoji/<code>.svg``: one emoji's drawing."""
    svg = emoji.drawing(request.path_params["code"])
    if svg is None:
        return PlainTextResponse("There is no such drawing.", status_code=404)
    keep = {"Cache-Control": "public, max-age=604800", "X-Content-Type-Options": "nosniff"}
    return Response(svg, media_type="image/svg+xml", headers=keep)


def _message_menu(here: Place, ts: str) -> dict[str, Any]:
    channel = here.channel
    message = channel.messages.get(ts) if channel else None
    if channel is None or message is None:
        return {"message": None}
    reader = here.reader
    return {
        "message": message,
        "address": reader.link_to(channel, thread=message.thread_ts or ts),
        "permalink": shapes.permalink(reader.world, message),
        "is_mine": message.user == reader.user.id and not message.bot_id,
        "text": typed_again(reader, message.text),
        "shortcuts": screen.shortcuts(reader, "message"),
    }


def _emoji_menu(here: Place, ts: str) -> dict[str, Any]:
    return {"ts": ts, "emoji": [(name, emoji.html(name)) for name in emoji.COMMON]}


MENUS: dict[str, Callable[[Place, str], dict[str, Any]]] = {
    "people": lambda here, ts: screen.people_menu(here),
    "members": lambda here, ts: screen.members_menu(here),
    "clock": lambda here, ts: screen.clock_part(here),
    "message": _message_menu,
    "react": _emoji_menu,
    "emoji": _emoji_menu,
    "shortcuts": lambda here, ts: {
        "shortcuts": screen.shortcuts(here.reader, "global"),
    },
}
MENU_TEMPLATES = {"emoji": "menu_react.html"}
TEMPLATES = {
    "sidebar": "_sidebar.html",
    "clock": "_clock.html",
    "messages": "_messages.html",
    "replies": "_replies.html",
    "threads": "_thread_list.html",
    "home": "_home_view.html",
    "modal": "_modal.html",
}


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """The page's routes for one sandbox; none of them begins with /api, /control or /socket."""
    page = Page(sandbox)
    return [
        Route("/", page.whole),
        Route("/part/{name}", page.part),
        Route("/menu/{kind}", page.menu),
        Route("/act/{name}", page.act, methods=["POST"]),
        Route("/events", page.events),
        Route("/traffic", page.traffic),
        Route("/traffic/{seq:int}", page.exchange),
        Route("/archives/{channel}/{message}", page.permalink),
        Route("/page/emoji/{code}.svg", picture),
        Route("/page/file/{id}/{name:path}", page.file),
        Mount("/page/static", StaticFiles(directory=HERE / "static")),
    ]
