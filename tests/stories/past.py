"""The history of a ticket played anew: legal moves, each from where the one before had ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.rules.lifecycle import MOVES

OWNER_ACTS = frozenset({"take", "assign"})
STATUS_ACTS = frozenset(
    {
        "status",
        "wait",
        "reopen",
        "reopen-by-word",
        "snooze",
        "wake",
        "unanswered",
        "close",
        "unmerge",
        "unsolved",
    }
)
DONE_ACTS = frozenset({"resolve", "solved", "not-a-request", "silence", "merge", "duplicate"})
RESTS = {"wait": "waiting", "snooze": "snoozed"}  # their rows say until when
# Acts whose row tells of the status before they were done.
OF_STATUS = STATUS_ACTS | DONE_ACTS
OWN_FIELD = "field "

Row = Any


@dataclass
class Replay:
    """A ticket as its history tells it, up to some row."""

    ticket: Row
    parts: dict[str, str]
    tags: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def goes_on(self, change: Row) -> None:
        """One more row."""
        self._check_move(change.act)
        if change.act == "tag":
            self._tag(change)
        elif part := _part(change.act):
            if self.parts.get(part, "") != change.before:
                self._says(f"{change.act} from {change.before!r}, but it was {self.parts[part]!r}")
            self.parts[part] = _after(change)
        if change.act in ("merge", "unmerge"):
            self.parts["merged"] = change.after if change.act == "merge" else ""

    def _check_move(self, act: str) -> None:
        allowed = MOVES.get("field" if act.startswith(OWN_FIELD) else act)
        if allowed is not None and self.parts["status"] not in allowed:
            self._says(f"{act} while it was {self.parts['status']}")

    def _tag(self, change: Row) -> None:
        gone, new = ([*filter(None, each.split(", "))] for each in (change.before, change.after))
        if not {*gone} <= {*self.tags} or {*new} & {*self.tags}:
            self._says(f"tags -{gone} +{new}, but it had {self.tags}")
        self.tags = [each for each in self.tags if each not in gone] + new

    def _says(self, words: str) -> None:
        self.wrong.append(f"#{self.ticket.number}: {words}")


def replayed(ticket: Row, changes: Sequence[Row], numbers: dict[int, int]) -> Iterator[str]:
    """What the history does not explain; ``numbers`` are those of all tickets, by their keys."""
    replay = Replay(ticket, _begun(ticket, changes))
    for change in changes:
        replay.goes_on(change)
    yield from replay.wrong
    present, told = _present(ticket, numbers), {k: v for k, v in replay.parts.items() if v}
    if (told, replay.tags) != (present, list(ticket.tags)):
        rows = [f"{c.id} {c.at} {c.actor_id} {c.act}: {c.before}→{c.after}" for c in changes]
        yield (
            f"#{ticket.number} is {present} {ticket.tags},"
            f" but its history says {told} {replay.tags}: {rows}"
        )


def _begun(ticket: Row, changes: Sequence[Row]) -> dict[str, str]:
    """How it was opened: a form may have said how pressing it is, and of what kind."""
    parts = {"status": "new", "priority": "normal"}
    if ticket.source != "form":
        return parts
    fields = {f"{OWN_FIELD}{name}": value for name, value in ticket.extras}
    changed = {_part(c.act): "" for c in changes if c.act.startswith(OWN_FIELD)}
    given = {"priority": ticket.priority.value, "category": ticket.category} | changed | fields
    for part, now in given.items():
        first = next((c for c in changes if _part(c.act) == part), None)
        parts[part] = now if first is None else first.before
    return parts


def _present(ticket: Row, numbers: dict[int, int]) -> dict[str, str]:
    parts = {
        "status": ticket.status.value,
        "owner": str(ticket.owner_id or ""),
        "priority": ticket.priority.value,
        "category": ticket.category,
        "merged": f"#{numbers[ticket.merged_id]}" if ticket.merged_id else "",
    }
    parts |= {f"{OWN_FIELD}{name}": value for name, value in ticket.extras}
    return {part: words for part, words in parts.items() if words}


def _after(change: Row) -> str:
    if change.act in DONE_ACTS:
        return "resolved"
    return RESTS.get(change.act, str(change.after))


def _part(act: str) -> str:
    """What a row of the history changes, ``""`` for nothing of the ticket itself."""
    if act in OWNER_ACTS:
        return "owner"
    if act in OF_STATUS:
        return "status"
    if act in ("priority", "urgent"):
        return "priority"
    return act if act == "category" or act.startswith(OWN_FIELD) else ""
