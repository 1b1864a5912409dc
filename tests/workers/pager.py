"""A pager of somebody else's: it keeps what it is told, and answers as a test wants."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.serving import serving

SECRET = "the pager's own secret"


@dataclass(eq=False)
class Receiver:
    """``calls`` are those whose proof is right, oldest first, with the id of each."""

    url: str = ""
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    forged: int = 0

    async def take(self, request: Request) -> Response:
        """A call, or a mere look."""
        body = await request.body()
        if request.method == "POST" and self._is_ours(request, body):
            self.calls.append((request.headers["webhook-id"], json.loads(body)))
        elif request.method == "POST":
            self.forged += 1
        return Response(status_code=self.status, headers=self.headers)

    def _is_ours(self, request: Request, body: bytes) -> bool:
        told = [request.headers[f"webhook-{each}"].encode() for each in ("id", "timestamp")]
        proof = hmac.new(SECRET.encode(), b".".join((*told, body)), hashlib.sha256).digest()
        return request.headers["webhook-signature"] == f"v1,{base64.b64encode(proof).decode()}"


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """It listens on this machine until the block ends."""
    found = Receiver()
    web = Starlette(routes=[Route("/page", found.take, methods=["POST", "HEAD"])])
    async with serving(web, host="127.0.0.1", port=0) as url:
        found.url = f"{url}/page"
        yield found
