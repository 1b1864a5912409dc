"""The steps of inbox, writer, outbox and catch-up, by what they tell the database and Slack."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qs, urlsplit

# What has just been written, in a transaction that is still open.
_STATEMENTS = (
    ("arrival written", r"INSERT INTO inbox\b"),
    ("inbox looked through", r"SELECT inbox\.workspace_id, inbox\.id, inbox\.lane"),
    ("savepoint set", r"SAVEPOINT"),
    ("savepoint kept", r"RELEASE"),
    ("ticket written", r"(INSERT INTO|UPDATE) ticket\b"),
    ("message written", r"(INSERT INTO|UPDATE) message\b"),
    ("reply written", r"(INSERT INTO|UPDATE) reply\b"),
    ("notice announced", r"INSERT INTO outbox\b"),
    ("rows ended", r"UPDATE inbox SET progress"),
    ("row put off", r"UPDATE inbox SET tries"),
    ("fact written", r"(INSERT INTO|UPDATE) (channel|person|staff)\b"),
    ("attempt stamped", r"UPDATE outbox SET state"),
    ("result written", r"UPDATE outbox SET due_at"),
    ("gate written", r"INSERT INTO gate\b"),
    ("life marked", r"INSERT INTO mark\b"),
    ("gap noted", r"INSERT INTO gap\b"),
    ("missed taken in", r"UPDATE gap SET found"),
    ("comparison kept", r"INSERT INTO comparison\b"),
    ("gap closed", r"UPDATE gap SET caught_up_at"),
)
# Only where there are replicas.
_AMONG_REPLICAS = (
    ("presence held", r"SELECT pg_try_advisory_lock\b"),
    ("inbox lane locked", r"SELECT pg_try_advisory_xact_lock\b"),
    ("outbox lane leased", r"INSERT INTO lane\b"),
    ("outbox lane let go", r"UPDATE lane SET holder=.*WHERE lane\.workspace_id"),
    ("lanes of the dead freed", r"UPDATE lane SET holder = 0 WHERE holder <> 0"),
)
_READ = tuple((name, re.compile(rf"\s*{how}", re.DOTALL)) for name, how in _STATEMENTS)
_READ_AMONG = tuple((name, re.compile(rf"\s*{how}", re.DOTALL)) for name, how in _AMONG_REPLICAS)

# A transaction goes by the first of these that was written in it.
_TRANSACTIONS = {
    "attempt": "attempt stamped",
    "result": "result written",
    "step": "rows ended",
    "question": "row put off",
    "comparison": "comparison kept",
    "end of a gap": "gap closed",
    "find": "missed taken in",
    "gap": "gap noted",
    "gate": "gate written",
    "fact": "fact written",
    "arrival": "arrival written",
}
_CALLS = ("post", "update", "call", "look-up", "fact", "history")
_WAY_IN = ("request begun", "ack sent")

OF_ALL = (
    *_WAY_IN,
    *(name for name, _ in _STATEMENTS),
    *(f"{name} {how}" for name in _TRANSACTIONS for how in ("to be committed", "committed")),
    *(f"{name} {how}" for name in _CALLS for how in ("to be sent", "done by Slack")),
)
OF_REPLICAS = tuple(name for name, _ in _AMONG_REPLICAS)

_METHODS = {
    "chat.postMessage": "post",
    "chat.update": "update",
    "users.info": "fact",
    "conversations.info": "fact",
    "conversations.members": "fact",
    "team.info": "fact",
    "files.info": "fact",
    "usergroups.users.list": "fact",
}


def of_statement(sql: str) -> str:
    """Where the program is after this statement, ``""`` where it does not matter."""
    for name, pattern in (*_READ, *_READ_AMONG):
        if pattern.match(sql):
            return name
    return ""


def of_transaction(passed: Collection[str]) -> str:
    """What a transaction is about that has passed these points; ``""``: it has only read."""
    return next((name for name, mark in _TRANSACTIONS.items() if mark in passed), "")


def of_call(url: str) -> str:
    """What a call to Slack is for."""
    parts = urlsplit(url)
    method = parts.path.rpartition("/")[2]
    if method in ("conversations.history", "conversations.replies"):
        # Where there is no name for the purpose in what Slack is asked, its size tells.
        most = parse_qs(parts.query).get("limit", [""])[0]
        return {"200": "look-up", "1": "fact"}.get(most, "history")
    return _METHODS.get(method, "call")
