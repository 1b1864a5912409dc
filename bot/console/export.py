"""``app.py export``: rows for other programs, to the output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from bot.console.place import Door, pass_door
from bot.exporting import Format, written
from bot.rules.spans import begin_of
from bot.usecases import figures
from storage import exports
from storage.exports import Export

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("what", type=click.Choice([str(each) for each in Export]))
@click.option("--since", type=DAY, help="The first day, such as 2026-03-02; else from the first.")
@click.option("--until", type=DAY, help="The last day; else to the last that there is.")
@click.option("--format", "form", type=click.Choice([str(each) for each in Format]), default="csv")
@click.option("--workspace", default="", help="Which, where there are several: its Slack id.")
@pass_door
def export(
    door: Door,
    what: str,
    *,
    since: datetime | None,
    until: datetime | None,
    form: str,
    workspace: str,
) -> None:
    """Tickets, messages, history or polls, to the output: add `> FILE`.

    Days are those of the desk's own zone, as in all figures; times are in UTC.
    """
    with _output_told(), door.place().only_unit(workspace) as unit:
        begin, end = _moments(since, until, figures.zone(unit))
        exports.spare(unit.connection)
        rows = exports.rows(unit, Export(what), since=begin, until=end)
        output = sys.stdout.buffer
        for piece in written(Format(form), exports.columns(Export(what)), rows):
            output.write(piece.encode())
        output.flush()


def _moments(
    since: datetime | None, until: datetime | None, zone: str
) -> tuple[datetime | None, datetime | None]:
    """When these days begin, and when they are over."""
    try:
        begin = begin_of(since.date(), zone) if since else None
        end = begin_of(until.date() + timedelta(days=1), zone) if until else None
    except OverflowError:
        raise click.UsageError("Nobody had a calendar on that day.") from None
    if begin and end and end <= begin:
        raise click.UsageError("--until is before --since.")
    return begin, end


@contextmanager
def _output_told() -> Iterator[None]:
    """A disk that is full is told in one line; who wants only the first lines gets them."""
    if sys.stdout is None:
        raise click.ClickException("There is nowhere to write to: add `> FILE`.")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left would be tried, and fail, once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        told = f"The output takes no more, the file is not whole: {error.strerror}."
        raise click.ClickException(told) from None
