"""``/control/…``: how tests, demo and scripts do what people do, and see what happened."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import acts, bodies, reads, settings
from sandbox.faults import FaultSetting
from sandbox.local import Sandbox
from sandbox.people import NotAllowed
from sandbox.refused import Refused
from sandbox.world import Json

Act = Callable[[Sandbox, Any], Awaitable[Json]]

POSTS: dict[str, tuple[type[BaseModel], Act]] = {
    "say": (bodies.Say, acts.say),
    "edit": (bodies.Edit, acts.edit),
    "delete": (bodies.OnMessage, acts.delete),
    "unfurl": (bodies.Unfurl, acts.unfurl),
    "react": (bodies.React, acts.react),
    "read": (bodies.Read, acts.read),
    "dismiss": (bodies.Dismiss, acts.dismiss),
    "press": (bodies.Press, acts.press),
    "options": (bodies.Options, acts.options),
    "command": (bodies.Command, acts.command),
    "shortcut": (bodies.Shortcut, acts.shortcut),
    "fill": (bodies.Fill, acts.fill),
    "submit": (bodies.Fill, acts.submit),
    "close": (bodies.OnView, acts.close),
    "home": (bodies.Home, acts.home),
    "status": (bodies.Status, acts.status),
    "channel": (bodies.ChannelAct, acts.channel),
    "clock": (bodies.ClockMove, settings.clock),
    "faults": (FaultSetting, settings.faults),
    "limits": (bodies.LimitSwitch, settings.limits),
    "socket": (bodies.Socket, settings.socket),
    "reset": (bodies.Reset, settings.reset),
    "app": (bodies.AppSetting, settings.app),
}

GETS: dict[str, Act] = {
    "state": reads.state,
    "messages": reads.messages,
    "ephemerals": reads.ephemerals,
    "views": reads.views,
    "traffic": reads.traffic,
    "clock": reads.clock,
    "idle": reads.idle,
}


def routes(box: Sandbox) -> list[Route]:
    """All routes under ``/control``."""
    posts = [
        Route(f"/control/{name}", _posted(box, model, act), methods=["POST"])
        for name, (model, act) in POSTS.items()
    ]
    gets = [
        Route(f"/control/{name}", _got(box, look), methods=["GET"]) for name, look in GETS.items()
    ]
    return [*gets, *posts, Route("/control/{name}", _unknown, methods=["GET", "POST"])]


def _posted(
    box: Sandbox, model: type[BaseModel], act: Act
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = model.model_validate_json(await request.body() or b"{}")
        except ValidationError as error:
            return _refusal("invalid_request", _complaint(error))
        return await _answer(act(box, body))

    return endpoint


def _got(box: Sandbox, look: Act) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _answer(look(box, request.query_params))

    return endpoint


async def _answer(doing: Awaitable[Json]) -> Response:
    try:
        answer = await doing
    except NotAllowed as refusal:
        return _refusal(refusal.error, refusal.hint)
    except Refused as refused:
        return _refusal(refused.code, f"Slack says {refused.code.replace('_', ' ')}.")
    return Response(json.dumps({"ok": True, **answer}), media_type="application/json")


async def _unknown(request: Request) -> Response:
    known = ", ".join(sorted({*POSTS, *GETS}))
    hint = f"There is no {request.method} {request.url.path}; there are: {known}."
    return _refusal("unknown_call", hint)


def _refusal(error: str, hint: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": error, "hint": hint}, status_code=400)


def _complaint(error: ValidationError) -> str:
    """Every fault of a body in one line: where it is and what is wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}"
        for fault in error.errors(include_url=False)
    )
