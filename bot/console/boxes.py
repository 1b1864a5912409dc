"""``app.py books`` and ``app.py failed``: what became of all that came in and went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import click

from bot.clock import Clock
from bot.console import lines
from bot.console.place import Door, pass_door
from bot.usecases import desk
from storage import inbox, outbox
from storage.records.boxes import Arrival, Post
from storage.unit import Unit, reading, writing

MOST_FAILED = 10_000


@click.command()
@click.option("--channel", default="", help="Only this channel: #name or id.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="From this UTC day on, such as 2026-03-02."
)
@pass_door
def books(door: Door, channel: str, since: datetime | None) -> None:
    """What became of every message, by channel and day, beside Slack's own history."""
    first = since.replace(tzinfo=UTC) if since else None
    for workspace in door.place().units(reading):
        with workspace as unit:
            for entry in desk.entries(unit, channel=channel, since=first):
                click.echo("\n".join(lines.entry(entry)))
            scene = desk.scene(unit, Clock().now())
        click.echo("\n".join(lines.health(scene)))


@click.group()
def failed() -> None:
    """What could not be done or sent: list it, try it again, or give it up."""


@failed.command("list")
@pass_door
def failed_list(door: Door) -> None:
    """All failed rows of both boxes."""
    found = 0
    for workspace in door.place().units(reading):
        with workspace as unit:
            for line in _listed(unit):
                found += 1
                click.echo(line)
    if not found:
        click.echo("Nothing has failed.")


def _listed(unit: Unit) -> Iterator[str]:
    for arrival in inbox.failed(unit):
        yield f"in   {arrival.id}  {arrival.kind}  {arrival.at}  {arrival.outcome}"
    for post in outbox.failed(unit):
        yield f"out  {post.id}  {post.kind}  {post.due_at}  {post.error}"


@failed.command("show")
@click.argument("row", type=int)
@pass_door
def failed_show(door: Door, row: int) -> None:
    """All that is known of a failed row."""
    for workspace in door.place().units(reading):
        with workspace as unit:
            rows: list[Arrival | Post] = [*inbox.failed(unit, limit=MOST_FAILED)]
            rows += outbox.failed(unit, limit=MOST_FAILED)
        for found in rows:
            if found.id == row:
                click.echo("\n".join(lines.row(found)))
                return
    raise _unknown(row)


@failed.command("retry")
@click.argument("row", type=int)
@pass_door
def failed_retry(door: Door, row: int) -> None:
    """Try a failed row again."""
    now = Clock().now()

    def retry(unit: Unit) -> bool:
        return inbox.retry(unit, row) or outbox.retry(unit, row, now)

    _on_row(door, row, retry, "will be tried again")


@failed.command("drop")
@click.argument("row", type=int)
@pass_door
def failed_drop(door: Door, row: int) -> None:
    """Give a failed row up."""

    def drop(unit: Unit) -> bool:
        return inbox.drop(unit, row) or outbox.drop(unit, row)

    _on_row(door, row, drop, "was given up")


def _on_row(door: Door, row: int, change: Callable[[Unit], bool], done: str) -> None:
    for workspace in door.place().units(writing):
        with workspace as unit:
            if change(unit):
                click.echo(f"{row} {done}.")
                return
    raise _unknown(row)


def _unknown(row: int) -> click.ClickException:
    return click.ClickException(f"There is no failed row {row}. `app.py failed list` shows them.")
