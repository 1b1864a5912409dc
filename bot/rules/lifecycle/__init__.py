"""How a ticket moves: the legal moves in one table, and the functions that make them."""

from __future__ import annotations

from bot.rules.lifecycle.hands import (
    asked_for,
    assign,
    is_reopenable,
    made_urgent,
    not_a_request,
    reopen,
    reopen_by_customer,
    resolve,
    set_priority,
    solved_by_customer,
    take,
    unsolved_by_customer,
    wait,
)
from bot.rules.lifecycle.moves import MOVES, need, why_merged
from bot.rules.lifecycle.steps import Told, back_to_us, moved, resolved
from bot.rules.lifecycle.words import answer_deleted, customer_wrote, helped, opened, team_answered

__all__ = [
    "MOVES",
    "Told",
    "answer_deleted",
    "asked_for",
    "assign",
    "back_to_us",
    "customer_wrote",
    "helped",
    "is_reopenable",
    "made_urgent",
    "moved",
    "need",
    "not_a_request",
    "opened",
    "reopen",
    "reopen_by_customer",
    "resolve",
    "resolved",
    "set_priority",
    "solved_by_customer",
    "take",
    "team_answered",
    "unsolved_by_customer",
    "wait",
    "why_merged",
]
