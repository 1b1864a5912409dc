"""The control API's calls that set the conditions: time, faults, limits, sockets, reset."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.control import bodies
from sandbox.control.reads import clock_row
from sandbox.faults import FaultSetting
from sandbox.local import Sandbox
from sandbox.people import NotAllowed
from sandbox.world import Json

DESK_ZONE = ZoneInfo("Europe/Berlin")
MORNING = time(9)


async def clock(box: Sandbox, body: bodies.ClockMove) -> Json:
    clock = box.world.clock
    try:
        _move(clock, body)
    except ValueError as error:
        raise NotAllowed("invalid_time", f"{error}") from error
    box.world.touch("clock", version=clock.version)
    return clock_row(box.world)


def _move(clock: Clock, body: bodies.ClockMove) -> None:
    if body.move is not None:
        clock.move(body.move)
    elif body.set is not None:
        clock.move(_instant(body.set) - clock.time())
    elif body.to is not None:
        clock.move(_morning(clock.now(), body.to).timestamp() - clock.time())
    elif body.freeze is not None and body.freeze is not False:
        clock.freeze(None if body.freeze is True else _instant(body.freeze))
    else:
        clock.run()


def _instant(given: float | str) -> float:
    """Epoch seconds of a number or an ISO time; without an offset it is UTC."""
    if not isinstance(given, str):
        return given
    try:
        return float(given)
    except ValueError:
        moment = datetime.fromisoformat(given)
    zone = moment.tzinfo or ZoneInfo("UTC")
    return moment.replace(tzinfo=zone).timestamp()


def _morning(now: datetime, which: str) -> datetime:
    """The next 09:00 in Berlin, of any day or of a Monday."""
    day = now.astimezone(DESK_ZONE).date()
    while True:
        morning = datetime.combine(day, MORNING, DESK_ZONE)
        if morning > now and (which == "next_morning" or day.weekday() == 0):
            return morning
        day += timedelta(days=1)


async def faults(box: Sandbox, body: FaultSetting) -> Json:
    box.faults.replace(body)
    return body.model_dump()


async def limits(box: Sandbox, body: bodies.LimitSwitch) -> Json:
    box.limits.enabled = body.enabled
    return {"on": box.limits.enabled}


async def socket(box: Sandbox, body: bodies.Socket) -> Json:
    if body.disconnect is not None:
        count = await box.delivery.socket.disconnect(body.disconnect)
    else:
        count = await box.delivery.socket.drop() if body.drop else 0
    return {"told": count, "connections": len(box.delivery.socket.connections)}


async def reset(box: Sandbox, body: bodies.Reset) -> Json:
    box.reset(history=body.history)
    return {}


async def app(box: Sandbox, body: bodies.AppSetting) -> Json:
    installed = box.people.senses.app
    installed.request_url = None if body.socket else body.request_url
    return {"request_url": installed.request_url, "socket": installed.request_url is None}
