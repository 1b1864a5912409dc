"""One local Slack with all its parts, put together in one place."""

from __future__ import annotations

from typing import Any

from sandbox import cast
from sandbox.clock import Clock
from sandbox.delivery import AT_ONCE, PATIENCE, Delivery, ResponseUrls
from sandbox.faults import Faults, FaultSetting
from sandbox.limits import Limits, load_methods
from sandbox.openid import OpenId
from sandbox.people import People
from sandbox.traffic import Traffic
from sandbox.world import Json, World


class Sandbox:
    """A local Slack. Nothing is delivered before ``server.serving`` is entered."""

    def __init__(self, world: World, *, patience: float = PATIENCE, at_once: int = AT_ONCE) -> None:
        self.world = world
        world.triggers.patience = patience
        self.traffic = Traffic(world.clock.time)
        self.faults = Faults()
        self.limits = Limits(world.clock.time, load_methods())
        self.delivery = Delivery(
            world, self.faults, self.traffic, patience=patience, at_once=at_once
        )
        self.responses = ResponseUrls(world)
        self.people = People(world, self.delivery, self.responses)
        self.openid = OpenId(world, self.traffic)

    @property
    def url(self) -> str:
        """Where it is reached, such as ``http://127.0.0.1:8765``."""
        return self.world.address

    async def idle(self) -> None:
        """Wait until nothing is on its way to the app; retries that wait for later do not count."""
        await self.delivery.idle()

    def reset(self, *, history: bool = False) -> None:
        """Begin anew with the cast; the app keeps its address, and the clock does not go back."""
        self.delivery.events.forget()
        self.responses.forget()
        self.people.forget()
        self.faults.replace(FaultSetting())
        self.limits.reset()
        self.traffic.clear()
        _reseed(self.world, history=history)
        self.world.touch("reset")


def _reseed(world: World, *, history: bool) -> None:
    before = world.app
    records: tuple[dict[Any, Any], ...] = (
        world.teams,
        world.users,
        world.channels,
        world.usergroups,
        world.files,
        world.views,
        world.homes,
        world.ephemerals,
        world.read_marks,
    )
    for each in records:
        each.clear()
    cast.seed(world, before.manifest if before else {}, history=history)
    if before is not None and world.app is not None:
        world.app.request_url = before.request_url
        world.app.redirect_urls = before.redirect_urls


def fresh_world(
    manifest: Json,
    *,
    clock: Clock | None = None,
    request_url: str | None = None,
    history: bool = False,
) -> World:
    """A world with the cast and the app of ``manifest``; no ``request_url`` means sockets."""
    world = World(clock or Clock())
    cast.seed(world, manifest, history=history)
    if world.app is not None:
        world.app.request_url = request_url
    return world
