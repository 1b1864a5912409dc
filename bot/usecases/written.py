"""Words that come by a form: kept as a message without a place in Slack, its ts a key of ours."""

from __future__ import annotations

from typing import Any

from bot.ids import new_id
from bot.usecases.work import Work
from storage import messages, texts
from storage.records.messages import Message


def keep(work: Work, author_id: int, words: str, **told: Any) -> Message:
    """Keep ``words``, as Slack would bring them. ``told`` are the other fields of the message:
    at least its ``channel_id``, ``side``, ``end`` and ``reason``.
    """
    text_id = new_id()
    texts.put(work.unit, text_id, words)
    kept = Message(
        workspace_id=work.workspace_id,
        id=new_id(),
        ts=f"form:{text_id}",
        author_id=author_id,
        said_at=work.at,
        text_id=text_id,
        text=words,
        **({"thread_ts": ""} | told),
    )
    messages.add(work.unit, kept)
    return kept
