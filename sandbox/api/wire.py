"""Reading a Web API request as Slack does: JSON or form, query and Bearer token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox.refused import Refused
from sandbox.world import Json


@dataclass(frozen=True)
class Asked:
    """The method, its arguments without nulls and token, and the token."""

    method: str
    args: Json
    token: str | None


async def read(request: Request) -> Asked:
    """Arguments from query and body together; refused with invalid_json or invalid_form_data."""
    args: Json = dict(request.query_params)
    if request.method == "POST":
        args |= _body(request.headers.get("content-type", ""), await request.body())
    token = args.pop("token", None) or _bearer(request)
    given = {name: value for name, value in args.items() if value is not None}
    return Asked(request.path_params["method"], given, token)


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _body(content_type: str, body: bytes) -> Json:
    if not body:
        return {}
    if content_type.startswith("application/json"):
        return _json(body)
    if content_type.startswith("application/x-www-form-urlencoded"):
        return _form(body)
    raise Refused("invalid_post_type")


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(found, dict):
        raise Refused("json_not_object")
    return found


def _form(body: bytes) -> Json:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise Refused("invalid_form_data") from None


class Answer(Response):
    """A JSON answer that still knows what it says."""

    media_type = "application/json"

    def __init__(
        self, said: Json, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.said = said
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        super().__init__(body, status, headers)
