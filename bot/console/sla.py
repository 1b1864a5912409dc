"""``app.py sla``: what customers are promised, checked, or tried on past tickets."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import click

from bot.clock import Clock
from bot.console import rehearsing
from bot.console.days import Days
from bot.console.place import Door, pass_door
from bot.customs import TOML_FILE
from bot.rules.rehearsal import ACTS, Rehearsal, rehearsed
from storage import past, workspaces
from storage.records.hours import OFFICE
from storage.records.workspaces import TIERS
from storage.unit import reading


@click.group()
def sla() -> None:
    """What customers are promised: a file checked, or tried on past tickets."""


@sla.command("check")
@click.argument("file", type=click.Path(path_type=Path), default=Path(TOML_FILE))
@pass_door
def sla_check(door: Door, file: Path) -> None:
    """What a file's [[sla]] tables promise for each tier and priority, or how to mend them."""
    policies, hours = door.policies_in(file)
    lines = list(rehearsing.fitting(policies, TIERS, hours or OFFICE))
    click.echo("\n".join(lines))
    sys.exit(1 if any(line.startswith("MEND") for line in lines) else 0)


@sla.command("rehearse")
@click.option("--policy", "file", type=click.Path(path_type=Path), required=True)
@click.option(
    "--since", "days", type=Days(), default="90d", show_default=True, help="Days ago, such as 30d."
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@pass_door
def sla_rehearse(door: Door, file: Path, days: int, as_json: bool) -> None:  # noqa: FBT001 - click calls it by name
    """Try a file's [[sla]] tables on past tickets, beside today's policies. Changes nothing."""
    policies, hours = door.policies_in(file)
    now = Clock().now()
    begin = now - timedelta(days=days)
    found = []
    for workspace in door.place().units(reading):
        with workspace as unit:
            known, team = workspaces.settings(unit), workspaces.workspace(unit).name
            today = Rehearsal(known.policies, known.hours)
            tried = Rehearsal(policies, hours or known.hours)
            rehearsed(past.tickets(unit, begin, now, ACTS), today, tried, now=now)
        when = {"workspace": team, "since": begin.isoformat(), "until": now.isoformat()}
        found.append({**when, "tiers": rehearsing.by_tier(today, tried)})
        if not as_json:
            click.echo(f"{team}: tickets since {begin:%-d %b %Y}")
            click.echo("\n".join(rehearsing.compared(today, tried)))
    if as_json:
        click.echo(json.dumps(found, indent=2))
