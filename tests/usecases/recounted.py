"""What others count in the desk's tables: by what was exported and by plain SQL, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.exporting import Format, written
from bot.rules.figures import BY_KEY, said
from bot.rules.spans import Span
from bot.rules.tallies import MINUTE, rounded
from bot.usecases.figures import ALL, Where
from storage import exports
from storage.base import EPOCH, MICROSECOND
from storage.exports import Export
from storage.history import REOPENED, RESOLVED
from storage.unit import Unit
from tests.usecases.plain_sql import COUNTS, TIMES, by_sql


def exported(unit: Unit, span: Span) -> Iterator[tuple[str, str]]:
    """What those who took the desk's tables away count in them, in words."""
    acts = [row["act"] for row in rows(unit, Export.HISTORY, span)]
    yield count("opened", acts.count("open"))
    yield count("opened", len(rows(unit, Export.TICKETS, span)))
    yield count("resolved", sum(act in RESOLVED for act in acts))
    yield count("reopened", sum(act in REOPENED for act in acts))
    until = [
        row["act"] for row in rows(unit, Export.HISTORY, replace(span, first=date(2025, 1, 1)))
    ]
    done = sum(act in RESOLVED for act in until) - sum(act in REOPENED for act in until)
    yield count("backlog", until.count("open") - done)
    scores = [row["score"] for row in rows(unit, Export.CSAT, span)]
    votes = [score for score in scores if score]
    yield _share("csat", sum(score >= 4 for score in votes), len(votes))
    yield _share("csat_response", len(votes), len(scores))
    yield from _soon(unit, span)


def _soon(unit: Unit, span: Span) -> Iterator[tuple[str, str]]:
    """How soon first answers were: the desk is open round the clock."""
    ever = replace(span, first=date(2025, 1, 1))
    opened = {row["number"]: _moment(row["opened_at"]) for row in rows(unit, Export.TICKETS, ever)}
    answers = [
        (_moment(row["first_answer_at"]), opened[row["number"]])
        for row in rows(unit, Export.TICKETS, ever)
        if row["first_answer_at"]
    ]
    took = [at - since for at, since in answers if span.since <= at < span.until]
    yield from _took("first", took)
    yield from _took(
        "resolution",
        [
            _moment(row["at"]) - opened[row["ticket"]]
            for row in rows(unit, Export.HISTORY, span)
            if row["act"] in ("resolve", "solved", "silence")
        ],
    )


def rows(unit: Unit, what: Export, span: Span) -> list[dict[str, Any]]:
    """A table as a file has it, read by whoever got it."""
    taken = exports.rows(unit, what, since=span.since, until=span.until)
    file = "".join(written(Format.JSONL, exports.columns(what), taken))
    return [json.loads(line) for line in file.splitlines()]


def counted(unit: Unit, span: Span, where: Where = ALL) -> Iterator[tuple[str, str]]:
    """What plain SQL counts, in words."""

    def many(name: str) -> int:
        (found,) = by_sql(unit, f"SELECT COUNT(*) FROM {COUNTS[name]}", span, where)
        return int(found)

    named = ("opened", "resolved", "reopened", "escalated", "hand_offs", "bounces", "knowledge")
    for name in named:
        yield count(name, many(name))
    for name, part, rest in (
        ("sla", "sla_met", "sla_missed"),
        ("promises", "promises_kept", "promises_broken"),
        ("csat", "csat_good", "csat_poor"),
    ):
        yield _share(name, many(part), many(part) + many(rest))
    for name in ("first", "resolution"):
        yield from _took(
            name, [each * MICROSECOND for each in by_sql(unit, TIMES[name], span, where)]
        )
    stood = [EPOCH + each * MICROSECOND for each in by_sql(unit, _STOOD, span, where)]
    yield count("backlog", len(stood))
    yield _took("age", [span.until - each for each in stood])[0]


_STOOD = (
    "SELECT x.opened_at FROM (SELECT t.*, t.id AS ticket_id FROM ticket t) x {cells}"
    " AND t.opened_at < :until AND MOD((SELECT COUNT(*) FROM change y WHERE y.workspace_id = 1"
    " AND y.ticket_id = t.id AND y.act NOT IN ('open', 'category', 'assign') AND y.at < :until), 2)"
    " = 0"
)


def count(name: str, many: int) -> tuple[str, str]:
    unit = str(BY_KEY[name].unit)
    return BY_KEY[name].title, f"{many} {unit.removesuffix('s') if many == 1 else unit}"


def _share(name: str, part: int, whole: int) -> tuple[str, str]:
    words = f"{100 * part / whole:.0f} %" if whole else "nothing to count"
    return BY_KEY[name].title, words


def _took(name: str, took: Iterable[timedelta]) -> list[tuple[str, str]]:
    """Half and nine of ten, each as far as it is told."""
    exact = sorted(took)
    found = []
    for percent in (50, 90):
        figure = BY_KEY.get(f"{name}_p{percent}")
        place = -(-len(exact) * percent // 100) - 1
        if figure is not None:
            value = rounded(exact[place]) * MINUTE if exact else None
            found.append((figure.title, said(figure, value)))
    return found


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
