"""Figures counted by plain SQL, for those of the desk to be laid beside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from bot.rules.spans import Span
from bot.usecases.figures import Where
from storage.base import EPOCH, MICROSECOND
from storage.unit import Unit

_CELLS = """
    JOIN ticket t ON t.workspace_id = x.workspace_id AND t.id = x.ticket_id
    JOIN channel c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
    WHERE x.workspace_id = 1 AND (:account = -1 OR COALESCE(c.account_id, 0) = :account)
    AND (:agent = -1 OR COALESCE(t.owner_id, 0) = :agent)
    AND (:category = '*' OR t.category = :category) AND (:channel = -1 OR t.channel_id = :channel)
"""
# A poll counts under those that the ticket had when it was done.
_THEN = _CELLS.replace("t.owner_id", "x.owner_id").replace("t.category", "x.category")
COUNTS = {
    "opened": "change x {cells} AND x.act = 'open' AND {within_at}",
    "resolved": "change x {cells} AND x.act IN ('resolve', 'not-a-request', 'solved', 'silence',"
    " 'merge', 'duplicate') AND {within_at}",
    "reopened": "change x {cells} AND x.act IN ('reopen', 'reopen-by-word', 'unmerge')"
    " AND {within_at}",
    "sla_met": "ledger x {cells} AND x.step = 'met' AND {within_at}",
    "sla_missed": "ledger x {cells} AND x.step = 'missed' AND {within_at}",
    "promises_kept": "promise x {cells} AND x.state = 'kept'"
    " AND x.ended_at >= :since AND x.ended_at < :until",
    "promises_broken": "promise x {cells} AND x.state = 'broken'"
    " AND x.ended_at >= :since AND x.ended_at < :until",
    "hand_offs": "hand_off x {cells} AND {within_at}",
    "escalated": "hand_off x {cells} AND x.step = 'asked' AND {within_at}",
    "knowledge": "question x {cells} AND x.outcome IN ('sent', 'helped') AND {within_at}",
    "csat_good": "csat x {then} AND x.score >= 4 AND x.asked_at >= :since AND x.asked_at < :until",
    "csat_poor": "csat x {then} AND x.score < 4 AND x.asked_at >= :since AND x.asked_at < :until",
    "csat_silent": "csat x {then} AND x.score IS NULL AND x.asked_at >= :since"
    " AND x.asked_at < :until",
    "bounces": "hand_off x {cells} AND x.step IN ('asked back', 'declined', 'sent back',"
    " 'returned') AND {within_at}",
}
TIMES = {
    "first": "SELECT x.first_answer_at - x.opened_at FROM (SELECT t.*, t.id AS ticket_id FROM"
    " ticket t) x {cells} AND x.first_answer_at >= :since AND x.first_answer_at < :until",
    "resolution": "SELECT x.at - t.opened_at FROM change x {cells}"
    " AND x.act IN ('resolve', 'solved', 'silence') AND {within_at}",
    "in_level": "SELECT x.at - x.began FROM (SELECT h.*, LAG(h.at) OVER w AS began,"
    " LAG(h.step) OVER w AS by, LAG(h.hand) OVER w AS left_hand FROM hand_off h"
    " WINDOW w AS (PARTITION BY h.workspace_id, h.ticket_id ORDER BY h.at, h.id)) x {cells}"
    " AND x.left_hand = 'level' AND x.by NOT IN ('closed', 'withdrawn', 'ended', 'declined')"
    " AND {within_at}",
}
_WITHIN = "x.at >= :since AND x.at < :until"


def by_sql(unit: Unit, statement: str, span: Span, where: Where) -> list[Any]:
    told = {
        "since": (span.since - EPOCH) // MICROSECOND,
        "until": (span.until - EPOCH) // MICROSECOND,
        "account": -1 if where.account is None else where.account,
        "agent": -1 if where.agent is None else where.agent,
        "category": "*" if where.category is None else where.category,
        "channel": -1 if where.channel is None else where.channel,
    }
    sql = statement.format(cells=_CELLS, then=_THEN, within_at=_WITHIN)
    return list(unit.connection.execute(text(sql), told).scalars())
