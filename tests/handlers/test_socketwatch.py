"""A socket that dropped or fell silent is noticed, told of as a gap, and made anew."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import WSMessage, WSMsgType

from handlers.socketwatch import SILENT_SECONDS, SocketWatch
from storage.records.catchup import Cause


@dataclass
class Socket:
    """As much of Slack's client as is watched."""

    current_session: object = "first"
    last_ping_pong_time: float | None = None
    is_up: bool = True
    reconnected: int = 0

    async def is_connected(self) -> bool:
        return self.is_up

    async def connect_to_new_endpoint(self, *, force: bool) -> None:
        assert force
        self.reconnected += 1
        self.current_session = f"session {self.reconnected}"


@dataclass
class Scene:
    """A watch with a clock that is set by hand; ``lost`` is what it told."""

    socket: Socket = field(default_factory=Socket)
    time: float = 1000.0
    lost: list[tuple[Cause, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = SocketWatch(self.socket, self.tell, lambda: self.time)  # type: ignore[arg-type]

    def tell(self, cause: Cause, seconds: float) -> None:
        self.lost.append((cause, seconds))

    async def hear(self, data: str) -> None:
        await self.watch.on_message(WSMessage(WSMsgType.TEXT, data, None))

    async def look_after(self, seconds: float) -> None:
        self.time += seconds
        await self.watch.look()


async def test_a_socket_that_speaks_leaves_no_gap() -> None:
    it = Scene()
    for _ in range(5):
        await it.hear('{"type": "events_api"}')
        await it.look_after(100)
    assert it.lost == []


async def test_a_pong_is_a_word_too() -> None:
    it = Scene()
    for _ in range(5):
        it.socket.last_ping_pong_time = it.time
        await it.look_after(100)
    assert it.lost == []


async def test_a_silent_socket_is_told_of_and_made_anew() -> None:
    it = Scene()
    await it.look_after(SILENT_SECONDS + 1)
    assert it.socket.reconnected == 1
    assert set(it.lost) == {(Cause.SILENCE, SILENT_SECONDS + 1)}
    await it.look_after(1)
    assert it.socket.reconnected == 1


async def test_a_dropped_socket_is_told_of_from_when_it_last_was_well() -> None:
    it = Scene()
    await it.look_after(1)
    it.socket.is_up = False
    await it.look_after(30)
    it.socket.current_session, it.socket.is_up = "second", True
    await it.look_after(1)
    assert it.lost == [(Cause.SOCKET, 31)]


async def test_a_socket_that_slack_said_it_would_close_leaves_no_gap() -> None:
    it = Scene()
    await it.look_after(1)
    await it.hear('{"type": "disconnect", "reason": "refresh_requested"}')
    it.socket.current_session = "second"
    await it.look_after(1)
    assert it.lost == []
