"""The crowd of the machine plays all that the table of acts has."""

from __future__ import annotations

import pytest

from bot.acts import ACTS, Act
from tests.stories.actors import WORDS, ways

# Acts that need no more than a ticket, or are done by a button or form alone.
WORDLESS = frozenset(
    {
        "accept",
        "accept_line",
        "account_merge",
        "account_note",
        "account_note_remove",
        "account_save",
        "approve",
        "ask",
        "ask_back",
        "changes",
        "complete",
        "decline",
        "detach",
        "digest_pause",
        "digest_remove",
        "digest_resume",
        "digest_send",
        "discussed",
        "draft",
        "due",
        "guest_says",
        "helped",
        "history",
        "home_show",
        "kb_edit",
        "kb_from",
        "kb_history",
        "kb_no_gap",
        "kb_open",
        "kb_restore",
        "kb_retire",
        "kb_reviewed",
        "kb_send",
        "kb_unhelpful",
        "kb_write",
        "label",
        "let_go",
        "macro_archive",
        "macro_edit",
        "macro_show",
        "map_all",
        "map_channel",
        "more",
        "no_customers",
        "not_a_request",
        "not_same",
        "person",
        "pull_in",
        "queue",
        "reopen",
        "resolve_as",
        "csat_comment",
        "recovery_done",
        "recovery_drop",
        "recovery_take",
        "vote",
        "rota",
        "rota_unswap",
        "same",
        "send_back",
        "show",
        "solved",
        "suggest_no",
        "take",
        "tell_back",
        "undo",
        "unmerge",
        "unpromise",
        "unsend",
        "unsolved",
        "urgent",
        "wake",
        "withdraw",
    }
)


@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_the_crowd_knows_how_to_do_each_act(name: str) -> None:
    assert (name in WORDS) != (name in WORDLESS), "say what people type for it, or that they do not"


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_each_act_has_a_door_to_be_tried(act: Act) -> None:
    assert ways(act) or act.name == "more"
