"""``app.py books`` and ``app.py failed``: what became of all that came in and went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import click

from bot.clock import Clock
from bot.console import lines
from bot.console.place import Door, Opened, pass_door
from bot.usecases import desk
from storage import channels, inbox, outbox, tickets, workspaces
from storage.records.boxes import Arrival, Post
from storage.unit import Unit, reading, writing

MOST_FAILED = 10_000
MOST_LISTED = 100  # of each box
SHOW = "`app.py failed show ROW` says more and what to do; `retry ROW` and `drop ROW` end it."
EACH_ROW = click.argument("rows", metavar="[ROW]...", type=int, nargs=-1)


@click.command()
@click.option("--channel", default="", help="Only this channel: #name or id.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="From this UTC day on, such as 2026-03-02."
)
@pass_door
def books(door: Door, channel: str, since: datetime | None) -> None:
    """What became of every message, by channel and UTC day, beside Slack's own history."""
    first, is_known = since.replace(tzinfo=UTC) if since else None, False
    for unit in _units(door, reading):
        if channel and not _knows(unit, channel):
            continue
        is_known, found = True, desk.entries(unit, channel=channel, since=first)
        for entry in found:
            click.echo("\n".join(lines.entry(entry)))
        if not found:
            click.echo("No messages were seen.")
        click.echo("\n".join(lines.health(desk.scene(unit, Clock().now()))))
    if channel and not is_known:
        raise click.ClickException(f"The desk knows no channel {channel}.")


def _knows(unit: Unit, channel: str) -> bool:
    met = channels.slack_ids(unit)
    return channel in met.values() or channel.removeprefix("#") in met


def _units(door: Door, opened: Opened) -> Iterator[Unit]:
    """A unit of each workspace in turn, under its name where there are several."""
    all_of_them = list(door.place().units(opened))
    for workspace in all_of_them:
        with workspace as unit:
            if len(all_of_them) > 1:
                told = workspaces.workspace(unit)
                click.echo(f"{told.name} ({told.url}):")
            yield unit


@click.group()
def failed() -> None:
    """What could not be done or sent: list it, try it again, or give it up."""


@failed.command("list")
@pass_door
def failed_list(door: Door) -> None:
    """All failed rows of both boxes."""
    found = 0
    for unit in _units(door, reading):
        for line in _listed(unit):
            found += 1
            click.echo(line)
    click.echo(SHOW if found else "Nothing has failed.", err=found > 0)


def _listed(unit: Unit) -> Iterator[str]:
    came, sent = inbox.failed(unit, limit=MOST_FAILED), outbox.failed(unit, limit=MOST_FAILED)
    for arrival in came[:MOST_LISTED]:
        yield from lines.failed_in(arrival, _where(unit, arrival))
    for post in sent[:MOST_LISTED]:
        yield from lines.failed_out(post, _where(unit, post))
    if more := len(came[MOST_LISTED:]) + len(sent[MOST_LISTED:]):
        yield f"… and {more:,} more"


def _where(unit: Unit, row: Arrival | Post) -> str:
    """`` of #12 in #acme``, as far as it is known."""
    if isinstance(row, Arrival):
        channel = channels.by_slack(unit, row.lane.removeprefix("channel:"))
        return f" in #{channel.name}" if channel else ""
    ticket = tickets.by_id(unit, row.ticket_id) if row.ticket_id else None
    place = channels.by_id(unit, row.channel_id) if row.channel_id else None
    return (f" of #{ticket.number}" if ticket else "") + (f" in #{place.name}" if place else "")


@failed.command("show")
@click.argument("row", type=int)
@pass_door
def failed_show(door: Door, row: int) -> None:
    """All that is known of a failed row, and what to do about it."""
    for workspace in door.place().units(reading):
        with workspace as unit:
            rows: list[Arrival | Post] = [*inbox.failed(unit, limit=MOST_FAILED)]
            rows += outbox.failed(unit, limit=MOST_FAILED)
            for found in rows:
                if found.id == row:
                    click.echo("\n".join(lines.row(found, _where(unit, found))))
                    return
    raise _unknown([row])


@failed.command("retry")
@EACH_ROW
@click.option("--all", "is_all", is_flag=True, help="All rows that `failed list` tells of.")
@pass_door
def failed_retry(door: Door, rows: Sequence[int], *, is_all: bool) -> None:
    """Try failed rows again; a desk that runs does so at once."""
    if is_all == bool(rows):
        raise click.UsageError("Say which rows, or --all.")
    now = Clock().now()

    def retry(unit: Unit, row: int) -> bool:
        return inbox.retry(unit, row) or outbox.retry(unit, row, now)

    if not (rows or (rows := _all(door))):
        click.echo("Nothing has failed.")
    _on_rows(door, rows, retry, "will be tried again")


def _all(door: Door) -> list[int]:
    found: list[int] = []
    for workspace in door.place().units(reading):
        with workspace as unit:
            found += [each.id for each in inbox.failed(unit, limit=MOST_FAILED)]
            found += [each.id for each in outbox.failed(unit, limit=MOST_FAILED)]
    return found


@failed.command("drop")
@EACH_ROW
@pass_door
def failed_drop(door: Door, rows: Sequence[int]) -> None:
    """Give failed rows up. A message stays failed in the books, and its words are forgotten."""
    if not rows:
        raise click.UsageError("Say which rows.")

    def drop(unit: Unit, row: int) -> bool:
        return inbox.drop(unit, row) or outbox.drop(unit, row)

    _on_rows(door, rows, drop, "was given up")


def _on_rows(
    door: Door, rows: Sequence[int], change: Callable[[Unit, int], bool], done: str
) -> None:
    """Change what is there, and complain of the rest."""
    left = list(dict.fromkeys(rows))
    for workspace in door.place().units(writing):
        with workspace as unit:
            changed = [row for row in left if change(unit, row)]
        left = [row for row in left if row not in changed]
        for row in changed:
            click.echo(f"{row} {done}.")
    if left:
        raise _unknown(left)


def _unknown(rows: Sequence[int]) -> click.ClickException:
    named = ", ".join(map(str, rows))
    return click.ClickException(f"There is no failed row {named}. `app.py failed list` shows them.")
