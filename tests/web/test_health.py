"""Whoever runs the desk can ask whether it lives and whether it can take work."""

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from web.health import routes


async def asked(path: str, *, is_ready: bool) -> int:
    async def readiness() -> bool:
        return is_ready

    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
    }
    await Starlette(routes=routes(readiness))(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize("is_ready", [True, False])
async def test_a_process_that_answers_lives(is_ready: bool) -> None:
    assert await asked("/healthz", is_ready=is_ready) == 200


async def test_work_is_sent_only_where_it_can_be_done() -> None:
    assert await asked("/readyz", is_ready=True) == 200
    assert await asked("/readyz", is_ready=False) == 503
