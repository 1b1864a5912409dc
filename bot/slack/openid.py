"""Sign in with Slack: where people are sent, and what the token proves that comes back with them.

Slack's OpenID Connect for an app that keeps a secret: code, then id_token by a call of our own. No
PKCE: ``openid.connect.token`` documents none beside a client secret, and was seen to fail with it
(paradigmxyz/centaur#1101). The nonce ties the token to the attempt instead.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt

LEEWAY_SECONDS = 60
PATIENCE = 10.0  # seconds; somebody looks at an empty page meanwhile
_TEAM, _PERSON = "https://slack.com/team_id", "https://slack.com/user_id"
_ENTERPRISE = "https://slack.com/enterprise_id"
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]


class NotProven(Exception):
    """Slack did not prove who that is. ``str()`` is for the log, not for the person."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who somebody is, by Slack's own word."""

    team_id: str
    enterprise_id: str
    slack_id: str


@dataclass(eq=False)
class SignIn:
    """Slack as our OpenID provider.

    ``api_url`` is the base of the Web API, such as ``https://slack.com/api/``; the pages for people
    and the issuer lie above it. ``back`` is our address that Slack sends people back to.
    """

    session: aiohttp.ClientSession
    api_url: str
    client_id: str
    client_secret: str = field(repr=False)
    back: str
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Whose word counts: ``https://slack.com``."""
        return self.api_url.removesuffix("/").removesuffix("/api")

    def page(self, *, state: str, nonce: str, team_id: str = "") -> str:
        """Where somebody is sent to sign in; with ``team_id`` Slack offers that workspace first."""
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "state": state,
            "nonce": nonce,
        }
        own = {"team": team_id} if team_id else {}
        return f"{self.issuer}/openid/connect/authorize?{urlencode(asked | own)}"

    async def prove(self, code: str, nonce: str) -> Proven:
        """Whom that code stands for. Raises NotProven."""
        try:
            async with asyncio.timeout(PATIENCE):
                told = await self._ask_token(code)
                token = str(told.get("id_token") or "")
                claims = self._claims(token, await self._key_of(token))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotProven(f"Slack cannot be reached: {type(error).__name__}") from error
        except jwt.PyJWTError as error:
            raise NotProven(f"the id_token is not in order: {error}") from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise NotProven("the id_token belongs to another attempt")
        return _proven(claims)

    async def error_for(self, code: str) -> str:
        """What Slack says to a code, such as ``invalid_code``; ``""`` when it takes it.

        Raises NotProven when it cannot be reached.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return str((await self._call(code)).get("error") or "")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotProven(f"Slack cannot be reached: {type(error).__name__}") from error

    async def _ask_token(self, code: str) -> Mapping[str, Any]:
        told = await self._call(code)
        if not told.get("ok"):
            raise NotProven(f"openid.connect.token: {told.get('error')}")
        return told

    async def _call(self, code: str) -> Mapping[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        own = {"Authorization": f"Basic {_basic(self.client_id, self.client_secret)}"}
        url = f"{self.api_url}openid.connect.token"
        sent = self.session.post(url, data=form, headers=own, allow_redirects=False)
        async with sent as answer:
            told: Mapping[str, Any] = await answer.json()
            return told

    async def _key_of(self, token: str) -> jwt.PyJWK:
        """The key that a token names; Slack is asked for its keys where we lack it."""
        name = str(jwt.get_unverified_header(token).get("kid") or "")
        if name not in self._keys:
            async with self.session.get(f"{self.issuer}/openid/connect/keys") as answer:
                told = jwt.PyJWKSet.from_dict(await answer.json(content_type=None))
            self._keys = {str(key.key_id): key for key in told.keys}
        if name not in self._keys:
            raise NotProven("the id_token names a key that Slack does not have")
        return self._keys[name]

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=self.client_id,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED, "strict_aud": True},
        )
        return claims


def _basic(name: str, secret: str) -> str:
    """As RFC 7617 has it; aiohttp's own way changes from version to version."""
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


def _proven(claims: Mapping[str, Any]) -> Proven:
    team, person = str(claims.get(_TEAM) or ""), str(claims.get(_PERSON) or claims["sub"])
    if not team or not person:
        raise NotProven("the id_token names no workspace or nobody")
    return Proven(team, str(claims.get(_ENTERPRISE) or ""), person)
