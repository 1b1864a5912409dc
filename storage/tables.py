"""Names every module that has a table, so that whoever imports this knows them all."""

from storage import (
    accounts,
    assignment,
    catchup,
    channels,
    gates,
    history,
    homes,
    inbox,
    links,
    macros,
    messages,
    outbox,
    people,
    reactions,
    remembered,
    replies,
    tags,
    texts,
    threads,
    tickets,
    trouble,
    workspaces,
)
from storage.base import metadata

MODULES = (
    workspaces,
    channels,
    people,
    accounts,
    assignment,
    homes,
    macros,
    remembered,
    texts,
    messages,
    reactions,
    threads,
    tickets,
    tags,
    links,
    history,
    replies,
    inbox,
    outbox,
    gates,
    trouble,
    catchup,
)

__all__ = ["MODULES", "metadata"]
