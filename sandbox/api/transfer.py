"""Where the bytes of files go in and out: /upload/<id> and /files/<id>."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.world import File, World

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>"


class Transfer:
    """Uploads without a token, as the address is the secret; downloads with one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """POST /upload/<id> and GET /files/<id>."""
        return [
            Route("/upload/{file}", self.receive, methods=["POST", "PUT"]),
            Route("/files/{file}", self.send, methods=["GET"]),
        ]

    async def receive(self, request: Request) -> Response:
        """Step two of an upload: the bytes, bare or as the only file of a form."""
        file = self._world.files.get(request.path_params["file"])
        if file is None or file.complete:
            return PlainTextResponse("no such upload", 404)
        content = await _content(request)
        if len(content) != file.awaited:
            return PlainTextResponse(f"expected {file.awaited} bytes", 400)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def send(self, request: Request) -> Response:
        """The bytes; without token or files:read a login page with status 200 (FACTS 8)."""
        file = self._world.files.get(request.path_params["file"])
        if file is None or file.deleted or not file.complete:
            return PlainTextResponse("not found", 404)
        if not self._may_fetch(request, file):
            return HTMLResponse(LOGIN_PAGE)
        return Response(file.content, media_type=file.mimetype)

    def _may_fetch(self, request: Request, file: File) -> bool:
        app = self._world.app
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if app is None or token != app.bot_token or "files:read" not in app.scopes:
            return False
        shared = (self._world.channels[channel_id] for channel_id in file.channels)
        return file.user == app.bot_user or any(app.bot_user in c.members for c in shared)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""
