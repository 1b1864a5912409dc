"""Sign in with Slack: the page where one chooses who one is, and the tokens that prove it.

As strict as Slack's: the app's own id and secret, an address that it has registered, a code for one
use within ten minutes. Tokens are signed with a key that lives as long as the sandbox; their times
are the machine's, as in Slack.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.refused import Refused
from sandbox.traffic import Traffic
from sandbox.world import App, Json, User, World

CODE_LASTS = TOKEN_LASTS = 600.0  # seconds
KEY_NAME = "sandbox-key"
SCOPES = {"openid", "profile", "email"}
_GUARD = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Grant:
    """What a code stands for: who, for which address and nonce, until when (machine time)."""

    user: str
    redirect_uri: str
    nonce: str
    until: float


@dataclass
class OpenId:
    """The endpoints over one world. ``forge`` makes tokens in place of our own, to try the app."""

    world: World
    traffic: Traffic
    forge: Callable[[Json], str] | None = None
    _grants: dict[str, Grant] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """To stand before the Web API's own, which know no methods without a bot."""
        return [
            Route("/openid/connect/authorize", self.authorize),
            Route("/openid/connect/allow", self.allow),
            Route("/openid/connect/keys", self.keys),
            Route("/api/openid.connect.token", self.token, methods=["POST"]),
            Route("/api/openid.connect.userInfo", self.user_info, methods=["GET", "POST"]),
        ]

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    async def authorize(self, request: Request) -> Response:
        """Slack's page: which of the cast is this?"""
        try:
            self._check_asked(request)
        except Refused as refused:
            return _page("Sign in with Slack", f"<p>Slack refuses: {escape(refused.code)}</p>", 400)
        people = [user for user in self.world.users.values() if not (user.is_bot or user.deleted)]
        choices = "".join(self._choice(request, user) for user in people)
        intro = "<p>You are about to sign in to the app of this Slack. Who are you?</p>"
        return _page("Sign in with Slack", f'{intro}<ul class="people">{choices}</ul>')

    def _choice(self, request: Request, user: User) -> str:
        query = escape(urlencode({**request.query_params, "as": user.id}))
        team = self.world.teams[user.team_id].name
        told = f"{escape(user.real_name)} <small>{escape(user.role)}, {escape(team)}</small>"
        return f'<li><a href="/openid/connect/allow?{query}">{told}</a></li>'

    async def allow(self, request: Request) -> Response:
        """Somebody has chosen: back to the app with a code."""
        try:
            self._check_asked(request)
            user = self._user(request.query_params.get("as", ""))
        except Refused as refused:
            return _page("Sign in with Slack", f"<p>Slack refuses: {escape(refused.code)}</p>", 400)
        asked, code = request.query_params, secrets.token_hex(24)
        there, nonce = asked["redirect_uri"], asked.get("nonce", "")
        self._grants[code] = Grant(user.id, there, nonce, time.time() + CODE_LASTS)
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{there}?{back}", 302)

    def _check_asked(self, request: Request) -> None:
        asked, app = request.query_params, self._app
        if asked.get("client_id") != app.client_id:
            raise Refused("invalid_client_id")
        if asked.get("redirect_uri") not in app.redirect_urls:
            raise Refused("bad_redirect_uri")
        if asked.get("response_type") != "code":
            raise Refused("unsupported_response_type")
        scopes = set(asked.get("scope", "").replace(",", " ").split())
        if "openid" not in scopes or scopes - SCOPES:
            raise Refused("invalid_scope")

    @property
    def _app(self) -> App:
        if self.world.app is None:
            raise Refused("invalid_client_id")
        return self.world.app

    def _user(self, user_id: str) -> User:
        user = self.world.users.get(user_id)
        if user is None or user.is_bot or user.deleted:
            raise Refused("access_denied")
        return user

    async def keys(self, _: Request) -> Response:
        """The public half of the key that signs tokens, as a JSON Web Key Set."""
        key = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return JSONResponse({"keys": [key | {"kid": KEY_NAME, "alg": "RS256", "use": "sig"}]})

    async def token(self, request: Request) -> Response:
        """openid.connect.token: a code, once, for an id_token."""
        began = time.perf_counter()
        async with request.form() as form:
            asked = {name: str(value) for name, value in form.items()}
        try:
            answer: Json = {"ok": True, **self._exchanged(request, asked)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.code}
        self._note("openid.connect.token", asked, answer, began)
        return JSONResponse(answer)

    def _exchanged(self, request: Request, asked: dict[str, str]) -> Json:
        self._check_secret(*_credentials(request, asked))
        if asked.get("grant_type", "authorization_code") != "authorization_code":
            raise Refused("invalid_grant_type")
        grant = self._grants.pop(asked.get("code", ""), None)
        if grant is None or grant.until < time.time():
            raise Refused("invalid_code")
        if asked.get("redirect_uri") != grant.redirect_uri:
            raise Refused("bad_redirect_uri")
        access = f"xoxp-sandbox-{secrets.token_hex(8)}"
        self._tokens[access] = grant.user
        token = (self.forge or self.signed)(self._claims(grant))
        return {"access_token": access, "token_type": "Bearer", "id_token": token}

    def signed(self, claims: Json) -> str:
        """A token that says so."""
        return jwt.encode(claims, self._key, "RS256", headers={"kid": KEY_NAME})

    def _check_secret(self, client_id: str, client_secret: str) -> None:
        if client_id != self._app.client_id:
            raise Refused("invalid_client_id")
        if client_secret != self._app.client_secret:
            raise Refused("bad_client_secret")

    def _claims(self, grant: Grant) -> Json:
        now = int(time.time())
        return {
            "iss": self.world.address,
            "aud": self._app.client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + int(TOKEN_LASTS),
            "nonce": grant.nonce,  # Slack sends it even where it is empty
            **self._told_of(self.world.users[grant.user]),
        }

    def _told_of(self, user: User) -> Json:
        return {
            "sub": user.id,
            "https://slack.com/user_id": user.id,
            "https://slack.com/team_id": user.team_id,
            "name": user.real_name,
            "locale": user.locale,
        }

    async def user_info(self, request: Request) -> Response:
        """openid.connect.userInfo: whose access token that is."""
        began = time.perf_counter()
        _, _, access = request.headers.get("authorization", "").partition(" ")
        user = self.world.users.get(self._tokens.get(access, ""))
        answer: Json = {"ok": False, "error": "invalid_auth"}
        if user is not None:
            answer = {"ok": True, **self._told_of(user)}
        self._note("openid.connect.userInfo", {}, answer, began)
        return JSONResponse(answer)

    def _note(self, method: str, asked: Json, answer: Json, began: float) -> None:
        took_ms = (time.perf_counter() - began) * 1000
        masked = {name: "…" if "token" in name else value for name, value in answer.items()}
        self.traffic.note("from_app", method, asked, masked, status=200, took_ms=took_ms)


def _credentials(request: Request, asked: dict[str, Any]) -> tuple[str, str]:
    """By HTTP Basic, as Slack prefers, or in the form."""
    kind, _, told = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return asked.get("client_id", ""), asked.get("client_secret", "")
    try:
        client_id, _, client_secret = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_client_id") from None
    return client_id, client_secret


def _page(title: str, body: str, status: int = 200) -> Response:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/page/static/openid.css"></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(page, status, headers=_GUARD)
