"""Where the words of a ticket stand under its card, and how they change places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, case, select, text

from storage import driven
from storage.outbox import outbox
from storage.records.boxes import PostState
from storage.rows import of_workspace
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Mirror:
    """A picture of a message that Slack shows at ``ts``, and the nonce of what is there."""

    id: int
    message_id: int
    ts: str
    nonce: str
    state: PostState


_row = outbox.c
_STANDING = (
    select(_row.id, _row.body, _row.ts, _row.nonce, _row.state)
    .where(
        of_workspace(outbox),
        _row.ticket_id == bindparam("ticket_id"),
        _row.kind == text("'mirror'"),
        _row.lane == bindparam("lane"),
        _row.ts >= bindparam("oldest"),
    )
    .order_by(_row.ts)
)
_SHOWN_ELSEWHERE = (
    outbox.update()
    .where(_row.workspace_id == bindparam("b_workspace"), _row.id == bindparam("b_id"))
    .values(
        ts=bindparam("b_ts"),
        nonce=bindparam("b_nonce"),
        wanted=_row.wanted + 1,
        state=case((_row.state == text("'shown'"), text("'waiting'")), else_=_row.state),
    )
)


def standing(unit: Unit, ticket_id: int, lane: str, *, oldest: str) -> list[Mirror]:
    """The mirrors of a ticket that Slack shows from the ts ``oldest`` on, as they stand there."""
    rows = unit.execute(
        _STANDING,
        {
            "workspace_id": unit.workspace_id,
            "ticket_id": ticket_id,
            "lane": lane,
            "oldest": oldest,
        },
    )
    return [
        Mirror(key, body["message_id"], ts, nonce, state) for key, body, ts, nonce, state in rows
    ]


def move(unit: Unit, moves: Iterable[tuple[Mirror, Mirror]]) -> None:
    """Let each first mirror be drawn, from now on, where the second stands.

    To be done with all that change places at once: a message in Slack belongs to one of them.
    """
    driven.run_many(
        unit.connection,
        _SHOWN_ELSEWHERE,
        [
            {
                "b_workspace": unit.workspace_id,
                "b_id": mirror.id,
                "b_ts": there.ts,
                "b_nonce": there.nonce,
            }
            for mirror, there in moves
        ],
    )
