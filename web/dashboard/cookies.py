"""The dashboard's two cookies: who is signed in, and who is on the way to Slack and back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.usecases.dashboard import STAYS
from storage.cipher import Cipher, WrongKey

ATTEMPT_LASTS = timedelta(minutes=10)
MOST_LENGTH = 2_000
_KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Held:
    """What the browser of somebody who is signed in holds: the tenant, and the session's secret."""

    workspace_id: int
    secret: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody was sent to Slack at that second since 1970, and wants to be ``onward`` then."""

    state: str
    nonce: str
    onward: str
    at: int


class Cookies:
    """Both are out of reach of scripts and of other sites.

    With ``is_secure`` they travel over TLS only, and no other host of the domain can plant one
    (``__Host-``); without, which is for this machine alone, browsers would refuse both.
    """

    def __init__(self, cipher: Cipher, *, is_secure: bool) -> None:
        self._cipher = cipher
        self._is_secure = is_secure
        prefix = "__Host-" if is_secure else ""
        self.session, self.attempt = f"{prefix}desk_session", f"{prefix}desk_sign_in"

    def held(self, request: Request) -> Held | None:
        """Who the browser says is signed in; to be looked up."""
        told = request.cookies.get(self.session, "")
        workspace, found, secret = told.partition(".")
        if not found or len(told) > MOST_LENGTH or not _KEY.fullmatch(workspace):
            return None
        return Held(int(workspace), secret)

    def hold(self, response: Response, held: Held) -> None:
        """Somebody is signed in from now on."""
        told = f"{held.workspace_id}.{held.secret}"
        self._set(response, self.session, told, lasts=STAYS)

    def let_go(self, response: Response) -> None:
        """Nobody is signed in any more."""
        self._set(response, self.session, "", lasts=timedelta(0))

    def attempted(self, request: Request, now: datetime) -> Attempt | None:
        """On which way to Slack and back the browser is; None when that was too long ago."""
        told = request.cookies.get(self.attempt, "")
        try:
            attempt = Attempt(**json.loads(self._cipher.decrypt(told[:MOST_LENGTH])))
        except (WrongKey, ValueError, TypeError):
            return None
        age = now.timestamp() - attempt.at
        return attempt if 0 <= age < ATTEMPT_LASTS.total_seconds() else None

    def send_off(self, response: Response, attempt: Attempt) -> None:
        """Somebody goes to Slack."""
        told = self._cipher.encrypt(json.dumps(asdict(attempt)))
        self._set(response, self.attempt, told, lasts=ATTEMPT_LASTS)

    def arrived(self, response: Response) -> None:
        """Somebody is back: that way is not gone twice."""
        self._set(response, self.attempt, "", lasts=timedelta(0))

    def _set(self, response: Response, name: str, value: str, *, lasts: timedelta) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            path="/",
            secure=self._is_secure,
            httponly=True,
            # Strict would leave it behind on the way back from Slack, and from links in Slack.
            samesite="lax",
        )
