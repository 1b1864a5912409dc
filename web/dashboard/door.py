"""In and out: sign in with Slack, who is looking, sign out."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk import NotSaved
from bot.errors import Refused
from bot.slack.openid import NotProven, Proven, SignIn
from bot.usecases import dashboard
from bot.usecases.dashboard import Viewer
from web.dashboard.cookies import Attempt, Held
from web.dashboard.parts import NotAllowed, NotAvailable, Parts, Visit

log = logging.getLogger(__name__)

HOME = "/dashboard/"
BACK = "/dashboard/signed-in"
MOST_ONWARD = 1_000  # characters: it travels in a cookie
# A page of ours, with no way to say another host: "//evil", "/\evil" and "/dashboard/..//evil".
_OURS = re.compile(r"/dashboard/(?!go\b|sign)(?:[a-z][a-z0-9/.-]*)?(?:\?[\x21-\x5b\x5d-\x7e]*)?")
_STRANGER = "Your Slack workspace has no desk here. Sign in with the workspace that runs the desk."


class Door:
    """The endpoints for coming and going."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def visit(self, request: Request) -> Visit:
        """Who is looking. Raises NotAllowed, NotAvailable."""
        held = self._parts.cookies.held(request)
        if held is None or self._parts.sign_in is None:
            raise NotAllowed
        at, now = self._parts.machine_now(), self._parts.clock.now()
        found = await self._parts.read(
            held.workspace_id, lambda unit: dashboard.viewer(unit, held.secret, at=at, now=now)
        )
        if found is None:
            raise NotAllowed
        return Visit(found, csrf_of(held.secret))

    async def show(self, request: Request) -> Response:
        """``GET sign-in``: the button, or, where nobody has switched the dashboard on, how to."""
        if self._parts.sign_in is None:
            return self._parts.paper.page("off.html.j2", status=HTTPStatus.NOT_FOUND)
        onward = quote(ours(request.query_params.get("onward", "")), safe="")
        return self._parts.paper.page("sign_in.html.j2", onward=onward)

    async def go(self, request: Request) -> Response:
        """``GET go``: on to Slack, and remember in the browser what to expect back."""
        way = self._way()
        at = int(self._parts.machine_now().timestamp())
        onward = ours(request.query_params.get("onward", ""))
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), onward, at)
        team = await self._only_team()
        there = way.page(state=attempt.state, nonce=attempt.nonce, team_id=team)
        response = RedirectResponse(there, HTTPStatus.SEE_OTHER)
        self._parts.cookies.send_off(response, attempt)
        return response

    def _way(self) -> SignIn:
        if self._parts.sign_in is None:
            raise NotAllowed
        return self._parts.sign_in

    async def _only_team(self) -> str:
        """The one workspace that there is, so that Slack need not ask which is meant."""
        installed = await self._parts.desk.installations()
        return installed[0].team_id if len(installed) == 1 else ""

    async def back(self, request: Request) -> Response:
        """``GET signed-in``: from Slack, with a code, or with an error when somebody changed their
        mind. What the browser held before is worth nothing afterwards, whatever happens.
        """
        try:
            attempt, held = await self._signed_in(request)
        except NotProven as error:
            log.info("somebody could not sign in: %s", error)
            return self._not_in("That did not work. Please sign in again.", HTTPStatus.BAD_REQUEST)
        except Refused as refused:
            return self._not_in(str(refused), HTTPStatus.FORBIDDEN)
        response = RedirectResponse(attempt.onward, HTTPStatus.SEE_OTHER)
        self._parts.cookies.arrived(response)
        self._parts.cookies.hold(response, held)
        await self._end(request)
        return response

    async def _signed_in(self, request: Request) -> tuple[Attempt, Held]:
        attempt = self._parts.cookies.attempted(request, self._parts.machine_now())
        told = request.query_params
        if attempt is None:
            raise NotProven("the browser is on no way to Slack and back")
        if not hmac.compare_digest(told.get("state", "").encode(), attempt.state.encode()):
            raise NotProven("the state is that of another attempt")
        if "code" not in told:
            raise NotProven(f"Slack says {told.get('error', '')[:40]!r}")
        proven = await self._way().prove(told["code"], attempt.nonce)
        viewer = await self._admitted(proven)
        at = self._parts.machine_now()
        secret = await self._parts.write(
            viewer.workspace_id,
            lambda unit: dashboard.begin(unit, viewer, attempt=attempt.state, at=at),
        )
        return attempt, Held(viewer.workspace_id, secret)

    async def _admitted(self, proven: Proven) -> Viewer:
        try:
            tenant = await self._parts.desk.tenant(proven.enterprise_id, proven.team_id)
        except NotSaved as error:
            raise NotAvailable("database") from error
        if tenant is None:
            raise Refused(_STRANGER)
        now = self._parts.clock.now()
        return await self._parts.read(
            tenant.workspace_id, lambda unit: dashboard.admitted(unit, proven.slack_id, now)
        )

    def _not_in(self, words: str, status: HTTPStatus) -> Response:
        response = self._parts.paper.page("not_in.html.j2", status=status, words=words)
        self._parts.cookies.arrived(response)
        return response

    async def out(self, request: Request) -> Response:
        """``POST sign-out``: the session is over, on the desk's side, too."""
        visit = await self.visit(request)
        async with request.form(max_files=0, max_fields=4) as form:
            told = str(form.get("csrf", ""))
        if not hmac.compare_digest(told.encode(), visit.csrf.encode()):
            raise NotAllowed
        await self._end(request)
        response = self._parts.paper.page("out.html.j2")
        self._parts.cookies.let_go(response)
        return response

    async def _end(self, request: Request) -> None:
        held = self._parts.cookies.held(request)
        if held is not None:
            await self._parts.write(
                held.workspace_id, lambda unit: dashboard.end(unit, held.secret)
            )


def csrf_of(secret: str) -> str:
    """What forms of ours carry, and no other site can know: it follows from the cookie."""
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()


def ours(told: str) -> str:
    """A page of the dashboard to go on to; its first page for anything else."""
    is_ours = len(told) <= MOST_ONWARD and ".." not in told and _OURS.fullmatch(told)
    return told if is_ours else HOME
