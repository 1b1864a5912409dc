"""The Web API as routes: every call is checked, limited, carried out and logged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.api import auth, chat, conversations, files, history, marks, users, validate, views
from sandbox.api.call import Call
from sandbox.api.schedule import Schedule, ScheduledMessages
from sandbox.api.transfer import Transfer
from sandbox.api.wire import Answer, Asked, read
from sandbox.checks import Method, check_arguments, check_scopes, check_token, read_methods
from sandbox.faults import LostAnswer
from sandbox.limits import Limits, Methods, load_methods
from sandbox.refused import Refused
from sandbox.traffic import Traffic
from sandbox.world import App, Json, User, World

Handler = Callable[[Call], Json]
MODULES = (auth, chat, conversations, files, history, marks, users, validate, views)


class CallFaults(Protocol):
    """What may go wrong with a call on purpose; ``sandbox.faults`` has it."""

    async def before(self, method: str, args: Json) -> Response | None:
        """An answer in place of the effect, such as a 429; None lets the call through."""

    async def after(self, method: str, args: Json, response: Response) -> Response:
        """The answer after the effect; raises ``LostAnswer`` to cut the connection instead."""


class WebApi:
    """All methods over one world. ``limits`` and ``traffic`` are its own unless given."""

    def __init__(
        self,
        world: World,
        *,
        faults: CallFaults | None = None,
        limits: Limits | None = None,
        traffic: Traffic | None = None,
        new_socket: Callable[[], str] | None = None,
    ) -> None:
        facts: Methods = load_methods()
        self.world = world
        self.faults = faults
        self.limits = limits or Limits(world.clock.time, facts)
        self.traffic = traffic or Traffic(world.clock.time)
        self.schedule = Schedule(world)
        self._new_socket = new_socket
        self._methods = read_methods(facts)
        self._handlers = self._all_handlers()

    def _all_handlers(self) -> dict[str, Handler]:
        found: dict[str, Handler] = {}
        for module in MODULES:
            found |= module.METHODS
        return (
            found
            | ScheduledMessages(self.schedule).methods
            | {"apps.connections.open": self._open_connection}
        )

    def routes(self) -> list[Route]:
        """``/api/<method>``, and where files are sent to and fetched from."""
        here = Route("/api/{method}", self.handle, methods=["GET", "POST"])
        return [here, *Transfer(self.world).routes()]

    async def handle(self, request: Request) -> Response:
        """One call, from the wire and back onto it."""
        began = time.perf_counter()
        try:
            asked = await read(request)
        except Refused as refused:
            return Answer({"ok": False, "error": refused.code})
        try:
            response = await self._carry_out(asked)
        except LostAnswer:
            self._note(asked, None, 0, began)
            return await hang_up(request)
        self._note(asked, getattr(response, "said", None), response.status_code, began)
        return response

    async def _carry_out(self, asked: Asked) -> Response:
        """The call with what ``faults`` do before and after it."""
        if self.faults is None:
            return self.answer(asked)
        early = await self.faults.before(asked.method, asked.args)
        if early is not None:
            return early
        return await self.faults.after(asked.method, asked.args, self.answer(asked))

    def answer(self, asked: Asked) -> Response:
        """What Slack answers: 200 with ``ok``, or 429 with Retry-After."""
        method = self._methods.get(asked.method)
        if method is None:
            return Answer({"ok": False, "error": "unknown_method", "req_method": asked.method})
        wait = self.limits.wait_for(asked.method, asked.args.get("channel"))
        if wait:
            return too_many(wait)
        try:
            answer = {"ok": True, **self._run(method, asked)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.code, **refused.more}
        return Answer(answer, headers=self._scope_headers(method))

    def _run(self, method: Method, asked: Asked) -> Json:
        app, bot = self._app()
        check_token(method, asked.token, app)
        check_arguments(method, asked.args)
        check_scopes(method, asked.args, app, self.world)
        handler = self._handlers.get(method.name)
        if handler is None:
            hint = f"{method.name} exists in Slack, but not in the sandbox"
            raise Refused("method_not_supported_in_sandbox", detail=hint)
        return handler(Call(self.world, app, bot, method.name, asked.args))

    def _app(self) -> tuple[App, User]:
        app = self.world.app
        if app is None:
            raise Refused("account_inactive")
        return app, self.world.users[app.bot_user]

    def _scope_headers(self, method: Method) -> dict[str, str]:
        """The scopes granted and accepted, as Slack tells with each answer (FACTS 13)."""
        granted = self.world.app.scopes if self.world.app else []
        return {
            "x-oauth-scopes": ",".join(granted),
            "x-accepted-oauth-scopes": ",".join(method.scopes),
        }

    def _open_connection(self, call: Call) -> Json:
        """apps.connections.open: the address of a websocket, with a ticket for one use."""
        if self._new_socket is None:
            raise Refused("forbidden_team")
        return {"url": self._new_socket()}

    def _note(self, asked: Asked, answer: Any, status: int, began: float) -> None:
        took_ms = (time.perf_counter() - began) * 1000
        self.traffic.note(
            "from_app", asked.method, asked.args, answer, status=status, took_ms=took_ms
        )


def too_many(wait: int) -> Response:
    """429: ``wait`` is in whole seconds."""
    answer = {"ok": False, "error": "ratelimited"}
    return Answer(answer, status=429, headers={"Retry-After": str(wait)})


async def hang_up(request: Request) -> Response:
    """Cut the connection with no answer.

    uvicorn offers no way to do so; the transport is reached through the ``receive`` it made.
    """
    cycle = getattr(request.receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)
    return Response(status_code=500)
