"""What every answer of the dashboard tells the browser: trust nothing but us, keep nothing."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No script at all: pages are links, forms and drawings. Slack is gone to by a link, not a form.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
FOR_A_YEAR = "max-age=31536000"


class Guard:
    """Adds the headers to whatever ``inner`` answers, errors too."""

    def __init__(self, inner: ASGIApp, *, is_secure: bool) -> None:
        self._inner = inner
        own = {"Strict-Transport-Security": FOR_A_YEAR} if is_secure else {}
        self._headers = HEADERS | own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        await self._inner(scope, receive, guarded)
