"""A reply that came before its parent: the parent is taken in first, by the same road."""

from __future__ import annotations

from datetime import datetime

from bot.ids import new_id
from bot.rules import catchup
from bot.usecases import intake
from bot.usecases.codec import from_arrival, to_arrival
from bot.usecases.handle import handle
from bot.usecases.inputs import Said
from bot.usecases.work import Work, tenant
from storage import channels, inbox, messages
from storage.inbox import Ending
from storage.records.boxes import Arrival, Progress
from storage.unit import Unit


def sooner(unit: Unit, channel: str, ts: str, now: datetime) -> bool:
    """Run the parent's row now if it waits further back in the inbox; True when it did."""
    arrival = inbox.waiting_by_key(unit, f"said:{channel}:{ts}")
    if arrival is None:
        return False
    _run(unit, arrival, now)
    return True


def take_in(unit: Unit, channel: str, ts: str, item: Said | None, *, now: datetime) -> None:
    """Take in what Slack's history has at that place, or note that there is nothing for us.

    What is that old is not answered as if it had just been said. Our own lines, such as that we
    have joined, are nothing to us; yet people write under them.
    """
    if item is not None:
        arrival = to_arrival(unit.workspace_id, catchup.marked(item, now))
        if arrival.id in inbox.put(unit.connection, [arrival]):
            _run(unit, arrival, now)
        else:
            sooner(unit, channel, ts, now)  # while we asked, a catch-up found it, too
    _nothing_there(unit, channel, ts, now)


def _run(unit: Unit, arrival: Arrival, now: datetime) -> None:
    item = from_arrival(arrival)
    outcome = handle(Work(unit, tenant(unit), arrival.id, item.at), item)
    ending = Ending(arrival.workspace_id, arrival.id, Progress.DONE, outcome)
    inbox.finish(unit.connection, [ending], now)


def _nothing_there(unit: Unit, slack_channel: str, ts: str, now: datetime) -> None:
    channel = channels.by_slack(unit, slack_channel)
    if channel is None or messages.by_ts(unit, channel.id, ts):
        return
    work = Work(unit, tenant(unit), new_id(), now)
    messages.add(unit, intake.stub(work, channel, ts, deleted=False))
