"""Builds the Bolt app: who is meant, what is ours to skip, which listener, and what if it fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.middleware.ignoring_self_events.async_ignoring_self_events import (
    AsyncIgnoringSelfEvents,
)
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.desk import Tenant
from handlers import failures, reading
from handlers.front import Front

# Bolt warns that SLACK_BOT_TOKEN is ignored, and of what it has no listener for: both are meant so.
# Its level must be set: below it, Bolt would format words about every listener that it tries.
log = logging.getLogger("threadkeeper.bolt")
log.setLevel(logging.ERROR)


def build(front: Front) -> AsyncApp:
    """The app with all listeners. It verifies no signatures: ``handlers.serving`` has done so.

    It has no token and no OAuth of its own, whatever SLACK_* the environment holds: our
    ``authorize`` goes before both.
    """
    app = _App(
        logger=log,
        name="threadkeeper",
        client=AsyncWebClient(token=None, retry_handlers=[]),
        process_before_response=True,
        before_authorize=FindTenant(front),
        authorize=AuthorizeTenant(),
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(SkipOwnEvents())
    app.error(failures.answer)
    handlers.register(app)
    return app


class _App(AsyncApp):
    """Bolt's own makes a Slack client for each request: a tenth of what an ack costs."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = log
        req.context["token"] = None
        req.context["client"] = NoClient()
        req.context["listener_runner"] = self.listener_runner


class NoClient:
    """Stands where listeners would find that client: what Slack is told goes through the gateway.

    It has what Bolt itself looks for.
    """

    __slots__ = ("token",)
    proxy = None
    ssl = None

    def __init__(self) -> None:
        self.token: str | None = None


class FindTenant(AsyncMiddleware):
    """Gives listeners the ``front`` and the ``tenant``; what is for no tenant of ours ends here."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[Any]],  # noqa: A002 - Bolt's word
    ) -> BoltResponse | None:
        if req.body.get("type") == "url_verification":
            await next()
            return None
        req.context["front"] = self._front
        tenant = await self._tenant(req.body)
        if tenant is None:
            return BoltResponse(status=200)
        req.context["tenant"] = tenant
        try:
            reading.understood(reading.routable, req.body)
        except reading.Unreadable as error:
            await self._front.keep_unread(tenant, req.body, error)
            return BoltResponse(status=200)
        await next()
        return None

    async def _tenant(self, body: reading.Json) -> Tenant | None:
        """None for strangers and for what is nobody's: acked, so that Slack is content."""
        if reading.kind(body) is reading.Kind.OTHER:
            self._front.counts[f"unheard {str(body.get('type'))[:40]}"] += 1
            return None
        try:
            key = reading.understood(reading.tenant_key, body)
        except reading.Unreadable:
            self._front.counts["nobody's"] += 1
            return None
        tenant = await self._front.desk.tenant(key.enterprise_id, key.team_id)
        if tenant is None:
            self._front.counts["stranger's"] += 1
        return tenant


class AuthorizeTenant(AsyncAuthorize):
    """Who we are, from what is stored: the stock one calls auth.test for every single event."""

    def __init__(self) -> None:
        """The inherited one has no types."""

    async def __call__(self, *, context: Any, **_ids: Any) -> AuthorizeResult:
        own = context["tenant"].installation
        return AuthorizeResult(
            enterprise_id=own.enterprise_id,
            team_id=own.team_id,
            bot_id=own.bot_id,
            bot_user_id=own.bot_user_id,
            bot_token=own.token,
        )


class SkipOwnEvents(AsyncIgnoringSelfEvents):
    """As Bolt does it, but for deletions: somebody may take away what the desk keeps standing.

    Slack does not say who deleted a message, so Bolt takes its author for the one (FACTS 3).
    """

    @classmethod
    def _is_self_event(
        cls,
        auth_result: AuthorizeResult,
        user_id: str | None,
        bot_id: str | None,
        body: dict[str, Any],
    ) -> bool:
        event = body.get("event")
        if isinstance(event, dict) and event.get("subtype") == "message_deleted":
            return False
        return bool(super()._is_self_event(auth_result, user_id, bot_id, body))
