"""What goes wrong on purpose: refusals, lost answers, delays, doubled and shuffled events."""

from __future__ import annotations

import asyncio
import random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from sandbox.world import Json

Chance = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[int, Field(ge=0)]

EVERY_METHOD = "*"
RETRIES = (0.0, 60.0, 300.0)


class LostAnswer(Exception):
    """The method has had its effect, but its answer never reaches the app: cut the connection."""


class _Setting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MethodFaults(_Setting):
    """What happens to calls of one Web API method. Chances are 0-1.

    ``every`` makes each Nth call a 429, ``limited`` a share of them; ``retry_after`` is in seconds.
    ``broken`` answers 5xx before any effect; ``lost`` cuts the connection after the effect.
    ``refused`` is the error that every call is answered, those of other channels than ``channel``
    excepted. ``latency`` is in milliseconds: one figure, or the least and the most.
    """

    every: Annotated[int, Field(ge=0)] = 0
    limited: Chance = 0
    retry_after: Annotated[int, Field(ge=1)] = 1
    broken: Chance = 0
    broken_status: Annotated[int, Field(ge=500, le=599)] = 500
    lost: Chance = 0
    refused: str = ""
    channel: str = ""
    latency: Milliseconds | tuple[Milliseconds, Milliseconds] = 0


class DeliveryFaults(_Setting):
    """What happens on the way to the app.

    ``doubled``: chance that an event comes twice, with one event_id. ``shuffle``: most milliseconds
    an event is held back before its first attempt. ``cut``: chance that a Socket Mode connection is
    dropped instead of carrying an event. ``retries``: waits before each retry in desk seconds.
    """

    doubled: Chance = 0
    shuffle: Milliseconds = 0
    cut: Chance = 0
    retries: tuple[Annotated[float, Field(ge=0)], ...] = RETRIES


class FaultSetting(_Setting):
    """The whole setting; ``methods`` has a method's faults by name, ``*`` those of all others."""

    seed: int = 0
    methods: dict[str, MethodFaults] = {}
    delivery: DeliveryFaults = DeliveryFaults()


_NONE = MethodFaults()


class Faults:
    """The setting in force and the dice it rolls: the same seed and calls give the same faults."""

    def __init__(self, setting: FaultSetting | None = None) -> None:
        self.setting = setting or FaultSetting()
        self._dice = random.Random(self.setting.seed)
        self._calls: dict[str, int] = {}

    def replace(self, setting: FaultSetting) -> None:
        """Put another setting in force; counting and dice begin anew."""
        self.setting = setting
        self._dice = random.Random(setting.seed)
        self._calls.clear()

    async def before(self, method: str, args: Json) -> Response | None:
        """Wait as the setting says, then refuse; None lets the call through."""
        fault = self._of(method)
        await asyncio.sleep(self._latency(fault))
        self._calls[method] = self._calls.get(method, 0) + 1
        is_nth = fault.every > 0 and self._calls[method] % fault.every == 0
        if is_nth or self.strikes(fault.limited):
            headers = {"Retry-After": str(fault.retry_after)}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
        if self.strikes(fault.broken):
            return JSONResponse({"ok": False, "error": "internal_error"}, fault.broken_status)
        if fault.refused and fault.channel in ("", args.get("channel")):
            return JSONResponse({"ok": False, "error": fault.refused})
        return None

    async def after(self, method: str, args: Json, response: Response) -> Response:
        """The answer, unless it gets lost: raises ``LostAnswer``."""
        if self.strikes(self._of(method).lost):
            raise LostAnswer(method)
        return response

    def _of(self, method: str) -> MethodFaults:
        methods = self.setting.methods
        return methods.get(method) or methods.get(EVERY_METHOD) or _NONE

    def _latency(self, fault: MethodFaults) -> float:
        """Machine seconds."""
        if isinstance(fault.latency, int):
            return fault.latency / 1000
        return self._dice.uniform(*fault.latency) / 1000

    @property
    def delivery(self) -> DeliveryFaults:
        """What happens on the way to the app."""
        return self.setting.delivery

    def strikes(self, chance: float) -> bool:
        """Roll the dice; a chance of 0 rolls nothing, so that other faults keep their sequence."""
        return chance > 0 and self._dice.random() < chance

    def hold_back(self) -> float:
        """Seconds to hold an event back before its first attempt."""
        most = self.delivery.shuffle
        return self._dice.uniform(0, most) / 1000 if most else 0.0
